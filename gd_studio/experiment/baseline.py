"""What always giving the same answer would score: a number means something only beside another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.data import Prepared, Split
from gd_studio.engine.arrays import Array
from gd_studio.engine.losses import AbstractLoss


@dataclass(frozen=True)
class Baseline:
    """Losses of always guessing the training mean, or the training shares of the classes."""

    train_loss: float
    validation_loss: float | None
    train_score: float
    validation_score: float | None
    words: str


def baseline(prepared: Prepared, loss: AbstractLoss) -> Baseline | None:
    """Return the baseline of prepared data under a loss (data term only; the guess is constant).

    A landscape has none: without data there is nothing to guess.
    """
    if prepared.task == "landscape":
        return None
    classes = len(prepared.classes)
    if prepared.task == "regression":
        outputs = prepared.train.y.mean(axis=0)
        words = "always guessing the mean"
    else:
        counts = np.bincount(prepared.train.y, minlength=classes)
        shares = np.clip(counts / counts.sum(), 1e-12, 1)
        outputs = np.log(shares) if classes > 2 else np.log(shares[1:] / shares[:1])
        words = f"always guessing {100 * shares.max():.0f} %"
    validation = len(prepared.validation.rows) > 0
    return Baseline(
        _loss(prepared, prepared.train, loss, outputs),
        _loss(prepared, prepared.validation, loss, outputs) if validation else None,
        _score(prepared, prepared.train),
        _score(prepared, prepared.validation) if validation else None,
        words,
    )


def targets(split_y: Array, classes: int) -> Array:
    """Return targets as the engine wants them: (outputs, rows); classes as 0/1 or one-hot."""
    if split_y.ndim == 2:
        return np.ascontiguousarray(split_y.T)
    if classes == 2:
        return split_y[None, :].astype(np.float64)
    return np.ascontiguousarray(np.eye(classes)[split_y].T)


def _loss(prepared: Prepared, split: Split, loss: AbstractLoss, outputs: Array) -> float:
    y = targets(split.y, len(prepared.classes))
    z = np.repeat(outputs[:, None], y.shape[1], axis=1)
    return float(loss.rows(z, y).sum()) / loss.total_weight(y)


def _score(prepared: Prepared, split: Split) -> float:
    if prepared.task == "regression":
        return r_squared(np.repeat(prepared.train.y.mean(axis=0)[None], len(split.y), 0), split.y)
    most = np.bincount(prepared.train.y, minlength=len(prepared.classes)).argmax()
    return float((split.y == most).mean())


def r_squared(guess: Array, truth: Array) -> float:
    """Return R² = 1 - Σ(truth - guess)² / Σ(truth - mean)²; 0 if the truth never varies."""
    spread = float(((truth - truth.mean(axis=0)) ** 2).sum())
    return 1 - float(((truth - guess) ** 2).sum()) / spread if spread > 0 else 0.0
