"""How earlier runs look behind the present one: a grey, a dash and words, by a ghost's number.

Number 0 is the run before, 1 to 3 are the pinned ones. The dash tells them apart where the greys
do not, and the number stands before their words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPen

from gd_studio.gui.plots.colours import colour, mixed, pen_of
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame, Ghost

GHOSTS = ("ghost", "ghost 1", "ghost 2", "ghost 3")  # keys by number
DASHES = ("solid", "long", "dash-dot", "dotted")
PALER = (1.0, 0.0, 0.35, 0.7)  # how far each is from muted text towards the ghost's grey


def shown_ghosts(frame: Frame, selection: Selection) -> tuple[Ghost, ...]:
    """Return the ghosts to be drawn: the run before first, then the pinned runs by number."""
    found = (frame.ghost, *frame.ghosts) if frame.ghost is not None else frame.ghosts
    return tuple(ghost for ghost in found if ghost.number not in selection.hidden_ghosts)


def ghost_colour(theme: Theme, number: int) -> QColor:
    """Return the grey of a ghost, which can be told from the card in both themes."""
    return mixed(colour(theme, "muted"), colour(theme, "ghost"), PALER[number])


def ghost_pen(theme: Theme, number: int, width: float = 1.5) -> QPen:
    """Return the pen of a ghost: a grey and a dash of its own."""
    return pen_of(ghost_colour(theme, number), width, DASHES[number])


def ghost_words(ghost: Ghost) -> str:
    """Return what stands beside a ghost: "before: rate 0.1", or "1: rate 0.1" of a pinned one.

    A name that the user has given it takes the place of how its settings differ.
    """
    return f"{ghost.number or 'before'}: {ghost.name or ghost.label}"


def apart_words(frame: Frame) -> str:
    """Say which pinned runs are not drawn, and why; empty if there are none."""
    if not frame.apart:
        return ""
    names = ", ".join(str(ghost.number) for ghost in frame.apart)
    are = f"Pinned run {names} is" if len(frame.apart) == 1 else f"Pinned runs {names} are"
    return f"{are} not drawn: other data or another loss, so the numbers do not compare."
