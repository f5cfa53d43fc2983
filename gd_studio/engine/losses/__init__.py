"""Loss functions: one number that says how wrong a guess is.

For outputs z (..., outputs, rows) and targets y (outputs, rows) a loss gives `rows`, the loss of
each row; `slope`, its derivative by the outputs; and `curvature`, the second derivative times a
direction v (None where there is none). The batch loss is the mean over rows, which for MSE is also
the mean over elements, as in PyTorch. For classes, targets are 0 or 1: one row of them for two
classes (one logit), one-hot for more (softmax). To add one: a class, and a name in `Loss` and
`LOSSES`.
"""

from __future__ import annotations

from gd_studio.engine.losses.cross_entropy import CrossEntropy
from gd_studio.engine.losses.hinge import Hinge
from gd_studio.engine.losses.loss import AbstractLoss
from gd_studio.engine.losses.probabilities import (
    SquaredProbabilityError,
    probabilities,
    probability_slope,
)
from gd_studio.engine.losses.regression import (
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanSquaredError,
)

Loss = MeanSquaredError | MeanAbsoluteError | Huber | LogCosh | CrossEntropy | Hinge

LOSSES: dict[str, type[AbstractLoss]] = {
    "mse": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "huber": Huber,
    "log_cosh": LogCosh,
    "cross_entropy": CrossEntropy,
    "hinge": Hinge,
}
DEFAULT_LOSS: dict[str, AbstractLoss] = {
    "regression": MeanSquaredError(),
    "classification": CrossEntropy(),
}

__all__ = [
    "DEFAULT_LOSS",
    "LOSSES",
    "AbstractLoss",
    "CrossEntropy",
    "Hinge",
    "Huber",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SquaredProbabilityError",
    "probabilities",
    "probability_slope",
]
