"""The engine's side of a case."""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.network import with_ones
from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.schedules import Plateau
from gd_studio.engine.trainer import Trainer
from tests.parity.cases import Case
from tests.parity.states import Named, memory_from


class Engine:
    """A case in the engine's hands."""

    def __init__(self, case: Case) -> None:
        self._schedule, self._plateau = case.schedule, PlateauMemory()
        loss = case.loss.for_task(case.task)
        x, y = with_ones(case.x()), case.y()
        self.trainer = Trainer(case.network(), loss, case.optimizer, case.theta(), x, y, seed=0)
        self.trainer.adopt(case.optimizer, case.schedule, case.penalty, case.batch, case.clipping)

    def start_from(self, theta: Array, state: Named) -> None:
        """Put an oracle's parameters and state in the place of the engine's."""
        np.copyto(self.trainer.theta, theta)
        if state:
            np.copyto(self.trainer.memory, memory_from(self.trainer.optimizer, state))

    def step(self) -> None:
        self.trainer.step()
        if isinstance(self._schedule, Plateau):
            self._plateau = self._plateau.after(self.trainer.batch_loss, self._schedule)
            self.trainer.rate_factor = self._plateau.factor

    @property
    def rows(self) -> Integers:
        """The rows that the last step looked at."""
        return self.trainer.epochs.taken_rows


def deviation(found: Array, expected: Array, largest: float = 0.0) -> float:
    """Return the largest difference as a share of the largest expected entry, or of `largest`.

    What is not a number is infinitely far from anything.
    """
    apart = float(np.abs(found - expected).max())
    largest = max(largest, float(np.abs(expected).max()))
    if math.isnan(apart):
        return math.inf
    return apart / largest if apart else 0.0
