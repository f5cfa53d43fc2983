"""A rate of its own for each parameter, by the size of its past gradients."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arithmetic import Term, largest
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, setting
from gd_studio.engine.optimizers.base import (
    AbstractOptimizer,
    Epsilon,
    MomentumShare,
    Rate,
    State,
    average,
)
from gd_studio.settings import described


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

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        total, move, root = state.memory[0], state.scratch[0], state.scratch[1]
        np.multiply(g, g, move)
        np.add(total, move, total)
        np.sqrt(total, root)
        np.add(root, self.epsilon, root)
        np.divide(g, root, move)
        np.multiply(move, rate / (1 + (state.step - 1) * self.lr_decay), move)
        np.subtract(theta, move, theta)

    def account(self, book: Account) -> None:
        s = book.keep("sum of squares", "s", book.before("sum of squares") + book.g.squared())
        rate = book.rate
        if self.lr_decay > 0:
            slower = 1 + (book.step - 1) * setting(self.lr_decay, "decay")
            rate = book.note("own rate", rate / slower, "the rate, falling with every step")
        book.becomes(book.old - rate * book.g / (s.root() + setting(self.epsilon, "ε")))


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

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        square, mean, velocity = state.memory[0], state.memory[1], state.memory[2]
        move, root = state.scratch[0], state.scratch[1]
        np.multiply(g, g, move)
        average(square, move, self.alpha, root)
        if self.centered:
            average(mean, g, self.alpha, move)
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

    def account(self, book: Account) -> None:
        share, g = setting(self.alpha, "α"), book.g
        s = book.keep("mean square", "s", _averaged(book.before("mean square"), g.squared(), share))
        spread = s
        if self.centered:
            mean = _averaged(book.before("mean gradient"), g, share)
            m = book.keep("mean gradient", "m", mean)
            spread = book.note("spread", largest(s - m.squared(), 0.0), "square less mean squared")
        move = g / (spread.root() + setting(self.epsilon, "ε"))
        if self.momentum > 0:
            carried = setting(self.momentum, "μ") * book.before("velocity")
            move = book.keep("velocity", "b", carried + move)
        book.becomes(book.old - book.rate * move)


class Adadelta(AbstractOptimizer, frozen=True, tag="adadelta"):
    """s ← ρ s + (1 - ρ) g², d = g √(u + ε) / √(s + ε), u ← ρ u + (1 - ρ) d², θ ← θ - η d.

    Moves are measured by past moves, so that hardly a rate is needed (Zeiler 2012).
    """

    title: ClassVar[str] = "Adadelta"
    slots: ClassVar[tuple[str, ...]] = ("mean square", "mean squared move")
    learning_rate: Rate = 1.0
    rho: Annotated[
        float,
        described(
            "Rho",
            "The share of the old mean squares kept when new gradients and moves come in.",
            ge=0,
            lt=1,
            more=True,
        ),
    ] = 0.9
    epsilon: Epsilon = 1e-6

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        square, moved = state.memory[0], state.memory[1]
        move, room = state.scratch[0], state.scratch[1]
        np.multiply(g, g, move)
        average(square, move, self.rho, room)
        np.add(moved, self.epsilon, move)
        np.add(square, self.epsilon, room)
        np.divide(move, room, move)
        np.sqrt(move, move)
        np.multiply(move, g, move)
        np.multiply(move, rate, room)
        np.subtract(theta, room, theta)
        np.multiply(move, move, move)
        average(moved, move, self.rho, room)

    def account(self, book: Account) -> None:
        share, tiny, g = setting(self.rho, "ρ"), setting(self.epsilon, "ε"), book.g
        s = book.keep("mean square", "s", _averaged(book.before("mean square"), g.squared(), share))
        past = book.before("mean squared move")
        d = book.note("d", ((past + tiny) / (s + tiny)).root() * g, "the move before the rate")
        book.keep("mean squared move", "u", _averaged(past, d.squared(), share))
        book.becomes(book.old - book.rate * d)


def _averaged(kept: Term, new: Term, share: Term) -> Term:
    return share * kept + (1 - share) * new
