"""When training ends: the loss is low enough, nothing improves, or the budget is spent.

The rules read only what is recorded (steps, epochs, evaluations) and seconds handed in from
outside, so that a replay stops where the first run did.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import msgspec

from gd_studio.settings import Settings, described

TOO_HIGH_FACTOR = 3.0
TOO_HIGH_EVALUATIONS = 5


class Stop(Settings, frozen=True):
    """The rules that end a run; an empty one is off."""

    title: ClassVar[str] = "Stop when"
    max_steps: (
        Annotated[
            int,
            described(
                "Stop when",
                "The budget: training pauses after this many steps.",
                ge=1,
                le=1_000_000_000,
                unit="steps",
                live=True,
            ),
        ]
        | None
    ) = 1500
    max_epochs: (
        Annotated[
            int,
            described(
                "Epochs at most",
                "An epoch is one pass over all training rows; training pauses after this many.",
                ge=1,
                le=1_000_000_000,
                unit="epochs",
                more=True,
                live=True,
            ),
        ]
        | None
    ) = None
    max_seconds: (
        Annotated[
            float,
            described(
                "Seconds at most",
                "Training pauses after this much computing time.",
                gt=0,
                le=1e7,
                unit="s",
                more=True,
                live=True,
            ),
        ]
        | None
    ) = None
    target_loss: (
        Annotated[
            float,
            described(
                "Target loss",
                "Good enough: training ends when the training loss is this low.",
                ge=-1e6,
                le=1e12,
                more=True,
                live=True,
            ),
        ]
        | None
    ) = None
    patience: (
        Annotated[
            int,
            described(
                "Patience",
                "Training ends when the validation loss has not improved this many "
                "evaluations in a row.",
                ge=1,
                le=1_000_000,
                unit="evaluations",
                more=True,
                live=True,
            ),
        ]
        | None
    ) = None
    restore_best: Annotated[
        bool,
        described(
            "Back to the best",
            "When patience ends the run, the weights of the best evaluation come back.",
            more=True,
            live=True,
            when=lambda s: s.patience is not None,
        ),
    ] = False


@dataclass(frozen=True)
class StopReason:
    """Which rule ended the run, at which step, and a sentence with the values."""

    kind: str
    step: int
    message: str


class StopMemory(msgspec.Struct, frozen=True):
    """What the rules remember between evaluations; losses are totals, of validation if any."""

    first_loss: float = math.nan
    best_loss: float = math.inf
    best_step: int = 0
    without_improvement: int = 0
    too_high: int = 0

    def after(self, step: int, train: float, watched: float) -> StopMemory:
        """Return the memory after an evaluation at a step."""
        first = train if math.isnan(self.first_loss) else self.first_loss
        # Of a height that began below zero, as a landscape's may, three times is no measure.
        high = self.too_high + 1 if train > TOO_HIGH_FACTOR * first > 0 else 0
        if watched < self.best_loss:
            return StopMemory(first, watched, step, 0, high)
        return StopMemory(
            first, self.best_loss, self.best_step, self.without_improvement + 1, high
        )

    @property
    def is_too_high(self) -> bool:
        """Whether the loss has stood above 3 times the first for 5 evaluations."""
        return self.too_high >= TOO_HIGH_EVALUATIONS


def stop_after_evaluation(
    stop: Stop, memory: StopMemory, step: int, train: float, watched_name: str
) -> StopReason | None:
    """Return the reason to stop that an evaluation gives, or None."""
    if stop.target_loss is not None and train <= stop.target_loss:
        message = (
            f"The training loss {train:.6g} has reached the target of {stop.target_loss:.6g} "
            f"at step {step}."
        )
        return StopReason("target_loss", step, message)
    if stop.patience is not None and memory.without_improvement >= stop.patience:
        message = (
            f"The {watched_name} loss has not improved for {memory.without_improvement} "
            f"evaluations; its best was {memory.best_loss:.6g} at step {memory.best_step}."
        )
        return StopReason("patience", step, message)
    return None


def stop_by_budget(stop: Stop, step: int, epochs_done: int, seconds: float) -> StopReason | None:
    """Return the reason to stop that a spent budget gives, or None."""
    if stop.max_steps is not None and step >= stop.max_steps:
        return StopReason("max_steps", step, f"The budget of {stop.max_steps} steps is spent.")
    if stop.max_epochs is not None and epochs_done >= stop.max_epochs:
        return StopReason(
            "max_epochs",
            step,
            f"The budget of {stop.max_epochs} epochs is spent, after {step} steps.",
        )
    if stop.max_seconds is not None and seconds >= stop.max_seconds:
        return StopReason(
            "max_seconds",
            step,
            f"The budget of {stop.max_seconds:g} seconds is spent, after {step} steps.",
        )
    return None


def with_best_restored(reason: StopReason, best_step: int) -> StopReason:
    """Return the reason, saying that the weights of the best step have come back."""
    return replace(reason, message=f"{reason.message} The weights of step {best_step} are back.")
