"""A small image that one draws, pixel by pixel, with the mouse or from the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gd_studio.gui.theme import is_restyle, theme_of

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_DRAW = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ERASE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_SOFT = 0.35  # how much ink a stroke leaves on the pixels beside it, as a thick pen would


class PixelGrid(QWidget):
    """Pixels from 0 to `highest`; `pixels_edited` after each change by the user."""

    pixels_edited = Signal()

    def __init__(
        self, shape: tuple[int, int], highest: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pixels = np.zeros(shape)
        self._highest = highest
        self._cursor = (0, 0)
        self.setObjectName("try.drawing")
        self.setAccessibleName(f"Drawing of {shape[0]} by {shape[1]} pixels")
        self.setToolTip(
            "Draw with the left button, erase with the right; or move with the arrow keys, "
            "draw with Space and erase with Delete."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._tell()

    @property
    def values(self) -> list[float]:
        """The pixels row by row."""
        return [float(value) for value in self._pixels.ravel()]

    @property
    def pixels(self) -> NDArray[np.float64]:
        return self._pixels.copy()

    def set_values(self, values: Sequence[float]) -> None:
        """Show an image silently."""
        self._pixels = np.asarray(values, dtype=float).reshape(self._pixels.shape).copy()
        self._tell()
        self.update()

    def clear(self) -> None:
        """Erase everything."""
        self._pixels[:] = 0.0
        self._changed()

    def cell_center(self, row: int, column: int) -> QPointF:
        """Return the middle of a pixel in the widget."""
        return self._cell(row, column).center()

    # --- mouse and keys ---------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._stroke(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _MOVES:
            self._move(*_MOVES[key])
        elif key in _DRAW:
            self._ink(*self._cursor, 1.0)
            self._changed()
        elif key in _ERASE:
            self._pixels[self._cursor] = 0.0
            self._changed()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Space, arrows and Delete are this widget's own while it has the keyboard.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.key() in (*_MOVES, *_DRAW, *_ERASE)
            if mine and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                event.accept()
                return True
        return super().event(event)

    def _stroke(self, event: QMouseEvent) -> None:
        buttons = event.buttons()
        draws = bool(buttons & Qt.MouseButton.LeftButton)
        at = self._cell_at(event.position())
        if at is None or not (draws or buttons & Qt.MouseButton.RightButton):
            return
        self._cursor = at
        before = self._pixels.copy()
        if draws:
            self._draw(*at)
        else:
            self._pixels[at] = 0.0
        if not np.array_equal(before, self._pixels):
            self._changed()
        self.update()

    def _draw(self, row: int, column: int) -> None:
        self._ink(row, column, 1.0)
        for down, right in _MOVES.values():
            self._ink(row + down, column + right, _SOFT)

    def _ink(self, row: int, column: int, amount: float) -> None:
        rows, columns = self._pixels.shape
        if 0 <= row < rows and 0 <= column < columns:
            wanted = round(amount * self._highest, 6)
            self._pixels[row, column] = max(self._pixels[row, column], wanted)

    def _move(self, down: int, right: int) -> None:
        rows, columns = self._pixels.shape
        row = min(max(self._cursor[0] + down, 0), rows - 1)
        self._cursor = (row, min(max(self._cursor[1] + right, 0), columns - 1))
        self._tell()
        self.update()

    def _changed(self) -> None:
        self._tell()
        self.update()
        self.pixels_edited.emit()

    def _tell(self) -> None:
        row, column = self._cursor
        value = self._pixels[self._cursor]
        self.setAccessibleDescription(f"row {row + 1}, column {column + 1}: {value:g}")

    # --- painting ---------------------------------------------------------------------------

    def _side(self) -> float:
        rows, columns = self._pixels.shape
        return max(min((self.width() - 2) / columns, (self.height() - 2) / rows), 1.0)

    def _cell(self, row: int, column: int) -> QRectF:
        side = self._side()
        left = (self.width() - side * self._pixels.shape[1]) / 2
        top = (self.height() - side * self._pixels.shape[0]) / 2
        return QRectF(left + column * side, top + row * side, side, side)

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        origin, side = self._cell(0, 0).topLeft(), self._side()
        column = int((place.x() - origin.x()) // side)
        row = int((place.y() - origin.y()) // side)
        rows, columns = self._pixels.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height() * 14
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        side = self.fontMetrics().height() * 7
        return QSize(side, side)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), theme_of(self)
        paper, ink = QColor(theme.field), QColor(theme.text)
        rows, columns = self._pixels.shape
        scale = self._highest or 1.0
        painter.setPen(QPen(QColor(theme.line), 1))
        for row in range(rows):
            for column in range(columns):
                share = min(max(self._pixels[row, column] / scale, 0.0), 1.0)
                painter.setBrush(_mixed(paper, ink, share))
                painter.drawRect(self._cell(row, column))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(self._cell(*self._cursor).adjusted(1, 1, -1, -1))


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    pairs = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))
