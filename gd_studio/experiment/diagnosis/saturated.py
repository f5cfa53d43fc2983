"""Saturated units: neurons at the flat ends of tanh or sigmoid, where the slope is next to 0."""

from __future__ import annotations

import numpy as np

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal

# |tanh| above this has a slope below 0.06; for the sigmoid, 2a - 1 stands for it.
FLAT = 0.97
LEAST_SHARE = 0.7
MOST_LEFT = 0.5


def saturated(case: Case) -> Finding | None:
    """Return a finding if most outputs of a layer are at the flat ends, and little is learned."""
    network = case.network
    if network is None or network.activation_name not in ("tanh", "sigmoid"):
        return None
    if len(case.window) == 0 or case.share_left < MOST_LEFT:
        return None
    if not case.is_flat and case.share_left < 1:
        return None
    sigmoid = network.activation_name == "sigmoid"
    shares = [
        float((np.abs(2 * units - 1 if sigmoid else units) > FLAT).mean()) for units in case.units
    ]
    worst = int(np.argmax(shares))
    if shares[worst] < LEAST_SHARE:
        return None
    evidence = (
        f"{100 * shares[worst]:.0f} % of the outputs of {network.layers[worst].name}, on "
        f"{case.rows_said}, lie at the flat ends of {network.activation.title}; the loss is at "
        f"{100 * case.share_left:.0f} % of always guessing the mean."
    )
    reason = (
        "There the slope is below 0.06, and every weight's gradient is multiplied by it: the "
        "layer hardly learns."
    )
    return Finding("saturated", "Saturated neurons", evidence, reason, _proposal(case))


def _proposal(case: Case) -> Proposal:
    if getattr(case.settings.model, "init", "") in ("normal", "uniform"):
        return Proposal(
            "Start from Glorot's initial weights, which are smaller", {"model.init": "glorot"}
        )
    return Proposal("Use ReLU, which is flat on one side only", {"model.activation": "relu"})
