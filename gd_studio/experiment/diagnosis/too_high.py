"""Learning rate too high: the loss stands far above where it began, though all is finite."""

from __future__ import annotations

from gd_studio.engine.stopping import TOO_HIGH_EVALUATIONS, TOO_HIGH_FACTOR
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.rates import lower_rate


def too_high(case: Case) -> Finding | None:
    """Return a finding while the training loss has stood above three times the first for long."""
    memory = case.memory
    if not memory.is_too_high or case.has_fallen:
        return None
    evidence = (
        f"The training loss {case.train[-1]:.4g} has stood above {TOO_HIGH_FACTOR:g} times the "
        f"first, {memory.first_loss:.4g}, for {memory.too_high} evaluations (the mark is "
        f"{TOO_HIGH_EVALUATIONS})."
    )
    if not case.has_rate:
        reason = "All is still finite, but the steps lead away from the minimum."
        return Finding("too_high", "The loss is too high", evidence, reason)
    step = case.run.history.lowest_evaluated(case.step)
    rate, theory = lower_rate(case, step, 0.1)
    reason = (
        "All is still finite; each step overshoots the bottom and lands higher on the other "
        f"side, so a smaller learning rate would help. {theory}"
    ).strip()
    proposal = Proposal(
        f"Set the learning rate to {rate:g} and retry from step {step}",
        {"optimizer.learning_rate": rate},
        step,
    )
    return Finding("too_high", "The loss is too high", evidence, reason, proposal)
