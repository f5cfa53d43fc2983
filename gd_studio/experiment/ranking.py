"""How well scores tell the rows of one class from all others, at every threshold at once.

A row is taken as positive where its score is at or above the threshold. With TP and FP the rows
so taken rightly and wrongly, P the positives and N the negatives: true positive rate (recall)
TP / P, false positive rate FP / N, precision TP / (TP + FP). See Fawcett, "An introduction to ROC
analysis" (2006), and Davis and Goadrich (2006) for precision and recall.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gd_studio.engine.arrays import Array, Integers


@dataclass(frozen=True, eq=False)
class Ranking:
    """Counts at each different score, from the highest down; first the threshold no row reaches.

    `thresholds` (k,) falls from infinity; `true` and `false` (k,) count the positives and the
    negatives at or above it; `unscored` rows had no score (NaN) and rank below all others.
    """

    thresholds: Array
    true: Integers
    false: Integers
    unscored: int

    @property
    def positives(self) -> int:
        """Return P, the rows of the class."""
        return int(self.true[-1])

    @property
    def negatives(self) -> int:
        """Return N, all other rows."""
        return int(self.false[-1])

    @cached_property
    def recall(self) -> Array:
        """Return the true positive rates TP / P (k,); NaN without positives."""
        return _shares(self.true, self.positives)

    @cached_property
    def false_rate(self) -> Array:
        """Return the false positive rates FP / N (k,); NaN without negatives."""
        return _shares(self.false, self.negatives)

    @cached_property
    def precision(self) -> Array:
        """Return TP / (TP + FP) (k,); 1 where no row is taken as positive."""
        taken = self.true + self.false
        return np.where(taken > 0, self.true / np.maximum(taken, 1), 1.0)

    @cached_property
    def auc(self) -> float:
        """Return the area under the ROC curve, exactly, ties counting half; NaN if undefined.

        It is the share of pairs (positive, negative) in which the positive has the higher score.
        """
        pairs = self.positives * self.negatives
        if not pairs:
            return float("nan")
        # Each pair counts two; 64 bits hold all of them up to two thousand million rows.
        steps = np.diff(self.false).astype(np.int64)
        won = int((steps * (self.true[1:] + self.true[:-1])).sum())
        return won / (2 * pairs)

    @cached_property
    def average_precision(self) -> float:
        """Return Σ (recall_k - recall_{k-1}) · precision_k, without interpolation."""
        if not self.positives:
            return float("nan")
        return float((np.diff(self.true) * self.precision[1:]).sum() / self.positives)

    def at(self, threshold: float) -> int:
        """Return the place of the lowest threshold that is not below this one."""
        return int(np.count_nonzero(self.thresholds >= threshold)) - 1


def ranking(scores: Any, is_positive: Any) -> Ranking:
    """Return the ranking of rows by scores (rows,); `is_positive` (rows,) says what is true.

    >>> ranking([0.9, 0.8, 0.8, 0.1], [True, True, False, False]).auc
    0.875
    """
    scores = np.asarray(scores, dtype=np.float64)
    positive = np.asarray(is_positive, dtype=bool)
    unscored = int(np.isnan(scores).sum())
    scores = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(positive[order])
    # Rows of equal score are taken together: only their last one is a point.
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], len(ranked) > 0))
    true = np.append(0, hits[last]).astype(np.intp)
    false = np.append(0, last + 1).astype(np.intp) - true
    return Ranking(np.append(np.inf, ranked[last]), true, false, unscored)


def _shares(counts: Integers, total: int) -> Array:
    if not total:
        return np.full(len(counts), np.nan)
    shares: Array = counts / total
    return shares
