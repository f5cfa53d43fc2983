"""Loss, gradient and curvature at any point of parameter space, for one set of rows.

All of them are exact, none is a difference quotient. The total loss is the mean loss of the rows
plus the penalty.
"""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.network import Network
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.point import Point
from gd_studio.errors import GDStudioError


class BatchOracle:
    """Answers for the total loss over rows x (features + 1, rows), targets y (outputs, rows).

    The trainer has one oracle look at batch after batch, under a `penalty` that may be exchanged.
    The last point asked about is kept, so that asking on about the same theta is cheap.
    """

    def __init__(
        self, network: Network, loss: AbstractLoss, penalty: Penalty, x: Array, y: Array
    ) -> None:
        self.network, self._loss, self.penalty = network, loss, penalty
        self.x, self.y = x, y
        self._point: Point | None = None
        self._is_weight = network.is_weight().astype(x.dtype)

    def look_at(self, x: Array, y: Array) -> None:
        """Answer for other rows from now on, or for the same after they changed in place."""
        self.x, self.y, self._point = x, y, None

    def at(self, theta: Array) -> Point:
        """Return the data term at theta (P,), without the penalty; the same one while asked."""
        point = self._point
        if point is None or not np.array_equal(point.theta, theta):
            point = self._point = Point(self.network, self._loss, theta, self.x, self.y)
        return point

    def loss(self, theta: Array) -> float:
        """Return the total loss at theta (P,)."""
        return self.at(theta).loss + float(self.penalty.value(theta, self._is_weight))

    def rounding(self, theta: Array) -> float:
        """Return by how much rounding alone may change `loss`: smaller differences mean nothing."""
        epsilon = float(np.finfo(theta.dtype).eps)
        return 2 * epsilon * (abs(self.loss(theta)) + self.at(theta).sway)

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (P,) of the total loss at theta."""
        gradient = self.at(theta).gradient.copy()
        self.penalty.add_gradient(theta, self._is_weight, gradient)
        return gradient

    # --- second derivatives -------------------------------------------------------------------

    @property
    def twice_differentiable(self) -> bool:
        """Whether the total loss has a second derivative everywhere.

        Not so with kinks: those of ReLU in a hidden layer, of an absolute error, of the L1
        penalty. What follows then counts the second derivative of the kinked part as zero, which
        it is on either side.
        """
        hidden = len(self.network.layers) > 1
        one = np.ones((1, 1))
        bent = not hidden or self.network.activation.curvature(one, one) is not None
        return bent and self._loss.twice_differentiable and self.penalty.l1 == 0

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        """Return the Hessian of the total loss at theta (P,), times a direction (P,).

        Directions (K, P) give K products, in the same shape. One costs about two gradients.
        """
        product = self.at(theta).hessian_product(direction)
        if self.penalty.l2 > 0:
            product += self.penalty.l2 * direction * self._is_weight
        return product

    def hessian(self, theta: Array) -> Array:
        """Return the Hessian (P, P) of the total loss at theta, for small models."""
        hessian = self.at(theta).hessian()
        hessian[np.diag_indices_from(hessian)] += self.penalty.l2 * self._is_weight
        return hessian

    # --- least squares ------------------------------------------------------------------------

    @property
    def least_squares(self) -> bool:
        """Whether the total loss is a sum of squares: a squared error, without L1 penalty."""
        return self._loss.least_squares and self.penalty.l1 == 0

    def residuals(self, theta: Array) -> Array:
        """Return r (N,) such that the total loss is exactly ½ r·r.

        First come √(2 / (outputs · rows)) times the errors ŷ - y, output by output; with an L2
        penalty then √l2 · w for each weight. Raises GDStudioError for other losses.
        """
        self._refuse_other_losses()
        point = self.at(theta)
        data = point.errors() * math.sqrt(2 / point.outputs.size)
        if self.penalty.l2 == 0:
            return data
        shrink = theta[self._is_weight > 0] * math.sqrt(self.penalty.l2)
        return np.concatenate([data, shrink])

    def jacobian(self, theta: Array) -> Array:
        """Return J (N, P), the derivative of `residuals`: the gradient is Jᵀr.

        JᵀJ is the Gauss-Newton approximation of the Hessian, exact where r is linear in theta.
        """
        self._refuse_other_losses()
        point = self.at(theta)
        data = point.errors_jacobian()
        data *= math.sqrt(2 / point.outputs.size)
        if self.penalty.l2 == 0:
            return data
        shrink = np.eye(theta.size, dtype=theta.dtype)[self._is_weight > 0]
        return np.vstack([data, shrink * math.sqrt(self.penalty.l2)])

    def _refuse_other_losses(self) -> None:
        if not self.least_squares:
            raise GDStudioError(
                f"Only a sum of squares has residuals, and {self._loss.title.lower()} with this "
                "penalty is none; choose squared error, and no L1 penalty."
            )
