"""The row's loss drawn against its guess: the curve, the row's dot on it, and the slope there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gd_studio.gui.numbers import exact
from gd_studio.gui.theme import Theme, theme_of

if TYPE_CHECKING:
    from gd_studio.experiment.ledger.curve import LossCurve

LINES = 7  # how many lines of text it is high
DOT = 4.0


class LossCurveView(QWidget):
    """A small plot; a hover tells the exact loss there. Shows, never asks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inside.curve")
        self.setAccessibleName("Loss of the row against its guess")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.curve: LossCurve | None = None

    def set_curve(self, curve: LossCurve | None) -> None:
        """Show another curve; None shows nothing."""
        self.curve = curve
        self.setAccessibleDescription("" if curve is None else summary(curve))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, LINES * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def hover_text(self, x: float) -> str:
        """Return the loss at a place of the widget, in pixels from its left."""
        if self.curve is None:
            return ""
        area, curve = self._area(), self.curve
        z = curve.z[0] + (x - area.left()) / area.width() * (curve.z[-1] - curve.z[0])
        z = float(np.clip(z, curve.z[0], curve.z[-1]))
        loss = float(np.interp(z, curve.z, curve.loss))
        return f"{curve.name} {exact(z, 4)}: loss {exact(loss, 4)}\n{summary(curve)}"

    def _area(self) -> QRectF:
        height = self.fontMetrics().height()
        return QRectF(1, height + 2.0, max(self.width() - 3, 10), self.height() - 2 * height - 8.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.curve is None:
            return
        painter, theme = QPainter(self), theme_of()
        curve, area = self.curve, self._area()
        finite = curve.loss[np.isfinite(curve.loss)]
        low, high = min(float(finite.min()), 0.0), max(float(finite.max()), curve.here, 1e-12)

        def place(z: float, loss: float) -> QPointF:
            right = (z - curve.z[0]) / (curve.z[-1] - curve.z[0])
            return QPointF(
                area.left() + right * area.width(),
                area.bottom() - (loss - low) / (high - low) * area.height(),
            )

        self._write_axes(painter, theme, area, high)
        painter.setPen(QPen(QColor(theme.train), 1))
        steps = zip(curve.z, curve.loss, strict=True)
        painter.drawPolyline(QPolygonF([place(float(z), float(v)) for z, v in steps]))
        if curve.truth is not None:
            painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(place(curve.truth, low), place(curve.truth, high))
        self._draw_row(painter, theme, area, place(curve.at, curve.here), (low, high))

    def _write_axes(self, painter: QPainter, theme: Theme, area: QRectF, high: float) -> None:
        assert self.curve is not None
        curve = self.curve
        painter.setPen(QColor(theme.line_strong))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(QColor(theme.muted))
        above = QRectF(0, 0, self.width(), area.top() - 2)
        below = QRectF(0, area.bottom() + 2, self.width(), self.height() - area.bottom() - 2)
        flag = Qt.AlignmentFlag
        painter.drawText(above, flag.AlignLeft, f"row loss, to {exact(high, 3)}")
        painter.drawText(above, flag.AlignRight, f"slope {exact(curve.slope, 3)}")
        painter.drawText(below, flag.AlignLeft, exact(float(curve.z[0]), 3))
        painter.drawText(below, flag.AlignRight, exact(float(curve.z[-1]), 3))
        name = curve.name if curve.truth is None else f"{curve.name} (dotted: truth)"
        painter.drawText(below, flag.AlignHCenter, name)

    def _draw_row(
        self,
        painter: QPainter,
        theme: Theme,
        area: QRectF,
        here: QPointF,
        ends: tuple[float, float],
    ) -> None:
        assert self.curve is not None
        curve = self.curve
        across = area.width() / (float(curve.z[-1] - curve.z[0]))
        up = area.height() / (ends[1] - ends[0])
        rise = curve.slope * up / across
        reach = min(area.width() / 4, area.height() / max(abs(rise), 1e-9))
        painter.save()
        painter.setClipRect(area.adjusted(-DOT, -DOT, DOT, DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(here - QPointF(reach, -reach * rise), here + QPointF(reach, -reach * rise))
        painter.setPen(QPen(QColor(theme.marker_edge), 1))
        painter.setBrush(QColor(theme.point))
        painter.drawEllipse(here, DOT, DOT)
        painter.restore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hover_text(event.pos().x()), self)
            return True
        return super().event(event)


def summary(curve: LossCurve) -> str:
    """Say where the row is on its curve."""
    way = "raising" if curve.slope < 0 else "lowering"
    return (
        f"The row is at {curve.name} = {exact(curve.at, 4)}, loss {exact(curve.here, 4)}; "
        f"slope {exact(curve.slope, 4)}: {way} it makes the loss smaller."
    )
