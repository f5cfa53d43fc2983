"""An axis that writes its labels and its name, and draws nothing else.

pyqtgraph's own works out where ticks go, records what it draws, and keeps its name in a document of
its own; all that for a few words took as long as a plot's curves.
"""

from __future__ import annotations

from typing import Any, Literal

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

Align = Qt.AlignmentFlag
UNDER, BESIDE = 2, 5  # pixels between labels and plot
RIGHT, TOP = Align.AlignRight | Align.AlignVCenter, Align.AlignHCenter | Align.AlignTop
UPRIGHT = Align.AlignHCenter | Align.AlignVCenter


class PlainAxis(pg.AxisItem):  # type: ignore[misc]
    """The left or the bottom axis of a plot, as wide or high as it is set."""

    labelText: str

    def __init__(self, orientation: Literal["left", "bottom"]) -> None:
        super().__init__(orientation)
        self._is_left = orientation == "left"
        self._font = QFont()

    def write(self, labels: list[tuple[float, str]], name: str) -> None:
        """Write labels at values of the axis, and a name beside them."""
        if (labels, name) != (self.labels, self.labelText):
            self._tickLevels, self.labelText = [labels], name
            self.update()

    @property
    def labels(self) -> list[tuple[float, str]]:
        """What is written beside the axis, each at a value of it."""
        found: list[tuple[float, str]] = self._tickLevels[0] if self._tickLevels else []
        return found

    def set_font(self, font: QFont) -> None:
        """Write in another font."""
        self._font = QFont(font)
        self.update()

    def name_rect(self) -> QRectF:
        """Return where the name stands, along the outer edge."""
        size, height = self.size(), QFontMetricsF(self._font).height()
        if self._is_left:
            return QRectF(0, 0, height, size.height())
        return QRectF(0, size.height() - height, size.width(), height)

    def label_rect(self, at: float) -> QRectF:
        """Return a room, large enough for any label, whose edge or middle is at a value."""
        (low, high), size = self.range, self.size()
        share = (at - low) / ((high - low) or 1.0)
        if self._is_left:
            middle = size.height() * (1 - share)
            return QRectF(-BESIDE, middle - 50, size.width(), 100)
        return QRectF(size.width() * share - 500, UNDER, 1000, size.height() + 50)

    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(0, 0), self.size())

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        painter.setFont(self._font)
        painter.setPen(self.textPen())
        flags = RIGHT if self._is_left else TOP
        for at, text in self.labels:
            painter.drawText(self.label_rect(at), flags, text)
        if self.labelText:
            self._paint_name(painter)

    def _paint_name(self, painter: QPainter) -> None:
        place = self.name_rect()
        if not self._is_left:
            painter.drawText(place, TOP, self.labelText)
            return
        painter.save()
        painter.translate(place.center())
        painter.rotate(-90)
        long, high = place.height(), place.width()
        painter.drawText(QRectF(-long / 2, -high / 2, long, high), UPRIGHT, self.labelText)
        painter.restore()

    def resizeEvent(self, event: Any = None) -> None:
        # In place of pyqtgraph's, which moves the document of a name that is not used here.
        self.update()


def plain_axes() -> dict[str, PlainAxis]:
    """Return both axes of a plot, by their sides."""
    return {"left": PlainAxis("left"), "bottom": PlainAxis("bottom")}
