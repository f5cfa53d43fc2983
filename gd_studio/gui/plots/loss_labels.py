"""What stands in words on the loss plot, each where it covers no other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.curves import Line
from gd_studio.gui.plots.ghosts import GHOSTS
from gd_studio.gui.plots.labels import Label, Place, Tag, around, show_apart, standing

HEIGHTS = (0.7, 0.5, 0.85, 0.3, 0.15)  # of the plot, at which the best step may be named
BESIDE = (1.1, -0.1, 1.8, -0.8)  # above or below a line's end, near it or clear of a point there
POINT_PIXELS = 12
BAD_SIGN = "× not a finite number"


class LossLabels:
    """The words of the baseline, the start, the best step, the ghost and of lost values."""

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        names = ("bad", "baseline", "start", "best", *GHOSTS)
        self.tags = {name: Tag(panel.plot_item) for name in names}
        self._wished: dict[str, Label] = {}
        self._best: float | None = None  # where the line of the best step stands

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""
        for name in (*GHOSTS, "start", "baseline"):
            self.tags[name].set_background(colour(self._panel.theme, "card", 190))

    def begin(self) -> None:
        """Forget all words wished for."""
        self._wished = {}
        self._best = None

    def show(self, points: Sequence[tuple[float, float]] = ()) -> None:
        """Write all words wished for, clear of the points and of one another, the first first."""
        view = self._panel.plot_item.getViewBox()
        wished = [self._wished[name] for name in self.tags if name in self._wished]
        for name, tag in self.tags.items():
            if name not in self._wished:
                tag.hide()
        taken = [around(x, y, POINT_PIXELS, view) for x, y in points]
        if self._best is not None:
            taken.append(standing(self._best, view))
        show_apart(wished, self._panel.small_font(), view, taken)

    def bad(self, x: float, y: float) -> None:
        """Say what the crosses at the top are."""
        self._wish("bad", "negative", [(BAD_SIGN, x, y, (1.0, -0.3)), (BAD_SIGN, x, y, (0, -0.3))])

    def start(self, x: float, y: float, loss: float) -> None:
        """Write the loss beside the first point."""
        words = f"  start {fixed(loss)}"
        places = [(words, x, y, anchor) for anchor in ((0.0, 0.5), (0.0, 1.3), (0.0, -0.3))]
        self._wish("start", "text", places)

    def baseline(self, words: str, right: float, y: float, value: float) -> None:
        """Name the dotted line at its right end, or at the left one where a line crosses that."""
        (left, _), _ = self._panel.plot_item.getViewBox().viewRange()
        texts = (f"{words}: {fixed(value)}", f"baseline {fixed(value)}")
        places = [
            (text, at, y, (side, below))
            for at, side in ((right, 1.0), (left, 0.0))
            for text in texts
            for below in (1.0, 0.0)
        ]
        self._wish("baseline", "muted", places)

    def best(self, name: str, x: float) -> None:
        """Name the line of the best step."""
        (left, right), (bottom, top) = self._panel.plot_item.getViewBox().viewRange()
        self._best = x
        words = f" {name} "
        # A space at the end of words takes no room: a little more than all of them stands left.
        sides = (0.0, 1.08) if x < (left + right) / 2 else (1.08, 0.0)
        heights = [bottom + share * (top - bottom) for share in HEIGHTS]
        places = [(words, x, y, (side, 0.5)) for side in sides for y in heights]
        self._wish("best", "good", places)

    def ghost(self, number: int, words: str, line: Line) -> None:
        """Name an earlier run's line near its end, or farther back where that is taken."""
        (left, right), _ = self._panel.plot_item.getViewBox().viewRange()
        drawn = np.flatnonzero(np.isfinite(line.y) & (line.x >= left) & (line.x <= right))
        if not len(drawn):
            return
        places = []
        for share in (1.0, 0.75, 0.5, 0.25):
            at = drawn[round(share * (len(drawn) - 1))]
            x, y = float(line.x[at]), float(line.y[at])
            side = 1.0 if x > (left + right) / 2 else 0.0
            places += [(words, x, y, (side, beside)) for beside in BESIDE]
        self._wish(GHOSTS[number], "muted", places)

    def _wish(self, name: str, token: str, places: Sequence[Place]) -> None:
        self._wished[name] = Label(self.tags[name], colour(self._panel.theme, token), places)
