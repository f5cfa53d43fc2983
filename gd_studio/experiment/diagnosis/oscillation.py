"""Oscillation: the loss goes up as much as down, or the steps go to and fro, and get nowhere."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding
from gd_studio.experiment.diagnosis.rates import lower_rate, theory_at

# Between two looks the loss must move by this share of what nothing learned costs.
LEAST_MOVE = 0.08
# A loss that stands below this share of it in the middle is learned, whatever its spikes.
LEAST_LEFT = 0.15
# It must turn back at this share of the looks: noise does at two thirds, a swing at all.
LEAST_TURNS = 0.4
MOST_PROGRESS = 0.1
# Shorter steps must lead to less than this share of the loss, or they are not what it wants.
MOST_REACHED = 0.9
# A shorter update must gain this share of the loss: no minimum is near.
LEAST_GAIN = 0.05


def oscillation(case: Case) -> Finding | None:
    """Return a finding if the training loss swings by more than it falls, or steps turn round."""
    if not case.has_rate:
        return None
    evidence = _in_steps(case) or _to_and_fro(case) or _in_evaluations(case)
    if not evidence:
        return None
    step = _start(case)
    proposal = lower_rate(case, "oscillation", step)
    if proposal.reached is not None and proposal.reached > MOST_REACHED * case.loss:
        return None
    reason = (
        "Each step jumps across the valley instead of down along it; a smaller learning rate "
        f"would settle. {theory_at(case, step)}"
    ).strip()
    title, certain = "The loss swings up and down", not proposal.is_trying
    return Finding("oscillation", title, evidence, reason, proposal, certain=certain)


def _in_evaluations(case: Case) -> str:
    if len(case.window) == 0 or case.progress > MOST_PROGRESS:
        return ""
    move = float(np.abs(np.diff(case.window)).mean())
    return _swings(case, case.window, move, f"{len(case.window)} evaluations")


def _in_steps(case: Case) -> str:
    """Say how it swings from step to step; batches that do not differ are not looked behind."""
    lately = case.lately
    if not lately or float(np.abs(np.diff(lately.batch_totals)).mean()) < LEAST_MOVE * case.scale:
        return ""
    if lately.falls:
        return ""
    # In the middle: one leap among twenty steps is no swing.
    move = float(np.median(np.abs(np.diff(lately.losses))))
    return _swings(case, lately.losses, move, f"{len(lately.losses) - 1} steps")


def _swings(case: Case, losses: Array, move: float, span: str) -> str:
    moves = np.diff(losses)
    turns = int(np.count_nonzero(np.sign(moves[1:]) * np.sign(moves[:-1]) < 0))
    swings = turns >= LEAST_TURNS * (len(moves) - 1) and move >= LEAST_MOVE * case.scale
    if not swings or float(np.median(losses)) < LEAST_LEFT * case.scale:
        return ""
    return (
        f"In the last {span} the training loss turned back {turns} times, moving by about "
        f"{move:.3g} each time between {losses.min():.3g} and {losses.max():.3g}."
    )


def _to_and_fro(case: Case) -> str:
    """Say that each update takes back the one before, though a shorter one would gain much.

    On a bowl at twice the stable rate the loss is the same on both sides, so it shows no swing.
    """
    lately = case.lately
    if not lately or not lately.is_reversed or lately.falls:
        return ""
    if float(np.median(lately.losses)) < LEAST_LEFT * case.scale:
        return ""
    share, gain = _shorter(case)
    if gain < LEAST_GAIN:
        return ""
    return (
        f"In the last {len(lately.path) - 1} steps each update turned back on the one before (the "
        f"cosine between them is {lately.turn:.2f}), and the loss fell by "
        f"{max(0.0, 100 * lately.progress):.1f} %; {share:g} of the last update would have made it "
        f"{100 * gain:.0f} % lower."
    )


def _shorter(case: Case) -> tuple[float, float]:
    """Return the share of the last update that ends lowest, and by how much of either end."""
    before, now = case.lately.path[-2:].astype(np.float64)
    shares = np.array([0.0, *(0.5**k for k in range(6, -1, -1))])
    losses = case.losses_at(before + shares[:, None] * (now - before))
    least = int(losses.argmin())
    ends = float(min(losses[0], losses[-1]))
    return float(shares[least]), 1 - float(losses[least]) / ends if ends > 0 else 0.0


def _start(case: Case) -> int:
    """Return where to begin again: at the best step, if it is worth keeping, else at the start.

    A swing leaves large weights behind, from which a smaller rate takes long to come back.
    """
    best = case.run.history.lowest_evaluated(case.step)
    found = case.run.history.evaluated_until(best, 1)["train_loss"][0]
    return best if found < LEAST_LEFT * case.scale else 0
