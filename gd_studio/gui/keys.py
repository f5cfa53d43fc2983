"""Single keys: Space, arrows, End, F, P, R. The one place that decides who gets them.

They act unless the focused widget uses them itself; with Ctrl they always act; Esc gives the
focus back to the window.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

Key = Qt.Key
KEYS: dict[tuple[int, bool], str] = {
    (Key.Key_Space, False): "play",
    (Key.Key_Right, False): "step",
    (Key.Key_Left, False): "back",
    (Key.Key_Right, True): "epoch",
    (Key.Key_P, False): "phase",
    (Key.Key_End, False): "live",
    (Key.Key_F, False): "fork",
    (Key.Key_R, False): "reset",
}
USES_ARROWS = "uses_arrows"  # the property of any other widget that arrow keys move something in
USES_ALL = (
    QLineEdit,
    QAbstractSpinBox,
    QComboBox,
    QPlainTextEdit,
    QTextEdit,
    QAbstractSlider,
    QAbstractItemView,
    QMenu,
    QMenuBar,
)


class SingleKeys(QObject):
    """Watches the keys of one window and its floating panels: of what has the focus, and its own.

    Watching the whole application would cost a hundred calls for every frame that is painted.
    """

    def __init__(self, window: QWidget, actions: dict[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._is_watching = False

    def watch(self) -> None:
        """Begin to act on keys."""
        app = QApplication.instance()
        if isinstance(app, QApplication) and not self._is_watching:
            self._is_watching = True
            self._window.installEventFilter(self)
            app.focusChanged.connect(self._on_focus_changed)
            self._on_focus_changed(None, QApplication.focusWidget())

    def ignore(self) -> None:
        """Act on none any more."""
        app = QApplication.instance()
        if isinstance(app, QApplication) and self._is_watching:
            self._is_watching = False
            app.focusChanged.disconnect(self._on_focus_changed)
            self._on_focus_changed(QApplication.focusWidget(), None)
            self._window.removeEventFilter(self)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None and before is not self._window:
            before.removeEventFilter(self)
        if now is not None and now is not self._window:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        focus = QApplication.focusWidget()
        if not isinstance(watched, QWidget) or _desk_of(watched) is not self._window:
            return False
        if watched is not focus and watched is not self._window:
            return False
        if event.key() == Key.Key_Escape and focus is not None and focus is not self._window:
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        others = modifiers & (
            Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        )
        name = KEYS.get((event.key(), shift))
        if name is None or others or (not control and uses(focus, event.key())):
            return False
        self._actions[name].trigger()
        return True


def _desk_of(widget: QWidget) -> QWidget:
    """Return the window of a widget; that of a floating panel is the one it came from."""
    window = widget.window()
    parent = window.parentWidget() if isinstance(window, QDockWidget) else None
    return window if parent is None else parent.window()


def uses(widget: QWidget | None, key: int) -> bool:
    """Whether a focused widget has a use of its own for a single key."""
    if isinstance(widget, QAbstractButton):
        return key == Key.Key_Space
    if widget is not None and widget.property(USES_ARROWS):
        return key in (Key.Key_Left, Key.Key_Right)
    return isinstance(widget, USES_ALL)
