"""The marker of *try an input*: a cross-hair to drag over a plot of one or two inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainterPath

from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.labels import Label, Tag, around, show_apart
from gd_studio.gui.plots.view_pixels import pixels_of
from gd_studio.gui.theme import Theme

SIZE = 30
REACH = 16  # pixels around its middle in which the marker can be taken
WORD = " try "


class Marker(pg.TargetItem):  # type: ignore[misc]
    """A diamond with four hairs: easy to take hold of, and readable on any colour."""

    def __init__(self) -> None:
        super().__init__(size=SIZE, symbol=_cross_hair(), movable=True)
        self.halo = pg.mkPen(None)
        self._grip: tuple[object, QPainterPath] = (None, QPainterPath())
        self.setZValue(30)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def shape(self) -> QPainterPath:
        """Return where it can be taken, which is more than what is drawn."""
        view = self.getViewBox()
        if view is None:
            drawn: QPainterPath = super().shape()
            return drawn
        across, upwards = pixels_of(view).per_pixel
        if self._grip[0] != (across, upwards):  # asked for at every paint
            grip = QPainterPath()
            grip.addEllipse(QPointF(0, 0), REACH * abs(across), REACH * abs(upwards))
            self._grip = ((across, upwards), grip)
        return self._grip[1]

    def paint(self, painter: Any, *_: object) -> None:
        drawn = super().shape()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for one in (self.halo, self.currentPen):
            painter.setPen(one)
            painter.drawPath(drawn)


class Probe:
    """A draggable marker; `on_moved` is told where the user drags it, in own units."""

    def __init__(self, plot_item: Any, on_moved: Callable[[float, float], None]) -> None:
        self._plot = plot_item
        self._target = Marker()
        self._target.hide()
        plot_item.addItem(self._target, ignoreBounds=True)
        self._tag = Tag(plot_item, z=29)
        self._font = QFont()
        self._on_moved = on_moved
        self._is_told = False
        self._written: tuple[object, ...] = ()
        self.taken: list[QRectF] = []  # pixels of the view on which no other words should lie
        self._target.sigPositionChanged.connect(self._on_position_changed)

    @property
    def is_shown(self) -> bool:
        return bool(self._target.isVisible())

    @property
    def is_held(self) -> bool:
        """Whether the user is dragging it now."""
        return bool(self._target.moving)

    @property
    def place(self) -> tuple[float, float]:
        """Where the marker stands."""
        point = self._target.pos()
        return float(point.x()), float(point.y())

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Colour the marker and its word."""
        self._font = font
        self._color = colour(theme, "text")
        self._target.halo = pen(theme, "card", 5)
        self._target.setPen(pen(theme, "text", 2))
        self._target.setHoverPen(pen(theme, "accent", 2.5))
        self._tag.set_background(colour(theme, "card", 200))

    def show(self, x: float, y: float) -> None:
        """Put the marker somewhere without telling anybody."""
        self._is_told = True
        self._target.setPos(x, y)
        self._is_told = False
        self._target.show()
        self.write()

    def write(self) -> None:
        """Write what the marker is, on the side that has room."""
        view = self._plot.getViewBox()
        pixels, (x, y) = pixels_of(view), self.place
        written = pixels, x, y, self._color.rgba(), self._font.key()
        if not self.is_shown or written == self._written:
            return
        self._written = written
        beside = REACH * pixels.per_pixel[0]
        places = [(WORD, x + beside, y, (0.0, 0.5)), (WORD, x - beside, y, (1.0, 0.5))]
        words = show_apart([Label(self._tag, self._color, places)], self._font, view)
        self.taken = [around(x, y, SIZE, view), *words]

    def hide(self) -> None:
        """Take the marker away."""
        self._target.hide()
        self._tag.hide()
        self._written, self.taken = (), []

    def _on_position_changed(self, _: object) -> None:
        self.write()
        if not self._is_told:
            self._on_moved(*self.place)


def _cross_hair() -> QPainterPath:
    """Return a diamond with hairs outwards, of size 1 around (0, 0)."""
    path = QPainterPath()
    corners = [(0.0, -0.28), (0.28, 0.0), (0.0, 0.28), (-0.28, 0.0)]
    path.moveTo(*corners[-1])
    for corner in corners:
        path.lineTo(*corner)
    for x, y in corners:
        path.moveTo(x, y)
        path.lineTo(x / 0.56, y / 0.56)
    return path
