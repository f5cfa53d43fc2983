"""Adam and its kin: the average gradient over the size of past gradients.

All keep running sums that weigh recent gradients most, m ← β₁m + g and v ← β₂v + g². The weights
in such a sum add up to c = 1 + β + … + βᵗ⁻¹ = (1 - βᵗ) / (1 - β), so that m / c₁ and v / c₂ are
the averages m̂ and v̂, free of bias, of Kingma and Ba (2015). What is constant in a step goes into
rate and epsilon, as in their section 2: numbers cost less than vectors.
"""

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

AmsGrad = Annotated[
    bool,
    described(
        "AMSGrad",
        "Divides by the largest mean square so far: steps never grow again as gradients fade.",
        more=True,
    ),
]


class AbstractAdam(AbstractOptimizer, frozen=True):
    """What Adam's kin share: the two sums and their settings."""

    slots: ClassVar[tuple[str, ...]] = ("sum of gradients", "sum of squares")
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8

    def gather(self, g: Array, state: State) -> tuple[Array, Array]:
        """Take g into the sums m and v, and return them."""
        m, v, square = state.memory[0], state.memory[1], state.scratch[0]
        np.multiply(m, self.beta1, m)
        np.add(m, g, m)
        np.multiply(g, g, square)
        np.multiply(v, self.beta2, v)
        np.add(v, square, v)
        return m, v


class Adam(AbstractAdam, frozen=True, tag="adam"):
    """θ ← θ - η m̂ / (√v̂ + ε) (Kingma and Ba 2015).

    AMSGrad (Reddi, Kale, Kumar 2018): the largest v so far in the place of v.
    """

    title: ClassVar[str] = "Adam"
    slots: ClassVar[tuple[str, ...]] = (*AbstractAdam.slots, "largest sum of squares")
    amsgrad: AmsGrad = False

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        adam_step(self, theta, g, rate, state)


class AdamW(AbstractAdam, frozen=True, tag="adamw"):
    """θ ← (1 - ηλ) θ, then Adam's step (Loshchilov and Hutter 2019): decay of its own."""

    title: ClassVar[str] = "AdamW"
    slots: ClassVar[tuple[str, ...]] = Adam.slots
    weight_decay: Annotated[
        float,
        described(
            "Weight decay",
            "The share of every parameter, times the rate, that is taken away at each step.",
            ge=0,
            le=10,
        ),
    ] = 0.01
    amsgrad: AmsGrad = False

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        np.multiply(theta, 1 - rate * self.weight_decay, theta)
        adam_step(self, theta, g, rate, state)


def adam_step(
    settings: Adam | AdamW, theta: Array, g: Array, rate: float | Array, state: State
) -> None:
    """Make Adam's move, θ ← θ - (η √c₂ / c₁) m / (√v + ε √c₂)."""
    m, v = settings.gather(g, state)
    if settings.amsgrad:
        v = np.maximum(state.memory[2], v, out=state.memory[2])
    root_c2 = math.sqrt(sum_of_weights(settings.beta2, state.step))
    size = root_c2 / sum_of_weights(settings.beta1, state.step)
    move = state.scratch[0]
    np.sqrt(v, move)
    np.add(move, settings.epsilon * root_c2, move)
    np.divide(m, move, move)
    np.multiply(move, rate * size, move)
    np.subtract(theta, move, theta)


def sum_of_weights(beta: float, step: int) -> float:
    """Return c = 1 + β + … + βᵗ⁻¹, what the weights in a running sum add up to."""
    return (1 - beta**step) / (1 - beta)
