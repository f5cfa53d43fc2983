"""The title of a plot, which makes room for what the plot says of itself."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.gui.theme import set_look


class TitleLabel(QLabel):
    """A title; `short` takes its place where it has no room, and what is cut ends with "…"."""

    def __init__(self, title: str, short: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._short, self._is_short = short, False
        set_look(self, "title")

    def set_titles(self, title: str, short: str) -> None:
        """Take another title, and what stands there where it has no room."""
        self._short = short
        self.setText(title)

    @property
    def has_short(self) -> bool:
        """Whether it can be shortened."""
        return bool(self._short)

    @property
    def shown_text(self) -> str:
        """What of the title there is room for."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self._wished, Qt.TextElideMode.ElideRight, room)

    def shorten(self, room: int) -> None:
        """Take the short title where the whole one is wider than so many pixels."""
        is_short = bool(self._short) and self._width(self.text()) > room
        if is_short != self._is_short:
            self._is_short = is_short
            self.updateGeometry()
            self.update()

    @property
    def _wished(self) -> str:
        return self._short if self._is_short else self.text()

    def _width(self, text: str) -> int:
        margins = self.contentsMargins()
        return self.fontMetrics().horizontalAdvance(text) + margins.left() + margins.right() + 2

    def sizeHint(self) -> QSize:
        return QSize(self._width(self._wished), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag.AlignVCenter, self.shown_text)
