"""What the window asks of the worker: frozen wishes, taken between two steps.

Wishes that change settings carry a number that rises; a frame tells the last one it obeyed. An
edit's number is also the one by which undo and redo know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import Tape


@dataclass(frozen=True)
class Begin:
    """Start a run at step 0; with a tape, do its acts and go on to the step it had reached."""

    experiment: Experiment
    folder: Path | None = None
    tape: Tape | None = None
    show_step: int = 0
    wish: int = 0
    undoable: bool = False


@dataclass(frozen=True)
class EditLive:
    """Change live settings from the next step on."""

    changes: dict[str, Any]
    wish: int


@dataclass(frozen=True)
class StepOnce:
    """Make one iteration."""


@dataclass(frozen=True)
class StepEpoch:
    """Go on to the end of the epoch."""


@dataclass(frozen=True)
class Seek:
    """Show another step; the newest of several such wishes counts."""

    step: int


@dataclass(frozen=True)
class Back:
    """Show the step before."""


@dataclass(frozen=True)
class Live:
    """Show the newest step."""


@dataclass(frozen=True)
class Play:
    """Go on at the chosen speed."""


@dataclass(frozen=True)
class Pause:
    """Stop going on."""


@dataclass(frozen=True)
class GoBefore:
    """Undo: come back to the place before an edit."""

    edit: int
    wish: int


@dataclass(frozen=True)
class GoAfter:
    """Redo: come back to the place that undo left."""

    edit: int
    wish: int


@dataclass(frozen=True)
class Forget:
    """Let go of the places kept for edits that can no longer be undone or redone."""

    edits: tuple[int, ...]


@dataclass(frozen=True)
class ForgetGhost:
    """Let go of the run before."""


@dataclass(frozen=True)
class AskHistory:
    """Hand over a copy of all that was recorded, for an export."""


Command = (
    Begin
    | EditLive
    | StepOnce
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
    | AskHistory
)
