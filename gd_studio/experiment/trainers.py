"""Trainers of a run: its own, and others beside it that go on from where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.clipping import Clipping
from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.models import Mlp

if TYPE_CHECKING:
    from gd_studio.experiment.stepper import Stepper


def new_trainer(
    hypothesis: Hypothesis,
    experiment: Experiment,
    x: Array,
    y: Array,
    theta: Array,
    rates: Array | None = None,
) -> Trainer:
    """Return a trainer at step 0 on rows x (features + 1, rows), y (outputs, rows)."""
    model = experiment.model
    return Trainer(
        hypothesis.network,
        hypothesis.loss,
        experiment.optimizer,
        theta,
        x,
        y,
        experiment.training.seed,
        dropout=model.dropout if isinstance(model, Mlp) else 0.0,
        rates=rates,
    )


def set_up(trainer: Trainer, settings: Experiment, plateau: PlateauMemory, rows: int) -> None:
    """Hand a trainer the settings in force; a batch is all `rows` where no size is set."""
    training = settings.training
    trainer.rate_factor = plateau.factor
    trainer.adopt(
        settings.optimizer,
        settings.schedule,
        settings.penalty,
        training.batch_size or rows,
        Clipping(training.clip_norm, training.clip_value),
    )


def trainer_of_many(stepper: Stepper, rates: Array) -> Trainer:
    """Return a trainer of K copies of the present state, one for each rate (K,)."""
    theta = np.tile(stepper.trainer.theta, (len(rates), 1))
    return _beside(stepper, theta, rates[:, None].astype(theta.dtype))


def trainer_beside(stepper: Stepper) -> Trainer:
    """Return another trainer at the present state, which may go on without this one."""
    return _beside(stepper, stepper.trainer.theta.copy())


def _beside(stepper: Stepper, theta: Array, rates: Array | None = None) -> Trainer:
    mine, settings = stepper.trainer, stepper.in_force
    other = new_trainer(stepper.hypothesis, settings, stepper.x, stepper.y, theta, rates)
    set_up(other, settings, stepper.plateau, stepper.x.shape[1])
    other.memory[...] = mine.memory if rates is None else mine.memory[:, None]
    other.step_number = mine.step_number
    other.epochs.go_to(mine.epochs.epoch, mine.epochs.cursor)
    return other
