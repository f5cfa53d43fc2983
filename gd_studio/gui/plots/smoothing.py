"""Smoothing a curve for the eye: what it does on average, with the noise of single steps taken out.

An exponential average that knows how far apart its points are: a value counts e^(-d/reach) when it
lies d steps back, and the weights are made to add up to 1, so that the start is not drawn to 0.
"""

from __future__ import annotations

import numpy as np

from gd_studio.gui.plots.curves import Numbers

REACHES = (0, 10, 30, 100, 300, 1000, 10_000)  # steps; 0 is off
STRETCH = 300.0  # e to the power of this, and its inverse, are still numbers


def smoothed(steps: Numbers, values: Numbers, reach: float) -> Numbers:
    """Return the average at each of rising steps (n,) of the values up to there (n,).

    A value that is not finite counts for nothing, and stays what it is.
    """
    finite = np.isfinite(values)
    known = np.where(finite, values, 0.0)
    sums, weights = np.empty(len(values)), np.empty(len(values))
    sum_before = weight_before = 0.0
    start = 0
    while start < len(values):
        # Relative to the first of a stretch, short enough for its powers to be numbers.
        stop = int(np.searchsorted(steps, steps[start] + STRETCH * reach, "right"))
        back = 0.0 if start == 0 else float(steps[start] - steps[start - 1])
        fade = np.exp(-back / reach)
        growth = np.exp((steps[start:stop] - steps[start]) / reach)
        sums[start:stop] = (fade * sum_before + np.cumsum(known[start:stop] * growth)) / growth
        heard = np.cumsum(finite[start:stop] * growth)
        weights[start:stop] = (fade * weight_before + heard) / growth
        sum_before, weight_before = float(sums[stop - 1]), float(weights[stop - 1])
        start = stop
    with np.errstate(all="ignore"):
        return np.where(finite, sums / weights, values)
