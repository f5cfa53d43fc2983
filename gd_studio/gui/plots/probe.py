"""The marker of *try an input*: a cross to drag over a plot of one or two inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg

from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.theme import Theme


class Probe:
    """A draggable marker; `on_moved` is told where the user drags it, in own units."""

    def __init__(self, plot_item: Any, on_moved: Callable[[float, float], None]) -> None:
        self._target = pg.TargetItem(size=16, movable=True)
        self._target.setZValue(30)
        self._target.hide()
        plot_item.addItem(self._target, ignoreBounds=True)
        self._on_moved = on_moved
        self._is_told = False
        self._target.sigPositionChanged.connect(self._on_position_changed)

    @property
    def is_shown(self) -> bool:
        return bool(self._target.isVisible())

    @property
    def place(self) -> tuple[float, float]:
        """Where the marker stands."""
        point = self._target.pos()
        return float(point.x()), float(point.y())

    def set_theme(self, theme: Theme) -> None:
        """Colour the marker."""
        self._target.setPen(pen(theme, "accent", 2))
        self._target.setHoverPen(pen(theme, "text", 2))
        self._target.setBrush(pg.mkBrush(colour(theme, "card", 140)))
        self._target.setHoverBrush(pg.mkBrush(colour(theme, "card", 200)))

    def show(self, x: float, y: float) -> None:
        """Put the marker somewhere without telling anybody."""
        self._is_told = True
        self._target.setPos(x, y)
        self._is_told = False
        self._target.show()

    def hide(self) -> None:
        """Take the marker away."""
        self._target.hide()

    def _on_position_changed(self, _: object) -> None:
        if not self._is_told:
            self._on_moved(*self.place)
