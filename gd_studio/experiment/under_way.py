"""A step under way: its batch is guessed and checked, and nothing has been adjusted yet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from gd_studio.experiment.step import Step

if TYPE_CHECKING:
    from gd_studio.engine.arrays import Array, Integers
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.experiment.ledger import Moment
    from gd_studio.experiment.outlook import Outcome
    from gd_studio.experiment.tape import Tape


@dataclass(frozen=True, eq=False)
class Coming:
    """What the trainer itself found for the step to come, up to its loss.

    `batch_rows` are the training rows of batch number `batch` of `batches` in its epoch.
    `outcome` is what it will come to, where a trainer beside could tell; no phase shows it early.
    """

    step: int
    epoch: int
    batch: int
    batches: int
    batch_rows: Integers
    loss: float
    penalty: float
    outcome: Outcome | None = None


class UnderWay:
    """The moment of a step that is under way after another one; what is not known is NaN."""

    memory: Array | None = None
    previous_memory: Array | None = None

    def __init__(self, before: Moment, coming: Coming) -> None:
        self._before, self._coming = before, coming
        self.start: Experiment = before.start
        self.experiment: Experiment = before.experiment
        self.tape: Tape = before.tape
        self.hypothesis: Hypothesis = before.hypothesis
        self.step, self.batch_rows = coming.step, coming.batch_rows
        self.first = before.first
        self.previous = self.parameters = before.parameters
        self.gradient: Array = np.full_like(before.parameters, math.nan)
        total = coming.loss + coming.penalty
        self.record: Step | None = Step(
            coming.step,
            coming.epoch,
            coming.loss,
            coming.penalty,
            total,
            math.nan,
            math.nan,
            math.nan,
        )

    @property
    def foreseen(self) -> Moment:
        """The step as if it had been made, for how long its whole ledger will be."""
        return _Foreseen(self._before, self._coming)


class _Foreseen(UnderWay):
    """Where it is not known what the step will come to, that is as it was in the step before."""

    def __init__(self, before: Moment, coming: Coming) -> None:
        super().__init__(before, coming)
        found = coming.outcome
        self.previous_memory = before.memory
        self.gradient = before.gradient if found is None else found.gradient
        self.memory = before.memory if found is None else found.memory
        self.parameters = before.parameters if found is None else found.parameters
        self.record = (before.record or _first(self)) if found is None else found.record


def _first(step: UnderWay) -> Step:
    """Return the record of a first step of which only batch and loss are known."""
    assert step.record is not None
    settings = step.experiment
    rate = settings.optimizer.learning_rate * settings.schedule.factor(0)
    norm = float(np.linalg.norm(step.gradient))
    return structs.replace(step.record, gradient_norm=norm, update_norm=0.0, learning_rate=rate)
