"""The last twenty steps of a run: what goes wrong at every step is seen before an epoch is over.

Batches are left out of it: the path through parameter space is known, so the loss on the same rows
can be worked out at each of its points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, Integers

if TYPE_CHECKING:
    from gd_studio.experiment.diagnosis.case import Case

STEPS = 20
# So many rows are enough to see a loss swing, since they are the same ones at every step; of a
# large network no more than cost so many sums in all.
MOST_ROWS, LEAST_ROWS = 128, 32
MOST_SUMS = 40_000
# Random jitter about a place turns back with a cosine of -0.5; steps across a valley, with -1.
REVERSED = -0.75
FALL = 0.1


@dataclass(frozen=True, eq=False)
class Lately:
    """The path (n, P) of the last kept steps, none of them before the last act; and its losses."""

    case: Case
    path: Array

    def __bool__(self) -> bool:
        return len(self.path) > 0

    @cached_property
    def batch_totals(self) -> Array:
        """The total losses (n,) of the last batches, as they were met."""
        return self.case.run.history.totals_until(self.case.step, STEPS)

    @cached_property
    def losses(self) -> Array:
        """The total losses (n,) on the same rows, step by step."""
        case, hypothesis = self.case, self.case.hypothesis
        columns = self._columns()
        x, y = (np.ascontiguousarray(part[:, columns]) for part in (case.x, case.y))
        losses = np.empty(len(self.path))
        with np.errstate(all="ignore"):
            thetas = np.ascontiguousarray(self.path, hypothesis.dtype)
            for first, part in hypothesis.total_losses_in_blocks(thetas, x, y):
                losses[first : first + len(part)] = part
        return losses

    def _columns(self) -> Integers:
        """Return which of the case's rows are looked at, evenly drawn."""
        count = self.case.x.shape[1]
        sums = len(self.path) * sum(self.case.hypothesis.network.sizes[1:])
        most = min(count, MOST_ROWS, max(LEAST_ROWS, MOST_SUMS // sums))
        return np.unique(np.linspace(0, count - 1, most).astype(np.intp))

    @cached_property
    def progress(self) -> float:
        """By which share the loss fell, from the first half in the middle to the second."""
        half = len(self.losses) // 2
        before = float(np.median(self.losses[:half]))
        after = float(np.median(self.losses[half:]))
        return (before - after) / before if before > 0 else 0.0

    @property
    def falls(self) -> bool:
        """Whether it fell by a tenth, and by more than it moves from one step to the next."""
        fall = self.progress * float(np.median(self.losses[: len(self.losses) // 2]))
        return self.progress > FALL and fall > float(np.abs(np.diff(self.losses)).mean())

    @cached_property
    def turn(self) -> float:
        """The cosine of the angle between an update and the next, on the average."""
        moves = np.diff(self.path.astype(np.float64), axis=0)
        lengths = np.sqrt(np.square(moves).sum(axis=1))
        products = (moves[1:] * moves[:-1]).sum(axis=1)
        sizes = lengths[1:] * lengths[:-1]
        known = sizes > 0
        return float((products[known] / sizes[known]).mean()) if known.any() else 0.0

    @property
    def is_reversed(self) -> bool:
        """Whether each update takes back much of the one before."""
        return self.turn < REVERSED


def lately(case: Case) -> Lately:
    """Return the last steps of a case; empty before there are enough, or if the path is unknown."""
    trajectory = case.run.timeline.trajectory
    none = np.zeros((0, 0))
    if trajectory.parameters is not None or case.is_landscape or case.step - case.begun < STEPS:
        return Lately(case, none)
    steps, path = trajectory.path()
    end = int(np.searchsorted(steps, case.step, side="right"))
    first = int(np.searchsorted(steps, case.begun))
    start = end - STEPS - 1
    return Lately(case, path[start:end] if start >= first else none)
