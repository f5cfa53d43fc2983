"""Trying learning rates: what each of several would make of the present model in some more steps.

A trial is prepared where the run lives and may then be made anywhere, in any thread: it holds a
trainer of its own, and the run never notices.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import Rprop
from gd_studio.engine.trainer import Trainer
from gd_studio.errors import GDStudioError
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.race import race_steps, rates_field

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

STEPS = 200


@dataclass(frozen=True, eq=False)
class RateTrial:
    """What is needed to try rates (K,) from a step of a run, without the run."""

    rates: Array
    steps: int
    from_step: int
    trainer: Trainer
    hypothesis: Hypothesis


@dataclass(frozen=True, eq=False)
class TriedRates:
    """What became of rates (K,): the total loss over all training rows, before and after (K,).

    `losses` are not finite where a rate made the model diverge.
    """

    rates: Array
    losses: Array
    before: float
    steps: int
    from_step: int

    @property
    def diverged(self) -> Array:
        """Which rates (K,) ended in numbers that are not finite."""
        return ~np.isfinite(self.losses)

    @property
    def worse(self) -> Array:
        """Which rates (K,) ended finite, but above the loss they began at."""
        return ~self.diverged & (self.losses > self.before)

    @property
    def best(self) -> int | None:
        """The index of the rate that ended lowest; None if none ended below where it began."""
        good = ~self.diverged & (self.losses < self.before)
        return int(np.where(good, self.losses, np.inf).argmin()) if good.any() else None


def prepare_trial(run: Run, rates: Sequence[float] | Array, steps: int = STEPS) -> RateTrial:
    """Return a trial of rates from the run's present parameters, batches and optimizer state.

    Raises GDStudioError for what are no rates, and for an optimizer that chooses the length of
    its steps by itself.
    """
    optimizer = run.in_force.optimizer
    if optimizer.full_batch:
        raise GDStudioError(
            f"{optimizer.title} works out by itself how far each step goes, so 16 learning rates "
            "would tell little, and each step is dear; choose a first-order optimizer to try rates."
        )
    if isinstance(optimizer, Rprop) and run.step_number > 0:
        raise GDStudioError(
            "Rprop asks for its learning rate in the first step only; go back to step 0 to try "
            "rates."
        )
    field = rates_field(rates, run)
    trainer = run.trainer_of_many(field)
    return RateTrial(field, steps, run.step_number, trainer, run.hypothesis)


def make_trial(trial: RateTrial) -> Generator[None, None, TriedRates]:
    """Return what became of the rates, with a pause after every step. It can be made once."""
    trainer, hypothesis = trial.trainer, trial.hypothesis
    before = yield from _total_losses(hypothesis, trainer.theta[:1])
    for _ in race_steps(trainer, trial.steps):
        yield
    losses = yield from _total_losses(hypothesis, trainer.theta)
    return TriedRates(trial.rates, losses, float(before[0]), trial.steps, trial.from_step)


def _total_losses(hypothesis: Hypothesis, thetas: Array) -> Generator[None, None, Array]:
    """Return the total losses (K,) over all training rows, with a pause after every block."""
    train = hypothesis.prepared.train
    x, y = hypothesis.network_input(train.x), hypothesis.network_target(train.y)
    losses = np.empty(len(thetas))
    with np.errstate(all="ignore"):
        for first, part in hypothesis.total_losses_in_blocks(thetas, x, y):
            losses[first : first + len(part)] = part
            yield
    return losses
