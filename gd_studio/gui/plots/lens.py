"""Two dimensions of an input space of any size: a slice through one row, or a projection.

A slice holds all features but two as they are in the selected row. A projection takes the plane
of the two main directions of the training rows (their principal components); rows are dropped
onto it, so what is drawn under a row is the plane's, not the row's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gd_studio.data import Prepared
from gd_studio.gui.numbers import percent
from gd_studio.gui.plots import grid as grids
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.grid import Grid, Range
from gd_studio.gui.plots.samples import Numbers, is_date, own_units, own_word, wide_range

MOST_ROWS = 4000  # of which the main directions are taken
MARGIN = 0.15


class Lens:
    """Abstract: how places of a picture and prepared rows belong to each other."""

    prepared: Prepared
    spans: tuple[Range, Range]

    @property
    def key(self) -> tuple[Any, ...]:
        """What two lenses that show the same have in common."""
        raise NotImplementedError

    @property
    def scales(self) -> tuple[Scale, Scale]:
        """How both axes are written."""
        raise NotImplementedError

    def places(self, x: Numbers) -> tuple[Numbers, Numbers]:
        """Return where prepared rows (rows, features) are drawn."""
        raise NotImplementedError

    def row(self, x: float, y: float) -> Numbers:
        """Return the prepared row (features,) at a place."""
        raise NotImplementedError

    def grid(self, count: int) -> Grid:
        """Return the prepared rows of a count by count grid over the whole picture."""
        raise NotImplementedError

    def words(self, x: float, y: float) -> str:
        """Say a place in the units of the axes."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Slice(Lens):
    """Two features in own units, all others as in `base` (prepared; None: there are no others)."""

    prepared: Prepared
    features: tuple[int, int]
    base: Numbers | None
    spans: tuple[Range, Range]

    @property
    def key(self) -> tuple[Any, ...]:
        return (
            self.prepared, self.features, None if self.base is None else self.base.tobytes()
        )  # fmt: skip

    @property
    def scales(self) -> tuple[Scale, Scale]:
        across, upwards = (
            Scale(self.prepared.features[f].name, ends=True, dates=is_date(self.prepared, f))
            for f in self.features
        )
        return across, upwards

    def places(self, x: Numbers) -> tuple[Numbers, Numbers]:
        first, second = self.features
        return own_units(self.prepared, x, first), own_units(self.prepared, x, second)

    def row(self, x: float, y: float) -> Numbers:
        row = np.zeros(len(self.prepared.features)) if self.base is None else self.base.copy()
        for feature, value in zip(self.features, (x, y), strict=True):
            known = self.prepared.features[feature]
            row[feature] = (value - known.mean) / known.scale
        return row

    def grid(self, count: int) -> Grid:
        return grids.over_two(self.prepared, self.features, self.spans, count, self.base)

    def words(self, x: float, y: float) -> str:
        said = (
            f"{self.prepared.features[f].name} {own_word(self.prepared, f, v)}"
            for f, v in zip(self.features, (x, y), strict=True)
        )
        return ", ".join(said)


@dataclass(frozen=True, eq=False)
class Projection(Lens):
    """The plane middle + a·first + b·second; `explained` is each one's share of the spread."""

    prepared: Prepared
    middle: Numbers  # (features,)
    directions: Numbers  # (2, features), orthonormal
    explained: tuple[float, float]
    spans: tuple[Range, Range]

    @property
    def key(self) -> tuple[Any, ...]:
        return self.prepared, "projection"

    @property
    def scales(self) -> tuple[Scale, Scale]:
        first, second = (
            Scale(
                f"main direction {k} ({percent(share, 0)} of the spread)",
                ends=True,
                short=f"direction {k}",
            )
            for k, share in enumerate(self.explained, 1)
        )
        return first, second

    def places(self, x: Numbers) -> tuple[Numbers, Numbers]:
        found = (x - self.middle) @ self.directions.T
        return found[:, 0], found[:, 1]

    def row(self, x: float, y: float) -> Numbers:
        found: Numbers = self.middle + np.array([x, y]) @ self.directions
        return found

    def grid(self, count: int) -> Grid:
        half = 0.5 / count
        shares = np.linspace(half, 1 - half, count)
        x, y = (low + (high - low) * shares for low, high in self.spans)
        at = np.stack([np.tile(x, count), np.repeat(y, count)], axis=1)
        return Grid(self.middle + at @ self.directions, x, y)

    def words(self, x: float, y: float) -> str:
        return f"main directions {x:.3g}, {y:.3g}"


@lru_cache(maxsize=2)
def projection(prepared: Prepared) -> Projection:
    """Return the plane of the two main directions of the training rows (a fair sample of many).

    They are the first two right singular vectors of the rows less their mean; a share of the
    spread is a squared singular value over the sum of all.
    """
    x = prepared.train.x
    if len(x) > MOST_ROWS:
        x = x[np.sort(np.random.default_rng(0).choice(len(x), MOST_ROWS, replace=False))]
    middle = x.mean(axis=0)
    centred = x - middle
    values, vectors = np.linalg.eigh(centred.T @ centred)
    directions = vectors[:, ::-1][:, :2].T
    # A direction's sign is nobody's choice: its largest part points upwards.
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[[0, 1], largest])[:, None]
    spread = float(values.sum()) or 1.0
    explained = float(values[-1]) / spread, float(values[-2]) / spread
    across, upwards = (wide_range(places, MARGIN) for places in directions @ centred.T)
    return Projection(prepared, middle, directions, explained, (across, upwards))


def column_spans(
    prepared: Prepared, features: tuple[int, int], parts: list[Numbers]
) -> tuple[Range, Range]:
    """Return ranges that hold two features of all prepared rows in `parts`."""
    first, second = (
        wide_range(np.concatenate([own_units(prepared, x, f) for x in parts]), MARGIN)
        for f in features
    )
    return first, second
