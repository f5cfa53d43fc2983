"""Where a model fails: the loss of each row, and the loss anywhere for a truth that is assumed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.experiment.baseline import targets
from gd_studio.experiment.parts import finished

if TYPE_CHECKING:
    from gd_studio.data import Split
    from gd_studio.experiment.hypothesis import Hypothesis

BLOCK_WORK = 1_500_000  # rows times parameters of a block: about a millisecond
MOST_IN_BLOCK = 4096
CHEAP_WORK = 2_000_000  # rows times parameters up to which all rows fit into a frame
CHEAP_ROWS = 5_000


@dataclass(frozen=True, eq=False)
class RowLosses:
    """The loss of each row (rows,) of a split at one step, and the mean they make.

    `losses` are times the weight of the row's class; `weight` is the sum of those weights, which
    is the number of rows where all count alike.
    """

    step: int
    losses: Array
    weight: float

    @property
    def total(self) -> float:
        """Return Σ losses."""
        return float(self.losses.sum())

    @property
    def mean(self) -> float:
        """Return Σ losses / weight: the data loss of the split, without the penalty."""
        return self.total / self.weight if self.weight else float("nan")

    def worst(self, count: int) -> Integers:
        """Return at most `count` rows by their loss, the worst first; not a number is worst."""
        ranked = np.where(np.isnan(self.losses), np.inf, self.losses)
        count = min(count, len(ranked))
        top = np.argpartition(-ranked, count - 1)[:count] if count else np.empty(0, np.intp)
        # Equal losses in the order of the rows, so that the list never flickers.
        return np.asarray(top[np.lexsort((top, -ranked[top]))], dtype=np.intp)


def losses_if(hypothesis: Hypothesis, theta: Array, x: Array, truth: Array) -> Array:
    """Return the loss (rows,) that prepared rows x would have if `truth` were what is right.

    `truth` is a class code for each row (rows,), or a target as the model sees it (rows, 1). As
    in training, the loss of a row is times the weight of its class.
    """
    z = hypothesis.outputs(theta, x)
    with np.errstate(over="ignore", invalid="ignore"):
        return hypothesis.loss.rows(z.T, targets(truth, len(hypothesis.classes)))


def is_cheap(hypothesis: Hypothesis, rows: int) -> bool:
    """Return whether the losses of so many rows can be had within a frame."""
    return rows <= CHEAP_ROWS and rows * hypothesis.network.size <= CHEAP_WORK


def row_losses(hypothesis: Hypothesis, theta: Array, split: Split, step: int) -> RowLosses:
    """Return the loss of each row of a split."""
    return finished(row_losses_in_blocks(hypothesis, theta, split, step))


def row_losses_in_blocks(
    hypothesis: Hypothesis, theta: Array, split: Split, step: int
) -> Generator[None, None, RowLosses]:
    """Compute what `row_losses` returns, yielding after each block of about a millisecond."""
    rows = len(split.rows)
    losses = np.empty(rows)
    for part in blocks(hypothesis, rows):
        losses[part] = losses_if(hypothesis, theta, split.x[part], split.y[part])
        yield
    weights = np.ones(rows)
    if rows:
        found = hypothesis.loss.row_weights(targets(split.y, len(hypothesis.classes)))
        weights = weights if found is None else found
    losses.flags.writeable = False
    return RowLosses(step, losses, float(weights.sum(dtype=np.float64)))


def blocks(hypothesis: Hypothesis, rows: int) -> list[slice]:
    """Return slices of so many rows, each about a millisecond of guessing."""
    size = max(1, min(MOST_IN_BLOCK, BLOCK_WORK // max(hypothesis.network.size, 1)))
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]


def nearest(points: Array, at: Array) -> Integers:
    """Return for each place `at` (k, d) which of the points (n, d) is nearest to it (k,).

    |a - p|² = |a|² - 2 a·p + |p|², of which |a|² does not matter for the choice.
    """
    found = np.empty(len(at), dtype=np.intp)
    lengths = (points * points).sum(axis=1)
    for start in range(0, len(at), 512):
        part = slice(start, start + 512)
        found[part] = (lengths - 2 * (at[part] @ points.T)).argmin(axis=1)
    return found
