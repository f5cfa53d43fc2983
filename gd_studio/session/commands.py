"""What the window asks of the worker: frozen wishes, taken between two steps.

Wishes that change settings carry a number that rises; a frame tells the last one it obeyed. An
edit's number is also the one by which undo and redo know it.
"""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import msgspec

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import Tape

if TYPE_CHECKING:
    from gd_studio.experiment.trace import Trace


class Begin(msgspec.Struct, frozen=True):
    """Start a run at step 0; with a tape, do its acts and go on to the step it had reached."""

    experiment: Experiment
    folder: Path | None = None
    tape: Tape | None = None
    show_step: int = 0
    wish: int = 0
    undoable: bool = False


class EditLive(msgspec.Struct, frozen=True):
    """Change live settings from the next step on."""

    changes: dict[str, Any]
    wish: int


class Fork(msgspec.Struct, frozen=True):
    """Begin another future at a step; the old one stays as the ghost."""

    step: int
    wish: int


class MoveTo(msgspec.Struct, frozen=True):
    """Set all parameters by name, from the next step on."""

    weights: dict[str, Any]
    wish: int


class SetParameter(msgspec.Struct, frozen=True):
    """Set one parameter by its flat index, from the next step on; the others stay as they are."""

    index: int
    value: float
    wish: int


class StepOnce(msgspec.Struct, frozen=True):
    """Make one iteration."""


class Peek(msgspec.Struct, frozen=True):
    """Look at the step to come, up to its loss."""


class StepEpoch(msgspec.Struct, frozen=True):
    """Go on to the end of the epoch."""


class Seek(msgspec.Struct, frozen=True):
    """Show another step; the newest of several such wishes counts.

    `passing`: it is only passed by, and what diagnoses find is not asked before the way has ended.
    """

    step: int
    passing: bool = False


class Back(msgspec.Struct, frozen=True):
    """Show the step before."""


class Live(msgspec.Struct, frozen=True):
    """Show the newest step."""


class Play(msgspec.Struct, frozen=True):
    """Go on at the chosen speed."""


class Pause(msgspec.Struct, frozen=True):
    """Stop going on."""


class GoBefore(msgspec.Struct, frozen=True):
    """Undo: come back to the place before an edit."""

    edit: int
    wish: int


class GoAfter(msgspec.Struct, frozen=True):
    """Redo: come back to the place that undo left."""

    edit: int
    wish: int


class Forget(msgspec.Struct, frozen=True):
    """Let go of the places kept for edits that can no longer be undone or redone."""

    edits: tuple[int, ...]


class ForgetGhost(msgspec.Struct, frozen=True):
    """Let go of the run before."""


class Pin(msgspec.Struct, frozen=True):
    """Keep the run up to its newest step, to be drawn behind those to come."""


class ForgetPinned(msgspec.Struct, frozen=True):
    """Let go of the pinned run of a number."""

    number: int


class RenamePinned(msgspec.Struct, frozen=True):
    """Give the pinned run of a number a name; an empty one gives it back its own words."""

    number: int
    name: str


class AskRates(msgspec.Struct, frozen=True):
    """Prepare a trial of learning rates from the present step, to be made elsewhere."""

    rates: tuple[float, ...]


class AskHistory(msgspec.Struct, frozen=True):
    """Hand over a copy of all that was recorded, for an export."""


class Recorded(msgspec.Struct, frozen=True):
    """What a file holds of a run: its tape, and the trace of its steps."""

    tape: Tape
    trace: Trace


class AskRecorded(msgspec.Struct, frozen=True):
    """Put what a file needs of the run into the box of who waits for it."""

    answer: SimpleQueue[Recorded]


Command = (
    Begin
    | EditLive
    | Fork
    | MoveTo
    | SetParameter
    | StepOnce
    | Peek
    | StepEpoch
    | Seek
    | Back
    | Live
    | Play
    | Pause
    | GoBefore
    | GoAfter
    | Forget
    | ForgetGhost
    | Pin
    | ForgetPinned
    | RenamePinned
    | AskRates
    | AskHistory
    | AskRecorded
)
