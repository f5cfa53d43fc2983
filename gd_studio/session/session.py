"""The session: the window's side of the worker thread, and its one way to end it."""

from __future__ import annotations

import sys
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import Tape
from gd_studio.session.commands import (
    AskHistory,
    AskRates,
    AskRecorded,
    Back,
    Begin,
    Command,
    EditLive,
    Forget,
    ForgetGhost,
    ForgetPinned,
    Fork,
    GoAfter,
    GoBefore,
    Live,
    MoveTo,
    Pause,
    Peek,
    Pin,
    Play,
    Recorded,
    RenamePinned,
    Seek,
    SetParameter,
    StepEpoch,
    StepOnce,
)
from gd_studio.session.control import Control
from gd_studio.session.frame import Frame
from gd_studio.session.runner import Runner

ANSWER_SECONDS = 2.0


class Session(QObject):
    """Runs experiments in a thread and hands their frames to the window.

    Signals: `wished` when something is asked that decides what is shown, but for a step passed by,
    `frame_changed` (Frame), `stepped` (Step), `stopped` (StopReason),
    `refused` (wish number, sentence), `broke` (traceback),
    `history_made` (History, a copy), `trial_made` (RateTrial, or the sentence that refuses it).
    """

    wished = Signal()
    frame_changed = Signal(object)
    stepped = Signal(object)
    stopped = Signal(object)
    refused = Signal(int, str)
    broke = Signal(str)
    history_made = Signal(object)
    trial_made = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, start: bool = True) -> None:
        super().__init__(parent)
        self.control = Control()
        self.frame: Frame | None = None
        self._thread = QThread()
        self._thread.setObjectName("training")
        self._runner = Runner(self.control)
        self._runner.moveToThread(self._thread)
        self._woken.connect(self._runner.work)
        self._runner.frame_made.connect(self._on_frame_made)
        self._runner.stepped.connect(self.stepped)
        self._runner.stopped.connect(self.stopped)
        self._runner.refused.connect(self.refused)
        self._runner.broke.connect(self.broke)
        self._runner.history_made.connect(self.history_made)
        self._runner.trial_made.connect(self.trial_made)
        self._switch_interval = sys.getswitchinterval()
        # With Python's default of 5 ms the window waits that long for the interpreter each time.
        sys.setswitchinterval(0.0005)
        self._ended = False
        if start:
            self.start()

    def start(self) -> None:
        """Let the worker begin with what was asked of it so far."""
        if not self._ended:
            self._thread.start()

    def begin(
        self,
        experiment: Experiment,
        folder: Path | None = None,
        tape: Tape | None = None,
        show_step: int = 0,
        wish: int = 0,
        undoable: bool = False,
    ) -> None:
        """Start a run; with a tape, as far as it had gone."""
        self._post(Begin(experiment, folder, tape, show_step, wish, undoable))

    def edit_live(self, changes: dict[str, Any], wish: int) -> None:
        """Change live settings from the next step on."""
        self._post(EditLive(changes, wish))

    def fork(self, step: int, wish: int) -> None:
        """Begin another future at a step."""
        self._post(Fork(step, wish))

    def move_to(self, weights: dict[str, Any], wish: int) -> None:
        """Set all parameters by name, from the next step on."""
        self._post(MoveTo(weights, wish))

    def set_parameter(self, index: int, value: float, wish: int) -> None:
        """Set one parameter, from the next step on."""
        self._post(SetParameter(index, value, wish))

    def go_before(self, edit: int, wish: int) -> None:
        """Come back to where an edit was made, without it."""
        self._post(GoBefore(edit, wish))

    def go_after(self, edit: int, wish: int) -> None:
        """Come back to where undo left."""
        self._post(GoAfter(edit, wish))

    def forget(self, edits: tuple[int, ...]) -> None:
        """Let go of what was kept for edits."""
        self._post(Forget(edits))

    @Slot()
    def step(self) -> None:
        """Make one iteration."""
        self._post(StepOnce())

    @Slot()
    def peek(self) -> None:
        """Look at the step to come, up to its loss: frames carry it until something is done."""
        self._post(Peek())

    @Slot()
    def epoch(self) -> None:
        """Go on to the end of the epoch."""
        self._post(StepEpoch())

    @Slot()
    def back(self) -> None:
        """Show the step before."""
        self._post(Back())

    @Slot()
    def live(self) -> None:
        """Show the newest step."""
        self._post(Live())

    @Slot(int)
    def seek(self, step: int) -> None:
        """Show another step."""
        self._post(Seek(step))

    @Slot(int)
    def pass_by(self, step: int) -> None:
        """Show another step on the way to one that `seek` will name."""
        self._post(Seek(step, passing=True))

    @Slot()
    def play(self) -> None:
        """Go on at the chosen speed."""
        self._post(Play())

    @Slot()
    def pause(self) -> None:
        """Stop going on."""
        self._post(Pause())

    @Slot()
    def forget_ghost(self) -> None:
        """Let go of the run before."""
        self._post(ForgetGhost())

    @Slot()
    def pin(self) -> None:
        """Keep the run as it is, to be drawn behind those to come."""
        self._post(Pin())

    @Slot(int)
    def forget_pinned(self, number: int) -> None:
        """Let go of the pinned run of a number."""
        self._post(ForgetPinned(number))

    @Slot(int, str)
    def rename_pinned(self, number: int, name: str) -> None:
        """Give the pinned run of a number a name; an empty one gives it back its own words."""
        self._post(RenamePinned(number, name))

    @Slot(object)
    def ask_rates(self, rates: tuple[float, ...]) -> None:
        """Ask for a trial of learning rates, which `trial_made` brings."""
        self._post(AskRates(rates))

    def ask_history(self) -> None:
        """Ask for a copy of the whole history, which `history_made` brings."""
        self._post(AskHistory())

    def recorded(self) -> Recorded | None:
        """Return tape and trace of the run as it is now; None if the worker is busy for long."""
        answer: SimpleQueue[Recorded] = SimpleQueue()
        self._post(AskRecorded(answer))
        try:
            return answer.get(timeout=0 if self._ended else ANSWER_SECONDS)
        except Empty:
            return None

    def set_rate(self, rate: float | None) -> None:
        """Choose the speed in steps per second; None for as fast as the machine goes."""
        self.control.rate = rate
        self.control.woken.set()

    def frame_drawn(self) -> None:
        """Say that the window can take another frame."""
        self.control.drawn()

    def shutdown(self) -> None:
        """End the worker and its thread; safe to call again."""
        if self._ended:
            return
        self._ended = True
        self.control.close()
        self._thread.quit()
        self._thread.wait()
        sys.setswitchinterval(self._switch_interval)

    def _post(self, command: Command) -> None:
        if self._ended:
            return
        self.control.post(command)
        self._woken.emit()
        is_passing = isinstance(command, Seek) and command.passing
        if not is_passing and not isinstance(command, AskHistory | AskRecorded):
            self.wished.emit()

    @Slot(object)
    def _on_frame_made(self, frame: Frame) -> None:
        self.frame = frame
        self.frame_changed.emit(frame)
