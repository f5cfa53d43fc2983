"""A worker in the test's own thread: each wish is done before the next line runs."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import Tape
from gd_studio.session.commands import (
    AskRecorded,
    Begin,
    Command,
    EditLive,
    Forget,
    Fork,
    GoAfter,
    GoBefore,
    MoveTo,
    Recorded,
    SetParameter,
)
from gd_studio.session.control import Control
from gd_studio.session.document import Document
from gd_studio.session.frame import Frame
from gd_studio.session.runner import Runner
from gd_studio.session.session import Session

LINE = {
    "data": {"kind": "line"},
    "model": {"kind": "linear"},
    "optimizer": {"kind": "sgd", "learning_rate": 0.1},
}


class Inline(QObject):
    """Stands in for a Session; while `held`, wishes wait as they would for a busy thread."""

    frame_changed = Signal(object)
    refused = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.control = Control()
        self.runner = Runner(self.control)
        self.frames: list[Frame] = []
        self.records: list[Any] = []
        self.stops: list[Any] = []
        self.histories: list[Any] = []
        self.refusals: list[tuple[int, str]] = []
        self.held = False
        self.runner.frame_made.connect(self._on_frame_made)
        self.runner.stepped.connect(self.records.append)
        self.runner.stopped.connect(self.stops.append)
        self.runner.history_made.connect(self.histories.append)
        self.runner.refused.connect(self._on_refused)
        self.runner.broke.connect(self._on_broke)

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def do(self, *commands: Command) -> Frame:
        """Post wishes together, and return the last frame they led to."""
        for command in commands:
            self.control.post(command)
        if not self.held:
            self.runner.work()
        return self.frames[-1] if self.frames else cast(Frame, None)

    def release(self) -> None:
        """Do what was held back."""
        self.held = False
        self.runner.work()

    def begin(
        self,
        experiment: Experiment,
        folder: Path | None = None,
        tape: Tape | None = None,
        show_step: int = 0,
        wish: int = 0,
        undoable: bool = False,
    ) -> None:
        self.do(Begin(experiment, folder, tape, show_step, wish, undoable))

    def edit_live(self, changes: dict[str, Any], wish: int) -> None:
        self.do(EditLive(changes, wish))

    def fork(self, step: int, wish: int) -> None:
        self.do(Fork(step, wish))

    def recorded(self) -> Recorded | None:
        answer: SimpleQueue[Recorded] = SimpleQueue()
        self.do(AskRecorded(answer))
        return None if answer.empty() else answer.get()

    def move_to(self, weights: dict[str, Any], wish: int) -> None:
        self.do(MoveTo(weights, wish))

    def set_parameter(self, index: int, value: float, wish: int) -> None:
        self.do(SetParameter(index, value, wish))

    def go_before(self, edit: int, wish: int) -> None:
        self.do(GoBefore(edit, wish))

    def go_after(self, edit: int, wish: int) -> None:
        self.do(GoAfter(edit, wish))

    def forget(self, edits: tuple[int, ...]) -> None:
        self.do(Forget(edits))

    def _on_frame_made(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.control.ready.set()
        self.frame_changed.emit(frame)

    def _on_refused(self, wish: int, sentence: str) -> None:
        self.refusals.append((wish, sentence))
        self.refused.emit(wish, sentence)

    def _on_broke(self, trace: str) -> None:
        raise AssertionError(trace)


def document_on(inline: Inline, change: dict[str, Any] | None = None) -> Document:
    """Return a document whose run has begun."""
    document = Document(cast(Session, inline))
    document.new(Experiment.from_dict(change or LINE))
    return document


def run_of(experiment: Experiment | dict[str, Any], steps: int) -> Any:
    """Return a plain run after some steps, to compare with."""
    from gd_studio.experiment.run import Run

    made = Experiment.from_dict(experiment) if isinstance(experiment, dict) else experiment
    run = Run(made)
    run.advance(steps)
    return run
