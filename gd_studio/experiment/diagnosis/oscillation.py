"""Oscillation: the loss goes up as much as down, and gets nowhere."""

from __future__ import annotations

import numpy as np

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal
from gd_studio.experiment.diagnosis.rates import is_plain, lower_rate

# Between two evaluations the loss must move by this share of what nothing learned costs.
LEAST_MOVE = 0.08
# A loss that stands below this share of it in the middle is learned, whatever its spikes.
LEAST_LEFT = 0.15
# It must turn back at this share of the evaluations: noise does at two thirds, a swing at all.
LEAST_TURNS = 0.4
MOST_PROGRESS = 0.1


def oscillation(case: Case) -> Finding | None:
    """Return a finding if the training loss swings by much more than it falls."""
    window = case.window
    if len(window) == 0 or not case.has_rate:
        return None
    moves = np.diff(window)
    turns = int(np.count_nonzero(np.sign(moves[1:]) * np.sign(moves[:-1]) < 0))
    move = float(np.abs(moves).mean())
    swings = turns >= LEAST_TURNS * (len(moves) - 1) and move >= LEAST_MOVE * case.scale
    is_high = float(np.median(window)) >= LEAST_LEFT * case.scale
    if not swings or not is_high or case.progress > MOST_PROGRESS:
        return None
    step = _start(case)
    rate, theory = lower_rate(case, step, 0.1 if is_plain(case) else 0.03)
    evidence = (
        f"In the last {len(window)} evaluations the training loss turned back {turns} times, "
        f"moving by {move:.3g} on average between {window.min():.3g} and {window.max():.3g}, and "
        f"fell by {max(0.0, 100 * case.progress):.1f} % in all."
    )
    reason = (
        "Each step jumps across the valley instead of down along it; a smaller learning rate "
        f"would settle. {theory}"
    ).strip()
    label = f"Set the learning rate to {rate:g} and retry from step {step}"
    proposal = Proposal(label, {"optimizer.learning_rate": rate}, step)
    return Finding("oscillation", "The loss swings up and down", evidence, reason, proposal)


def _start(case: Case) -> int:
    """Return where to begin again: at the best step, if it is worth keeping, else at the start.

    A swing leaves large weights behind, from which a smaller rate takes long to come back.
    """
    best = case.run.history.lowest_evaluated(case.step)
    found = case.run.history.evaluated_until(best, 1)["train_loss"][0]
    return best if found < LEAST_LEFT * case.scale else 0
