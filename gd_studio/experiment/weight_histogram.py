"""How the parameters of a layer are spread, step by step: a histogram of each kept moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array, Integers

BINS = 48
MOST_MOMENTS = 120
MOST_VALUES = 500  # of one moment; of a larger layer evenly chosen parameters stand for all


@dataclass(frozen=True, eq=False)
class WeightHistogram:
    """Shares of a layer's parameters by value and time; nothing is clipped or left out.

    `steps` (m,) are the kept steps at evenly spaced moments, `edges` (bins + 1,) the bins' ends,
    from the lowest to the highest value of all moments. `shares` (bins, m) and `broken` (m,), the
    share that is no finite number, add up to 1 at each moment. `count` parameters were counted.
    """

    steps: Integers
    edges: Array
    shares: Array
    broken: Array
    count: int


def weight_histogram(steps: Array, values: Array) -> WeightHistogram:
    """Return the histogram of values (n, k) at kept steps (n,), rising from 0."""
    moments = min(len(steps), MOST_MOMENTS)
    at = np.linspace(0, float(steps[-1]), moments)
    places = np.searchsorted(steps, at, side="right") - 1
    chosen = evenly(values.shape[1], MOST_VALUES)
    kept = np.asarray(values[places][:, chosen], np.float64)
    finite = np.isfinite(kept)
    found = kept[finite]
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 0.0)
    if not high > low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    with np.errstate(invalid="ignore"):
        scaled = (np.where(finite, kept, low) - low) * (BINS / (high - low))
    bins = np.minimum(scaled.astype(np.intp), BINS - 1)
    cells = bins + BINS * np.arange(moments)[:, None]
    counted = np.bincount(cells[finite], minlength=BINS * moments).reshape(moments, BINS)
    count = len(chosen)
    broken = 1 - finite.sum(axis=1) / count
    return WeightHistogram(
        np.asarray(steps)[places].astype(np.intp), edges, counted.T / count, broken, count
    )


def evenly(total: int, most: int) -> Integers:
    """Return at most `most` evenly spaced places of `total`, first and last among them."""
    if total <= most:
        return np.arange(total)
    return np.unique(np.linspace(0, total - 1, most).round().astype(np.intp))
