"""Optimizers that ask a gradient only for its sign: how steep it is does not matter."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arithmetic import largest, number, sign, smallest
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, setting
from gd_studio.engine.optimizers.base import (
    AbstractOptimizer,
    Rate,
    State,
    WeightDecay,
    average,
)
from gd_studio.settings import described


class Rprop(AbstractOptimizer, frozen=True, tag="rprop"):
    """θ ← θ - d sign g, each parameter with a step size d of its own (Riedmiller, Braun 1993).

    d starts at η; where g kept its sign, d ← min(d η⁺, largest); where it turned,
    d ← max(d η⁻, smallest), and g counts as 0 this time. Meant for full batches.
    """

    title: ClassVar[str] = "Rprop"
    slots: ClassVar[tuple[str, ...]] = ("last gradient", "step size")
    learning_rate: Annotated[
        float,
        described(
            "Learning rate",
            "How far every parameter moves at first; then each finds a step size of its own.",
            gt=0,
            le=1000,
            scale="log",
            live=True,
            own=True,
            editor="rate",
        ),
    ] = 0.01
    eta_minus: Annotated[
        float,
        described(
            "Shrink",
            "What a step size is multiplied by when the gradient's sign turns: it went too far.",
            gt=0,
            lt=1,
            more=True,
        ),
    ] = 0.5
    eta_plus: Annotated[
        float,
        described(
            "Grow",
            "What a step size is multiplied by when the gradient's sign stays: it can go faster.",
            gt=1,
            le=10,
            more=True,
        ),
    ] = 1.2
    smallest_step: Annotated[
        float,
        described(
            "Smallest step",
            "No step size shrinks below this.",
            gt=0,
            le=1000,
            scale="log",
            more=True,
        ),
    ] = 1e-6
    largest_step: Annotated[
        float,
        described(
            "Largest step",
            "No step size grows above this.",
            gt=0,
            le=1e6,
            scale="log",
            more=True,
        ),
    ] = 50.0

    def check(self) -> None:
        if self.smallest_step > self.largest_step:
            raise ValueError(
                "smallest_step: Smallest step must not be above the largest step; lower it, "
                "or raise the largest."
            )

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        last, size, move = state.memory[0], state.memory[1], state.scratch[0]
        if state.step == 1:
            np.copyto(size, rate)
        np.multiply(g, last, move)
        turned = np.less(move, 0)
        np.multiply(size, self.eta_plus, size, where=np.greater(move, 0))
        np.multiply(size, self.eta_minus, size, where=turned)
        np.maximum(size, self.smallest_step, out=size)
        np.minimum(size, self.largest_step, out=size)
        np.copyto(last, g)
        np.copyto(last, 0, where=turned)
        np.sign(last, move)
        np.multiply(move, size, move)
        np.subtract(theta, move, theta)

    def account(self, book: Account) -> None:
        size = book.before("step size") if book.step > 1 else book.rate
        both = book.note("turned", book.g * book.before("last gradient"), "below 0: it turned")
        if both.value > 0:
            size = size * setting(self.eta_plus, "η⁺")
        elif both.value < 0:
            size = size * setting(self.eta_minus, "η⁻")
        bounded = smallest(largest(size, self.smallest_step), self.largest_step)
        d = book.keep("step size", "d", bounded, "this parameter's own step size")
        counted = number(0.0) if both.value < 0 else book.g
        book.becomes(book.old - sign(counted) * d)


class Lion(AbstractOptimizer, frozen=True, tag="lion"):
    """θ ← (1 - ηλ) θ - η sign(β₁ m + (1 - β₁) g), then m ← β₂ m + (1 - β₂) g (Chen et al. 2023)."""

    title: ClassVar[str] = "Lion"
    slots: ClassVar[tuple[str, ...]] = ("mean gradient",)
    learning_rate: Rate = 0.0001
    beta1: Annotated[
        float,
        described(
            "Beta 1",
            "The share of the average gradient in the sign that a step follows.",
            ge=0,
            lt=1,
            more=True,
        ),
    ] = 0.9
    beta2: Annotated[
        float,
        described(
            "Beta 2",
            "The share of the average gradient that is kept when a new one is averaged in.",
            ge=0,
            lt=1,
            more=True,
            own=True,
        ),
    ] = 0.99
    weight_decay: WeightDecay = 0.0

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        mean, move, room = state.memory[0], state.scratch[0], state.scratch[1]
        if self.weight_decay > 0:
            np.multiply(theta, 1 - rate * self.weight_decay, theta)
        np.multiply(mean, self.beta1, move)
        np.multiply(g, 1 - self.beta1, room)
        np.add(move, room, move)
        np.sign(move, move)
        np.multiply(move, rate, move)
        np.subtract(theta, move, theta)
        average(mean, g, self.beta2, move)

    def account(self, book: Account) -> None:
        beta1, beta2, g = setting(self.beta1, "β₁"), setting(self.beta2, "β₂"), book.g
        mean, start = book.before("mean gradient"), book.old
        if self.weight_decay > 0:
            left = start * (1 - book.rate * setting(self.weight_decay, "λ"))
            start = book.note("decayed", left, "what weight decay leaves of it")
        way = book.note("way", beta1 * mean + (1 - beta1) * g, "only its sign counts")
        book.keep("mean gradient", "m", beta2 * mean + (1 - beta2) * g)
        book.becomes(start - book.rate * sign(way))
