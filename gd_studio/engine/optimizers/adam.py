"""Adam and its kin: the average gradient over the size of past gradients."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.base import (
    AbstractOptimizer,
    Beta1,
    Beta2,
    Epsilon,
    State,
)
from gd_studio.settings import described


class Adam(AbstractOptimizer, frozen=True, tag="adam"):
    """θ ← θ - η m̂ / (√v̂ + ε) (Kingma and Ba 2015).

    m ← β₁m + (1 - β₁)g, v ← β₂v + (1 - β₂)g²; m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ).
    """

    title: ClassVar[str] = "Adam"
    slots: ClassVar[tuple[str, ...]] = ("mean gradient", "mean square")
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        adam_step(self, theta, g, rate, state)


class AdamW(AbstractOptimizer, frozen=True, tag="adamw"):
    """θ ← (1 - ηλ) θ, then Adam's step (Loshchilov and Hutter 2019): decay of its own."""

    title: ClassVar[str] = "AdamW"
    slots: ClassVar[tuple[str, ...]] = ("mean gradient", "mean square")
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: Annotated[
        float,
        described(
            "Weight decay",
            "The share of every parameter, times the rate, that is taken away at each step.",
            ge=0,
            le=10,
        ),
    ] = 0.01

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        np.multiply(theta, 1 - rate * self.weight_decay, theta)
        adam_step(self, theta, g, rate, state)


def adam_step(
    settings: Adam | AdamW, theta: Array, g: Array, rate: float | Array, state: State
) -> None:
    """Make Adam's move: the average gradient over the root of the average square."""
    mean, square = state.memory
    (move, root), step = state.scratch, state.step
    beta1, beta2 = settings.beta1, settings.beta2
    np.multiply(mean, beta1, mean)
    np.multiply(g, 1 - beta1, move)
    np.add(mean, move, mean)
    np.multiply(g, g, move)
    np.multiply(square, beta2, square)
    np.multiply(move, 1 - beta2, move)
    np.add(square, move, square)
    np.sqrt(square, root)
    np.divide(root, math.sqrt(1 - beta2**step), root)
    np.add(root, settings.epsilon, root)
    np.divide(mean, root, move)
    np.multiply(move, rate / (1 - beta1**step), move)
    np.subtract(theta, move, theta)
