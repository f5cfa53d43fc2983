"""Newton's method: to the bottom of the parabola that has the loss's own slope and curvature."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gd_studio.engine.arithmetic import Term, largest, number, total
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.damped import AbstractDamped, Fit, finite


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
        return Bowl(finite(oracle.hessian(theta)), g)


class Bowl(Fit):
    """The parabola with Hessian (P, P) and gradient g (P,), taken apart into its eigenvectors."""

    matrix: ClassVar[str] = "H"

    def __init__(self, hessian: Array, g: Array) -> None:
        self.hessian = hessian
        self.values, self.vectors = np.linalg.eigh(hessian)
        self.along = g @ self.vectors
        self.top = float(np.abs(self.values).max()) or 1.0
        self.least = float(np.finfo(g.dtype).eps) * g.size
        self.lift = max(0.0, -float(self.values[0]))
        bends = self.values[0] < -1e-6 * self.top
        self.bend, self.way = float(self.values[0]) if bends else 0.0, self.vectors[:, 0]

    def step(self, damping: float) -> tuple[Array, float, float]:
        lifted = self.values + (self.lift + max(damping, self.least) * self.top)
        share = self.along / lifted
        square = float(self.values @ (share * share)) / 2
        return self.vectors @ -share, float(self.along @ share), square

    def row(self, index: int) -> Array:
        row: Array = self.hessian[index]
        return row

    def tell(self, book: Account, mu: Term, move: Array) -> tuple[Term, Term]:
        """Write λ, and the direction as the sum over the eigenvectors v with eigenvalues e."""
        top = book.note("max |e|", number(self.top), "the largest curvature, whatever its sign")
        help = "what lifts the lowest curvature to 0, if it is below"
        lift = book.note("lift", largest(0.0, -number(self.values[0], "e lowest")), help)
        lifted = lift + largest(mu, number(self.least, "least")) * top
        damping = book.note("λ", lifted, "the damping of this step: added to every curvature")
        modes = [
            number(-along, "−g·v") / (number(e, "e") + damping) * number(v, "v")
            for along, e, v in zip(self.along, self.values, self.vectors[book.index], strict=True)
        ]
        help = "the way to the lowest place of the parabola, along every eigenvector v"
        return damping, book.note("d", total(modes), help, float(move[book.index]))
