"""Up to which learning rate plain gradient descent is stable at a place: 2/λmax there.

On a parabola of curvature λ a step multiplies the distance to the bottom by 1 - ηλ. Up to η = 1/λ
it comes down on its own side; between 1/λ and 2/λ it jumps over the bottom and still comes nearer;
above 2/λ each jump is longer than the one before. In many dimensions the steepest curvature λmax,
the sharpness, decides.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import Sgd
from gd_studio.errors import GDStudioError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.models import Mlp

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

# One product with the Hessian of so many rows times parameters takes about half a second.
MOST_ROWS_TIMES_PARAMETERS = 400_000_000


@dataclass(frozen=True)
class Stability:
    """The sharpness λmax at a place, and whether it was found to the last digits shown."""

    sharpness: float
    is_exact: bool = True

    @property
    def limit(self) -> float:
        """The rate 2/λmax up to which descent is stable.

        Infinite where no direction bends upwards, NaN where the curvature is not finite.
        """
        if math.isnan(self.sharpness):
            return math.nan
        return 2 / self.sharpness if self.sharpness > 0 else math.inf


def stability(hypothesis: Hypothesis, parameters: Array) -> Generator[None, None, Stability]:
    """Return the sharpness of the total loss over all training rows at parameters (P,).

    It pauses after each product with the Hessian. In float64 whatever the run's precision.
    Raises GDStudioError for a model and data too large to be measured while one waits.
    """
    from gd_studio.engine.lanczos import search_eigenpair  # here: the window comes first

    train = hypothesis.prepared.train
    rows, size = len(train.rows), hypothesis.network.size
    if rows * size > MOST_ROWS_TIMES_PARAMETERS:
        raise GDStudioError(f"not measured: {size} parameters on {rows} rows take too long")
    x = hypothesis.network_input(train.x).astype(np.float64, copy=False)
    y = hypothesis.network_target(train.y).astype(np.float64, copy=False)
    oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)
    theta = np.array(parameters, np.float64)
    pair = yield from search_eigenpair(
        lambda direction: oracle.hessian_product(theta, direction), theta.size
    )
    return Stability(pair.value, pair.converged)


def beyond_theory(experiment: Experiment) -> str:
    """Say what makes a descent more than the plain one that 2/λmax is about; "" if nothing does.

    A schedule only scales the rate, and batches of a part of the rows only add noise.
    """
    optimizer, training, model = experiment.optimizer, experiment.training, experiment.model
    if not isinstance(optimizer, Sgd):
        return optimizer.title
    if optimizer.momentum > 0:
        return "momentum"
    if training.clip_norm is not None or training.clip_value is not None:
        return "clipping"
    if isinstance(model, Mlp) and model.dropout > 0:
        return "dropout"
    return ""
