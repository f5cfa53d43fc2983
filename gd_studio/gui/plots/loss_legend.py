"""What the legend of the loss plot says of each line, and the choices of smoothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gd_studio.gui.numbers import fixed, whole
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.ghosts import GHOSTS, ghost_words
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.loss_curves import curve_pen
from gd_studio.gui.plots.smoothing import REACHES
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

HELPS = {
    "batch": "Of each step's own batch: it jumps, for every batch is another sample.",
    "train": "Of all training rows, evaluated now and then.",
    "validation": "Of rows never trained on: where it rises while train falls, it overfits.",
}
ON_LANDSCAPES = {
    "batch": ("each step", "The height f(x, y) at which each step began."),
    "train": ("f(x, y)", "The height at the place itself, looked at now and then."),
}
ORDER = ("train", "validation", "batch")


def smoothing_choices() -> dict[str, str]:
    """Return {steps: words} of the menu."""
    return {str(n): f"{whole(n)} steps" if n else "Off" for n in REACHES}


def loss_legend(
    theme: Theme, frame: Frame, names: Iterable[str], smoothing: int
) -> list[Entry]:
    """Return an entry for each line that there is, hidden or not."""
    drawn = set(names)
    said = {name: (name, HELPS[name]) for name in ORDER}
    if frame.hypothesis.task == "landscape":
        said |= ON_LANDSCAPES
    found = [
        Entry(name, said[name][0], curve_pen(theme, name, few=True), said[name][1])
        for name in ORDER
        if name in drawn
    ]
    if smoothing:
        words = f"smoothed, {whole(smoothing)} steps"
        help = (
            f"An average in which a value {whole(smoothing)} steps back counts e⁻¹ times as much; "
            "the raw curve lies pale behind it. Of a long run it is taken over the drawn extremes."
        )
        found.append(Entry("soft", words, pen(theme, "train", 2), help))
    ghosts = (frame.ghost, *frame.ghosts) if frame.ghost is not None else frame.ghosts
    for ghost in ghosts:
        key = GHOSTS[ghost.number]
        help = f"Train loss of an earlier run: {fixed(ghost.loss)} at step {whole(ghost.step)}."
        look = curve_pen(theme, key, few=True)
        found.append(Entry(key, ghost_words(ghost), look, help))
    return found
