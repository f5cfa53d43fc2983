"""Where errors become words on screen: a user's error in the banner, a bug in a dialog, once.

`Notifier.tell` may be called from any thread; what it shows, it shows in the window's.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gd_studio.errors import GDStudioError
from gd_studio.gui.cards import WrappedLabel
from gd_studio.gui.controls.banner import Banner
from gd_studio.gui.theme import set_look

log = logging.getLogger("gd_studio")


class Notifier(QObject):
    """Shows each error once, in the window's thread."""

    _told = Signal(object)

    def __init__(self, banner: Banner, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._banner = banner
        self._last: BaseException | None = None
        self._dialog: BugDialog | None = None
        self._told.connect(self._on_told)

    def tell(self, error: BaseException) -> None:
        """Show an error; a `GDStudioError` is a sentence, anything else is a bug."""
        self._told.emit(error)

    def forget(self) -> None:
        """Take away the sentence of an error: the same wish has since been met."""
        if self._last is not None:
            self._last = None
            self._banner.clear()

    @Slot(object)
    def _on_told(self, error: BaseException) -> None:
        if error is self._last:
            return
        self._last = error
        if isinstance(error, GDStudioError):
            self._banner.show_message(str(error))
            return
        log.error("unexpected error", exc_info=error)
        if self._dialog is None:
            self._dialog = BugDialog(error, self._window)
            self._dialog.finished.connect(self._on_dialog_finished)
            self._dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class BugDialog(QDialog):
    """Tells of an error that is ours, with all that is needed to report it."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bug")
        self.setWindowTitle("GD Studio: an unexpected error")
        title = QLabel("Something went wrong that is not your fault.")
        set_look(title, "title")
        words = WrappedLabel(
            "The run and your settings are still there: save under another name to be safe. "
            "The text below tells us where it happened."
        )
        self.details = QPlainTextEdit(details_of(error))
        self.details.setObjectName("bug.details")
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details of the error")
        self.details.setToolTip("Where in the program the error happened.")
        set_look(self.details, "ledger")
        copy = QPushButton("Copy")
        copy.setObjectName("bug.copy")
        copy.setToolTip("Copy these details, to paste them into a report.")
        close = QPushButton("Close")
        close.setObjectName("bug.close")
        close.setToolTip("Close this message and go on.")
        set_look(close, "accent")
        close.setDefault(True)
        copy.clicked.connect(self._on_copy_clicked)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (copy, close):
            button.setAccessibleName(button.text())
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for widget in (title, words, self.details):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        self.resize(640, 400)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())


def details_of(error: BaseException) -> str:
    """Return the traceback of an error as text."""
    return "".join(traceback.format_exception(error)).strip()


def install_excepthook(notifier: Notifier) -> Callable[[], None]:
    """Send errors that nobody caught, of any thread, to the notifier; returns the way back."""
    before, before_thread = sys.excepthook, threading.excepthook

    def on_error(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, Exception):
            notifier.tell(error)
        else:
            before(kind, error, trace)

    def on_thread_error(args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            notifier.tell(args.exc_value)
        else:
            before_thread(args)

    def restore() -> None:
        sys.excepthook, threading.excepthook = before, before_thread

    sys.excepthook, threading.excepthook = on_error, on_thread_error
    return restore
