"""The loss of one row drawn against its guess: a curve, where the row is on it, and its slope."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.ledger.case import Case

POINTS = 81
LADDER = (1.0, 2.0, 5.0, 10.0)
NARROWEST = 4.0  # of logits: from nearly sure of one class to nearly sure of the other


@dataclass(frozen=True, eq=False)
class LossCurve:
    """z (n,) and the row's loss there (n,), the other outputs held; the row's own place and slope.

    `truth` is the target where z is a value, None where it is a logit; `name` says which z it is.
    """

    z: Array
    loss: Array
    at: float
    here: float
    slope: float
    truth: float | None
    name: str

    def tangent(self, z: float) -> float:
        """Return the height of the slope's line at z."""
        return self.here + self.slope * (z - self.at)


def loss_curve(case: Case) -> LossCurve | None:
    """Return the curve of the output on the case's way; None for a landscape."""
    if not isinstance(case.network, Network):
        return None
    found, output = case.pass_, case.way[-1]
    at = float(found.sums[-1][output])
    if not math.isfinite(at):
        return None
    is_value = not case.hypothesis.classes
    truth = float(found.target[output]) if is_value else None
    middle = truth or 0.0
    half = _rung(max(1.3 * abs(at - middle), 1.0 if is_value else NARROWEST))
    z = np.linspace(middle - half, middle + half, POINTS)
    outputs = np.repeat(found.sums[-1][:, None], POINTS, axis=1)
    outputs[output] = z
    target = np.repeat(found.target[:, None], POINTS, axis=1)
    with np.errstate(all="ignore"):
        loss = case.loss.rows(outputs, target)
    several = case.net.outputs > 1
    name = f"z of {case.hypothesis.output_name(output)}" if several and not is_value else "z"
    slope = float(found.deltas[-1][output])
    return LossCurve(z, loss, at, case.row_loss, slope, truth, name)


def _rung(size: float) -> float:
    """Return the next rung of 1, 2, 5, 10, …: an axis that does not change at every step."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(rung * power for rung in LADDER if rung * power >= size)
