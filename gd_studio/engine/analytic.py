"""A landscape f(x, y) where a network would stand: the same loop descends it, without any data.

Its two parameters are x and y, its one output is the height f(x, y), and the loss is that height.
Gradient and Hessian are the formula's own derivatives, computed exactly.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.differentiation import derivative
from gd_studio.engine.expressions import X, Y
from gd_studio.engine.formulas import read_formula
from gd_studio.engine.layers import Layer
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.optimizers import Oracle
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.program import Program

NAMES = ("x", "y")


class Height(AbstractLoss, frozen=True, tag="height"):
    """f(x, y) itself, as it is: lower is better, and below zero is no mistake."""

    title: ClassVar[str] = "Height"
    tasks: ClassVar[tuple[str, ...]] = ("landscape",)

    def rows(self, z: Array, y: Array) -> Array:
        height: Array = z[..., 0, :]
        return height

    def slope(self, z: Array, y: Array, out: Array) -> None:
        out.fill(1)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        return np.zeros_like(v)


class Landscape:
    """f(x, y) by its formula. Raises FormulaError, with position and reason, for a wrong one.

    Parameters are (2,), or (K, 2) for K points at once; a "row" has no features and stands for
    nothing but one look at the height.
    """

    size, inputs, outputs = 2, 0, 1
    sizes = (0, 1)
    layers: tuple[Layer, ...] = ()

    def __init__(self, formula: str) -> None:
        self.formula = formula
        height = read_formula(formula)
        by_x, by_y = derivative(height, X), derivative(height, Y)
        self.height = Program(height)
        self.slopes = Program(by_x, by_y)
        self.bends = Program(derivative(by_x, X), derivative(by_x, Y), derivative(by_y, Y))

    def weights(self, theta: Array) -> dict[str, Array]:
        """Return views {"x": (), "y": ()} of parameters (2,)."""
        return {name: theta[i : i + 1].reshape(()) for i, name in enumerate(NAMES)}

    def parameter_name(self, index: int) -> str:
        """Return x or y."""
        return NAMES[index]

    def parameter_index(self, name: str) -> int:
        """Return the index of a parameter's name. Raises KeyError if there is none."""
        if name not in NAMES:
            raise KeyError(name)
        return NAMES.index(name)

    def is_weight(self) -> Array:
        """Return a mask (2,) of zeros: a place has no price, so penalties do not touch it."""
        return np.zeros(self.size)

    def bind(
        self, theta: Array, gradient: Array | None, batch: int, masked: bool = False
    ) -> LandscapePass:
        """Return this landscape at parameters (2,) or (K, 2); it has no layer to mask."""
        return LandscapePass(self, theta, gradient, batch)

    def oracle(
        self, loss: AbstractLoss, penalty: Penalty, x: Array, y: Array
    ) -> LandscapeOracle:
        """Return what answers for height, gradient and Hessian at any point."""
        return LandscapeOracle(self, penalty, x, y)


class LandscapePass:
    """Height and gradient at parameters that change in place; see `network.Pass`."""

    def __init__(
        self, landscape: Landscape, theta: Array, gradient: Array | None, batch: int
    ) -> None:
        self._landscape, self._gradient = landscape, gradient
        self._x, self._y = theta[..., :1], theta[..., 1:]
        shape = (*theta.shape[:-1], 1, batch)
        self.sums = [np.empty(shape, theta.dtype)]
        self.deltas = [np.empty(shape, theta.dtype)]
        self.units: list[Array] = []
        self.masks: list[Array] = []
        self.room = np.empty(shape, theta.dtype)
        self.share = np.array(1.0 / batch, theta.dtype)

    def forward(self, x: Array) -> Array:
        """Guess: return the height (..., 1, batch), the same for every row of the batch."""
        height = self._landscape.height(self._x, self._y)[0]
        np.copyto(self.sums[-1], height[..., None])
        return self.sums[-1]

    def backward(self, x: Array) -> None:
        """Turn `deltas[-1]` = dL/d(height) into the gradient, by the chain rule."""
        pull = self.deltas[-1].sum(axis=(-2, -1))
        by_x, by_y = self._landscape.slopes(self._x, self._y)
        assert self._gradient is not None
        np.multiply(by_x[..., 0], pull, self._gradient[..., 0])
        np.multiply(by_y[..., 0], pull, self._gradient[..., 1])


class LandscapeOracle(Oracle):
    """Height, gradient and Hessian-vector product at any point (2,); no penalty ever applies."""

    def __init__(self, landscape: Landscape, penalty: Penalty, x: Array, y: Array) -> None:
        self._landscape = landscape
        self.x, self.y, self.penalty = x, y, penalty

    def look_at(self, x: Array, y: Array) -> None:
        """Take other rows, on which the height does not depend."""
        self.x, self.y = x, y

    def loss(self, theta: Array) -> float:
        """Return the height at theta."""
        return float(self._landscape.height(theta[:1], theta[1:])[0][0])

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (2,) at theta."""
        return np.concatenate(self._landscape.slopes(theta[:1], theta[1:]))

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        """Return the Hessian at theta, times a direction (2,)."""
        xx, xy, yy = self._landscape.bends(theta[:1], theta[1:])
        a, b = direction[:1], direction[1:]
        with np.errstate(all="ignore"):
            return np.concatenate([xx * a + xy * b, xy * a + yy * b])
