"""Regularization: a price on large weights, so that the model prefers simple explanations.

penalty = l1·Σ|w| + ½·l2·Σw², over weights, never biases.
(Goodfellow, Bengio, Courville 2016, section 7.1.)
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.settings import Settings, described


class Penalty(Settings, frozen=True):
    """How strongly large weights are punished."""

    title: ClassVar[str] = "Penalty"
    l1: Annotated[
        float,
        described(
            "L1 penalty",
            "A price on the size of each weight: drives unneeded weights to exactly zero.",
            ge=0,
            le=100,
            scale="log",
            more=True,
            live=True,
        ),
    ] = 0.0
    l2: Annotated[
        float,
        described(
            "L2 penalty",
            "A price on the square of each weight: keeps all weights small and curves smooth.",
            ge=0,
            le=100,
            scale="log",
            more=True,
            live=True,
        ),
    ] = 0.0

    @property
    def active(self) -> bool:
        """Whether there is any penalty at all."""
        return self.l1 > 0 or self.l2 > 0

    def value(self, theta: Array, is_weight: Array) -> Array:
        """Return the penalty of each parameter vector: (..., P) -> (...)."""
        weights = theta * is_weight
        result: Array = self.l1 * np.abs(weights).sum(axis=-1) + 0.5 * self.l2 * (
            weights * weights
        ).sum(axis=-1)
        return result

    def add_gradient(self, theta: Array, is_weight: Array, gradient: Array) -> None:
        """Add l1·sign(w) + l2·w to `gradient`, for weights only."""
        weights = theta * is_weight
        if self.l2 > 0:
            gradient += self.l2 * weights
        if self.l1 > 0:
            gradient += self.l1 * np.sign(weights)
