"""What the methods share that look at the whole training set in each step, and ask the oracle.

Such a step measures the loss at other places than theta, or its curvature there. On another batch
the loss is another function, and what was measured on the last one would be wrong.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, UntoldError
from gd_studio.engine.optimizers.base import AbstractOptimizer, Oracle, State
from gd_studio.settings import described

StepShare = Annotated[
    float,
    described(
        "Learning rate",
        "The share of the method's own step that is tried first; 1 is all of it.",
        gt=0,
        le=1000,
        scale="log",
        live=True,
        own=True,
        editor="rate",
    ),
]


class AbstractFullBatch(AbstractOptimizer, frozen=True):
    """A method that moves one model at a time, by its loss over all rows.

    A step never makes the loss worse (by more than it is rounded). Where none can be found, theta
    stays where it is, as at a minimum.
    """

    full_batch: ClassVar[bool] = True
    learning_rate: StepShare = 1.0

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        # Steps that were tried and gave infinity are not taken; they are no reason to warn.
        with np.errstate(all="ignore"):
            if theta.ndim == 1:
                self.move(theta, g, float(rate), state.memory, state.oracle)
                return
            rates = np.broadcast_to(rate, (len(theta), 1))
            for k in range(len(theta)):
                self.move(theta[k], g[k], float(rates[k, 0]), state.memory[:, k], state.oracle)

    def move(self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle) -> None:
        """Move theta (P,) by one step; memory is (slots, P)."""
        raise NotImplementedError

    def effort(self, rows: int, parameters: int) -> int:
        """Return about how many multiplications a step takes, and so its account."""
        return 10 * rows * parameters

    def account(self, book: Account) -> None:
        """Write how one parameter moved: the step is made again from the state before it.

        What is told is what the method decides there, never what follows from where it ended.
        Raises UntoldError where that state is not known, or leads elsewhere than the run went.
        """
        move = book.move
        if move.before is None or move.oracle is None:
            raise UntoldError
        with np.errstate(all="ignore"):
            there = self.tell(book, move.before.copy(), move.oracle)
        if not move.leads_to(move.theta if there is None else there):
            raise UntoldError

    def tell(self, book: Account, memory: Array, oracle: Oracle) -> Array | None:
        """Write the step from a memory that may be changed; return where it led, if anywhere."""
        raise NotImplementedError
