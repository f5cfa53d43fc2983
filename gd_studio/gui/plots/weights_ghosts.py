"""Earlier runs behind the weights over time.

Of the run before all named lines are drawn, of each pinned run that of the selected parameter: more
would hide what they are compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.ghosts import GHOSTS, ghost_pen, ghost_words
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.weights_lines import join, thinned
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame, Ghost

POINTS = 150
PINNED = (1, 2, 3)


class WeightsGhosts:
    """One item for the lines of the run before, and one for each pinned run."""

    def __init__(self, layer: Layer) -> None:
        self._before = layer.curve()
        self._pinned = {number: layer.curve("finite") for number in PINNED}
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Colour the lines."""
        self._before.setPen(pen(theme, "ghost", 1, "dotted"))
        for number, item in self._pinned.items():
            item.setPen(ghost_pen(theme, number, 1))

    def draw(
        self, frame: Frame, ghosts: Sequence[Ghost], named: Sequence[int], selected: int | None
    ) -> None:
        """Draw the ghosts of the same model: columns `named`, or of a pinned one `selected`."""
        fitting = {ghost.number: ghost for ghost in ghosts if _fits(ghost, frame)}
        before = fitting.get(0)
        self._before.setVisible(before is not None)
        if before is not None:
            kept = thinned(len(before.trajectory), POINTS)
            steps = np.asarray(before.steps, dtype=np.float64)[kept]
            joined = join(steps, before.trajectory[kept][:, list(named)])
            self._before.setData(joined.x, joined.y, connect=joined.joined)
        for number, item in self._pinned.items():
            ghost = fitting.get(number)
            item.setVisible(ghost is not None and selected is not None)
            if ghost is not None and selected is not None:
                kept = thinned(len(ghost.trajectory), POINTS)
                steps = np.asarray(ghost.steps, dtype=np.float64)[kept]
                item.setData(steps, ghost.trajectory[kept, selected])

    def hide(self) -> None:
        """Take all lines away."""
        for item in (self._before, *self._pinned.values()):
            item.hide()


def ghost_entries(theme: Theme, frame: Frame) -> list[Entry]:
    """Return a legend's entry for each earlier run of the same model."""
    found = []
    for ghost in (frame.ghost, *frame.ghosts):
        if ghost is None or not _fits(ghost, frame):
            continue
        of = "its selected parameter" if ghost.number else "its named lines"
        look = ghost_pen(theme, ghost.number, 1)
        look = look if ghost.number else pen(theme, "ghost", 1, "dotted")
        help = f"An earlier run up to step {whole(ghost.step)}: {of}."
        found.append(Entry(GHOSTS[ghost.number], ghost_words(ghost), look, help))
    return found


def _fits(ghost: Ghost, frame: Frame) -> bool:
    """Whether a ghost's columns are the same parameters as the frame's, and it has made a step."""
    return (
        ghost.hypothesis.network.sizes == frame.hypothesis.network.sizes
        and ghost.trajectory.shape[1] == frame.trajectory.shape[1]
        and len(ghost.trajectory) > 1
    )
