"""The field that opens on a link or a node, for typing another value of its parameter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gd_studio.gui.forms.numbers import read
from gd_studio.gui.numbers import exact


class ValueEditor(QLineEdit):
    """Enter, or leaving the field, takes what was typed; Escape takes it back.

    Signals: `accepted` (parameter, value), `refused` (text), `closed` when it is gone.
    """

    accepted = Signal(int, float)
    refused = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self.setObjectName("network.value")
        self.setToolTip("Type another value: Enter takes it, Escape leaves it as it was.")
        self._parameter = 0
        self._before = ""
        self.hide()

    def open_at(self, middle: QPointF, parameter: int, value: float, name: str) -> None:
        """Show the value of a parameter around a place of the parent, ready for typing."""
        self._parameter = parameter
        # Rounded: as long as nothing is typed, nothing changes.
        self._before = exact(value, 6)
        self.setAccessibleName(f"Value of {name}")
        self.setText(self._before)
        self.selectAll()
        width = self.fontMetrics().horizontalAdvance("0" * 13) + 12
        height = self.sizeHint().height()
        x = min(max(middle.x() - width / 2, 0), max(self._owner.width() - width, 0))
        y = min(max(middle.y() - height / 2, 0), max(self._owner.height() - height, 0))
        self.setGeometry(int(x), int(y), width, height)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_without(self) -> None:
        """Close the field and change nothing."""
        if not self.isHidden():
            self.setText(self._before)
            self._close()

    def _take(self) -> None:
        text = self.text()
        if text == self._before:
            self._close()
            return
        try:
            value = float(read(text, whole=False))
        except ValueError:
            self.refused.emit(text)
            self.selectAll()
            return
        self._close()
        self.accepted.emit(self._parameter, value)

    def _close(self) -> None:
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._owner.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    # Qt

    def event(self, event: QEvent) -> bool:
        # Before the key itself: by then the window has taken the focus, which takes the value.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.setText(self._before)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_without()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isHidden() or event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        try:
            read(self.text(), whole=False)
        except ValueError:
            self.setText(self._before)
        self._take()
