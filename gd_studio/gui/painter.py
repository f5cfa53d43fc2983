"""Who draws a frame, and when: everything at once while stepping, plots in turn while racing.

In a drag of the timeline as many plots follow at each frame as there is time for.

The gate is closed while the window draws, so that the training thread does not fight it for the
interpreter; drawing a small share of a frame at each refresh of the screen keeps both fast.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from gd_studio.gui.drag_turns import DragTurns, Draw
from gd_studio.gui.plot_halves import PlotHalves
from gd_studio.gui.racing_round import RacingRound
from gd_studio.session.control import Control
from gd_studio.session.frame import Frame

SHARE_SECONDS = 1 / 60
# After a share that took long, so much of its time belongs to training: on a slow machine frames
# come less often, and the race goes on.
REST = 1.0
# A drag that pauses so long, or for so many of its frames, sees every plot at its step.
REST_MS, REST_FRAMES, MOST_REST_MS = 40, 2.5, 1000


class Painter(QObject):
    """Hands frames to the panels, and tells the worker when the next one may come.

    `preparation` returns what computes beforehand what the `writings` of a frame will tell, or None
    if they tell nothing that takes long. While racing that is a share of its own.
    """

    def __init__(
        self,
        control: Control,
        writings: tuple[Draw, ...],
        parent: QObject,
        preparation: Callable[[], Draw | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._control, self._gate, self._calm = control, control.gate, control.calm
        self._writings = writings
        self._preparation = preparation
        self._plots: list[Any] = []
        self._halves: dict[Any, PlotHalves] = {}
        self._round = RacingRound()
        self._held: Frame | None = None
        self._is_dragged = False
        self._began = self._dragged_at = 0.0  # when its last frame was begun, and was handed over
        self._turns = DragTurns()
        self._latest: Frame | None = None
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._on_rest)
        self._next_at = 0.0
        self._shared_at: float | None = None  # when the share that is being drawn began
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._draw_share)
        self._done = QTimer(self, singleShot=True, interval=0)
        self._done.timeout.connect(self._on_done)

    def set_plots(self, plots: list[Any]) -> None:
        """Name the plots that take turns; a round that was begun goes on to its end."""
        self._plots, before = plots, self._halves
        with_canvas = [plot for plot in plots if hasattr(plot, "canvas")]
        self._halves = {plot: before.get(plot) or PlotHalves(plot) for plot in with_canvas}

    def set_dragged(self, is_dragged: bool) -> None:
        """Say whether the timeline is being dragged: plots then take turns."""
        if is_dragged and not self._is_dragged:
            self._turns = DragTurns()
        self._is_dragged = is_dragged
        if not is_dragged and self._latest is not None and not self._latest.racing:
            # Not at once: most drags end with the frame of where they ended, which is drawn whole.
            self._rest.start(REST_MS)

    def paint(self, frame: Frame) -> None:
        """Draw a frame: all of it, share by share while racing, or some in a drag."""
        self._rest.stop()
        self._next.stop()
        self._end_round()  # of the frame before: it would be drawn over this one
        self._shared_at = None
        self._latest = frame
        if frame.racing:
            self._begin_round(frame)
            return
        self._keep_still()
        if self._is_dragged:
            self._draw_some(frame)
        else:
            self._draw_all(frame)

    def _draw_all(self, frame: Frame) -> None:
        self._write_all(frame)
        for plot in self._plots:
            plot.set_frame(frame)

    def _write_all(self, frame: Frame) -> None:
        """Write all words at once: at any moment they are of one step."""
        for write in self._writings:
            write(frame)

    def _draw_some(self, frame: Frame) -> None:
        """Draw the words, and those plots whose turn it is."""
        self._began = time.perf_counter()
        due = self._turns.due([plot.set_frame for plot in self._plots if plot.is_seen])
        for draw in (self._write_all, *due):
            draw(frame)
        self._rest.start(self._pause())

    def _pause(self) -> int:
        """Return for how many milliseconds no frame comes, if the drag pauses."""
        now, before = time.perf_counter(), self._dragged_at
        self._dragged_at = now
        wished = REST_FRAMES * 1000 * (now - before)
        return int(wished) if REST_MS < wished < MOST_REST_MS else REST_MS

    @Slot()
    def _on_rest(self) -> None:
        """Draw what still waits for its turn: nothing newer has come."""
        self._rest.stop()
        frame = self._latest
        if frame is None:
            return
        if self._is_dragged:
            for draw in self._turns.take_rest():
                draw(frame)
            return
        for plot in self._plots:
            if plot.frame is not frame:  # it was waiting, or out of sight
                plot.set_frame(frame)

    def _begin_round(self, frame: Frame) -> None:
        """Show one frame share by share, words first, so that after a round all numbers agree.

        The next frame is asked for when all of this one is drawn: no frame is made in vain.
        """
        self._held = frame
        prepare = self._preparation()
        before = [] if prepare is None else [prepare]
        draws = [draw for plot in self._plots if plot.is_seen for draw in self._draws_of(plot)]
        self._round.begin([*before, self._write_all, *draws])
        self._wait_for_share()

    def _draws_of(self, plot: Any) -> tuple[Draw, ...]:
        """Return what draws a plot, part by part."""
        halves = self._halves.get(plot)
        return (plot.set_frame,) if halves is None else (halves.hand_over, halves.paint)

    def _end_round(self) -> None:
        """Leave what waits undrawn; what was begun is seen."""
        self._round.end()
        for halves in self._halves.values():
            halves.let_go()

    def _wait_for_share(self) -> None:
        """Draw the next share a sixtieth of a second after the last, if training had its time."""
        left = self._next_at - time.perf_counter()
        self._next.start(max(0, int(left * 1000)))

    @Slot()
    def _draw_share(self) -> None:
        if self._held is None or self._round.is_over:
            return
        self._shared_at = time.perf_counter()
        self._next_at = self._shared_at + SHARE_SECONDS
        self._keep_still()
        for draw in self._round.share():
            draw(self._held)

    def _keep_still(self) -> None:
        """Keep all others still until the paint events are through that drawing asks for."""
        self._gate.clear()
        self._calm.clear()
        # Before anything is drawn: a plot that cannot be must not keep the gate closed.
        self._done.start()

    @Slot()
    def _on_done(self) -> None:
        self._gate.set()
        if not self._control.obeying:  # else what comes of the next wish is drawn first
            self._calm.set()
        if self._is_dragged and self._shared_at is None:
            self._turns.took(time.perf_counter() - self._began)
        if self._shared_at is not None:
            now = time.perf_counter()
            self._round.took(now - self._shared_at)
            self._next_at = max(self._next_at, now + REST * (now - self._shared_at))
            self._shared_at = None
        if self._round.is_over:
            self._control.drawn()
        else:
            self._wait_for_share()
