"""One point of parameter space: the rows pushed through the network once, then asked at will.

What is expensive (the forward pass, the backward pass, the slopes of the neurons) is made when it
is first needed and kept, so that a hundred Hessian-vector products here share one of each.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.network import Network, transposed

# Sums of all directions pushed at once: more than this leave the cache and take twice as long.
SUMS_AT_ONCE = 10_000


class Point:
    """The data term at theta (P,), on rows x (features + 1, rows) and targets y (outputs, rows)."""

    def __init__(
        self, network: Network, loss: AbstractLoss, theta: Array, x: Array, y: Array
    ) -> None:
        self.theta = theta.copy()
        self._network, self._loss, self._x, self._y = network, loss, x, y
        self._weight = loss.total_weight(y)
        self._gradient = np.empty_like(self.theta)
        self._pass = network.bind(self.theta, self._gradient, x.shape[1])
        self.outputs: Array = self._pass.forward(x)
        self._inputs = [x, *self._pass.activations]
        # Transposed weights without the bias, as the way back needs them.
        self._backs = [transposed(layer.matrix(self.theta)[:, :-1]) for layer in network.layers]

    @cached_property
    def loss(self) -> float:
        """The mean loss of the rows."""
        return float(self._loss.rows(self.outputs, self._y).sum()) / self._weight

    @property
    def sway(self) -> float:
        """How far the loss moves, at most, when every product that is summed changes by itself.

        Times the precision of a number, that is what rounding in the forward pass may do to it.
        """
        _, deltas = self._backward
        layers = zip(self._network.layers, self._inputs, deltas, strict=True)
        return sum(
            float((np.abs(delta) * (np.abs(layer.matrix(self.theta)) @ np.abs(a))).sum())
            for layer, a, delta in layers
        )

    @property
    def gradient(self) -> Array:
        """The gradient (P,) of the mean loss."""
        return self._backward[0]

    def hessian_product(self, directions: Array) -> Array:
        """Return the Hessian of the mean loss times directions (..., P), in the same shape.

        Exact (Pearlmutter 1994, "Fast exact multiplication by the Hessian"): each direction is
        pushed through the forward and the backward pass. Where an activation or the loss has no
        second derivative, that term counts as zero.
        """
        along = [layer.matrix(directions) for layer in self._network.layers]
        moved_sums, moved_units = self._push(along)
        _, deltas = self._backward
        result = np.empty_like(directions)
        bend = self._loss.curvature(self.outputs, self._y, moved_sums[-1])
        delta = np.zeros_like(moved_sums[-1]) if bend is None else bend / self._weight
        for i in reversed(range(len(along))):
            into = self._network.layers[i].matrix(result)
            np.matmul(delta, self._inputs[i].T, into)
            if i > 0:
                into[..., :-1] += deltas[i] @ transposed(moved_units[i - 1])
                turned = transposed(along[i][..., :-1])
                delta = turned @ deltas[i] + self._backs[i] @ delta
                delta *= self._slopes[i - 1]
                bent = self._bends[i - 1]
                if bent is not None:
                    delta += bent * moved_sums[i - 1]
        return result

    def hessian(self) -> Array:
        """Return the Hessian (P, P) of the mean loss, symmetric to the last bit."""
        size = self.theta.size
        result = np.empty((size, size), self.theta.dtype)
        together = max(1, SUMS_AT_ONCE // (sum(self._network.sizes[1:]) * self._x.shape[1]))
        for first in range(0, size, together):
            count = min(together, size - first)
            units = np.eye(count, size, first, dtype=self.theta.dtype)
            result[first : first + count] = self.hessian_product(units)
        symmetric: Array = (result + result.T) / 2
        return symmetric

    def errors(self) -> Array:
        """Return what a least-squares loss squares (outputs · rows,), output by output."""
        return self._loss.errors(self.outputs, self._y).ravel()

    def errors_jacobian(self) -> Array:
        """Return the derivative (outputs · rows, P) of `errors` with respect to theta."""
        outputs, rows = self.outputs.shape
        one_each = np.zeros((outputs, outputs, rows), self.theta.dtype)
        one_each[np.arange(outputs), np.arange(outputs)] = 1
        delta = self._loss.errors_product(self.outputs, one_each)
        result = np.empty((outputs, rows, self.theta.size), self.theta.dtype)
        for i in reversed(range(len(self._network.layers))):
            into = self._network.layers[i].matrix(result)
            np.einsum("kor,ir->kroi", delta, self._inputs[i], out=into)
            if i > 0:
                delta = (self._backs[i] @ delta) * self._slopes[i - 1]
        return result.reshape(outputs * rows, -1)

    @cached_property
    def _backward(self) -> tuple[Array, list[Array]]:
        """The gradient, and the derivative of the mean loss with respect to each layer's sums."""
        deltas = self._pass.deltas
        self._loss.slope(self.outputs, self._y, deltas[-1])
        deltas[-1] /= self._weight
        self._pass.backward(self._x)
        return self._gradient, deltas

    @cached_property
    def _slopes(self) -> list[Array]:
        """f'(z) of each hidden layer."""
        slopes = []
        for z, a in zip(self._pass.sums, self._pass.units, strict=False):
            slope = np.empty_like(z)
            self._network.activation.slope(z, a, slope)
            slopes.append(slope)
        return slopes

    @cached_property
    def _bends(self) -> list[Array | None]:
        """f''(z) of each hidden layer times what the layer behind asks of it."""
        _, deltas = self._backward
        bends: list[Array | None] = []
        for i, (z, a) in enumerate(zip(self._pass.sums, self._pass.units, strict=False)):
            bend = self._network.activation.curvature(z, a)
            asked = self._backs[i + 1] @ deltas[i + 1]
            bends.append(None if bend is None else bend * asked)
        return bends

    def _push(self, along: list[Array]) -> tuple[list[Array], list[Array]]:
        """Push directions forward: the derivative along them of each layer's sums and units."""
        sums: list[Array] = []
        units: list[Array] = []
        for i, matrix in enumerate(along):
            moved = matrix @ self._inputs[i]
            if units:
                moved += transposed(self._backs[i]) @ units[-1]
            sums.append(moved)
            if i < len(self._slopes):
                units.append(moved * self._slopes[i])
        return sums, units
