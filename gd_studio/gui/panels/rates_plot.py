"""The tried rates as a small plot: the loss each of them reached, over the slider's own axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.forms.stable_zone import StableZone, draw_zone
from gd_studio.gui.numbers import exact
from gd_studio.gui.theme import Theme, is_restyle, theme_of

if TYPE_CHECKING:
    from gd_studio.experiment.rate_trial import TriedRates

LABELLED = (1e-4, 1e-2, 1.0)


class RatesPlot(QAbstractSlider):
    """Sixteen points, one of them looked at: arrows go through them, Enter or a click takes one.

    Rates that ended above where they began lie in a band at the top: a triangle for a finite
    loss, a cross for one that diverged. Signal: `taken` (index).
    """

    taken = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.axis = RateAxis()
        self._tried: TriedRates | None = None
        self._zone: StableZone | None = None
        self.setObjectName("rates.plot")
        self.setAccessibleName("Tried learning rates")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_tried(self, tried: TriedRates, axis: RateAxis) -> None:
        """Show what became of the rates, the best one looked at."""
        self._tried, self.axis = tried, axis
        self.setRange(0, len(tried.rates) - 1)
        self.setPageStep(4)
        self.setValue(tried.best or 0)
        self.update()

    def set_zone(self, zone: StableZone | None) -> None:
        if zone != self._zone:
            self._zone = zone
            self.update()

    # --- places ---

    def place(self, index: int) -> QPointF:
        """Return where a rate's point is drawn."""
        tried = self._tried
        assert tried is not None
        x = self._x_of(float(tried.rates[index]))
        if tried.diverged[index] or tried.worse[index]:
            return QPointF(x, self._line() * 0.5)
        top, bottom = self._top(), self._bottom()
        low = float(tried.losses[tried.best]) if tried.best is not None else tried.before
        span = tried.before - low
        share = (float(tried.losses[index]) - low) / span if span > 0 else 1.0
        return QPointF(x, bottom - 6 - share * (bottom - 6 - top))

    def index_at(self, x: float) -> int:
        """Return the rate nearest to a place, in pixels from the left."""
        rates = [] if self._tried is None else [self._x_of(float(r)) for r in self._tried.rates]
        return min(range(len(rates)), key=lambda i: abs(rates[i] - x), default=0)

    def _x_of(self, rate: float) -> float:
        left, right = self._left(), self.width() - 8.0
        return left + self.axis.place(rate) * (right - left)

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _left(self) -> float:
        metrics = QFontMetricsF(self.font())
        return max(metrics.horizontalAdvance(label) for label in self._labels()) + 8

    def _labels(self) -> tuple[str, ...]:
        """Return the numbers beside the plot: the loss before, and the best after, if any."""
        tried = self._tried
        if tried is None:
            return ("",)
        low = () if tried.best is None else (exact(float(tried.losses[tried.best]), 3),)
        return (exact(tried.before, 3), *low)

    def _top(self) -> float:
        """Return the height at which a loss like the one before is drawn."""
        return self._line() * 1.5

    def _bottom(self) -> float:
        return self.height() - 2.6 * self._line()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        tried = self._tried
        if tried is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self)
        self._draw_axes(painter, theme)
        self._draw_line(painter, theme, tried)
        for index in range(len(tried.rates)):
            self._draw_point(painter, theme, tried, index)
        self._draw_words(painter, theme, tried)
        painter.end()

    def _draw_axes(self, painter: QPainter, theme: Theme) -> None:
        left, right, bottom, top = self._left(), self.width() - 2.0, self._bottom(), self._top()
        painter.setPen(QPen(QColor(theme.muted), 1))
        line = self._line()
        for label, y in zip(self._labels(), (top, bottom - 6), strict=False):
            self._write(painter, QRectF(0, y - line / 2, left - 6, line), label)
        dotted = QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine)
        painter.setPen(dotted)
        painter.drawLine(QPointF(left, top), QPointF(right, top))
        painter.setPen(QPen(QColor(theme.line_strong), 1))
        painter.drawLine(QPointF(left, bottom), QPointF(right, bottom))
        if self._zone is not None and self._zone.has_mark:
            draw_zone(painter, self._zone, theme, self._x_of, bottom, (left, right), 3.0)
        self._draw_ticks(painter, theme, bottom)

    def _draw_ticks(self, painter: QPainter, theme: Theme, bottom: float) -> None:
        line, middle = self._line(), Qt.AlignmentFlag.AlignHCenter
        metrics, free = QFontMetricsF(painter.font()), 0.0
        for power in range(math.ceil(self.axis.low), math.floor(self.axis.high) + 1):
            x = self._x_of(10.0**power)
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 4))
            label = f"{10.0**power:g}"
            half = metrics.horizontalAdvance(label) / 2
            if 10.0**power in LABELLED and x - half >= free:
                box = QRectF(x - half, bottom + 4, 2 * half + 1, line)
                self._write(painter, box, label, middle)
                free = x + half + 6
        self._write(painter, QRectF(0, bottom + 4 + line, self.width() - 2, line), "learning rate")

    def _draw_line(self, painter: QPainter, theme: Theme, tried: TriedRates) -> None:
        painter.setPen(QPen(QColor(theme.ghost), 1))
        good = ~(tried.diverged | tried.worse)
        for i in range(len(good) - 1):
            if good[i] and good[i + 1]:
                painter.drawLine(self.place(i), self.place(i + 1))

    def _draw_point(self, painter: QPainter, theme: Theme, tried: TriedRates, index: int) -> None:
        at, size = self.place(index), max(3.0, self._line() * 0.22)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if index == self.value():
            ring = theme.accent if self.hasFocus() else theme.text
            painter.setPen(QPen(QColor(ring), 1.5))
            painter.drawEllipse(at, size + 4, size + 4)
        if tried.diverged[index]:
            painter.setPen(QPen(QColor(theme.too_high), 2))
            for slope in (1, -1):
                corner = QPointF(size, slope * size)
                painter.drawLine(at - corner, at + corner)
            return
        painter.setPen(QPen(QColor(theme.card), 1))
        if tried.worse[index]:
            painter.setBrush(QColor(theme.edge))
            wide = size * 1.2
            corners = [QPointF(0, -wide), QPointF(wide, size), QPointF(-wide, size)]
            painter.drawPolygon(QPolygonF([at + corner for corner in corners]))
            return
        painter.setBrush(QColor(theme.good if index == tried.best else theme.accent))
        painter.drawEllipse(at, size + (index == tried.best), size + (index == tried.best))

    def _draw_words(self, painter: QPainter, theme: Theme, tried: TriedRates) -> None:
        """Write what the band at the top means, left of its first mark where there is room."""
        words = [w for w, there in (("worse", tried.worse), ("diverged", tried.diverged))
                 if there.any()]  # fmt: skip
        if not words:
            return
        first = int((tried.worse | tried.diverged).argmax())
        painter.setPen(QColor(theme.muted))
        room = self.place(first).x() - 10 - self._left()
        box = QRectF(self._left(), 0, max(room, 0.0), self._line())
        text = ", ".join(words)
        if QFontMetricsF(painter.font()).horizontalAdvance(text) <= room:
            self._write(painter, box, text)

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        where: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight,
    ) -> None:
        painter.drawText(box, int(where | Qt.AlignmentFlag.AlignVCenter), text)

    # --- mouse and keys ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setValue(self.index_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._tried is not None:
            self.setValue(self.index_at(event.position().x()))
            self.taken.emit(self.value())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        taking = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in taking and self._tried is not None:
            self.taken.emit(self.value())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, round(8.4 * self._line()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        super().sliderChange(change)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.updateGeometry()
            self.update()
