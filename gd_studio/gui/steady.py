"""A label whose words may change at every frame without anything else being laid out again.

`QLabel.setText` asks for a new layout of the whole window, even where the new words take the same
room; sixty times a second that costs more than all the plots.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.gui.theme import is_restyle


class SteadyLabel(QLabel):
    """A label of plain text that takes the room of its widest words so far, and no less."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._widest = 0
        self.setText(text)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        if text == self._words:
            return
        self._words = text
        needed = self._needed()
        if needed > self._widest:
            self._widest = needed
            self.updateGeometry()
        self.update()

    def forget_width(self) -> None:
        """Take the room of the present words only."""
        self._widest = self._needed()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        lines = self._words.count("\n") + 1
        height = self.fontMetrics().height() * lines + margins.top() + margins.bottom()
        return QSize(self._widest, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.drawFrame(painter)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), self._words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.forget_width()

    def _needed(self) -> int:
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(line) for line in self._words.split("\n"))
        margins = self.contentsMargins()
        return widest + margins.left() + margins.right() + 2
