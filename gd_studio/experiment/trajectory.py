"""The path through parameter space: the parameters at no more than 2 000 kept steps.

Weights over time, the path on the surface and its principal components all read it. The first
step, the last and those of the tape are always kept; the others thin out by doubling their stride.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from weakref import ref

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.randomness import generator

MOST_STEPS = 2000
MOST_PARAMETERS = 100_000
BUDGET = 96 * 2**20


class Trajectory:
    """Kept steps (n,) and their parameters (n, P). Above 10⁵ parameters, of a seeded subset."""

    def __init__(self, theta: Array, seed: int) -> None:
        self.parameters: Integers | None = None
        if theta.size > MOST_PARAMETERS:
            drawn = generator(seed, "trajectory").choice(theta.size, MOST_PARAMETERS, False)
            self.parameters = np.sort(drawn)
        row = self._part(theta)
        self._limit = int(max(16, min(MOST_STEPS, BUDGET // row.nbytes)))
        self._stride = 1
        self._steps: list[int] = []
        self._forced: set[int] = {0}
        self._rows = np.empty((min(64, self._limit), row.size), row.dtype)
        self._now = (0, row.copy())
        self._joined: Callable[[], Array | None] = _nothing
        self._add(0, row)

    def record(self, step: int, theta: Array) -> None:
        """Note the parameters after a step."""
        if step % self._stride == 0:
            self._add(step, self._part(theta))

    def finish(self, step: int, theta: Array) -> None:
        """Note the parameters of the last step, which is always part of the path."""
        self._now = (step, self._part(theta).copy())
        self._joined = _nothing

    def force(self, step: int, theta: Array) -> None:
        """Keep a step for good: something was done there."""
        self._forced.add(step)
        self._joined = _nothing
        if step in self._steps:
            place = self._steps.index(step)
            self._rows = self._rows.copy()
            self._rows[place] = self._part(theta)
        else:
            self._add(step, self._part(theta))

    def path(self) -> tuple[Integers, Array]:
        """Return the kept steps (n,) and their parameters (n, P), the last step included.

        The rows already written never change, so a view may be handed to another thread.
        """
        count = len(self._steps)
        steps, rows = np.array(self._steps), self._rows[:count]
        if self._now[0] > steps[-1]:
            steps = np.append(steps, self._now[0])
            rows = self._with_last(rows)
        rows = rows.view()
        rows.flags.writeable = False
        return steps, rows

    def cut(self, last: int) -> Trajectory:
        """Return the path up to a step, on rows of its own."""
        other = object.__new__(Trajectory)
        other.__dict__.update(self.__dict__)
        count = bisect_left(self._steps, last + 1)
        other._steps = self._steps[:count]
        other._rows = self._rows[: max(count, 1)].copy()
        other._forced = {s for s in self._forced if s <= last}
        other._now = (0, self._rows[0])
        other._joined = _nothing
        return other

    def _with_last(self, rows: Array) -> Array:
        """Return the kept rows and the last step's: one copy, for as long as someone holds it."""
        joined = self._joined()
        if joined is None:
            joined = np.vstack([rows, self._now[1]])
            self._joined = ref(joined)
        return joined

    def _part(self, theta: Array) -> Array:
        return theta if self.parameters is None else theta[self.parameters]

    def _add(self, step: int, row: Array) -> None:
        self._joined = _nothing
        # One place is left for the last step; where much was done, some room stays in between.
        if len(self._steps) >= max(self._limit - 1, len(self._forced) + 16):
            self._thin()
            if step % self._stride and step not in self._forced:
                return
        count = len(self._steps)
        if count == len(self._rows):
            grown = np.empty((2 * count, self._rows.shape[1]), self._rows.dtype)
            grown[:count] = self._rows
            self._rows = grown
        self._rows[count] = row
        self._steps.append(step)

    def _thin(self) -> None:
        """Double the stride; into new rows, since views of the old may be in use elsewhere."""
        self._stride *= 2
        kept = [
            i for i, s in enumerate(self._steps) if s % self._stride == 0 or s in self._forced
        ]
        self._rows = self._rows[kept]
        self._steps = [self._steps[i] for i in kept]


def _nothing() -> None:
    """Stand in for a reference to a copy that nobody has made, or holds."""
