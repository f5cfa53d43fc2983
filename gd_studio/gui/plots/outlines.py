"""The boundary or the curve as it was: at the start, of the run before, of pinned runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtGui import QPen

from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.ghosts import ghost_colour, ghost_pen, ghost_words, shown_ghosts
from gd_studio.gui.plots.labels import Label, Tag, show_apart

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.gui.plots.canvas import PlotPanel
    from gd_studio.session.frame import Frame

START = -1
Curve = tuple[Any, Any, Any]  # x, y, and how the points are connected
Compute = Callable[[Any, Any], Curve]


@dataclass(frozen=True, eq=False)
class Earlier:
    """What a model guessed with other parameters; `number` is a ghost's, or `START`."""

    number: int
    words: str
    hypothesis: Hypothesis
    parameters: Any


def earlier(frame: Frame, panel: PlotPanel, start: bool) -> list[Earlier]:
    """Return the start of this run (if wanted), and the ghosts that read the same inputs."""
    found = []
    has_start = len(frame.trajectory_steps) and frame.trajectory_steps[0] == 0
    if start and frame.step > 0 and has_start and frame.trajectory_parameters is None:
        found.append(Earlier(START, "start", frame.hypothesis, frame.trajectory[0]))
    for ghost in shown_ghosts(frame, panel.selection):
        if _reads_the_same(ghost.hypothesis, frame.hypothesis):
            words = ghost_words(ghost)
            found.append(Earlier(ghost.number, words, ghost.hypothesis, ghost.parameters))
    return found


class Outlines:
    """Curves by number, each computed once for where it is drawn, with words beside it."""

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        self._curves: dict[int, Any] = {}
        self._tags: dict[int, Tag] = {}
        self._keys: dict[int, Any] = {}

    def show(self, frame: Frame, those: list[Earlier], key: Any, compute: Compute) -> None:
        """Draw these, by `compute(hypothesis, parameters)` where `key` or they have changed."""
        labels = []
        for number in set(self._curves) - {one.number for one in those}:
            self._hide(number)
        for one in those:
            curve, tag = self._items(one.number)
            # A start belongs to its run; a ghost is known by being the same object.
            who = frame.run_number if one.number == START else id(one.parameters)
            if self._keys.get(one.number) != (key, who):
                self._keys[one.number] = (key, who)
                x, y, connect = compute(one.hypothesis, one.parameters)
                curve.setData(x, y, connect=connect)
            curve.setPen(self._pen(one.number))
            curve.show()
            label = self._label(one, curve, tag)
            if label is None:
                tag.hide()
            else:
                labels.append(label)
        if labels:
            show_apart(labels, self._panel.small_font(), self._panel.plot_item.getViewBox())

    def hide(self) -> None:
        """Take all of them away."""
        for number in self._curves:
            self._hide(number)

    def _items(self, number: int) -> tuple[Any, Tag]:
        if number not in self._curves:
            curve = pg.PlotCurveItem(antialias=True)
            curve.setZValue(4)
            self._panel.plot_item.addItem(curve, ignoreBounds=True)
            self._curves[number] = curve
            self._tags[number] = Tag(self._panel.plot_item)
        return self._curves[number], self._tags[number]

    def _label(self, one: Earlier, curve: Any, tag: Tag) -> Label | None:
        x, y = curve.getData()
        if x is None or not len(x):
            return None
        theme = self._panel.theme
        is_start = one.number == START
        color = colour(theme, "text") if is_start else ghost_colour(theme, one.number)
        tag.set_background(colour(theme, "card", 170))
        spots = [int(share * (len(x) - 1)) for share in (0.5, 0.25, 0.75, 0.1, 0.9)]
        places = [(one.words, float(x[k]), float(y[k]), (0.5, 0.5)) for k in spots]
        return Label(tag, color, places)

    def _pen(self, number: int) -> QPen:
        theme = self._panel.theme
        if number == START:
            return pen(theme, "text", 1.2, "dotted")
        return ghost_pen(theme, number)

    def _hide(self, number: int) -> None:
        self._curves[number].hide()
        self._tags[number].hide()


def _reads_the_same(other: Hypothesis, own: Hypothesis) -> bool:
    """Return whether two models guess the same thing from the same inputs."""
    names = [[f.name for f in h.prepared.features] for h in (other, own)]
    return names[0] == names[1] and other.task == own.task and other.classes == own.classes
