"""What methods share that take the loss around theta for a parabola and go to its lowest point.

They are damped, so that a parabola that does not fit leads to a shorter step, closer to straight
down.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal, NamedTuple, Protocol

import numpy as np

from gd_studio.engine.arithmetic import Term
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.damped_account import tell_equation, tell_saddle
from gd_studio.engine.optimizers.damping import Damping, accept, refuse
from gd_studio.engine.optimizers.full_batch import AbstractFullBatch

MOST_TRIES = 40


class Fit(Protocol):
    """The parabola that fits the loss around theta.

    `bend` and `way`: the lowest eigenvalue, if it is below zero, and its direction (P,). `matrix`
    is the name of its curvature, H or JᵀJ.
    """

    matrix: ClassVar[str]
    bend: float
    way: Array

    def step(self, damping: float) -> tuple[Array, float, float]:
        """Return a move (P,) and a, b: a share s of it promises to lower the loss by a s - b s²."""

    def row(self, index: int) -> Array:
        """Return a row (P,) of the curvature."""

    def tell(self, book: Account, mu: Term, move: Array) -> tuple[Term, Term]:
        """Write λ and the direction of one parameter, and return both."""


class Trial(NamedTuple):
    """A damping that was tried: its move (P,), what it promised, and the loss it led to."""

    damping: float
    move: Array
    linear: float
    square: float
    loss: float


class Landing(NamedTuple):
    """A step: theta + share · direction = there (P,), by the last of the trials.

    `kind`: the loss "fell"; the move was too "small" for the loss to judge; or nothing had a slope
    and it left a "saddle". `before`: the loss it came from.
    """

    kind: Literal["fell", "small", "saddle"]
    share: float
    direction: Array
    there: Array
    fit: Fit
    before: float
    trials: tuple[Trial, ...]


class AbstractDamped(AbstractFullBatch, frozen=True):
    """A method that trusts its parabola the more, the better it foretold the last step."""

    slots: ClassVar[tuple[str, ...]] = ("damping", "growth", "left to gain")
    most_parameters: ClassVar[int | None] = 1000
    damping: Damping = 1e-3

    def begin(self, memory: Array) -> None:
        memory[0], memory[1], memory[2] = self.damping, 2, 0

    def move(self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle) -> None:
        landing = self.landing(theta, g, rate, memory, oracle)
        if landing is not None:
            theta[:] = landing.there

    def landing(
        self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle
    ) -> Landing | None:
        """Return a step to where the loss is lower, if there is one; the memory learns from it."""
        before = oracle.loss(theta)
        if not np.isfinite(before) or not np.isfinite(g).all():
            return None
        try:
            return self._descend(theta, g, rate, memory, oracle, before)
        except np.linalg.LinAlgError:
            return None  # Curvatures too large to be numbers: no step can be had from them.

    def _descend(
        self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle, before: float
    ) -> Landing | None:
        fit, rounding = self.fit(theta, g, oracle), oracle.rounding(theta)
        trials: list[Trial] = []
        for _ in range(MOST_TRIES):
            damping = float(memory[0, 0])
            step, linear, square = fit.step(damping)
            there = theta + rate * step
            trials.append(Trial(damping, step, linear, square, oracle.loss(there)))
            gain = before - trials[-1].loss
            landing = Landing("fell", rate, step, there, fit, before, tuple(trials))
            if linear - square <= rounding:
                saddle = _off_saddle(landing, theta, g, oracle)
                if saddle is None and _is_refined(gain, linear - square, rounding, memory):
                    return landing._replace(kind="small")
                return saddle
            memory[2] = 0
            promised = rate * linear - rate * rate * square
            if gain > 1e-4 * promised > 0:
                accept(memory, gain / promised)
                return landing
            refuse(memory)
        return _off_saddle(landing, theta, g, oracle)

    def effort(self, rows: int, parameters: int) -> int:
        return (rows + 10 * parameters) * parameters**2

    def tell(self, book: Account, memory: Array, oracle: Oracle) -> Array | None:
        book.carrier = "the curvature, which ties it to the others, turned it"
        move = book.move
        landing = self.landing(move.theta, move.g, move.rate, memory, oracle)
        if landing is None:
            book.stays()
            return None
        if landing.kind == "saddle":
            tell_saddle(book, landing)
        else:
            tell_equation(book, landing)
        return landing.there

    @abstractmethod
    def fit(self, theta: Array, g: Array, oracle: Oracle) -> Fit:
        """Return the parabola at theta. Raises LinAlgError where it has no numbers."""


def finite(matrix: Array) -> Array:
    """Return the matrix, or raise LinAlgError, which LAPACK would do with words of its own."""
    if not np.isfinite(matrix).all():
        raise np.linalg.LinAlgError
    return matrix


def _is_refined(gain: float, left: float, rounding: float, memory: Array) -> bool:
    """Whether to make a step too small for the loss to judge: if what is left to gain shrinks.

    Unlike the length of the gradient, that does not depend on the units of the parameters.
    """
    last = float(memory[2, 0])
    if gain >= -rounding and (last == 0 or left < last):
        memory[2] = left
        accept(memory, 1.0)
        return True
    return False


def _off_saddle(landing: Landing, theta: Array, g: Array, oracle: Oracle) -> Landing | None:
    """Return a step along the direction that bends down most, if there is one."""
    fit = landing.fit
    if fit.bend == 0:
        return None
    way = -fit.way if g @ fit.way > 0 else fit.way
    for halvings in range(MOST_TRIES):
        length = 0.5**halvings
        there = theta + length * way
        if oracle.loss(there) < landing.before + fit.bend * length**2 / 10:
            return landing._replace(kind="saddle", share=length, direction=way, there=there)
    return None
