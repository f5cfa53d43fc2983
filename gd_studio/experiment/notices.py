"""What the user should know about a run that goes on all the same, said with its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gd_studio.engine.stopping import TOO_HIGH_EVALUATIONS, TOO_HIGH_FACTOR

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run


@dataclass(frozen=True)
class Notice:
    """Something the user should know about the run, with its numbers; it does not stop it."""

    kind: str
    title: str
    message: str


def notices(run: Run) -> tuple[Notice, ...]:
    """Return what the user should know about the run at its present step."""
    memory, stop = run.stop_memory, run.stop_reason
    if not memory.is_too_high or (stop is not None and stop.kind == "diverged"):
        return ()
    now = run.history["train_loss"]
    at = run.history["evaluated_step"]
    shown = float(now[at <= run.step_number][-1])
    message = (
        f"The training loss {shown:.4g} has stood above {TOO_HIGH_FACTOR:g} times the first, "
        f"{memory.first_loss:.4g}, for {memory.too_high} evaluations (the mark is "
        f"{TOO_HIGH_EVALUATIONS}). All is still finite; a smaller learning rate would help."
    )
    return (Notice("too_high", "The loss is too high", message),)
