"""What the model guesses on a grid over one or two features, the others held at some row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gd_studio.data import Prepared
from gd_studio.gui.plots.samples import Numbers

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Grid:
    """Prepared rows of a grid: x fastest, y from low to high."""

    rows: Numbers  # (ny * nx, features)
    x: Numbers
    y: Numbers

    def table(self, values: Numbers) -> Numbers:
        """Return (rows, k) values as (ny, nx, k)."""
        return values.reshape(len(self.y), len(self.x), -1)


def over_one(
    prepared: Prepared, feature: int, span: Range, count: int, base: Numbers | None = None
) -> Grid:
    """Return evenly spaced values of one feature, the others as in `base` (prepared)."""
    x = np.linspace(*span, count)
    rows = _held(prepared, count, base)
    rows[:, feature] = _as_seen(prepared, feature, x)
    return Grid(rows, x, np.zeros(1))


def over_two(
    prepared: Prepared,
    features: tuple[int, int],
    spans: tuple[Range, Range],
    count: int,
    base: Numbers | None = None,
) -> Grid:
    """Return a count by count grid over two features, the others as in `base` (prepared)."""
    # Values stand in the middle of cells, as the picture's pixels do.
    half = 0.5 / count
    x, y = (low + (high - low) * np.linspace(half, 1 - half, count) for low, high in spans)
    rows = _held(prepared, count * count, base)
    rows[:, features[0]] = np.tile(_as_seen(prepared, features[0], x), count)
    rows[:, features[1]] = np.repeat(_as_seen(prepared, features[1], y), count)
    return Grid(rows, x, y)


def _held(prepared: Prepared, count: int, base: Numbers | None) -> Numbers:
    if base is None:
        return np.zeros((count, len(prepared.features)))
    return np.tile(np.asarray(base, dtype=np.float64), (count, 1))


def _as_seen(prepared: Prepared, feature: int, own: Numbers) -> Numbers:
    known = prepared.features[feature]
    return (own - known.mean) / known.scale


@lru_cache(maxsize=8)
def _weights(old: int, new: int) -> Any:
    """Return the matrix (new, old) that resamples evenly spaced cell values linearly."""
    at = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    low = np.minimum(at.astype(int), old - 2)
    share = at - low
    matrix = np.zeros((new, old), dtype=np.float32)
    matrix[np.arange(new), low] = 1 - share
    matrix[np.arange(new), low + 1] += share
    return matrix


def smooth(table: Numbers, size: int) -> Any:
    """Return a (n, n) table as a (size, size) picture without visible cells."""
    old = table.shape[0]
    if old >= size:
        return np.asarray(table, dtype=np.float32)
    matrix = _weights(old, size)
    # A run that is about to diverge guesses numbers that 32 bits cannot hold.
    with np.errstate(over="ignore", invalid="ignore"):
        return matrix @ np.asarray(table, dtype=np.float32) @ matrix.T
