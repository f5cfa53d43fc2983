"""A row in words: what is true of it, what the model guesses, and how wrong that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.experiment.failure import losses_if
from gd_studio.gui.numbers import exact, percent
from gd_studio.gui.plots.colours import shape_sign
from gd_studio.gui.plots.samples import split_of
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame


def row_words(frame: Frame, split: SplitName, row: int) -> tuple[str, str, float]:
    """Return the truth and the guess of a row in words, and its loss."""
    part = split_of(frame.hypothesis.prepared, split)
    x, y = part.x[row][None], part.y[row : row + 1]
    loss = float(losses_if(frame.hypothesis, frame.parameters, x, y)[0])
    return target_words(frame, part.y[row]), guess_words(frame, x), loss


def target_words(frame: Frame, target: Any) -> str:
    """Write a target as the model sees it: in own units, or as a class' sign and name."""
    prepared = frame.hypothesis.prepared
    if prepared.classes:
        return f"{shape_sign(int(target))} {prepared.classes[int(target)]}"
    return exact(float(prepared.untransform_target(target)[0]), 4)


def guess_words(frame: Frame, x: Any) -> str:
    """Write the guess for one prepared row (1, features)."""
    return said_guess(frame, frame.hypothesis.guess(frame.parameters, x)[0])


def said_guess(frame: Frame, guess: Any) -> str:
    """Write a guess (outputs,) or (classes,): in own units, or the likeliest class."""
    prepared = frame.hypothesis.prepared
    if not prepared.classes:
        return exact(float(guess[0]), 4)
    if not np.isfinite(guess).all():
        return "not a number"
    best = int(np.argmax(guess))
    return f"{shape_sign(best)} {prepared.classes[best]}, {percent(float(guess[best]))}"
