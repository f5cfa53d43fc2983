"""Learning rates that would work: from the curvature where theory knows one, else a share."""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.lanczos import largest_eigenpair
from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.diagnosis.case import Case

MOST_PRODUCTS = 24


def rounded(value: float) -> float:
    """Return a number to two digits, as one would type it."""
    return float(f"{value:.2g}")


def curvature_at(case: Case, theta: Array | None) -> float | None:
    """Return λmax, the largest curvature of the total loss at parameters (P,), on the case's rows.

    To one part in a hundred. None where the parameters are not known, or nothing bends upwards.
    """
    if theta is None or case.is_landscape:
        return None
    hypothesis = case.hypothesis
    x, y = case.x.astype(np.float64), case.y.astype(np.float64)
    oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)
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


def lower_rate(case: Case, step: int, share: float) -> tuple[float, str]:
    """Return a rate that is stable at a step, and the theory in words ("" if there is none).

    For plain gradient descent that is 1/λmax at most; for others a share of the present rate.
    """
    curvature = curvature_at(case, parameters_at(case, step)) if is_plain(case) else None
    if curvature is None:
        return rounded(case.rate * share), ""
    theory = (
        f"Rate × curvature is {case.rate:.3g} × {curvature:.3g} = {case.rate * curvature:.3g}; "
        "above 2, plain descent jumps farther from the bottom with every step."
    )
    stable = case.rate * curvature < 2
    return rounded(min(case.rate * share, 1 / curvature)), "" if stable else theory
