"""Overfitting: the validation loss rises again while the training loss goes on falling."""

from __future__ import annotations

import numpy as np

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import BACK_TO_BEST, Finding, Proposal

# So many evaluations without a new minimum, before it is called one.
PATIENCE = 20
# The rise that counts, of the minimum and of what nothing learned costs.
LEAST_RISE = 0.25
LEAST_SHARE = 0.06
# The run must have gone on for this many times the steps up to the minimum.
LEAST_LENGTH = 1.3


def overfitting(case: Case) -> Finding | None:
    """Return a finding if the validation loss had its minimum long ago, and clearly rose since."""
    memory, base = case.memory, case.run.baseline
    if base is None or base.validation_loss is None or memory.without_improvement < PATIENCE:
        return None
    best, then = memory.best_loss, memory.best_step
    if case.step < LEAST_LENGTH * then:
        return None
    now = float(np.median(case.validation[-5:]))
    rise = now - best
    if rise < LEAST_RISE * best or rise < LEAST_SHARE * base.validation_loss:
        return None
    train_then = case.run.history.evaluated_until(then, 1)["train_loss"][0]
    if case.loss > 0.95 * train_then:
        return None
    evidence = (
        f"The validation loss was lowest at step {then}, {best:.4g}, and is {now:.4g} "
        f"now, {memory.without_improvement} evaluations later, while the training loss fell on "
        f"from {train_then:.4g} to {case.loss:.4g}."
    )
    reason = (
        "What is learned since then holds for the training rows only: their noise is learned by "
        "heart."
    )
    proposal = Proposal(f"Back to best (step {then})", act=BACK_TO_BEST)
    return Finding("overfitting", "Overfitting", evidence, reason, proposal)
