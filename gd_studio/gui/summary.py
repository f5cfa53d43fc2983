"""The numbers of one frame as the ribbon, the ledger and the status line say them.

One place makes them all, so that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.data import Split
from gd_studio.experiment.explanation import Explanation, explain
from gd_studio.gui.numbers import exact, fixed, percent, whole
from gd_studio.gui.selection import Selection
from gd_studio.session.frame import Frame


@dataclass(frozen=True, eq=False)
class Chosen:
    """The selected row of a frame, explained at the parameters before its step."""

    split: Split
    row: int
    explanation: Explanation

    @property
    def number(self) -> int:
        """The row's number in the data set, from 1, as the table of rows counts."""
        return int(self.split.rows[self.row]) + 1


class RowOfFrame:
    """Explains the selected row of a frame, once however many ask."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._last: tuple[Frame, Chosen] | None = None

    def chosen(self, frame: Frame) -> Chosen:
        """Return the selected row of a frame."""
        split, row = self._selected(frame)
        if self._last is not None and self._last[0] is frame:
            last = self._last[1]
            if (last.split, last.row) == (split, row):
                return last
        found = Chosen(split, row, explain(frame.hypothesis, frame.previous, split, row))
        self._last = (frame, found)
        return found

    def _selected(self, frame: Frame) -> tuple[Split, int]:
        """Return the split of a frame's selected row, and its place there."""
        selection, prepared = self._selection, frame.hypothesis.prepared
        split = prepared.validation if selection.split == "validation" else prepared.train
        if len(split.rows) == 0:
            split = prepared.train
        return split, min(selection.row, len(split.rows) - 1)


def guess_words(frame: Frame, chosen: Chosen) -> str:
    """Say the guess for the selected row: a value, a probability, or the likeliest class."""
    guess = chosen.explanation.guess
    classes = frame.hypothesis.classes
    if not classes:
        return f"ŷ = {exact(float(guess[0]), 4)}"
    if len(classes) == 2:
        return f"ŷ = {guess[1]:.3f}"
    best = int(guess.argmax())
    return f"{classes[best]}: {guess[best]:.2f}"


def ribbon_values(frame: Frame, chosen: Chosen) -> dict[str, str]:
    """Return the number line under each word of the loop."""
    if frame.hypothesis.task == "landscape":
        return _landscape_values(frame, chosen)
    norm = frame.record.gradient_norm if frame.record else _norm(frame)
    change = frame.evaluation.train["total"] / frame.first - 1 if frame.first else 0.0
    return {
        "guess": guess_words(frame, chosen),
        "check": f"row loss {fixed(chosen.explanation.loss)}",
        "adjust": f"gradient {fixed(norm)}",
        "repeat": f"step {frame.step}",
        "learn": _learned(change) if frame.step else "",
    }


def _landscape_values(frame: Frame, chosen: Chosen) -> dict[str, str]:
    """Return the number lines where the guess is a height, and the loss nothing but that."""
    norm = frame.record.gradient_norm if frame.record else _norm(frame)
    fallen = frame.first - frame.evaluation.train["total"]
    way = "fell" if fallen >= 0 else "rose"
    return {
        "guess": f"f = {exact(chosen.explanation.loss, 4)}",
        "check": f"loss {fixed(chosen.explanation.loss)}",
        "adjust": f"gradient {fixed(norm)}",
        "repeat": f"step {frame.step}",
        "learn": f"{way} {exact(abs(fallen), 3)}" if frame.step else "",
    }


def status_values(frame: Frame) -> dict[str, str]:
    """Return the texts of the status line by name."""
    evaluation = frame.evaluation
    rate = frame.record.learning_rate if frame.record else frame.experiment.optimizer.learning_rate
    at = f" (at step {evaluation.step})" if evaluation.step != frame.step else ""
    held_out = evaluation.validation
    has_data = frame.hypothesis.task != "landscape"
    train = "train" if has_data else "f(x, y)"
    return {
        "step": f"step {frame.step}",
        "epoch": f"epoch {frame.epoch}" if has_data else "",
        "rate": f"learning rate {exact(rate, 4)}",
        "speed": f"{whole(round(frame.reached_rate))} steps/s" if frame.playing else "",
        "train": f"{train} {fixed(evaluation.train['total'])}{at}",
        "validation": _validation_words(held_out) if has_data else "",
        "score": score_words(frame),
        "ghost": ghost_words(frame),
    }


def score_words(frame: Frame) -> str:
    """Say the score on held-out rows, and how much always guessing the same would get."""
    evaluation, baseline = frame.evaluation, frame.baseline
    name, split = evaluation.score_name, "validation" if evaluation.validation else "train"
    if baseline is None:
        return ""
    numbers = evaluation.validation or evaluation.train
    beside = baseline.validation_score if evaluation.validation else baseline.train_score
    if name == "accuracy":
        guessing = f" (always guessing: {percent(beside or 0.0, 0)})"
        return f"{split} accuracy {percent(numbers[name])}{guessing}"
    # Rounded first: a hair from zero, in powers of ten, would look like a finding.
    guessing = fixed(round(beside or 0.0, 3) + 0.0)
    return f"{split} R² {exact(numbers[name], 3)} (always guessing the mean: {guessing})"


def ghost_words(frame: Frame) -> str:
    """Compare with the run before, in one line; empty if there is none."""
    ghost = frame.ghost
    if ghost is None:
        return ""
    now = fixed(frame.evaluation.train["total"])
    return f"before: {ghost.label}, loss {fixed(ghost.loss)} at step {ghost.step}; now {now}"


def _learned(change: float) -> str:
    """Say how the training loss has changed since the start: per cent, or how many times."""
    if change >= 9.995:
        return f"{exact(change + 1, 3)}× loss"
    return f"{'+' if change > 0 else ''}{percent(change, 0)} loss"


def _validation_words(held_out: dict[str, float] | None) -> str:
    return f"validation {fixed(held_out['total'])}" if held_out else "no validation rows"


def _norm(frame: Frame) -> float:
    return float((frame.gradient @ frame.gradient) ** 0.5)
