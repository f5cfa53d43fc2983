"""What all optimizers share: the settings that many have, their state, and how one is called."""

from __future__ import annotations

from typing import Annotated, ClassVar, Protocol

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, UntoldError
from gd_studio.errors import GDStudioError
from gd_studio.settings import Choice, described

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
        own=True,
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
WeightDecay = Annotated[
    float,
    described(
        "Weight decay",
        "The share of every parameter, times the rate, that is taken away at each step.",
        ge=0,
        le=10,
        own=True,
    ),
]


class Oracle(Protocol):
    """What a second-order optimizer may ask about the present batch, at any theta (P,).

    Whoever inherits this needs the first three only.
    """

    def loss(self, theta: Array) -> float: ...
    def gradient(self, theta: Array) -> Array: ...
    def hessian_product(self, theta: Array, direction: Array) -> Array: ...

    def hessian(self, theta: Array) -> Array:
        """Return the Hessian (P, P)."""
        units = np.eye(theta.size, dtype=theta.dtype)
        return np.array([self.hessian_product(theta, unit) for unit in units])

    def rounding(self, theta: Array) -> float:
        """Return by how much rounding alone may change `loss`: smaller differences mean nothing."""
        return 2 * float(np.finfo(theta.dtype).eps) * abs(self.loss(theta))

    def residuals(self, theta: Array) -> Array:
        """Return r (N,) such that the loss is ½ r·r. Raises GDStudioError where there is none."""
        raise GDStudioError("This loss is no sum of squares, so it has no residuals.")

    def jacobian(self, theta: Array) -> Array:
        """Return the derivative (N, P) of the residuals. Raises GDStudioError as they do."""
        raise GDStudioError("This loss is no sum of squares, so its residuals have no Jacobian.")


class State:
    """What an optimizer works with beside parameters theta, (P,) or (K, P) for K models at once.

    memory (slots, *theta.shape) lasts from step to step; scratch, two like theta, does not;
    `step` counts from 1; `oracle` answers about the present batch.
    """

    __slots__ = ("_held", "memory", "oracle", "scratch", "step")

    def __init__(self, slots: int, theta: Array, oracle: Oracle) -> None:
        self.memory = np.zeros((slots, *theta.shape), theta.dtype)
        self.scratch = np.zeros_like(theta), np.zeros_like(theta)
        self.step = 0
        self.oracle = oracle
        self._held = np.empty((), theta.dtype)

    def held(self, number: float | Array) -> Array:
        """Return a number as an array, until the next call: small products with it are quicker."""
        if type(number) is float:
            self._held[()] = number
            return self._held
        return np.asarray(number)


class AbstractOptimizer(Choice, frozen=True):
    """A rule that turns gradients into moves.

    `full_batch` methods need all rows in each step; `most_parameters` bounds the models that a
    method is fit for, `losses` the kinds of loss (None: any); `needs_curvature` asks for a loss
    with a second derivative.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    full_batch: ClassVar[bool] = False
    most_parameters: ClassVar[int | None] = None
    losses: ClassVar[tuple[str, ...] | None] = None
    needs_curvature: ClassVar[bool] = False
    learning_rate: Rate = 0.001

    def begin(self, memory: Array) -> None:
        """Fill the memory (slots, *theta.shape) before the first step; zeros suit most."""
        memory.fill(0)

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        """Move theta, (P,) or (K, P), by one step; the rate is a number or an array (K, 1)."""
        raise NotImplementedError

    def account(self, book: Account) -> None:
        """Write how one parameter moved, from `book.old` to `book.becomes(...)`.

        Raises UntoldError where that takes what the book does not have. Without a formula here
        the book says only by how much it moved.
        """
        raise UntoldError


def average(kept: Array, new: Array, share: float, room: Array) -> None:
    """Move a running average: kept ← share · kept + (1 - share) · new, with room to compute in."""
    np.multiply(kept, share, kept)
    np.multiply(new, 1 - share, room)
    np.add(kept, room, kept)
