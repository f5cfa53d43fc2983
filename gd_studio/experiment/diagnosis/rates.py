"""Learning rates that would work: from the curvature where theory knows one, else a share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.function import BoundOracle
from gd_studio.engine.lanczos import largest_eigenpair
from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Proposal
from gd_studio.experiment.diagnosis.trial import RATE, Candidate, halvings, proposed, rounded

MOST_PRODUCTS = 24


def oracle_of(case: Case) -> BoundOracle:
    """Return the total loss on the case's rows as a function with slopes, in float64."""
    hypothesis = case.hypothesis
    x, y = case.x.astype(np.float64), case.y.astype(np.float64)
    return hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)


def curvature_at(case: Case, theta: Array | None) -> float | None:
    """Return λmax, the largest curvature of the total loss at parameters (P,), on the case's rows.

    To one part in a hundred. None where the parameters are not known, or nothing bends upwards.
    """
    if theta is None or case.is_landscape:
        return None
    oracle = oracle_of(case)
    point = theta.astype(np.float64)
    with np.errstate(all="ignore"):
        found = largest_eigenpair(
            lambda v: oracle.hessian_product(point, v),
            point.size,
            tolerance=1e-2,
            most_iterations=MOST_PRODUCTS,
        )
    return found.value if math.isfinite(found.value) and found.value > 0 else None


def parameters_at(case: Case, step: int) -> Array | None:
    """Return the parameters (P,) at the latest kept step up to one; None if only a part is kept."""
    if step == case.step:
        return case.run.parameters
    trajectory = case.run.timeline.trajectory
    if trajectory.parameters is not None:
        return None
    steps, path = trajectory.path()
    row: Array = path[max(0, int(np.searchsorted(steps, step, side="right")) - 1)]
    return row


def is_plain(case: Case) -> bool:
    """Whether the theory of the stable rate, below 2/λmax, holds: plain gradient descent."""
    optimizer = case.settings.optimizer
    return isinstance(optimizer, Sgd) and optimizer.momentum == 0


def theory_at(case: Case, step: int) -> str:
    """Say at a step why the rate in force cannot settle; "" where theory does not."""
    curvature = curvature_at(case, parameters_at(case, step)) if is_plain(case) else None
    if curvature is None or case.rate * curvature < 2:
        return ""
    return (
        f"Rate × curvature is {case.rate:.3g} × {curvature:.3g} = {case.rate * curvature:.3g}; "
        "above 2, plain descent jumps farther from the bottom with every step."
    )


def lower_rate(case: Case, kind: str, step: int) -> Proposal:
    """Return the proposal of a smaller rate from a step on, or from the start if it is no use.

    Untried it is a tenth of the rate in force.
    """
    label, tenth = "Set the learning rate to {rate}", {RATE: rounded(case.rate / 10)}
    steps = dict.fromkeys((step, 0))
    # Half of a rate that swings may still swing, later than a trial lasts.
    rates = tuple(rounded(rate) for rate in halvings(case.rate)[1:])
    return proposed(case, kind, *(Candidate(label, tenth, rates, step=at) for at in steps))


@dataclass(frozen=True)
class Descent:
    """The steepest descent from here: what its best step would gain.

    `rate` is that of the best step, |g|² / gᵀHg; `promise` the fall of the loss that it foretells,
    |g|⁴ / 2 gᵀHg. (Nocedal and Wright, Numerical Optimization, 2006, section 3.3.)
    """

    rate: float
    promise: float


def descent_at(case: Case) -> Descent | None:
    """Return the steepest descent of the total loss on the case's rows; None if it does not bend.

    Upwards, that is: where the slope does not lessen, no step is the best.
    """
    oracle, theta = oracle_of(case), case.run.parameters.astype(np.float64)
    with np.errstate(all="ignore"):
        gradient = oracle.gradient(theta)
        bend = float(gradient @ oracle.hessian_product(theta, gradient))
        square = float(gradient @ gradient)
    if not bend > 0 or not math.isfinite(square):
        return None
    return Descent(square / bend, square * square / (2 * bend))
