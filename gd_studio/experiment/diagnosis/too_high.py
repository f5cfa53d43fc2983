"""Learning rate too high: the loss stands above where it began, though all is finite."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.stopping import TOO_HIGH_EVALUATIONS, TOO_HIGH_FACTOR
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding
from gd_studio.experiment.diagnosis.lately import STEPS
from gd_studio.experiment.diagnosis.rates import lower_rate, theory_at

# Above the first loss, and above that of nothing learned, by a quarter: more than noise does.
LEAST_RISE = 1.25
# A loss that halved within the last steps is on its way down again; chaos may well do less.
# Not so if a single step threw it up by more than all that is to be learned.
MOST_PROGRESS = 0.5


def too_high(case: Case) -> Finding | None:
    """Return a finding while the training loss stands well above the first one.

    Three times, for some evaluations; or at all of the last steps and not coming down.
    """
    if case.has_fallen:
        return None
    evidence = _for_evaluations(case) or _for_steps(case)
    if not evidence:
        return None
    if not case.has_rate:
        reason = "All is still finite, but the steps lead away from the minimum."
        return Finding("too_high", "The loss is too high", evidence, reason)
    step = case.run.history.lowest_evaluated(case.step)
    reason = (
        "All is still finite; each step overshoots the bottom and lands higher on the other "
        f"side, so a smaller learning rate would help. {theory_at(case, step)}"
    ).strip()
    proposal = lower_rate(case, "too_high", step)
    return Finding("too_high", "The loss is too high", evidence, reason, proposal)


def _for_evaluations(case: Case) -> str:
    memory = case.memory
    if not memory.is_too_high:
        return ""
    return (
        f"The training loss {case.train[-1]:.4g} has stood above {TOO_HIGH_FACTOR:g} times the "
        f"first, {memory.first_loss:.4g}, for {memory.too_high} evaluations (the mark is "
        f"{TOO_HIGH_EVALUATIONS})."
    )


def _for_steps(case: Case) -> str:
    lately, first = case.lately, case.memory.first_loss
    mark = LEAST_RISE * max(first, case.scale)
    if not lately or not case.has_rate or not float(np.median(lately.batch_totals)) > mark:
        return ""
    middle = float(np.median(lately.losses))
    leaps = float(np.diff(lately.losses).max()) > case.scale
    if not middle > mark or (lately.progress > MOST_PROGRESS and not leaps):
        return ""
    return (
        f"In the last {STEPS} steps the loss stood at {middle:.4g} in the middle; it began at "
        f"{first:.4g}, and always guessing the mean costs {case.scale:.4g}."
    )
