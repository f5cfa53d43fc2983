"""Points painted once and kept as a picture while they and the view stay as they are.

What lies under them changes at every step, so they are painted at every step; of some hundred
points the plot library's own take longer than all that is under them.
"""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from gd_studio.gui.plots.view_pixels import ViewPixels, pixels_of


class KeptScatter(pg.ScatterPlotItem):  # type: ignore[misc]
    """A scatter plot in a view; for an export its points are painted as shapes."""

    _bounds = QRectF()
    _kept: tuple[tuple[ViewPixels, float], QPixmap] | None = None

    def __init__(self, plot_item: Any, z: float, **look: Any) -> None:
        super().__init__(pxMode=True, **look)
        self._view = plot_item.getViewBox()
        self.setZValue(z)
        self.painted = 0  # how often the picture was made
        plot_item.addItem(self, ignoreBounds=True)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self._bounds = pixels_of(self._view).bounds()

    def invalidate(self) -> None:
        self._kept = None
        super().invalidate()

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        if len(self.data) == 0:
            return  # not a whole picture of nothing, at every step
        if widget is None or self._exportOpts is not False:
            super().paint(painter, option, widget)
            return
        pixels, ratio = pixels_of(self._view), widget.devicePixelRatioF()
        if self._kept is None or self._kept[0] != (pixels, ratio):
            self._kept = ((pixels, ratio), self._made(pixels, ratio, option, widget))
        painter.setTransform(pixels.to_units(), True)
        painter.drawPixmap(0, 0, self._kept[1])

    def _made(self, pixels: ViewPixels, ratio: float, option: Any, widget: Any) -> QPixmap:
        made = QPixmap(round(pixels.width * ratio), round(pixels.height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setTransform(pixels.to_units().inverted()[0])
        super().paint(painter, option, widget)
        painter.end()
        self.painted += 1
        return made
