"""The probability of each class as a bar; a tick marks where it stood at step 0."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gd_studio.gui.theme import CLASS_SIGNS, Theme, is_restyle, theme_of
from gd_studio.gui.try_input.guesses import Guesses, percent


class ProbabilityBars(QWidget):
    """One line per class: sign and name, bar, percentage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("try.bars")
        self.setAccessibleName("Probability per class")
        self.setToolTip(
            "How sure the hypothesis is of each class; together they make 100 %. "
            "The tick is where it stood at step 0."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._guesses: Guesses | None = None
        self._lines: list[int] = []

    def set_guesses(self, guesses: Guesses | None) -> None:
        """Show probabilities; nothing for numbers."""
        lines = guesses.order if guesses is not None else []
        self._guesses = guesses
        if len(lines) != len(self._lines):
            self.updateGeometry()
        self._lines = lines
        self.setAccessibleDescription(", ".join(self.words()))
        self.update()

    def words(self) -> list[str]:
        """Return what the bars show: one "class: 12.3 %" per line, and what is left out."""
        if self._guesses is None:
            return []
        known = self._guesses
        said = [f"{known.classes[i]}: {percent(float(known.now[i]))}" for i in self._lines]
        return [*said, self._rest()] if self._rest() else said

    def _rest(self) -> str:
        assert self._guesses is not None
        left = len(self._guesses.classes) - len(self._lines)
        if left <= 0:
            return ""
        share = 1 - float(self._guesses.now[self._lines].sum())
        return f"{left} more: {percent(max(share, 0.0))}"

    @property
    def _line_height(self) -> int:
        return self.fontMetrics().height() + 4

    def sizeHint(self) -> QSize:
        extra = 1 if self._guesses is not None and self._rest() else 0
        return QSize(220, self._line_height * (len(self._lines) + extra))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._guesses is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self)
        for place, code in enumerate(self._lines):
            self._paint_line(painter, theme, place * self._line_height, code)
        if self._rest():
            painter.setPen(QColor(theme.muted))
            top = len(self._lines) * self._line_height
            painter.drawText(0, top, self.width(), self._line_height, _LEFT, self._rest())

    def _paint_line(self, painter: QPainter, theme: Theme, top: int, code: int) -> None:
        assert self._guesses is not None
        height, metrics = self._line_height, self.fontMetrics()
        name_width = min(self._name_width(), self.width() * 2 // 5)
        number_width = metrics.horizontalAdvance("> 100.0 %")
        color = QColor(theme.classes[code % len(theme.classes)])
        sign = CLASS_SIGNS[code % len(CLASS_SIGNS)]
        sign_width = metrics.horizontalAdvance("●●")
        painter.setPen(color)
        painter.drawText(0, top, sign_width, height, _LEFT, sign)
        painter.setPen(QColor(theme.text))
        room = name_width - sign_width
        name = metrics.elidedText(
            self._guesses.classes[code], Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(sign_width, top, room, height, _LEFT, name)
        share = float(self._guesses.now[code])
        painter.drawText(
            self.width() - number_width, top, number_width, height, _RIGHT, percent(share)
        )
        track = QRectF(
            name_width + 8, top + height * 0.28, self.width() - name_width - number_width - 16,
            height * 0.44,
        )  # fmt: skip
        self._paint_bar(painter, theme, track, code, color)

    def _paint_bar(
        self, painter: QPainter, theme: Theme, track: QRectF, code: int, color: QColor
    ) -> None:
        assert self._guesses is not None
        share = float(self._guesses.now[code])
        if track.width() < 8 or share != share:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(track, 3, 3)
        painter.setBrush(color)
        painter.drawRoundedRect(
            QRectF(track.left(), track.top(), track.width() * share, track.height()), 3, 3
        )
        first = self._guesses.first
        if first is not None and first[code] == first[code]:
            x = track.left() + track.width() * float(first[code])
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.drawLine(int(x), int(track.top()) - 2, int(x), int(track.bottom()) + 2)

    def _name_width(self) -> int:
        assert self._guesses is not None
        metrics = self.fontMetrics()
        names = (metrics.horizontalAdvance(self._guesses.classes[i]) for i in self._lines)
        return max(names, default=0) + metrics.horizontalAdvance("●●") + 2


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
