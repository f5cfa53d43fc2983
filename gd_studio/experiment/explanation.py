"""What one row and one parameter had to do with one step: the numbers of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.arrays import Array
from gd_studio.engine.penalties import Penalty

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis


@dataclass(frozen=True, eq=False)
class Explanation:
    """One row at given parameters: its outputs, guess, loss and own gradient.

    `outputs` (outputs,) are scaled values or logits; `guess` is in own units, or probabilities;
    `error` (outputs,) is d(row loss)/d(outputs); `gradient` (P,) is of the row's loss alone, and
    computed when it is asked for. All three of the loss are times the weight of the row's class.
    """

    outputs: Array
    guess: Array
    loss: float
    error: Array
    _slope: Callable[[], Array]

    @cached_property
    def gradient(self) -> Array:
        """The gradient (P,) of the row's loss alone."""
        with np.errstate(all="ignore"):
            return self._slope()


def explain(hypothesis: Hypothesis, theta: Array, split: Split, row: int) -> Explanation:
    """Return the explanation of one row of a split at parameters theta (P,), in float64."""
    theta = np.asarray(theta, np.float64)
    one = Split(split.x[row : row + 1], split.y[row : row + 1], split.rows[row : row + 1])
    x = hypothesis.network_input(one.x).astype(np.float64)
    y = hypothesis.network_target(one.y).astype(np.float64)

    def slope() -> Array:
        oracle = hypothesis.network.oracle(hypothesis.loss, Penalty(), x, y)
        return oracle.gradient(theta) * hypothesis.loss.total_weight(y)

    with np.errstate(all="ignore"):
        z = hypothesis.outputs(theta, one.x)
        outputs, error = z[0], np.empty_like(y)
        hypothesis.loss.slope(outputs[:, None], y, error)
        return Explanation(
            outputs,
            hypothesis.guess_of(z)[0],
            float(hypothesis.loss.rows(outputs[:, None], y)[0]),
            error[:, 0],
            slope,
        )
