"""Many lines, rules and dots as one painted thing of a plot.

As items of their own, as the plot library has them, twenty lines cost three times as much: most of
the time goes into asking each where it lies.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gd_studio.gui.plots.strokes import Curve, Dots, Rule, Stroke
from gd_studio.gui.plots.view_pixels import pixels_of


class Layer(QGraphicsItem):
    """Fills a plot's view. What is made or added later lies on top."""

    def __init__(self, plot_item: Any, z: float = 0) -> None:
        self._view = plot_item.getViewBox()
        super().__init__(self._view.childGroup)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(z)
        self._strokes: list[Stroke] = []
        self._is_stale = False
        self._bounds = pixels_of(self._view).bounds()
        self._view.sigResized.connect(self._on_moved)
        self._view.sigRangeChanged.connect(self._on_moved)

    def curve(self, connect: Any = "all", antialias: bool = False) -> Curve:
        """Return a line yet without points, above those made before."""
        made = Curve(self, connect, antialias)
        self.add(made)
        return made

    def rule(self, angle: int) -> Rule:
        """Return a straight line right across the view, at an angle of 0 or 90 degrees."""
        made = Rule(self, angle)
        self.add(made)
        return made

    def dots(self, symbol: str = "o", size: float = 8) -> Dots:
        """Return points yet to be given."""
        made = Dots(self, symbol, size)
        self.add(made)
        return made

    def add(self, stroke: Stroke) -> None:
        """Paint one more thing, above all others."""
        self._strokes.append(stroke)

    def remove(self, stroke: Stroke) -> None:
        """Paint it no more."""
        self._strokes.remove(stroke)
        self.changed()

    def changed(self) -> None:
        """Paint everything anew, once, however much of it has changed."""
        if not self._is_stale:
            self._is_stale = True
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        self._is_stale = False
        pixels = pixels_of(self._view)
        painter.setTransform(pixels.to_units(), True)
        # In pixels: Qt draws nothing in a shape of its own that reaches as far as 1e128.
        painter.setClipRect(QRectF(0, 0, pixels.width, pixels.height))
        is_smooth = None
        for stroke in self._strokes:
            if stroke.isVisible():
                # Asked for only where it changes: it costs nearly half as much as a short line.
                if stroke.is_smooth != is_smooth:
                    is_smooth = stroke.is_smooth
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
                stroke.paint(painter, pixels)

    def _on_moved(self, *_: object) -> None:
        self.prepareGeometryChange()
        self._bounds = pixels_of(self._view).bounds()
        self.update()
