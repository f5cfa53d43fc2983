"""Newton's method and its sibling for least squares: to the bottom of the parabola that fits.

Both take the loss around theta for a parabola and go to its lowest point. Both are damped: the
less the last step kept of what the parabola promised, the more the next one leans towards a short
step straight down. The damping is Nielsen's (1999, "Damping parameter in Marquardt's method").
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Annotated, ClassVar, NamedTuple

import numpy as np

from gd_studio.engine.arithmetic import number
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.full_batch import AbstractFullBatch
from gd_studio.settings import described

MOST_TRIES = 40
# An account makes no larger Jacobian: it is drawn while someone waits.
MOST_TOLD = 200_000
LEAST_DAMPING, MOST_DAMPING = 1e-12, 1e12

Damping = Annotated[
    float,
    described(
        "Damping",
        "How careful the first step is; later ones follow how well the last one went.",
        ge=0,
        le=1e6,
        scale="log",
        more=True,
    ),
]


class Fit(NamedTuple):
    """The parabola that fits the loss around theta.

    `step`: from a damping to a move (P,) and to two numbers a and b: a share s of that move
    promises to lower the loss by a s - b s². `bend` and `way`: the lowest eigenvalue, if it is
    below zero, and its direction (P,).
    """

    step: Callable[[float], tuple[Array, float, float]]
    bend: float
    way: Array


class AbstractDamped(AbstractFullBatch, frozen=True):
    """A method that trusts its parabola the more, the better it foretold the last step."""

    slots: ClassVar[tuple[str, ...]] = ("damping", "growth", "left to gain")
    most_parameters: ClassVar[int | None] = 1000
    damping: Damping = 1e-3

    def begin(self, memory: Array) -> None:
        memory[0], memory[1], memory[2] = self.damping, 2, 0

    def move(self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle) -> None:
        before = oracle.loss(theta)
        if not np.isfinite(before) or not np.isfinite(g).all():
            return
        try:
            self._descend(theta, g, rate, memory, oracle, before)
        except np.linalg.LinAlgError:
            return  # Curvatures too large to be numbers: no step can be had from them.

    def _descend(
        self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle, before: float
    ) -> None:
        """Move to where the loss is lower, if there is such a place."""
        fit, rounding = self.fit(theta, g, oracle), oracle.rounding(theta)
        for _ in range(MOST_TRIES):
            step, linear, square = fit.step(float(memory[0, 0]))
            there = theta + rate * step
            gain = before - oracle.loss(there)
            if linear - square <= rounding:
                if not _leave_saddle(fit, theta, g, oracle, before):
                    _refine(theta, there, gain, linear - square, rounding, memory)
                return
            memory[2] = 0
            promised = rate * linear - rate * rate * square
            if gain > 1e-4 * promised > 0:
                _accept(memory, gain / promised)
                theta[:] = there
                return
            _refuse(memory)
        _leave_saddle(fit, theta, g, oracle, before)

    def account(self, book: Account) -> None:
        move = book.move
        damping = book.before("damping")
        book.keep("damping", "μ", number(book.after("damping")), f"it was {damping.value:.3g}")
        if book.stays():
            return
        along = move.change / move.rate
        self._tell_equation(book, along)
        d = book.note("d", number(along[book.index]), "the way to the lowest place of the parabola")
        book.becomes(book.old + book.rate * d)

    def _tell_equation(self, book: Account, d: Array) -> None:
        """Write this parameter's row of (H + λI) d = -g, if d solves it."""
        oracle, g = book.move.oracle, book.move.g
        bent = None if oracle is None else self.bent(book.move.theta, d, oracle)
        if bent is None:
            return
        damped = -float(d @ (g + bent)) / float(d @ d)
        left = g + bent + damped * d
        if np.abs(left).max() > 1e-6 * max(float(np.abs(g).max()), 1e-300):
            return
        i = book.index
        of_d = book.note("(H·d)", number(bent[i]), "the curvature along d, at this parameter")
        damping = book.note("λ", number(damped), "the damping of this step")
        solved = book.g + of_d + damping * number(d[i], "d")
        book.note("slope left", solved, "nothing: d goes to where the parabola is level")

    @abstractmethod
    def bent(self, theta: Array, d: Array, oracle: Oracle) -> Array | None:
        """Return the curvature that the parabola has along d (P,), or None if it costs too much."""

    @abstractmethod
    def fit(self, theta: Array, g: Array, oracle: Oracle) -> Fit:
        """Return the parabola at theta. Raises LinAlgError where it has no numbers."""


class Newton(AbstractDamped, frozen=True, tag="newton"):
    """θ ← θ - η (H + λI)⁻¹ g with the Hessian H, damped (Levenberg 1944; Nielsen 1999).

    λ = μ·max|eigenvalue|, plus whatever lifts the lowest eigenvalue above zero, so that every
    step goes down, also off a saddle (Nocedal and Wright 2006, *Numerical Optimization*, 3.4 and
    4.3). μ follows the gain ratio. Where nothing has a slope but a direction bends down, it goes
    there. A kink (of ReLU) has no curvature for it.
    """

    title: ClassVar[str] = "Newton's method"
    needs_curvature: ClassVar[bool] = True

    def fit(self, theta: Array, g: Array, oracle: Oracle) -> Fit:
        values, vectors = np.linalg.eigh(_finite(oracle.hessian(theta)))
        along = g @ vectors
        top = float(np.abs(values).max()) or 1.0
        least = float(np.finfo(theta.dtype).eps) * theta.size
        lift = max(0.0, -float(values[0]))

        def step(damping: float) -> tuple[Array, float, float]:
            lifted = values + (lift + max(damping, least) * top)
            share = along / lifted
            return vectors @ -share, float(along @ share), float(values @ (share * share)) / 2

        bends = values[0] < -1e-6 * top
        return Fit(step, float(values[0]) if bends else 0.0, vectors[:, 0])

    def bent(self, theta: Array, d: Array, oracle: Oracle) -> Array | None:
        return oracle.hessian_product(theta, d)


class LevenbergMarquardt(AbstractDamped, frozen=True, tag="levenberg_marquardt"):
    """θ ← θ - η (JᵀJ + λI)⁻¹ Jᵀr for a loss ½ r·r with the Jacobian J of the residuals r.

    λ = μ·max(diagonal of JᵀJ) (Levenberg 1944, Marquardt 1963); μ follows the gain ratio (Nielsen
    1999). μ = 0 is the method of Gauss and Newton: for a linear model the exact solution in one
    step. Solved as least squares by an orthogonal decomposition of J with columns of length 1:
    JᵀJ, whose condition number is that of J squared, is never formed.
    """

    title: ClassVar[str] = "Levenberg–Marquardt"
    losses: ClassVar[tuple[str, ...] | None] = ("mse",)

    def fit(self, theta: Array, g: Array, oracle: Oracle) -> Fit:
        jacobian, residuals = _finite(oracle.jacobian(theta)), _finite(oracle.residuals(theta))
        lengths = np.sqrt((jacobian * jacobian).sum(axis=0))
        longest = float(lengths.max()) or 1.0
        lengths[lengths == 0] = longest  # a parameter that moves nothing
        turned, triangle = np.linalg.qr(jacobian / lengths)
        wanted = _finite(-(residuals @ turned))
        nothing = np.zeros(theta.size, theta.dtype)

        def step(damping: float) -> tuple[Array, float, float]:
            brake = np.diag(damping**0.5 * longest / lengths)
            damped = _finite(np.vstack([triangle, brake]))
            move = np.linalg.lstsq(damped, np.append(wanted, nothing), rcond=None)[0]
            done = triangle @ move
            return move / lengths, float(wanted @ done), float(done @ done) / 2

        return Fit(step, 0.0, nothing)

    def bent(self, theta: Array, d: Array, oracle: Oracle) -> Array | None:
        if oracle.residuals(theta).size * theta.size > MOST_TOLD:
            return None
        jacobian = oracle.jacobian(theta)
        bent: Array = (jacobian @ d) @ jacobian
        return bent


def _accept(memory: Array, ratio: float) -> None:
    """Damp less after a good step: μ ← μ · max(⅓, 1 - (2ρ - 1)³), and at once where ρ is 1."""
    share = 1e-3 if abs(ratio - 1) < 1e-3 else max(1 / 3, 1 - (2 * min(ratio, 2.0) - 1) ** 3)
    memory[0] *= share
    memory[1] = 2


def _refuse(memory: Array) -> None:
    """Damp more after a bad step, each time faster."""
    more = float(memory[0, 0]) * float(memory[1, 0])
    memory[0] = min(max(more, LEAST_DAMPING), MOST_DAMPING)
    memory[1] = min(2 * float(memory[1, 0]), MOST_DAMPING)


def _refine(
    theta: Array, there: Array, gain: float, left: float, rounding: float, memory: Array
) -> None:
    """Make a step too small for the loss to judge, if what is left to gain shrinks.

    Unlike the length of the gradient, that does not depend on the units of the parameters.
    """
    last = float(memory[2, 0])
    if gain >= -rounding and (last == 0 or left < last):
        memory[2] = left
        _accept(memory, 1.0)
        theta[:] = there


def _leave_saddle(fit: Fit, theta: Array, g: Array, oracle: Oracle, before: float) -> bool:
    """Move along the direction that bends down most; return whether there is one."""
    if fit.bend == 0:
        return False
    way = -fit.way if g @ fit.way > 0 else fit.way
    for halvings in range(MOST_TRIES):
        length = 0.5**halvings
        there = theta + length * way
        if oracle.loss(there) < before + fit.bend * length**2 / 10:
            theta[:] = there
            return True
    return False


def _finite(matrix: Array) -> Array:
    """Return the matrix, or raise LinAlgError, which LAPACK would do with words of its own."""
    if not np.isfinite(matrix).all():
        raise np.linalg.LinAlgError
    return matrix

