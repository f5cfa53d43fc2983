"""Overfitting: the validation loss rises again while the training loss goes on falling."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import BACK_TO_BEST, PATIENCE, Finding, Proposal
from gd_studio.experiment.diagnosis.rates import parameters_at
from gd_studio.experiment.diagnosis.trial import affordable_steps
from gd_studio.experiment.diagnosis.trials import Trying

# The rise is that of the lowest of so many last evaluations: a leap up is none.
LATEST = 10
# The rise that counts, of the minimum and of what nothing learned costs.
LEAST_RISE = 0.25
LEAST_SHARE = 0.1
# A smaller rise than this must be one of many rows: a few of which the model has become too sure
# are no overfitting yet.
LARGE_SHARE = 0.2
LEAST_WORSE = 0.2
# The run must have gone on for this many times the steps up to the minimum.
LEAST_LENGTH = 1.3
# The training loss must have gone on falling, to this share of what it was at the minimum.
MOST_TRAIN = 0.95
# Strengths of an L2 penalty that are tried, over so many steps after the minimum.
STRENGTHS = (0.003, 0.01, 0.03, 0.1)
MOST_STEPS, LEAST_STEPS = 400, 200
# Of the rise the penalty must leave less than this share.
MOST_RISE = 0.5
REASON = (
    "What is learned since then holds for the training rows only: their noise is learned by heart."
)


def overfitting(case: Case) -> Finding | None:
    """Return a finding if the validation loss had its minimum long ago, and clearly rose since."""
    memory, base = case.memory, case.run.baseline
    if base is None or base.validation_loss is None or memory.without_improvement < PATIENCE:
        return None
    best, then = memory.best_loss, memory.best_step
    train_then = case.run.history.evaluated_until(then, 1)["train_loss"][0]
    if case.step < LEAST_LENGTH * then or case.loss > MOST_TRAIN * train_then:
        return None
    now = float(case.validation[-LATEST:].min())
    if now - best < max(LEAST_RISE * best, LEAST_SHARE * base.validation_loss):
        return None
    worse = _rows_worse(case)
    is_large = now - best >= LARGE_SHARE * base.validation_loss
    if not is_large and worse.sum() < LEAST_WORSE * max(1, len(worse)):
        return None
    evidence = (
        f"The validation loss was lowest at step {then}, {best:.4g}; {memory.without_improvement} "
        f"evaluations later it stays at {now:.4g} or above, while the training loss fell on from "
        f"{train_then:.4g} to {case.loss:.4g}."
    )
    if len(worse):
        evidence += f" {worse.sum()} of {len(worse)} validation rows are guessed worse than then."
    back = Proposal(f"Back to best (step {then})", act=BACK_TO_BEST)
    return Finding("overfitting", "Overfitting", evidence, REASON, _kept(case, now), back)


def _rows_worse(case: Case) -> NDArray[np.bool_]:
    """Return which validation rows (n,) cost more than at the minimum; none if it is not kept."""
    rows = case.run.data.validation
    then = parameters_at(case, case.memory.best_step)
    if then is None:
        return np.zeros(0, bool)
    now, before = (case.hypothesis.row_losses(p, rows) for p in (case.run.parameters, then))
    return np.asarray(now > before)


def _kept(case: Case, now: float) -> Proposal:
    """Return what was proposed for this minimum, or propose it now."""
    known = case.trials.proposals.get("overfitting")
    if known is None or known.step != case.memory.best_step:
        known = case.trials.begin("overfitting", case.step, _best(case, now))
    return known


def _best(case: Case, now: float) -> Trying:
    return (yield from _penalised(case, now)) or _patient(case)


def _penalised(case: Case, now: float) -> Generator[None, None, Proposal | None]:
    """Return the L2 penalty that holds the validation loss lowest, if one does in a trial.

    The trial goes on for as long as the run did since its minimum, and never for a few steps only.
    """
    memory = case.memory
    wanted = min(max(case.step - memory.best_step, LEAST_STEPS), MOST_STEPS)
    steps = min(wanted, affordable_steps(case.run, len(STRENGTHS)))
    if case.settings.penalty.active or steps < LEAST_STEPS:
        return None
    ends = []
    for strength in STRENGTHS:
        yield
        ends.append((yield from _end_with(case, strength, steps)))
    least = int(np.argmin(ends))
    if not ends[least] < memory.best_loss + MOST_RISE * (now - memory.best_loss):
        return None
    l2, step = STRENGTHS[least], memory.best_step
    tried = (
        f"In a trial of {steps} steps from step {step} this left the validation loss at "
        f"{ends[least]:.3g}; without, it is {now:.3g} or more after {case.step - step}."
    )
    label = f"Add an L2 penalty of {l2:g} and retry from step {step}"
    return Proposal(label, {"penalty.l2": l2}, step, tried=tried)


def _end_with(case: Case, strength: float, steps: int) -> Generator[None, None, float]:
    """Return the validation loss, penalty aside, after so many penalised steps from the best."""
    fork = yield from case.run.forking(case.memory.best_step, {"penalty.l2": strength})
    last = fork.last_step + steps
    while fork.advance(1) is None and fork.last_step < last:
        yield
    end = fork.evaluate("validation")["loss"]
    return end if np.isfinite(end) else np.inf


def _patient(case: Case) -> Proposal:
    step = case.memory.best_step
    label = (
        f"Stop when the validation loss has not improved for {PATIENCE} evaluations, with the "
        f"best weights, and retry from step {step}"
    )
    return Proposal(label, {"stop.patience": PATIENCE, "stop.restore_best": True}, step)
