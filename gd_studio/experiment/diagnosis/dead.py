"""Dead ReLUs: neurons that put out 0 on every row, and so get no gradient to come back by."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.rates import lower_rate, parameters_at

LEAST_SHARE = 0.5
MOST_LEFT = 0.5
LEAST_EVALUATIONS = 5


def dead(case: Case) -> Finding | None:
    """Return a finding if most neurons of a ReLU layer are dead, and little is learned."""
    network = case.network
    if network is None or network.activation_name != "relu" or case.step == 0:
        return None
    if len(case.train) < LEAST_EVALUATIONS or case.share_left < MOST_LEFT:
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
    return Finding(
        "dead", "Dead neurons", evidence, reason, _proposal(case, at_start, counts[worst])
    )


def _dead(units: list[Array]) -> list[int]:
    return [int((layer <= 0).all(axis=1).sum()) for layer in units]


def _proposal(case: Case, at_start: int, now: int) -> Proposal:
    """Those that were killed by a large step want a smaller one; those born dead want a slope."""
    if at_start < now / 2 and case.has_rate:
        rate, _ = lower_rate(case, 0, 0.1)
        label = f"Set the learning rate to {rate:g} and retry from step 0"
        return Proposal(label, {"optimizer.learning_rate": rate}, 0)
    changes = {"model.activation": "leaky_relu", "model.init": "he"}
    return Proposal("Use leaky ReLU, which keeps a slope, and He's initial weights", changes)
