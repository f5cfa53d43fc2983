"""The composition root: builds document, session and window, and hands each what it needs."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtWidgets import QApplication

from gd_studio import __version__
from gd_studio.paths import preferences_folder

if TYPE_CHECKING:
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.gui.main_window import MainWindow

SETTLED_MS = 3000  # after which the window has made what lasts


def create_application(arguments: list[str] | None = None) -> QApplication:
    """Return the one QApplication, made if there is none."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    app = QApplication(arguments or ["gd-studio"])
    app.setApplicationName("GD Studio")
    app.setDesktopFileName("gd-studio")
    return app


def create_window(experiment: Experiment | None = None, remember: bool = True) -> MainWindow:
    """Return a window with a run that has begun; the event loop is the caller's.

    Closing the window ends its thread; a window that is never closed ends it with the application.
    Without `remember` it starts from the usual preferences and leaves the user's as they are.
    """
    app = create_application()
    with quiet_collector():
        return _build_window(app, experiment, remember)


@contextmanager
def quiet_collector() -> Iterator[None]:
    """Keep Python's collector still while thousands of lasting objects are read and made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # To the oldest generation at once: else they are all looked through before the first paint.
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()


def _build_window(
    app: QApplication, experiment: Experiment | None, remember: bool
) -> MainWindow:
    # Read here, while the collector is still: it would look through them all again and again.
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.gui.appearance import Appearance
    from gd_studio.gui.first_paint import FirstPaint
    from gd_studio.gui.main_window import MainWindow
    from gd_studio.session.document import Document
    from gd_studio.session.preferences import PreferencesFile
    from gd_studio.session.session import Session

    preferences = PreferencesFile(preferences_folder() if remember else None)
    remembered = preferences.preferences
    appearance = Appearance(app, remembered.theme, remembered.scale, dressed=False)
    session = Session(start=False)
    document = Document(session)
    try:
        window = MainWindow(session, document, preferences, appearance, __version__)
    except BaseException:
        session.shutdown()
        raise
    app.aboutToQuit.connect(session.shutdown, Qt.ConnectionType.DirectConnection)
    window.destroyed.connect(session.shutdown)
    document.new(experiment or Experiment())
    appearance.dress()
    FirstPaint(window.centralWidget(), session.start)
    return window


def main(path: str | None = None) -> int:
    """Open the window and run until it is closed; returns the exit code."""
    app = create_application(sys.argv[:1])
    window = create_window()
    from gd_studio.gui.notify import install_excepthook

    install_excepthook(window.notifier)
    signals = Signals(window)
    try:
        if path is not None:
            window.filing.open_any(Path(path))
        window.show()
        # What is there by then stays; to look through it for garbage would take two frames' time.
        QTimer.singleShot(SETTLED_MS, gc.freeze)
        return int(app.exec())
    finally:
        # After an error, too: what a window leaves running outlives its thread.
        window.close_now()
        signals.close()


def save_pictures(experiment: Experiment, folder: Path, step: int) -> list[Path]:
    """Write every plot (PNG, SVG) and the window (PNG) as they look at a step; needs no display.

    Returns the files written. Raises FileError where the folder cannot be written.
    """
    import msgspec

    from gd_studio.experiment.atomic import write_bytes
    from gd_studio.experiment.story import Opening
    from gd_studio.gui.plots.export import to_png, to_svg

    app = create_application()
    window = create_window(
        msgspec.structs.replace(experiment, opening=Opening(step=step)), remember=False
    )
    window.desk.start_strip.hide()
    window.resize(1440, 900)
    window.show()
    try:
        settle(app, window, step)
        files = {folder / "window.png": _png_of(window)}
        for key in window.desk.docks.shown():
            plot, name = window.desk.docks.panel(key), key.partition(".")[2]
            files[folder / f"{name}.png"] = to_png(plot)
            files[folder / f"{name}.svg"] = to_svg(plot)
        for path, content in files.items():
            write_bytes(path, content)
        return list(files)
    finally:
        window.close_now()


def settle(app: QApplication, window: MainWindow, step: int, seconds: float = 30.0) -> None:
    """Let the window come to show a step, or where a rule stopped, computed and painted."""
    surface = window.desk.docks.panel("plot.surface")
    end = time.monotonic() + seconds
    quiet = 0
    while quiet < 20 and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)
        frame = window.session.frame
        there = frame is not None and (frame.step == step or frame.stop is not None)
        quiet = quiet + 1 if there and not surface.is_computing else 0


def _png_of(window: MainWindow) -> bytes:
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    return bytes(kept.data())


ENDING = (signal.SIGINT, signal.SIGTERM)


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
        for number in ENDING:
            signal.signal(number, self._note)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        self._here.close()
        self._there.close()

    def _note(self, number: int, frame: FrameType | None) -> None:
        """Take the place of the handler that would end the process."""

    @Slot()
    def _on_woken(self) -> None:
        # The bytes are the signals' numbers; the handler itself may only run after this.
        if any(number in ENDING for number in os.read(self._here.fileno(), 64)):
            self._window.close_now()
