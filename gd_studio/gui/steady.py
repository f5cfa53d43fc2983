"""A label whose words may change at every frame without anything else being laid out again.

`QLabel.setText` asks for a new layout of the whole window, even where the new words take the same
room; sixty times a second that costs more than all the plots.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.gui.theme import is_restyle, set_look


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
        self.setAccessibleName(text)
        needed = self._needed()
        if needed > self._widest:
            self._widest = needed
            self.updateGeometry()
        self.update()

    def forget_width(self) -> None:
        """Take the room of the present words only."""
        self._widest = self._needed()
        self.updateGeometry()

    @property
    def flags(self) -> int:
        """How the words are set: their alignment, and whether they go on in the next line."""
        wrapped = Qt.TextFlag.TextWordWrap.value if self.wordWrap() else 0
        return int(self.alignment().value) | wrapped

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
        painter.drawText(self.contentsRect(), self.flags, self._words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.forget_width()

    def _needed(self) -> int:
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(line) for line in self._words.split("\n"))
        margins = self.contentsMargins()
        return widest + margins.left() + margins.right() + 2


class SteadyParagraph(SteadyLabel):
    """Plain text of several lines that claims the height they need, and no layout while it is so.

    Qt's scroll areas do not ask for a height for a width, and would squeeze a plain QLabel.
    """

    MOST_LETTERS = 60  # in a line, where there is all the room in the world

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None) -> None:
        self._height = 0
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setWordWrap(True)
        if look:
            set_look(self, look)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._claim()

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        most = self.fontMetrics().averageCharWidth() * self.MOST_LETTERS
        return QSize(min(super().sizeHint().width(), most), self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._claim()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._claim()

    def _claim(self) -> None:
        margins = self.contentsMargins()
        beside, over = margins.left() + margins.right(), margins.top() + margins.bottom()
        room = QRect(0, 0, max(self.width() - beside, 1), 1 << 20)
        words = self.fontMetrics().boundingRect(room, self.flags, self.text() or " ")
        if words.height() + over != self._height:
            self._height = words.height() + over
            self.updateGeometry()
