"""Divergence: the run ended because a number was no longer finite."""

from __future__ import annotations

import math

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.rates import curvature_at, is_plain, parameters_at
from gd_studio.experiment.divergence import Diverged

# Halving is repeated until the rate is stable, but not beyond this share.
MOST_HALVINGS = 10


def diverged(case: Case) -> Finding | None:
    """Return a finding about the divergence at which the run stopped."""
    stop = case.run.stop_reason
    if not isinstance(stop, Diverged):
        return None
    found = stop.autopsy
    curvature = curvature_at(case, parameters_at(case, found.before)) if is_plain(case) else None
    reason = (
        f"The weights of step {found.step - 1}, the last finite ones, are kept; the training loss "
        f"was lowest at step {found.before}."
    )
    if curvature is not None:
        product = found.rate * curvature
        reason += (
            f" There rate × curvature was {found.rate:.3g} × {curvature:.3g} = {product:.3g}; "
            "plain descent settles below 2."
        )
    proposal = _proposal(case, found.before, curvature) if case.has_rate else None
    return Finding("diverged", "The run diverged", found.words, reason, proposal)


def _proposal(case: Case, before: int, curvature: float | None) -> Proposal:
    halvings = 1
    if curvature is not None:
        # Below 2/λmax it settles; below 1/λmax without a jump to the other side.
        wished = math.ceil(math.log2(max(1.0, case.rate * curvature)))
        halvings = min(max(1, wished), MOST_HALVINGS)
    rate = case.rate / 2**halvings
    if halvings == 1:
        label = f"Halve the rate and retry from step {before}"
    else:
        label = f"Halve the rate {halvings} times, to {rate:.3g}, and retry from step {before}"
    return Proposal(label, {"optimizer.learning_rate": rate}, before)
