"""The composition root: builds document, session and window, and hands each what it needs."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Slot
from PySide6.QtWidgets import QApplication

from gd_studio.experiment.experiment import Experiment
from gd_studio.gui.main_window import MainWindow
from gd_studio.gui.notify import install_excepthook
from gd_studio.gui.theme import Appearance
from gd_studio.paths import preferences_folder
from gd_studio.session.document import Document
from gd_studio.session.preferences import PreferencesFile
from gd_studio.session.session import Session


def create_application(arguments: list[str] | None = None) -> QApplication:
    """Return the one QApplication, made if there is none."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    app = QApplication(arguments or ["gd-studio"])
    app.setApplicationName("GD Studio")
    app.setDesktopFileName("gd-studio")
    return app


def create_window(experiment: Experiment | None = None) -> MainWindow:
    """Return a window with a run that has begun; the event loop is the caller's.

    Closing the window ends its thread; a window that is never closed ends it with the application.
    """
    app = create_application()
    preferences = PreferencesFile(preferences_folder())
    remembered = preferences.preferences
    appearance = Appearance(app, remembered.theme, remembered.scale)
    session = Session()
    document = Document(session)
    try:
        window = MainWindow(session, document, preferences, appearance)
    except BaseException:
        session.shutdown()
        raise
    app.aboutToQuit.connect(session.shutdown, Qt.ConnectionType.DirectConnection)
    window.destroyed.connect(session.shutdown)
    document.new(experiment or Experiment())
    return window


def main(path: str | None = None) -> int:
    """Open the window and run until it is closed; returns the exit code."""
    app = create_application(sys.argv[:1])
    window = create_window()
    install_excepthook(window.notifier)
    signals = Signals(window)
    if path is not None:
        window.filing.open_any(Path(path))
    window.show()
    code = app.exec()
    window.close_now()
    signals.close()
    return int(code)


class Signals(QObject):
    """Closes the window on Ctrl+C and SIGTERM, without asking: the user has decided.

    Python runs signal handlers only between its own instructions, which an idle event loop never
    reaches; a socket wakes it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._here, there = socket.socketpair()
        self._there = there
        there.setblocking(False)
        self._before = signal.set_wakeup_fd(there.fileno())
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)
        self._ending = False

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        self._here.close()
        self._there.close()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    @Slot()
    def _on_woken(self) -> None:
        os.read(self._here.fileno(), 64)
        if self._ending:
            self._window.close_now()
