"""Dead ReLUs: neurons that put out 0 on every row, and so get no gradient to come back by."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.plateau import alike_layer
from gd_studio.experiment.diagnosis.rates import parameters_at
from gd_studio.experiment.diagnosis.trial import Candidate, halvings, proposed, usual_rates

LEAST_SHARE = 0.5
MOST_LEFT = 0.5
LEAST_EVALUATIONS = 5


def dead(case: Case) -> Finding | None:
    """Return a finding if most neurons of a ReLU layer are dead, and little is learned."""
    network = case.network
    if network is None or network.activation_name != "relu" or case.step == 0:
        return None
    if len(case.train) < LEAST_EVALUATIONS and not case.lately:
        return None
    if case.share_left < MOST_LEFT or alike_layer(case, network) is not None:
        return None
    counts = _dead(case.units)
    shares = [count / width for count, width in zip(counts, network.sizes[1:], strict=False)]
    worst = int(np.argmax(shares))
    if shares[worst] < LEAST_SHARE or (shares[worst] < 1 and not case.is_flat):
        return None
    layer, width = network.layers[worst].name, network.sizes[worst + 1]
    start = parameters_at(case, 0)
    at_start = 0 if start is None else _dead(case.units_at(start))[worst]
    evidence = (
        f"{counts[worst]} of {width} neurons of {layer} put out 0 on {case.rows_said}; at the "
        f"start it was {at_start}. The loss is at {100 * case.share_left:.0f} % of always "
        "guessing the mean."
    )
    reason = "Where a ReLU puts out 0 its slope is 0, so no gradient reaches its weights any more."
    proposal = _proposal(case, at_start < counts[worst] / 2)
    return Finding("dead", "Dead neurons", evidence, reason, proposal)


def _dead(units: list[Array]) -> list[int]:
    return [int((layer <= 0).all(axis=1).sum()) for layer in units]


def _proposal(case: Case, killed: bool) -> Proposal:
    """Those that were killed by a large step want a smaller one; those born dead want a slope."""
    smaller = Candidate("Set the learning rate to {rate}", {}, halvings(case.rate), step=0)
    leaky = Candidate(
        "Use leaky ReLU, which keeps a slope, and He's initial weights, at a learning rate of "
        "{rate}",
        {"model.activation": "leaky_relu", "model.init": "he"},
        usual_rates(),
    )
    smooth = Candidate(
        "Use tanh, which never dies, and Glorot's initial weights, at a learning rate of {rate}",
        {"model.activation": "tanh", "model.init": "glorot"},
        usual_rates(),
    )
    wanted = (smaller, leaky, smooth) if killed and case.has_rate else (leaky, smooth)
    return proposed(case, "dead", *wanted)
