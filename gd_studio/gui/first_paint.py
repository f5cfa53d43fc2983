"""What can wait until the window stands on the screen, so that start-up never looks like a hang."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

LONGEST_MS = 100


class FirstPaint(QObject):
    """Calls `then` once: after a widget's first paint, at once where its window is not shown.

    It never waits for longer than a tenth of a second after the event loop has begun.
    """

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._then = widget, then
        self._done = False
        widget.installEventFilter(self)
        QTimer.singleShot(0, self, self._on_event_loop)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self, self._go)
        return False

    @Slot()
    def _on_event_loop(self) -> None:
        if self._widget.isVisible():
            QTimer.singleShot(LONGEST_MS, self, self._go)
        else:
            self._go()

    @Slot()
    def _go(self) -> None:
        if not self._done:
            self._done = True
            self._widget.removeEventFilter(self)
            self._then()
