"""The course of a curve as a sentence: "training loss fell 91 % in 40 steps, flat since 32"."""

from __future__ import annotations

from gd_studio.experiment.progress import Progress
from gd_studio.gui.numbers import counted, exact, percent, whole

MOST_PERCENT = 10.0  # a curve that rose more is told by its values


def progress_words(name: str, gone: Progress | None, in_percent: bool = True) -> str:
    """Say how a curve has gone; empty before the first step."""
    if gone is None:
        return f"{name} is not a number from the start"
    broken = ""
    if gone.broken_since is not None:
        broken = f"not a number since step {whole(gone.broken_since)}"
    if gone.steps == 0:
        return f"{name} is {broken}" if broken else ""
    flat = f"flat since {whole(gone.flat_since)}" if gone.flat_since is not None else ""
    said = f"{name} {_change(gone, in_percent)} in {counted(gone.steps, 'step')}"
    return ", ".join(filter(None, (said, flat, broken)))


def _change(gone: Progress, in_percent: bool) -> str:
    if gone.last == gone.first:
        return "is the same"
    way = "fell" if gone.last < gone.first else "rose"
    share = gone.share
    if not in_percent or share is None or abs(share) >= MOST_PERCENT:
        return f"{way} from {exact(gone.first, 3)} to {exact(gone.last, 3)}"
    return f"{way} {percent(abs(share), 0 if abs(share) >= 0.01 else 2)}"
