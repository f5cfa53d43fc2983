"""Which plots are drawn at a frame of a drag of the timeline: as many as there is time for.

Thirty frames a second follow the hand; where that is too fast to draw all plots at each of them,
plots take turns, and those that waited longest come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gd_studio.session.frame import Frame

Draw = Callable[[Frame], None]
# Of the thirtieth of a second between frames a third is for going to the step.
MOST_SECONDS = 0.022


class DragTurns:
    """Deals out the turns of one drag."""

    def __init__(self) -> None:
        self._queue: list[Draw] = []
        self._waiting: list[Draw] = []
        self._at_once: int | None = None  # half of them, until it is known how long they take

    def due(self, everything: Sequence[Draw]) -> list[Draw]:
        """Return what is drawn at the next frame, of all that is in sight."""
        if self._at_once is None:
            self._at_once = max((len(everything) + 1) // 2, 1)
        first = [draw for draw in self._queue if draw in everything]
        queue = first + [draw for draw in everything if draw not in first]
        due, self._waiting = queue[: self._at_once], queue[self._at_once :]
        self._queue = self._waiting + due
        return due

    def took(self, seconds: float) -> None:
        """Learn how long a frame took from its words to the last paint event."""
        if self._at_once is None:
            return
        if seconds > MOST_SECONDS:
            self._at_once = max(self._at_once - 1, 1)
        elif seconds < MOST_SECONDS / 2 and self._waiting:
            self._at_once += 1

    def take_rest(self) -> list[Draw]:
        """Return what still waits, which then waits no more."""
        rest, self._waiting = self._waiting, []
        self._queue = self._queue[len(rest) :] + rest
        return rest
