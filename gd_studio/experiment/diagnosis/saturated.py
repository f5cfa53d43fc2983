"""Saturated units: neurons at the flat ends of tanh or sigmoid, where the slope is next to 0."""

from __future__ import annotations

import numpy as np

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.trial import Candidate, halvings, proposed, usual_rates

# |tanh| above this has a slope below 0.06; for the sigmoid, 2a - 1 stands for it.
FLAT = 0.97
LEAST_SHARE = 0.7
MOST_LEFT = 0.5
MOST_PROGRESS = 0.1


def saturated(case: Case) -> Finding | None:
    """Return a finding if most outputs of a layer are at the flat ends, and little is learned."""
    network = case.network
    if network is None or network.activation_name not in ("tanh", "sigmoid"):
        return None
    if case.share_left < MOST_LEFT or not (_stands_high(case) or case.is_flat):
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


def _stands_high(case: Case) -> bool:
    """Whether all the last steps left it above what nothing learned costs, and not falling."""
    lately = case.lately
    if not lately or float(np.median(lately.batch_totals)) < case.scale:
        return False
    return float(np.median(lately.losses)) > case.scale and lately.progress < MOST_PROGRESS


def _proposal(case: Case) -> Proposal:
    """Where weights were drawn small, large steps made them large; else they were born so."""
    relu = Candidate(
        "Use ReLU, which is flat on one side only, and He's initial weights, at a learning rate "
        "of {rate}",
        {"model.activation": "relu", "model.init": "he"},
        usual_rates(),
    )
    if getattr(case.settings.model, "init", "") in ("normal", "uniform"):
        glorot = Candidate(
            "Start from Glorot's initial weights, which are smaller, at a learning rate of {rate}",
            {"model.init": "glorot"},
            usual_rates(),
        )
        return proposed(case, "saturated", glorot, relu)
    smaller = Candidate("Set the learning rate to {rate}", {}, halvings(case.rate), step=0)
    return proposed(case, "saturated", *((smaller,) if case.has_rate else ()), relu)
