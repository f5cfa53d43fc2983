"""Levenberg-Marquardt: for a sum of squares, the parabola follows from slopes alone."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gd_studio.engine.arithmetic import Term, number
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.damped import AbstractDamped, Fit, finite


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
        return Squares(finite(oracle.jacobian(theta)), finite(oracle.residuals(theta)))


class Squares(Fit):
    """The parabola ½ |r + J d|² of residuals r (N,) with their Jacobian (N, P), as Q R d = -r."""

    matrix: ClassVar[str] = "JᵀJ"

    def __init__(self, jacobian: Array, residuals: Array) -> None:
        self.jacobian = jacobian
        self.lengths = np.sqrt((jacobian * jacobian).sum(axis=0))
        self.longest = float(self.lengths.max()) or 1.0
        self.lengths[self.lengths == 0] = self.longest  # a parameter that moves nothing
        turned, self._triangle = np.linalg.qr(jacobian / self.lengths)
        self._wanted = finite(-(residuals @ turned))
        self.bend, self.way = 0.0, np.zeros(jacobian.shape[1], jacobian.dtype)

    def step(self, damping: float) -> tuple[Array, float, float]:
        brake = np.diag(damping**0.5 * self.longest / self.lengths)
        damped = finite(np.vstack([self._triangle, brake]))
        move = np.linalg.lstsq(damped, np.append(self._wanted, self.way), rcond=None)[0]
        done = self._triangle @ move
        return move / self.lengths, float(self._wanted @ done), float(done @ done) / 2

    def row(self, index: int) -> Array:
        row: Array = self.jacobian[:, index] @ self.jacobian
        return row

    def tell(self, book: Account, mu: Term, move: Array) -> tuple[Term, Term]:
        help = "the longest column of J: its square is the largest diagonal entry of JᵀJ"
        longest = book.note("longest", number(self.longest), help)
        damping = book.note("λ", mu * longest.squared(), "the damping of this step: λI is added")
        help = "the way to the lowest place of the parabola, solved for all parameters at once"
        return damping, book.note("d", number(move[book.index]), help)
