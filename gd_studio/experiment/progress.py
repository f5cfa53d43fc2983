"""How a curve has gone so far: how much it fell or rose, and since when it is flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gd_studio.engine.arrays import Array

NEAR = 0.01  # of the curve's whole height: within it of its end, a curve counts as flat
LEAST_FLAT = 0.1  # of its steps: a shorter end is not worth a word
LEAST_POINTS = 5


@dataclass(frozen=True)
class Progress:
    """From `first` to `last` in so many `steps`, flat since a step, broken since another.

    `flat_since`: the first step from which on the curve stays within 1 % of its whole height of
    its last value; None where that end is shorter than a tenth of the steps. `broken_since`: the
    step of the first value that is not finite; the others are then those before it.
    """

    first: float
    last: float
    steps: int
    flat_since: int | None = None
    broken_since: int | None = None

    @property
    def share(self) -> float | None:
        """The change as a share of the first value; None unless that is above 0."""
        return (self.last - self.first) / self.first if self.first > 0 else None


def progress(steps: Array, values: Array) -> Progress | None:
    """Return how values (n,) at rising steps (n,) have gone; None without a finite start."""
    bad = np.flatnonzero(~np.isfinite(values))
    broken = int(steps[bad[0]]) if len(bad) else None
    if len(bad):
        steps, values = steps[: bad[0]], values[: bad[0]]
    if not len(values):
        return None
    first, last = float(values[0]), float(values[-1])
    return Progress(first, last, int(steps[-1] - steps[0]), _flat_since(steps, values), broken)


def _flat_since(steps: Array, values: Array) -> int | None:
    height = float(values.max() - values.min())
    away = np.flatnonzero(np.abs(values - values[-1]) > NEAR * height)
    if len(values) < LEAST_POINTS or height == 0 or not len(away):
        return None
    since = steps[away[-1] + 1]
    is_long = steps[-1] - since >= LEAST_FLAT * (steps[-1] - steps[0])
    return int(since) if is_long and steps[-1] > since else None
