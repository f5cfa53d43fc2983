"""What stands in words on the loss plot, each where it covers no other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.curves import Line
from gd_studio.gui.plots.ghosts import GHOSTS
from gd_studio.gui.plots.labels import (
    Label,
    Place,
    Tag,
    around,
    box_of,
    show_apart,
    standing,
)

HEIGHTS = (0.7, 0.5, 0.85, 0.3, 0.15)  # of the plot, at which the best step may be named
BESIDE = (1.1, -0.1, 1.8, -0.8)  # above or below a line's end, near it or clear of a point there
POINT_PIXELS = 12
MOST_FOR_BASELINE = 0.65  # of the width
PLATE = 235  # of 255: how much of a line is covered by the words on it, so that they can be read
BAD_SIGNS = ("× not a finite number", "× not finite")


class LossLabels:
    """The words of the baseline, the start, the best step, the ghost and of lost values."""

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        names = ("bad", "baseline", "start", "best", *GHOSTS)
        self.tags = {name: Tag(panel.plot_item) for name in names}
        self._wished: dict[str, Label] = {}
        self._best: float | None = None  # where the line of the best step stands
        self._best_place = 0  # of those where it may be named, the one where it was named last

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""
        for tag in self.tags.values():
            tag.set_background(colour(self._panel.theme, "card", PLATE))

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
        places = [(words, x, y, (side, -0.3)) for words in BAD_SIGNS for side in (1.0, 0.0)]
        self._wish("bad", "negative", places)

    def start(self, x: float, y: float, loss: float) -> None:
        """Write the loss beside the first point."""
        words = f"  start {fixed(loss)}"
        places = [(words, x, y, anchor) for anchor in ((0.0, 0.5), (0.0, 1.3), (0.0, -0.3))]
        self._wish("start", "text", places)

    def baseline(self, words: str, right: float, y: float, value: float) -> None:
        """Name the dotted line at its right end, or at the left one where a line crosses that."""
        view = self._panel.plot_item.getViewBox()
        (left, _), _ = view.viewRange()
        texts = [f"{words}: {fixed(value)}", f"baseline {fixed(value)}"]
        if QFontMetricsF(self._panel.small_font()).horizontalAdvance(texts[0]) > (
            MOST_FOR_BASELINE * view.width()
        ):
            del texts[0]  # it would cover where the curves begin
        places = [
            (text, at, y, (side, below))
            for at, side in ((right, 1.0), (left, 0.0))
            for text in texts
            for below in (1.0, 0.0)
        ]
        self._wish("baseline", "muted", places)

    def best(self, name: str, x: float, lines: Sequence[Line]) -> None:
        """Name the line of the best step, where there is none of the lines if possible."""
        (left, right), (bottom, top) = self._panel.plot_item.getViewBox().viewRange()
        self._best = x
        words = f" {name} "
        # A space at the end of words takes no room: a little more than all of them stands left;
        # and what began right at the line would cover half of it.
        sides = (-0.03, 1.08) if x < (left + right) / 2 else (1.08, -0.03)
        heights = [bottom + share * (top - bottom) for share in HEIGHTS]
        places = [(words, x, y, (side, 0.5)) for side in sides for y in heights]
        self._wish("best", "good", self._clear_first(places, lines))

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

    def _clear_first(self, places: Sequence[Place], lines: Sequence[Line]) -> list[Place]:
        """Return the places, first one where no line passes: if possible, that of last time."""
        font, view = self._panel.small_font(), self._panel.plot_item.getViewBox()
        last = self._best_place if self._best_place < len(places) else 0
        order = [last, *(k for k in range(len(places)) if k != last)]
        boxes = ((k, box_of(places[k], font, view)) for k in order)
        clear = (k for k, box in boxes if not any(passes(line, box) for line in lines))
        self._best_place = first = next(clear, last)
        return [places[first], *(place for k, place in enumerate(places) if k != first)]

    def _wish(self, name: str, token: str, places: Sequence[Place]) -> None:
        self._wished[name] = Label(self.tags[name], colour(self._panel.theme, token), places)


def passes(line: Line, box: QRectF) -> bool:
    """Return whether a line has a piece within a box of the plot's range, or close to it.

    A piece counts if it is within the width of the box and anywhere within its height.
    """
    first = max(int(np.searchsorted(line.x, box.left())) - 1, 0)
    last = int(np.searchsorted(line.x, box.right(), side="right")) + 1
    y = line.y[first:last]
    lower, upper = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:])
    return bool(((lower <= box.bottom()) & (upper >= box.top())).any())
