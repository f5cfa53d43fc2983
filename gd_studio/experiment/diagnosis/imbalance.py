"""Class imbalance: the rare class is never guessed, because leaving it out costs so little."""

from __future__ import annotations

import numpy as np

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import Finding, Proposal

# Less than a third of its rows are found: a toss of two coins would find more.
MOST_RECALL = 1 / 3
# While the loss still falls by this share, the rare class may yet be learned.
MOST_PROGRESS = 0.1
# A class is rare below this share of what it would have if all were alike.
RARE = 0.4


def imbalance(case: Case) -> Finding | None:
    """Return a finding if the rarest class is hardly ever guessed."""
    classes = case.hypothesis.classes
    if not classes or len(case.window) == 0 or _weighted(case):
        return None
    if case.progress > MOST_PROGRESS:
        return None
    y = case.run.data.train.y
    counts = np.bincount(y, minlength=len(classes))
    rarest = int(counts.argmin())
    if counts[rarest] == 0 or counts[rarest] / counts.sum() >= RARE / len(classes):
        return None
    rows = np.flatnonzero(y == rarest)[:256]
    guess = case.hypothesis.guess(case.run.parameters, case.run.data.train.x[rows]).argmax(axis=1)
    right = int((guess == rarest).sum())
    if right > MOST_RECALL * len(rows):
        return None
    base = case.run.baseline
    assert base is not None
    evidence = (
        f"Only {counts[rarest]} of {counts.sum()} training rows "
        f"({100 * counts[rarest] / counts.sum():.0f} %) are {classes[rarest]}, and of "
        f"{len(rows)} of them {right} are guessed right. Always guessing {classes[counts.argmax()]}"
        f" is right for {100 * base.train_score:.0f} %."
    )
    reason = (
        "Each row counts alike, so the common class pulls hardest; class weights let a rare class "
        "count as much as a common one."
    )
    proposal = Proposal("Balance the classes", _changes(case))
    return Finding("imbalance", "One class is hardly ever guessed", evidence, reason, proposal)


def _weighted(case: Case) -> bool:
    loss = case.settings.loss
    return getattr(loss, "class_weights", "none") != "none"


def _changes(case: Case) -> dict[str, object]:
    loss = case.settings.loss
    if loss is None or hasattr(loss, "class_weights"):
        return {"loss.class_weights": "balanced"}
    return {"loss": {"kind": "cross_entropy", "class_weights": "balanced"}}
