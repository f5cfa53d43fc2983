"""The timeline's slider, drawn with its marks: start, best validation, newest, budget, viewed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy

from gd_studio.gui.forms.slider import QuietSlider
from gd_studio.gui.theme import SMALLEST, Theme, is_restyle, set_look, theme_of


@dataclass(frozen=True)
class Marks:
    """What is marked on the line besides the viewed step."""

    last: int = 0
    best: int | None = None
    budget: int | None = None
    best_word: str = "best validation"

    @property
    def end(self) -> int:
        """The step at the right end of the line."""
        return max(self.last, self.budget or 0, 1)


@dataclass(frozen=True)
class _Type:
    """The font of the marks."""

    font: QFont
    metrics: QFontMetricsF

    @cached_property
    def budget(self) -> float:
        """The width of the word beside the line's end."""
        return self.metrics.horizontalAdvance("budget")


class TimelineSlider(QuietSlider):
    """A slider from step 0 to the newest, on a line that goes on to the budget."""

    def __init__(self) -> None:
        super().__init__()
        self._marks = Marks()
        self.setObjectName("timeline")
        set_look(self, "timeline")
        self.setAccessibleName("Timeline: the viewed step")
        self.setToolTip("Drag to any past step; everything on screen is then that step.")
        self.setRange(0, 0)
        self.setPageStep(10)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_marks(self, marks: Marks) -> None:
        if marks != self._marks:
            self._marks = marks
            self.setRange(0, marks.last)
            self.setPageStep(max(1, marks.last // 20))
            self.update()

    def x_of(self, step: int) -> float:
        """Return where a step lies on the line, in pixels."""
        left, right = self._ends()
        return left + (right - left) * min(step / self._marks.end, 1.0)

    def step_at(self, x: float) -> int:
        """Return the existing step nearest to a place on the line."""
        left, right = self._ends()
        share = (x - left) / max(right - left, 1.0)
        return min(max(round(share * self._marks.end), 0), self._marks.last)

    def _ends(self) -> tuple[float, float]:
        radius = self._radius()
        right = self.width() - radius - 2
        if self._marks.budget:
            right -= self._type.budget + 4
        return radius + 2.0, max(right, radius + 3.0)

    def _radius(self) -> float:
        return self.fontMetrics().height() * 0.42

    def _line_y(self) -> float:
        return self.height() * 0.52

    @cached_property
    def _type(self) -> _Type:
        """What the marks are written in, until the window is dressed anew."""
        font = QFont(self.font())
        size = QFontInfo(font).pixelSize()
        font.setPixelSize(size - 1 if size > SMALLEST else size)
        return _Type(font, QFontMetricsF(font))

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._type.font)
        theme = theme_of(self)
        self._draw_line(painter, theme)
        self._draw_marks(painter, theme)
        self._draw_knob(painter, theme)
        painter.end()

    def _draw_line(self, painter: QPainter, theme: Theme) -> None:
        y, thick = self._line_y(), max(3.0, self._radius() * 0.6)
        parts = ((self._marks.end, theme.line), (self._marks.last, theme.ghost),
                 (self.value(), theme.accent))  # fmt: skip
        for step, color in parts:
            painter.setPen(
                QPen(QColor(color), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.drawLine(QPointF(self.x_of(0), y), QPointF(self.x_of(step), y))

    def _draw_marks(self, painter: QPainter, theme: Theme) -> None:
        marks, metrics = self._marks, self._type.metrics
        free = self.x_of(0) + 8 + metrics.horizontalAdvance("start")
        crowded = marks.best is not None and self.x_of(marks.best) < free
        self._tick(painter, 0, "" if crowded else "start", theme.muted)
        if marks.best is not None:
            words = (f"{marks.best_word}, step {marks.best}", f"best {marks.best}", "")
            room = self.x_of(marks.end) - self.x_of(marks.best) - 8
            label = next(w for w in words if not w or metrics.horizontalAdvance(w) < room)
            self._tick(painter, marks.best, label, theme.good)
        if marks.budget is not None:
            x = self.x_of(marks.budget)
            self._tick(painter, marks.budget, "budget", theme.muted)
            below = self._line_y() + metrics.ascent()
            painter.drawText(QPointF(x + 4, below), f"{marks.budget:,}".replace(",", " "))
        if self.value() < marks.last:
            self._draw_newest(painter, theme)

    def _tick(self, painter: QPainter, step: int, label: str, color: str) -> None:
        metrics = self._type.metrics
        x, top = self.x_of(step), self._line_y() - metrics.height() - self._radius() * 0.6
        painter.setPen(QPen(QColor(color), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, self._line_y() + self._radius()))
        painter.drawText(QPointF(x + 4, top + metrics.ascent()), label)

    def _draw_newest(self, painter: QPainter, theme: Theme) -> None:
        text, metrics = f"newest {self._marks.last}", self._type.metrics
        x, y = self.x_of(self._marks.last), self._line_y()
        painter.setPen(QPen(QColor(theme.text), 2))
        painter.drawLine(QPointF(x, y - self._radius()), QPointF(x, y + self._radius()))
        left = x - metrics.horizontalAdvance(text) - 4
        if left > self.x_of(0):
            painter.drawText(QPointF(left, y + self._radius() + metrics.ascent()), text)

    def _draw_knob(self, painter: QPainter, theme: Theme) -> None:
        radius = self._radius()
        center = QPointF(self.x_of(self.value()), self._line_y())
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.setBrush(QColor(theme.tint))
            painter.drawEllipse(center, radius + 3, radius + 3)
        painter.setPen(QPen(QColor(theme.card), 1.5))
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(center, radius, radius)

    # --- the mouse, on our own line rather than the style's ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self.step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def sizeHint(self) -> QSize:
        return QSize(400, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, round(self._type.metrics.height() * 2.6 + self._radius()))

    def knob(self) -> QRectF:
        """Return the rectangle of the knob."""
        radius = self._radius()
        return QRectF(
            self.x_of(self.value()) - radius, self._line_y() - radius, 2 * radius, 2 * radius
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.__dict__.pop("_type", None)
            self.updateGeometry()
            self.update()
