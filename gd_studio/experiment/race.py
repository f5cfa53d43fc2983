"""A race: the same model from the same weights on the same batches, at several learning rates.

All rates are one batch of models for the trainer, so sixteen cost a few times one. The run they
start from is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.trainer import Trainer
from gd_studio.errors import GDStudioError
from gd_studio.experiment.arguments import the_run, whole_number

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

MOST_NUMBERS = 50_000_000  # parameters of all models together


@dataclass(frozen=True, eq=False)
class Race:
    """What became of each rate: rates (K,), totals (K, steps) by batch, parameters (K, P).

    `train_loss` (K,) is the total loss over all training rows at the end; not finite where a rate
    was too high.
    """

    rates: Array
    totals: Array
    parameters: Array
    train_loss: Array


def race(run: Run, rates: Sequence[float] | Array, steps: int = 200) -> Race:
    """Return what `steps` more steps make of the run's present state at each learning rate.

    Raises GDStudioError for what is no run, for rates that are not positive numbers, and for a
    count of steps below 1.
    (Rprop asks for its rate at the first step of a run only: later, all its lanes are alike.)
    """
    the_run("run", run)
    field = rates_field(rates, run)
    steps = whole_number("steps", steps, 1)
    trainer = run.trainer_of_many(field)
    totals = np.empty((len(field), steps))
    for step, found in enumerate(race_steps(trainer, steps)):
        totals[:, step] = found
    with np.errstate(all="ignore"):
        train_loss = run.hypothesis.total_losses(trainer.theta, run.data.train)
    return Race(field, totals, trainer.theta, train_loss)


def race_steps(trainer: Trainer, steps: int) -> Iterator[Array]:
    """Yield the total loss (K,) of every step's batch, before the step."""
    for _ in range(steps):
        with np.errstate(all="ignore"):
            trainer.step()
        yield trainer.batch_loss + trainer.penalty_value


def rates_field(rates: Sequence[float] | Array, run: Run) -> Array:
    """Return rates as (K,). Raises GDStudioError unless they are positive, and not too many."""
    try:
        field: Array = np.array(rates, np.float64)
    except (TypeError, ValueError):
        raise GDStudioError("rates must be numbers.") from None
    if field.ndim != 1 or len(field) == 0 or not (np.isfinite(field) & (field > 0)).all():
        raise GDStudioError("rates must be a list of finite numbers above 0.")
    most = MOST_NUMBERS // run.hypothesis.network.size
    if len(field) > most:
        raise GDStudioError(
            f"rates can be at most {most} for a model of {run.hypothesis.network.size} "
            f"parameters; there are {len(field)}."
        )
    return field
