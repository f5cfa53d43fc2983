"""Who draws a frame, and when: everything at once while stepping, plots in turn while racing.

The gate is closed while the window draws, so that the training thread does not fight it for the
interpreter; drawing one plot per frame keeps both fast.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from gd_studio.session.frame import Frame

TEXT_SECONDS = 0.1
WATCHABLE = 30.0


class Painter(QObject):
    """Hands frames to the panels; `drawn` is called when the next one may come."""

    def __init__(
        self,
        gate: threading.Event,
        drawn: Callable[[], None],
        write: Callable[[Frame], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._gate, self._drawn, self._write = gate, drawn, write
        self._plots: list[Any] = []
        self._turn = 0
        self._written_at = 0.0
        self._done = QTimer(self, singleShot=True, interval=0)
        self._done.timeout.connect(self._on_done)

    def set_plots(self, plots: list[Any]) -> None:
        """Name the plots that take turns."""
        self._plots = plots

    def paint(self, frame: Frame) -> None:
        """Draw a frame: all of it, or its share while racing."""
        self._gate.clear()
        racing = frame.playing and (frame.aimed_rate is None or frame.aimed_rate > WATCHABLE)
        now = time.perf_counter()
        is_text_due = not racing or now - self._written_at >= TEXT_SECONDS
        if is_text_due:
            self._written_at = now
            self._write(frame)
        if not racing:
            for plot in self._plots:
                plot.set_frame(frame)
        elif not is_text_due:  # the words take a turn of their own, so that no frame is long
            self._paint_next(frame)
        # After the paint events that this has asked for.
        self._done.start()

    def _paint_next(self, frame: Frame) -> None:
        seen = [plot for plot in self._plots if plot.isVisible()]
        if seen:
            self._turn = (self._turn + 1) % len(seen)
            seen[self._turn].set_frame(frame)

    @Slot()
    def _on_done(self) -> None:
        self._gate.set()
        self._drawn()
