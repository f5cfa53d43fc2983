"""How often each class was taken for which: counts, precision, recall and F1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Counts = np.ndarray[Any, np.dtype[np.intp]]
Shares = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Confusion:
    """Counts (actual, guessed), and per class precision, recall and F1 (NaN: nothing to say)."""

    counts: Counts
    precision: Shares
    recall: Shares
    f1: Shares

    @property
    def accuracy(self) -> float:
        total = int(self.counts.sum())
        return float(np.trace(self.counts)) / total if total else float("nan")


def confusion(actual: Any, guessed: Any, classes: int) -> Confusion:
    """Return the confusion of class codes.

    >>> confusion([0, 0, 1], [0, 1, 1], 2).counts.tolist()
    [[1, 1], [0, 1]]
    """
    pairs = np.asarray(actual, dtype=np.intp) * classes + np.asarray(guessed, dtype=np.intp)
    counts = np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
    right = np.diag(counts).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = right / counts.sum(axis=0)
        recall = right / counts.sum(axis=1)
        f1 = 2 * right / (counts.sum(axis=0) + counts.sum(axis=1))
    return Confusion(counts, precision, recall, f1)
