"""Turning a picture by hand: drag, wheel, double click, arrow keys, plus and minus."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gd_studio.gui.keys import USES_ARROWS

DEGREES_PER_PIXEL = 0.5
DEGREES_PER_KEY = 5.0
ZOOM_PER_NOTCH = 1.15
Key = Qt.Key
ARROWS = {
    Key.Key_Left: (-DEGREES_PER_KEY, 0.0),
    Key.Key_Right: (DEGREES_PER_KEY, 0.0),
    Key.Key_Up: (0.0, DEGREES_PER_KEY),
    Key.Key_Down: (0.0, -DEGREES_PER_KEY),
}
ZOOMS = {
    Key.Key_Plus: ZOOM_PER_NOTCH,
    Key.Key_Equal: ZOOM_PER_NOTCH,
    Key.Key_Minus: 1 / ZOOM_PER_NOTCH,
}


class Turntable(QObject):
    """Watches a graphics view: `turned` (degrees around, upwards), `zoomed` (factor), `reset`."""

    turned = Signal(float, float)
    zoomed = Signal(float)
    reset = Signal()

    def __init__(self, canvas: Any) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._from: QPointF | None = None
        canvas.setProperty(USES_ARROWS, True)
        canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        canvas.installEventFilter(self)
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        if watched is self._canvas:
            return False
        if isinstance(event, QWheelEvent):
            self.zoomed.emit(ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120))
            return True
        return isinstance(event, QMouseEvent) and self._mouse(event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in ARROWS:
            self.turned.emit(*ARROWS[key])
        elif key in ZOOMS:
            self.zoomed.emit(ZOOMS[key])
        elif key == Key.Key_Home:
            self.reset.emit()
        else:
            return False
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, left = event.type(), Qt.MouseButton.LeftButton
        if kind == QEvent.Type.MouseMove and self._from is not None:
            moved = event.position() - self._from
            self._from = event.position()
            self.turned.emit(-moved.x() * DEGREES_PER_PIXEL, moved.y() * DEGREES_PER_PIXEL)
            return True
        if event.button() != left:
            return False
        if kind == QEvent.Type.MouseButtonDblClick:
            self.reset.emit()
        elif kind == QEvent.Type.MouseButtonPress:
            self._from = event.position()
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._from = None
        return True
