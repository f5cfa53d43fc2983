"""Unscaled features: inputs of very different size, for which no one learning rate is right."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.trial import RATE, Candidate, proposed, usual_rates
from gd_studio.experiment.experiment import RATE_FOR_NUMBERS

# The largest input must be this many times the smallest (or the bias, whose input is 1).
LEAST_RATIO = 10.0
MOST_LEFT = 0.5
RATE_FOR_CLASSES = 0.1


def unscaled(case: Case) -> Finding | None:
    """Return a finding if inputs that were not standardised keep the run from learning."""
    if case.settings.preparation.standardize or not case.has_rate or case.is_landscape:
        return None
    x = case.run.data.train.x[case.rows]
    sizes = np.sqrt((x * x).mean(axis=0))
    known = sizes > 0
    if not known.any() or not _in_trouble(case):
        return None
    features = case.run.data.features
    low, high = (int(i) for i in (np.where(known, sizes, np.inf).argmin(), sizes.argmax()))
    smallest = min(1.0, float(sizes[low]))
    ratio = float(sizes[high]) / smallest
    if ratio < LEAST_RATIO:
        return None
    other = features[low].name if sizes[low] < 1 else "the bias, whose input is 1"
    evidence = (
        f"{features[high].name} is about {sizes[high]:.3g} in size, {ratio:.3g} times as large as "
        f"{other}; the loss is at {100 * case.share_left:.0f} % of always guessing the mean."
    )
    reason = (
        "The curvature grows with the square of an input, so that the rate that the largest one "
        f"bears is about {ratio**2:.2g} times too small for the other."
    )
    return Finding("unscaled", "The inputs are not scaled", evidence, reason, _proposal(case))


def _proposal(case: Case) -> Proposal:
    """Standardise; a rate that was found for other sizes says nothing any more."""
    changes: dict[str, object] = {"preparation.standardize": True}
    label = "Standardise the inputs, and set the learning rate to {rate}"
    if isinstance(case.settings.optimizer, Sgd):
        is_number = case.hypothesis.task == "regression"
        changes[RATE] = RATE_FOR_NUMBERS if is_number else RATE_FOR_CLASSES
    rates = (*usual_rates(), case.rate)
    return proposed(case, "unscaled", Candidate(label, changes, rates))


def _in_trouble(case: Case) -> bool:
    stop = case.run.stop_reason
    if case.memory.is_too_high or (stop is not None and stop.kind == "diverged"):
        return True
    return len(case.window) > 0 and case.share_left > MOST_LEFT
