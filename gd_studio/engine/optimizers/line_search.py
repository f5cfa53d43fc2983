"""How far to go along a direction that leads down: until the strong Wolfe conditions hold.

They ask that the loss falls by a fair share of what the slope promised, and that the slope has
flattened: far enough, but not too far (Nocedal and Wright 2006, algorithms 3.5 and 3.6). Close to
a minimum the loss is rounded before the slope is; there a loss that is equal up to rounding will
do (the approximate Wolfe conditions of Hager and Zhang 2005).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.base import Oracle

FALL = 1e-4
MOST_TRIALS = 30


class Trial(NamedTuple):
    """A place on the line: how far along, its loss and slope, theta (P,) and gradient (P,)."""

    length: float
    loss: float
    slope: float
    theta: Array
    gradient: Array


class Line:
    """The loss along theta + length · direction, of which `flatter` is the slope to reach."""

    def __init__(
        self, oracle: Oracle, theta: Array, g: Array, direction: Array, flatter: float
    ) -> None:
        self._oracle, self._direction, self.flatter = oracle, direction, flatter
        self.start = Trial(0.0, oracle.loss(theta), float(g @ direction), theta, g)
        self.rounding = oracle.rounding(theta)

    def at(self, length: float) -> Trial:
        """Measure at a length."""
        theta = self.start.theta + length * self._direction
        gradient = self._oracle.gradient(theta)
        loss = self._oracle.loss(theta)
        return Trial(length, loss, float(gradient @ self._direction), theta, gradient)

    def falls(self, trial: Trial) -> bool:
        """Whether the loss has fallen by its share, or cannot be seen to fall and is flatter."""
        start = self.start
        if trial.loss <= start.loss + FALL * trial.length * start.slope:
            return trial.loss < start.loss or self.flattens(trial)
        return trial.loss <= start.loss + self.rounding and self.flattens(trial)

    def flattens(self, trial: Trial) -> bool:
        """Whether the slope has flattened enough."""
        return abs(trial.slope) <= -self.flatter * self.start.slope

    def guess(self, low: Trial, high: Trial) -> float:
        """Return where between two places the loss should be lowest, not too close to either."""
        middle, width = (low.length + high.length) / 2, high.length - low.length
        if not math.isfinite(high.loss + high.slope):
            return low.length + width / 10
        if abs(high.loss - low.loss) <= self.rounding:
            fall = low.slope - high.slope
            found = low.length + width * low.slope / fall if fall else middle
        else:
            found = _lowest_of_cubic(low, high)
        ends = sorted((low.length + width / 10, high.length - width / 10))
        return min(max(found, ends[0]), ends[1]) if math.isfinite(found) else middle


def search(line: Line, first: float) -> Trial | None:
    """Return a place that satisfies the strong Wolfe conditions, trying `first` first.

    If rounding hides such a place, one where the loss is lower; None if there is none either,
    or if the direction does not lead down.
    """
    start = line.start
    if not start.slope < 0 or not math.isfinite(start.slope + start.loss):
        return None
    low, length = start, first
    for _ in range(MOST_TRIALS):
        trial = line.at(length)
        if line.falls(trial) and line.flattens(trial):
            return trial
        too_far = not line.falls(trial) or (low is not start and trial.loss >= low.loss)
        if too_far or not math.isfinite(trial.slope):
            return _between(line, low, trial)
        if trial.slope >= 0:
            return _between(line, trial, low)
        low, length = trial, length * 4
    return low


def _between(line: Line, low: Trial, high: Trial) -> Trial | None:
    """Narrow an interval whose lower end has the lower loss and leads down into it."""
    for _ in range(MOST_TRIALS):
        trial = line.at(line.guess(low, high))
        if line.falls(trial) and line.flattens(trial):
            return trial
        if not line.falls(trial) or trial.loss >= low.loss:
            high = trial
            continue
        if trial.slope * (high.length - low.length) >= 0:
            high = low
        low = trial
    return low if low is not line.start else None


def _lowest_of_cubic(a: Trial, b: Trial) -> float:
    """Return where the cubic with two places' losses and slopes is lowest (equation 3.59)."""
    width = b.length - a.length
    bend = a.slope + b.slope - 3 * (b.loss - a.loss) / width
    root = math.copysign(math.sqrt(max(0.0, bend * bend - a.slope * b.slope)), width)
    down = b.slope - a.slope + 2 * root
    return b.length - width * (b.slope + root - bend) / down if down else math.nan


def dot(a: Array, b: Array) -> float:
    """Return a·b as a number, which takes no part in an array's precision."""
    return float(np.dot(a, b))
