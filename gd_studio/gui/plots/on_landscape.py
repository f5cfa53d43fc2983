"""The map of a landscape: a click chooses a place, and the words say heights instead of losses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gd_studio.gui.numbers import exact, fixed
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.header import Said

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

# A double click fits; its first half must not move the descent.
CLICK_WAIT_MS = 220


class PlaceChooser(QObject):
    """Tells a clicked place, by `chosen(x, y)`, once it is sure that no second click follows."""

    chosen = Signal(float, float)

    def __init__(self, plot: PlotPanel) -> None:
        super().__init__(plot)
        self._plot = plot
        self._at = (0.0, 0.0)
        self._timer = QTimer(self, singleShot=True, interval=CLICK_WAIT_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_waiting(self) -> bool:
        """Whether a first click may yet become a double click."""
        return self._timer.isActive()

    def choose(self, x: float, y: float) -> None:
        """Take a click at a place of the plot."""
        self._at = self.rounded(x, y)
        self._timer.start()

    def forget(self) -> None:
        """Take a click for something else."""
        self._timer.stop()

    def rounded(self, x: float, y: float) -> tuple[float, float]:
        """Return a place with no more digits than a pixel can tell."""
        across, upwards = self._plot.pixel_size()
        return _rounded(x, across), _rounded(y, upwards)

    @Slot()
    def _on_timeout(self) -> None:
        self.chosen.emit(*self._at)


def is_landscape(frame: Frame) -> bool:
    """Whether a frame's model is a function of its place, with no data."""
    return frame.hypothesis.task == "landscape"


def cue(frame: Frame) -> Said:
    """Say what a click would do."""
    way = "click to start elsewhere" if frame.step == 0 else "click to move the point"
    return Said(f"f(x, y) itself · {way}", short=(way, way.removesuffix(" the point"), "exact"))


def heights(frame: Frame) -> str:
    """Say the height at the start, and where the point is now."""
    x, y = (exact(float(value), 4) for value in frame.parameters)
    height = fixed(frame.evaluation.train["total"])
    return f"f at the start {fixed(frame.first)} · now {height} at ({x}, {y})"


def hover_words(frame: Frame, x: float, y: float) -> str:
    """Say the exact height at a place, and what a click there would do."""
    hypothesis = frame.hypothesis
    height = float(hypothesis.total_losses(np.array([[x, y]]), hypothesis.prepared.train)[0])
    act = "start here" if frame.step == 0 else "move here"
    return f"f(x, y) {exact(height, 4)}\nx: {exact(x, 4)}\ny: {exact(y, 4)}\nclick: {act}"


def _rounded(value: float, pixel: float) -> float:
    return round(value, max(0, 1 - math.floor(math.log10(pixel))))
