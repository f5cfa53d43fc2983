"""Optimizers: how a gradient becomes a move. Simplest first; each is its formula.

Hyperparameters are the frozen fields; what an optimizer remembers between steps is `memory`, one
vector (P,) per name in `slots`, owned by the trainer. `update` changes `theta` in place; `g` is
the gradient, `rate` the scheduled learning rate, and `state` has the memory, room to compute in,
the step, and an oracle for loss, gradient and Hessian-vector product anywhere (first-order
methods ignore it). Formulas and defaults are PyTorch's.
To add one: a class, and a name in `Optimizer`.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Protocol, get_args

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.settings import Choice, described, kind_of

Rate = Annotated[
    float,
    described(
        "Learning rate",
        "How far each step moves against the gradient: too small crawls, too large overshoots.",
        gt=0,
        le=1000,
        scale="log",
        live=True,
        own=True,
        editor="rate",
    ),
]
Epsilon = Annotated[
    float,
    described(
        "Epsilon",
        "A tiny number that keeps the division finite where gradients are almost zero.",
        gt=0,
        le=1,
        scale="log",
        more=True,
        own=True,
    ),
]
Beta1 = Annotated[
    float,
    described(
        "Beta 1",
        "The share of the old average kept when a new gradient is averaged in: the momentum.",
        ge=0,
        lt=1,
        more=True,
    ),
]
Beta2 = Annotated[
    float,
    described(
        "Beta 2",
        "The share of the old average kept when a new squared gradient is averaged in.",
        ge=0,
        lt=1,
        more=True,
    ),
]
MomentumShare = Annotated[
    float,
    described(
        "Momentum",
        "The share of the last move that is carried into the next, like a rolling ball.",
        ge=0,
        lt=1,
    ),
]


class Oracle(Protocol):
    """What a second-order optimizer may ask about the present batch, at any theta (P,)."""

    def loss(self, theta: Array) -> float: ...
    def gradient(self, theta: Array) -> Array: ...
    def hessian_product(self, theta: Array, direction: Array) -> Array: ...


class State:
    """What an optimizer works with beside the parameters and their gradient.

    memory (slots, P) lasts from step to step; scratch (2, P) does not; `step` counts from 1;
    `oracle` answers about the present batch.
    """

    __slots__ = ("memory", "oracle", "scratch", "step")

    def __init__(self, slots: int, theta: Array, oracle: Oracle) -> None:
        self.memory = np.zeros((slots, theta.size), theta.dtype)
        self.scratch = np.zeros((2, theta.size), theta.dtype)
        self.step = 0
        self.oracle = oracle


class AbstractOptimizer(Choice, frozen=True):
    """A rule that turns gradients into moves."""

    slots: ClassVar[tuple[str, ...]] = ()
    learning_rate: Rate = 0.001

    def begin(self, memory: Array) -> None:
        """Fill the memory (slots, P) before the first step; zeros suit most."""
        memory.fill(0)

    def update(self, theta: Array, g: Array, rate: float, state: State) -> None:
        """Move theta by one step."""
        raise NotImplementedError


class Sgd(AbstractOptimizer, frozen=True, tag="sgd"):
    """Gradient descent: θ ← θ - η g, with or without momentum.

    With momentum μ (Polyak 1964): v ← μ v + (1 - dampening) g, then θ ← θ - η v,
    or with Nesterov (1983) θ ← θ - η (g + μ v).
    """

    title: ClassVar[str] = "Gradient descent"
    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    momentum: MomentumShare = 0.0
    nesterov: Annotated[
        bool,
        described(
            "Nesterov",
            "Looks ahead along the momentum before it corrects, which overshoots less.",
            when=lambda s: s.momentum > 0,
        ),
    ] = False
    dampening: Annotated[
        float,
        described(
            "Dampening",
            "How much of each new gradient is kept out of the momentum.",
            ge=0,
            lt=1,
            more=True,
            when=lambda s: s.momentum > 0 and not s.nesterov,
        ),
    ] = 0.0

    def check(self) -> None:
        if self.nesterov and (self.momentum == 0 or self.dampening > 0):
            raise ValueError(
                "nesterov: Nesterov needs a momentum above 0 and no dampening; set momentum, "
                "or switch Nesterov off."
            )

    def update(self, theta: Array, g: Array, rate: float, state: State) -> None:
        move = state.scratch[0]
        if self.momentum == 0:
            np.multiply(g, rate, move)
            np.subtract(theta, move, theta)
            return
        velocity = state.memory[0]
        if state.step == 1:
            np.copyto(velocity, g)
        else:
            np.multiply(velocity, self.momentum, velocity)
            np.multiply(g, 1 - self.dampening, move)
            np.add(velocity, move, velocity)
        if self.nesterov:
            np.multiply(velocity, self.momentum, move)
            np.add(g, move, move)
            np.multiply(move, rate, move)
        else:
            np.multiply(velocity, rate, move)
        np.subtract(theta, move, theta)


class AdaGrad(AbstractOptimizer, frozen=True, tag="adagrad"):
    """s ← s + g², θ ← θ - η g / (√s + ε) (Duchi et al. 2011): often-used weights slow down."""

    title: ClassVar[str] = "AdaGrad"
    slots: ClassVar[tuple[str, ...]] = ("sum of squares",)
    learning_rate: Rate = 0.01
    epsilon: Epsilon = 1e-10
    initial_accumulator_value: Annotated[
        float,
        described(
            "Initial sum",
            "What the sum of squares starts from; larger makes the first steps smaller.",
            ge=0,
            le=1e6,
            more=True,
        ),
    ] = 0.0
    lr_decay: Annotated[
        float,
        described(
            "Rate decay",
            "Divides the rate by 1 + decay × steps made.",
            ge=0,
            le=1,
            more=True,
        ),
    ] = 0.0

    def begin(self, memory: Array) -> None:
        memory.fill(self.initial_accumulator_value)

    def update(self, theta: Array, g: Array, rate: float, state: State) -> None:
        total, (move, root) = state.memory[0], state.scratch
        np.multiply(g, g, move)
        np.add(total, move, total)
        np.sqrt(total, root)
        np.add(root, self.epsilon, root)
        np.divide(g, root, move)
        np.multiply(move, rate / (1 + (state.step - 1) * self.lr_decay), move)
        np.subtract(theta, move, theta)


class RmsProp(AbstractOptimizer, frozen=True, tag="rmsprop"):
    """s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε) (Tieleman and Hinton 2012).

    Centered: √(s - m²) with m the average gradient (Graves 2013). With momentum μ the quotient
    goes through b ← μ b + g / (...), θ ← θ - η b.
    """

    title: ClassVar[str] = "RMSprop"
    slots: ClassVar[tuple[str, ...]] = ("mean square", "mean gradient", "velocity")
    learning_rate: Rate = 0.01
    alpha: Annotated[
        float,
        described(
            "Alpha",
            "The share of the old mean square kept when a new squared gradient comes in.",
            ge=0,
            lt=1,
            more=True,
        ),
    ] = 0.99
    epsilon: Epsilon = 1e-8
    momentum: MomentumShare = 0.0
    centered: Annotated[
        bool,
        described(
            "Centered",
            "Divides by the spread of the gradient instead of its size.",
            more=True,
        ),
    ] = False

    def update(self, theta: Array, g: Array, rate: float, state: State) -> None:
        square, mean, velocity = state.memory
        move, root = state.scratch
        average(square, g * g, self.alpha)
        if self.centered:
            average(mean, g, self.alpha)
            np.multiply(mean, mean, move)
            np.subtract(square, move, root)
            # Equal gradients have no spread; rounding may put it below zero.
            np.maximum(root, 0, out=root)
            np.sqrt(root, root)
        else:
            np.sqrt(square, root)
        np.add(root, self.epsilon, root)
        np.divide(g, root, move)
        if self.momentum > 0:
            np.multiply(velocity, self.momentum, velocity)
            np.add(velocity, move, velocity)
            np.multiply(velocity, rate, move)
        else:
            np.multiply(move, rate, move)
        np.subtract(theta, move, theta)


class Adam(AbstractOptimizer, frozen=True, tag="adam"):
    """θ ← θ - η m̂ / (√v̂ + ε) (Kingma and Ba 2015).

    m ← β₁m + (1 - β₁)g, v ← β₂v + (1 - β₂)g²; m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ).
    """

    title: ClassVar[str] = "Adam"
    slots: ClassVar[tuple[str, ...]] = ("mean gradient", "mean square")
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8

    def update(self, theta: Array, g: Array, rate: float, state: State) -> None:
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

    def update(self, theta: Array, g: Array, rate: float, state: State) -> None:
        np.multiply(theta, 1 - rate * self.weight_decay, theta)
        adam_step(self, theta, g, rate, state)


def adam_step(
    settings: Adam | AdamW, theta: Array, g: Array, rate: float, state: State
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


def average(kept: Array, new: Array, share: float) -> None:
    """Move a running average: kept ← share · kept + (1 - share) · new."""
    np.multiply(kept, share, kept)
    np.add(kept, (1 - share) * new, kept)


Optimizer = Sgd | AdaGrad | RmsProp | Adam | AdamW

OPTIMIZERS: dict[str, type[AbstractOptimizer]] = {kind_of(c): c for c in get_args(Optimizer)}
