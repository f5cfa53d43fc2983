"""One step in three phases: Guess, Check, Adjust, each when the user asks for it.

In the first two the trainer has only looked at the next batch, and the window stays at the step
before. Adjust makes the step as Step does: once. Whatever else is done ends the walk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QStyle

from gd_studio.gui.controls.ribbon import LoopRibbon
from gd_studio.gui.numbers import fixed
from gd_studio.gui.summary import Chosen, guess_words
from gd_studio.session.frame import Frame

if TYPE_CHECKING:
    from gd_studio.experiment.ledger.book import Phase
    from gd_studio.experiment.under_way import Coming, UnderWay
    from gd_studio.gui.panels.inside_panel import InsidePanel

LAYER_MS = 260


class Lights(Protocol):
    """What can let one layer of weights stand out."""

    def set_lit(self, layer: int | None) -> None: ...


class PhaseWalk(QObject):
    """Walks the shown step. Signals: `peek_requested`, `step_requested`."""

    peek_requested = Signal()
    step_requested = Signal()

    def __init__(
        self, ribbon: LoopRibbon, inside: InsidePanel, network: Lights, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ribbon, self._inside, self._network = ribbon, inside, network
        self.phase: Phase | None = None
        self.reduced_motion: Callable[[], bool] = lambda: False
        self._frame: Frame | None = None
        self._coming: Coming | None = None
        self._waiting = False
        self._lit = 0
        self._timer = QTimer(self, interval=LAYER_MS)
        self._timer.timeout.connect(self._on_timeout)

    def set_network(self, network: Lights) -> None:
        """Let another drawing of the network show the way back."""
        self._network = network

    @Slot()
    def go_on(self) -> None:
        """Begin a walk, or go on to its next phase."""
        frame = self._frame
        if frame is None or self._waiting:
            return
        if self.phase == "guess":
            self.phase = "check"
            self._inside.set_phase(*self._about(frame), "check")
            self._write_ribbon(frame)
            return
        self._waiting = True
        (self.step_requested if self.phase == "check" else self.peek_requested).emit()

    def show(self, frame: Frame, chosen: Chosen) -> None:
        """Take the frame that was just written, and write over it what a phase knows more."""
        if frame is not self._frame:
            self._take(frame)
        self._chosen = chosen
        if self.phase in ("guess", "check"):
            self._inside.set_phase(*self._about(frame), self.phase)
            self._write_ribbon(frame)

    def _take(self, frame: Frame) -> None:
        """Find out whether a new frame goes on with the walk, or ends it.

        A frame of the moment that is shown already only says more of it, such as what was found.
        """
        if self._is_same_moment(frame):
            self._frame = frame
            return
        adjusted = (
            self.phase == "check"
            and self._waiting
            and frame.coming is None
            and self._coming is not None
            and frame.step == self._coming.step
        )
        if frame.coming is None:
            self.phase = "adjust" if adjusted else None
        elif frame.coming is not self._coming:
            self.phase = "guess"
        self._frame, self._coming, self._waiting = frame, frame.coming, False
        self._put_lights_out()
        if adjusted and not self._is_still():
            self._lit = len(frame.hypothesis.network.layers)
            self._on_timeout()

    def _is_same_moment(self, frame: Frame) -> bool:
        before = self._frame
        if before is None or self._waiting:
            return False
        moments = [(f.run_number, f.step, f.coming, f.obeyed, f.playing) for f in (before, frame)]
        return moments[0] == moments[1]

    def _about(self, frame: Frame) -> tuple[UnderWay, Chosen]:
        """Return the step under way, and the selected row explained at the present parameters."""
        from gd_studio.experiment.explanation import explain
        from gd_studio.experiment.under_way import UnderWay

        assert frame.coming is not None
        chosen = self._chosen
        explanation = explain(frame.hypothesis, frame.parameters, chosen.split, chosen.row)
        return UnderWay(frame, frame.coming), replace(chosen, explanation=explanation)

    def _write_ribbon(self, frame: Frame) -> None:
        assert frame.coming is not None
        _, chosen = self._about(frame)
        checked = self.phase == "check"
        is_place = frame.hypothesis.task == "landscape"
        loss = f"{'loss' if is_place else 'row loss'} {fixed(chosen.explanation.loss)}"
        guess = f"f = {fixed(chosen.explanation.loss)}" if is_place else guess_words(frame, chosen)
        self._ribbon.set_values(
            {
                "guess": guess,
                "check": loss if checked else "",
                "adjust": "",
                "repeat": f"step {frame.coming.step}",
            }
        )
        self._ribbon.set_active(self.phase)

    def _is_still(self) -> bool:
        """Whether nothing is to move: by the preferences, or by the desktop's own setting."""
        style = QApplication.style()
        duration = style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
        return self.reduced_motion() or duration == 0

    def _put_lights_out(self) -> None:
        self._timer.stop()
        self._network.set_lit(None)

    @Slot()
    def _on_timeout(self) -> None:
        """Light the layer before: the error goes from right to left."""
        self._lit -= 1
        if self._lit < 0:
            self._put_lights_out()
            return
        self._network.set_lit(self._lit)
        self._timer.start()
