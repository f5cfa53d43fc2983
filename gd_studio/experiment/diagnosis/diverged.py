"""Divergence: the run ended because a number was no longer finite."""

from __future__ import annotations

import math
from dataclasses import replace

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.rates import curvature_at, is_plain, parameters_at
from gd_studio.experiment.diagnosis.trial import RATE, Candidate, halvings, proposed
from gd_studio.experiment.divergence import Diverged


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
    """Halve the rate until a trial goes down; untried, until theory says that it settles."""
    most = 1
    if curvature is not None:
        # Below 2/λmax it settles; below 1/λmax without a jump to the other side.
        most = max(1, math.ceil(math.log2(max(1.0, case.rate * curvature))))
    stable = Candidate("", {RATE: case.rate / 2**most}, halvings(case.rate, 16), step=before)
    found = proposed(case, "diverged", stable)
    return found if found.is_trying else replace(found, label=_label(case.rate, found))


def _label(rate: float, found: Proposal) -> str:
    after = found.changes[RATE]
    times = round(math.log2(rate / after))
    if times == 1:
        return f"Halve the rate and retry from step {found.step}"
    return f"Halve the rate {times} times, to {after:.3g}, and retry from step {found.step}"
