"""Gradient descent itself, and its momentum."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, setting
from gd_studio.engine.optimizers.base import AbstractOptimizer, MomentumShare, State
from gd_studio.settings import described


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

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        move = state.scratch[0]
        if self.momentum == 0:
            np.multiply(g, state.held(rate), move)
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

    def account(self, book: Account) -> None:
        if self.momentum == 0:
            book.becomes(book.old - book.rate * book.g)
            return
        share, taken = setting(self.momentum, "μ"), book.g
        if book.step > 1:
            fresh = (1 - setting(self.dampening, "dampening")) * book.g
            taken = share * book.before("velocity") + (fresh if self.dampening else book.g)
        v = book.keep("velocity", "v", taken, "velocity: the gradients so far, fading")
        move = book.note("ahead", book.g + share * v, "a look ahead") if self.nesterov else v
        book.becomes(book.old - book.rate * move)
