"""Who draws a frame, and when: everything at once while stepping, plots in turn while racing.

The gate is closed while the window draws, so that the training thread does not fight it for the
interpreter; drawing one plot per frame keeps both fast.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from gd_studio.session.frame import Frame

WATCHABLE = 30.0


class Painter(QObject):
    """Hands frames to the panels; `drawn` is called when the next one may come."""

    def __init__(
        self,
        gate: threading.Event,
        drawn: Callable[[], None],
        writings: tuple[Callable[[Frame], None], ...],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._gate, self._drawn, self._writings = gate, drawn, writings
        self._plots: list[Any] = []
        self._round: list[Callable[[Frame], None]] = []
        self._held: Frame | None = None
        self._done = QTimer(self, singleShot=True, interval=0)
        self._done.timeout.connect(self._on_done)

    def set_plots(self, plots: list[Any]) -> None:
        """Name the plots that take turns."""
        self._plots = plots

    def paint(self, frame: Frame) -> None:
        """Draw a frame: all of it, or one share of a round while racing."""
        self._gate.clear()
        racing = frame.playing and (frame.aimed_rate is None or frame.aimed_rate > WATCHABLE)
        if racing:
            self._go_round(frame)
        else:
            self._round = []
            for write in self._writings:
                write(frame)
            for plot in self._plots:
                plot.set_frame(frame)
        # After the paint events that this has asked for.
        self._done.start()

    def _go_round(self, frame: Frame) -> None:
        """Show one frame share by share, words first, so that after a round all numbers agree."""
        held = self._held
        if not self._round or held is None or held.run_number != frame.run_number:
            self._held = held = frame
            seen = [plot for plot in self._plots if plot.is_seen]
            self._round = [*self._writings, *(plot.set_frame for plot in seen)]
        self._round.pop(0)(held)

    @Slot()
    def _on_done(self) -> None:
        self._gate.set()
        self._drawn()
