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

from gd_studio.engine.arithmetic import Term, largest, number, size
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, setting
from gd_studio.engine.optimizers.base import (
    AbstractOptimizer,
    Beta1,
    Beta2,
    Epsilon,
    Rate,
    State,
    WeightDecay,
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

    def gathered(self, book: Account) -> tuple[Term, Term]:
        """Write how g goes into the sums m and v, and return them."""
        beta1, beta2 = setting(self.beta1, "β₁"), setting(self.beta2, "β₂")
        first, second = AbstractAdam.slots
        m = book.keep(first, "m", beta1 * book.before(first) + book.g)
        v = book.keep(second, "v", beta2 * book.before(second) + book.g.squared())
        return m, v

    def averaged(self, book: Account, m: Term, v: Term) -> tuple[Term, Term]:
        """Write the averages that the sums stand for, and return them."""
        return (
            book.note("m̂", m / weights_of(book, "c₁", self.beta1), "the average gradient"),
            book.note("v̂", v / weights_of(book, "c₂", self.beta2), "the average squared gradient"),
        )


class Adam(AbstractAdam, frozen=True, tag="adam"):
    """θ ← θ - η m̂ / (√v̂ + ε) (Kingma and Ba 2015).

    AMSGrad (Reddi, Kale, Kumar 2018): the largest v so far in the place of v.
    """

    title: ClassVar[str] = "Adam"
    slots: ClassVar[tuple[str, ...]] = (*AbstractAdam.slots, "largest sum of squares")
    amsgrad: AmsGrad = False

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        adam_step(self, theta, g, rate, state)

    def account(self, book: Account) -> None:
        adam_account(self, book, book.old)


class AdamW(AbstractAdam, frozen=True, tag="adamw"):
    """θ ← (1 - ηλ) θ, then Adam's step (Loshchilov and Hutter 2019): decay of its own."""

    title: ClassVar[str] = "AdamW"
    slots: ClassVar[tuple[str, ...]] = Adam.slots
    weight_decay: WeightDecay = 0.01
    amsgrad: AmsGrad = False

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        np.multiply(theta, 1 - rate * self.weight_decay, theta)
        adam_step(self, theta, g, rate, state)

    def account(self, book: Account) -> None:
        left = book.old * (1 - book.rate * setting(self.weight_decay, "λ"))
        adam_account(self, book, book.note("decayed", left, "what weight decay leaves of it"))


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
    np.multiply(move, state.held(rate * size), move)
    np.subtract(theta, move, theta)


def adam_account(settings: Adam | AdamW, book: Account, start: Term) -> None:
    """Write Adam's move from a start, θ - η m̂ / (√v̂ + ε)."""
    m, v = settings.gathered(book)
    if settings.amsgrad:
        slot = "largest sum of squares"
        v = book.keep(slot, "largest v", largest(book.before(slot), v))
    m, v = settings.averaged(book, m, v)
    book.becomes(start - book.rate * m / (v.root() + setting(settings.epsilon, "ε")))


class NAdam(AbstractAdam, frozen=True, tag="nadam"):
    """Adam with Nesterov's look ahead (Dozat 2016).

    θ ← θ - η [(1 - μₜ) g / (1 - Πₜ) + μₜ₊₁ (1 - β₁) m / (1 - Πₜ₊₁)] / (√v̂ + ε), where the
    momentum warms up, μₜ = β₁ (1 - ½ · 0.96^(t ψ)), and Πₜ = μ₁ · … · μₜ is remembered.
    """

    title: ClassVar[str] = "NAdam"
    slots: ClassVar[tuple[str, ...]] = (*AbstractAdam.slots, "product of momentums")
    learning_rate: Rate = 0.002
    momentum_decay: Annotated[
        float,
        described(
            "Momentum warm-up",
            "How fast the momentum climbs from about half of beta 1 to all of it.",
            ge=0,
            le=1,
            more=True,
        ),
    ] = 0.004

    def begin(self, memory: Array) -> None:
        memory.fill(0)
        memory[2].fill(1)

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        m, v = self.gather(g, state)
        products, move, room = state.memory[2], state.scratch[0], state.scratch[1]
        now, following = self._momentum(state.step), self._momentum(state.step + 1)
        np.multiply(products, now, products)
        product = float(products.flat[0])
        of_g = (1 - now) / (1 - product)
        of_m = following * (1 - self.beta1) / (1 - product * following)
        root_c2 = math.sqrt(sum_of_weights(self.beta2, state.step))
        np.sqrt(v, room)
        np.add(room, self.epsilon * root_c2, room)
        np.multiply(m, of_m / of_g, move)
        np.add(move, g, move)
        np.divide(move, room, move)
        np.multiply(move, rate * (root_c2 * of_g), move)
        np.subtract(theta, move, theta)

    def account(self, book: Account) -> None:
        m, v = self.gathered(book)
        slot = "product of momentums"
        now = book.note("μ now", number(self._momentum(book.step)), "momentum, warming up")
        then = book.note("μ next", number(self._momentum(book.step + 1)), "the next step's")
        product = book.keep(slot, "Π", book.before(slot) * now, "all momentums so far, multiplied")
        v = book.note("v̂", v / weights_of(book, "c₂", self.beta2), "the average squared gradient")
        of_m = then * (1 - setting(self.beta1, "β₁")) * m / (1 - product * then)
        ahead = book.note(
            "ahead", (1 - now) * book.g / (1 - product) + of_m, "gradient and momentum to come"
        )
        book.becomes(book.old - book.rate * ahead / (v.root() + setting(self.epsilon, "ε")))

    def _momentum(self, step: int) -> float:
        return float(self.beta1 * (1 - 0.5 * 0.96 ** (step * self.momentum_decay)))


class RAdam(AbstractAdam, frozen=True, tag="radam"):
    """θ ← θ - η r m̂ / (√v̂ + ε / √(1 - β₂ᵗ)), but θ ← θ - η m̂ at first (Liu et al. 2020).

    Early on v̂ rests on too few squares. How many it is worth is ρ = ρ∞ - 2t β₂ᵗ / (1 - β₂ᵗ), in
    the end ρ∞ = 2 / (1 - β₂) - 1; from ρ > 5 it is used, trusted by
    r² = (ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ).
    """

    title: ClassVar[str] = "RAdam"

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        m, v = self.gather(g, state)
        move = state.scratch[0]
        c1 = sum_of_weights(self.beta1, state.step)
        trust = self._trust(state.step)
        if trust == 0:
            np.multiply(m, rate / c1, move)
        else:
            np.sqrt(v, move)
            np.add(move, self.epsilon / math.sqrt(1 - self.beta2), move)
            np.divide(m, move, move)
            root_c2 = math.sqrt(sum_of_weights(self.beta2, state.step))
            np.multiply(move, rate * (trust * root_c2 / c1), move)
        np.subtract(theta, move, theta)

    def account(self, book: Account) -> None:
        m, v = self.gathered(book)
        trust = self._trust(book.step)
        m = book.note("m̂", m / weights_of(book, "c₁", self.beta1), "the average gradient")
        if trust == 0:
            book.becomes(book.old - book.rate * m)
            return
        r = book.note("r", number(trust), "how far the few squares so far are trusted")
        c2 = weights_of(book, "c₂", self.beta2)
        v = book.note("v̂", v / c2, "the average squared gradient")
        powers = (1 - setting(self.beta2**book.step, "β₂ᵗ")).root()
        tiny = setting(self.epsilon, "ε") / powers
        book.becomes(book.old - book.rate * r * m / (v.root() + tiny))

    def _trust(self, step: int) -> float:
        """Return r, or 0 while the squares are too few."""
        limit = 2 / (1 - self.beta2) - 1
        length = limit - 2 * step * self.beta2**step / (1 - self.beta2**step)
        if length <= 5:
            return 0.0
        least = (limit - 4) * (limit - 2) * length
        return math.sqrt((length - 4) * (length - 2) * limit / least)


class Adamax(AbstractOptimizer, frozen=True, tag="adamax"):
    """u ← max(β₂ u, |g| + ε), θ ← θ - η m̂ / u (Kingma and Ba 2015, section 7.1)."""

    title: ClassVar[str] = "Adamax"
    slots: ClassVar[tuple[str, ...]] = ("sum of gradients", "largest size")
    learning_rate: Rate = 0.002
    beta1: Beta1 = 0.9
    beta2: Annotated[
        float,
        described(
            "Beta 2",
            "The share of the largest size of a gradient so far that is left after each step.",
            ge=0,
            lt=1,
            more=True,
            own=True,
        ),
    ] = 0.999
    epsilon: Epsilon = 1e-8

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        m, largest, move = state.memory[0], state.memory[1], state.scratch[0]
        np.multiply(m, self.beta1, m)
        np.add(m, g, m)
        np.abs(g, move)
        np.add(move, self.epsilon, move)
        np.multiply(largest, self.beta2, largest)
        np.maximum(largest, move, out=largest)
        np.divide(m, largest, move)
        np.multiply(move, rate / sum_of_weights(self.beta1, state.step), move)
        np.subtract(theta, move, theta)

    def account(self, book: Account) -> None:
        sums, sizes = self.slots
        m = book.keep(sums, "m", setting(self.beta1, "β₁") * book.before(sums) + book.g)
        fading = setting(self.beta2, "β₂") * book.before(sizes)
        u = book.keep(sizes, "u", largest(fading, size(book.g) + setting(self.epsilon, "ε")))
        m = book.note("m̂", m / weights_of(book, "c₁", self.beta1), "the average gradient")
        book.becomes(book.old - book.rate * m / u)


def weights_of(book: Account, name: str, beta: float) -> Term:
    """Write what the weights in a running sum add up to, and return it."""
    letter = name.replace("c", "β")
    left = 1 - setting(beta**book.step, f"{letter}ᵗ")
    return book.note(name, left / (1 - setting(beta, letter)), "the weights of the sum, added up")


def sum_of_weights(beta: float, step: int) -> float:
    """Return c = 1 + β + … + βᵗ⁻¹, what the weights in a running sum add up to."""
    return (1 - beta**step) / (1 - beta)
