"""A label whose words may change at every frame without anything else being laid out again.

`QLabel.setText` asks for a new layout of the whole window, even where the new words take the same
room; sixty times a second that costs more than all the plots.
"""

from __future__ import annotations

from typing import Any

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
        self._flags: int | None = None
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
        if self._flags is None:
            wrapped = Qt.TextFlag.TextWordWrap.value if self.wordWrap() else 0
            self._flags = int(self.alignment().value) | wrapped
        return self._flags

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        self._flags = None
        super().setAlignment(alignment)

    def setWordWrap(self, on: bool) -> None:
        self._flags = None
        super().setWordWrap(on)

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        lines = self._words.count("\n") + 1
        height = self.fontMetrics().height() * lines + margins.top() + margins.bottom()
        return QSize(self._widest, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.frameWidth():  # else there is nothing around the words, and Qt would look for it
            self.drawFrame(painter)
        # In the pen that a widget's painter begins with: that of its own text.
        painter.drawText(self.contentsRect(), self.flags, self.painted_words())

    def painted_words(self) -> str:
        """Return what is written: all words, where there is room for them."""
        return self._words

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.forget_width()

    def _needed(self) -> int:
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(line) for line in self._words.split("\n"))
        margins = self.contentsMargins()
        return widest + margins.left() + margins.right() + 2


class ClaimsHeight:
    """What a label of several lines mixes in to claim the height they need at its width.

    Qt's scroll areas do not ask for a height for a width, and would squeeze a plain QLabel. The
    label asks for a new layout only when it needs another height than it has claimed.
    """

    claimed = 0

    def height_needed(self) -> int:
        """Return the height that the words need at the present width, in pixels."""
        raise NotImplementedError

    def claim(self: Any) -> None:
        """Ask for another height, if that is needed."""
        height = self.height_needed()
        if height >= 0 and height != self.claimed:
            self.claimed = height
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.claimed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)  # type: ignore[misc]  # of the label it is mixed into
        self.claim()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)  # type: ignore[misc]
        if is_restyle(event):
            self.claim()


class SteadyParagraph(ClaimsHeight, SteadyLabel):
    """Plain text of several lines that claims the height they need."""

    MOST_LETTERS = 60  # in a line, where there is all the room in the world

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setWordWrap(True)
        if look:
            set_look(self, look)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.claim()

    def sizeHint(self) -> QSize:
        most = self.fontMetrics().averageCharWidth() * self.MOST_LETTERS
        return QSize(min(SteadyLabel.sizeHint(self).width(), most), self.claimed)

    def height_needed(self) -> int:
        return self.height_of(self.text())

    def height_of(self, text: str) -> int:
        """Return the height that a text would need at the present width, in pixels."""
        margins = self.contentsMargins()
        beside, over = margins.left() + margins.right(), margins.top() + margins.bottom()
        room = QRect(0, 0, max(self.width() - beside, 1), 1 << 20)
        words = self.fontMetrics().boundingRect(room, self.flags, text or " ")
        return words.height() + over
