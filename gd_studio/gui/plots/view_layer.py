"""One painted thing over the whole of a plot's view: cheaper than as many items as it has parts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gd_studio.gui.plots.view_pixels import ViewPixels, pixels_of


class ViewLayer(QGraphicsItem):
    """Abstract: fills the view of a plot, and is painted again when that shows another range."""

    def __init__(self, view: Any, z: float) -> None:
        super().__init__(view)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsToShape)
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._view = view
        view.sigResized.connect(self._on_resized)
        view.sigRangeChanged.connect(self._on_range_changed)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._view.width(), self._view.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        ratio = None if widget is None else widget.devicePixelRatioF()
        self.paint_in(painter, pixels_of(self._view), ratio)

    def paint_in(self, painter: QPainter, pixels: ViewPixels, ratio: float | None) -> None:
        """Paint it in pixels of the view, each `ratio` of the screen's; None: for an export."""
        raise NotImplementedError

    def _on_resized(self, *_: object) -> None:
        self.prepareGeometryChange()

    def _on_range_changed(self, *_: object) -> None:
        self.update()
