"""The rows that a plot draws: all, or a fair sample of big data, in the data's own units."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from gd_studio.data import Prepared, Split
from gd_studio.gui.numbers import exact, whole
from gd_studio.gui.plots.axes import day
from gd_studio.gui.selection import SplitName

MOST_POINTS = 2000
SPLITS: tuple[SplitName, SplitName] = ("train", "validation")

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Rows = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False)
class Sample:
    """Which rows of the train and the validation rows are drawn (indices into each split).

    `number` is another one for each sample: its place in memory may be a later one's.
    """

    prepared: Prepared
    rows: dict[SplitName, Rows]
    total: int
    number: int = field(default_factory=count().__next__)

    @property
    def note(self) -> str:
        """Say that not all rows are drawn, if so."""
        drawn = sum(len(r) for r in self.rows.values())
        if drawn == self.total:
            return ""
        return f"{whole(drawn)} of {whole(self.total)} rows drawn, a fair sample."

    def split(self, name: SplitName) -> Split:
        """Return the split of this name."""
        return split_of(self.prepared, name)

    def x(self, name: SplitName) -> Numbers:
        """Return the drawn rows of a split as the model sees them."""
        return self.split(name).x[self.rows[name]]

    def targets(self, name: SplitName) -> Numbers:
        """Return the drawn rows' targets: values in own units, or class codes."""
        y = self.split(name).y[self.rows[name]]
        if self.prepared.task == "classification":
            return np.asarray(y, dtype=np.float64)
        return self.prepared.untransform_target(y)[:, 0]


def split_of(prepared: Prepared, name: SplitName) -> Split:
    """Return the train or the validation rows."""
    return prepared.validation if name == "validation" else prepared.train


def fair_sample(prepared: Prepared, most: int = MOST_POINTS) -> Sample:
    """Return at most `most` rows, drawn by a fixed seed, each split by its share."""
    sizes = {name: len(split_of(prepared, name).rows) for name in SPLITS}
    total = sum(sizes.values())
    rng = np.random.default_rng(0)
    rows: dict[SplitName, Rows] = {}
    for name, size in sizes.items():
        share = size if total <= most else min(size, max(1, round(most * size / total)))
        chosen = np.arange(size) if share == size else rng.choice(size, share, replace=False)
        rows[name] = np.sort(chosen)
    return Sample(prepared, rows, total)


def own_units(prepared: Prepared, x: Numbers, feature: int) -> Numbers:
    """Return one feature of prepared rows in its column's own units."""
    known = prepared.features[feature]
    values: Numbers = x[:, feature] * known.scale + known.mean
    return values


def is_date(prepared: Prepared, feature: int) -> bool:
    """Return whether a feature counts the days of a column of dates."""
    column = prepared.features[feature].column
    return any(c.name == column and c.kind == "date" for c in prepared.columns_in_use)


def own_word(prepared: Prepared, feature: int, value: float, digits: int = 4) -> str:
    """Write a feature's value in own units as its column would: a number or a date."""
    return day(value) if is_date(prepared, feature) else exact(value, digits)


def number_features(prepared: Prepared) -> list[int]:
    """Return the features that are numbers, not one word among several."""
    return [i for i, f in enumerate(prepared.features) if f.category is None]


def telling_pair(prepared: Prepared) -> tuple[int, int]:
    """Return the two numbers to begin with: the first two, of images the two most varied pixels.

    An image's first pixels are its corner, in which most often nothing is.
    """
    numbers = number_features(prepared)
    if len(numbers) < 2:
        return 0, 0
    if prepared.dataset.image_shape is not None:
        spreads = prepared.train.x[:, numbers].std(axis=0)
        scales = np.array([prepared.features[i].scale for i in numbers])
        most = np.argsort(-spreads * scales, kind="stable")[:2]
        return numbers[int(min(most))], numbers[int(max(most))]
    return numbers[0], numbers[1]


def wide_range(values: Numbers, margin: float = 0.12) -> tuple[float, float]:
    """Return a range around all values, with room at both ends and round ends."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    span = (high - low) or max(abs(high), 1.0)
    grain = 10.0 ** np.floor(np.log10(span / 10))
    low = np.floor((low - margin * span) / grain) * grain
    return float(low), float(np.ceil((high + margin * span) / grain) * grain)
