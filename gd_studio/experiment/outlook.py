"""The next step before it is taken: where the parameters will be, exactly.

A trainer beside the run's own makes the step, with the same batch, optimizer memory, rate and
dropout; the run is not touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, read_only
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.step import Step, step_made

if TYPE_CHECKING:
    from gd_studio.experiment.present import Present
    from gd_studio.experiment.run import Run

# What a step ahead may cost: numbers that the trainer beside copies, and rows times parameters
# of a batch. A method that looks at curvature takes some thirty times as much.
MOST_DATA = 4_000_000
MOST_WORK = 2_000_000
CURVED = 30


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a step comes to: record, gradient (P,), parameters (P,), memory (slots, P)."""

    record: Step
    gradient: Array
    parameters: Array
    memory: Array


def outcome(run: Present) -> Outcome | None:
    """Return what a run's next step comes to; None if to know it takes too long."""
    if not is_cheap(run):
        return None
    trainer = run.trainer_beside()
    with np.errstate(all="ignore"):
        trainer.step()
    found = (trainer.gradient, trainer.theta, trainer.memory)
    return Outcome(step_made(trainer), *(read_only(array) for array in found))


class Outlook:
    """Knows the parameters after a run's next step; keeps what need not be made again."""

    def __init__(self) -> None:
        self._trainer: Trainer | None = None
        self._of: tuple[object, ...] = ()

    def next(self, run: Run) -> Array | None:
        """Return the parameters (P,) after the next step; None if to know them takes too long.

        If the step diverges they are huge, or not finite. What an act on the tape does after that
        step is not in them.
        """
        if not is_cheap(run):
            return None
        trainer = self._at(run)
        with np.errstate(all="ignore"):
            trainer.step()
        return read_only(trainer.theta)

    def _at(self, run: Run) -> Trainer:
        """Return a trainer at the run's present state."""
        own, of = run.trainer, (run.trainer, run.in_force)
        trainer = self._trainer
        if trainer is None or self._of[:1] != of[:1] or self._of[1] is not of[1]:
            self._trainer, self._of = run.trainer_beside(), of
            return self._trainer
        np.copyto(trainer.theta, own.theta)
        np.copyto(trainer.memory, own.memory)
        trainer.step_number, trainer.rate_factor = own.step_number, own.rate_factor
        # Going to where it is already would draw the order of the epoch again.
        if (trainer.epochs.epoch, trainer.epochs.cursor) != (own.epochs.epoch, own.epochs.cursor):
            trainer.epochs.go_to(own.epochs.epoch, own.epochs.cursor)
        return trainer


def is_cheap(run: Present) -> bool:
    """Whether a step more does not delay a frame."""
    epochs, size = run.trainer.epochs, run.hypothesis.network.size
    inputs = run.hypothesis.network.inputs + 1
    work = epochs.size * size * (CURVED if run.in_force.optimizer.full_batch else 1)
    return epochs.rows * inputs <= MOST_DATA and work <= MOST_WORK
