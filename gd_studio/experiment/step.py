"""The record of one iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from gd_studio.engine.trainer import Trainer


class Step(msgspec.Struct, frozen=True):
    """One iteration: it led from the parameters of step - 1 to those of step.

    loss, penalty, total and gradient_norm are of its batch, at the parameters before it.
    """

    step: int
    epoch: int
    loss: float
    penalty: float
    total: float
    gradient_norm: float
    update_norm: float
    learning_rate: float


def step_made(trainer: Trainer) -> Step:
    """Return the record of the step that a trainer has just made."""
    loss, penalty = trainer.batch_loss, trainer.penalty_value
    return Step(
        trainer.step_number,
        trainer.epochs.epoch,
        loss,
        penalty,
        loss + penalty,
        trainer.gradient_norm,
        trainer.update_norm,
        trainer.rate,
    )
