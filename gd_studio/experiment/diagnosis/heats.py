"""A race in heats: several rates step by step, so few at a time that nobody waits long for them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

# Products of numbers in one step of a heat, which takes some milliseconds; one model is the least.
MOST_PRODUCTS = 1_500_000


def products_of_step(run: Run) -> int:
    """Return how many products of numbers one step of one model takes."""
    rows = len(run.data.train.rows)
    batch = min(run.in_force.training.batch_size or rows, rows)
    # Forwards one product per weight and row, backwards two.
    return 3 * batch * run.hypothesis.network.size


class Heats:
    """Models at rates (K,), all from a run's present state on the same batches.

    Those of a heat are one batch of models, so that they cost little more than one.
    """

    def __init__(self, run: Run, rates: Array) -> None:
        lanes = max(1, MOST_PRODUCTS // products_of_step(run))
        parts = np.split(rates, range(lanes, len(rates), lanes))
        self._trainers = [run.trainer_of_many(part) for part in parts]

    @property
    def thetas(self) -> Array:
        """The parameters (K, P) of all models."""
        return np.concatenate([trainer.theta for trainer in self._trainers])

    def step(self) -> Generator[None, None, Array]:
        """Make a step of all models, with a pause after each heat.

        Returns the total loss (K,) of the batch before the step.
        """
        totals = []
        for trainer in self._trainers:
            with np.errstate(all="ignore"):
                trainer.step()
            totals.append(trainer.batch_loss + trainer.penalty_value)
            yield
        return np.concatenate(totals)
