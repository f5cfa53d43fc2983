"""Loss, gradient and curvature at any point of parameter space, for one set of rows.

The Hessian-vector product is exact: Pearlmutter 1994, "Fast exact multiplication by the Hessian",
which pushes a direction through the forward and the backward pass.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.layers import Layer
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.network import Network
from gd_studio.engine.penalties import Penalty


class BatchOracle:
    """Answers for the total loss over rows x (features + 1, rows), targets y (outputs, rows).

    `x`, `y` and `penalty` may be exchanged: the trainer points one oracle at batch after batch.
    """

    def __init__(
        self, network: Network, loss: AbstractLoss, penalty: Penalty, x: Array, y: Array
    ) -> None:
        self.network, self._loss, self.penalty = network, loss, penalty
        self.x, self.y = x, y
        self._is_weight = network.is_weight().astype(x.dtype)

    def loss(self, theta: Array) -> float:
        """Return the total loss at theta (P,)."""
        activations, _ = self._forward(theta)
        data = self._loss.rows(activations[-1], self.y).sum() / self._loss.total_weight(self.y)
        return float(data + self.penalty.value(theta, self._is_weight))

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (P,) of the total loss at theta."""
        activations, sums = self._forward(theta)
        gradient = np.empty_like(theta)
        for layer, a, delta in self._backward(theta, activations, sums):
            np.matmul(delta, a.T, layer.matrix(gradient))
        self.penalty.add_gradient(theta, self._is_weight, gradient)
        return gradient

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        """Return the Hessian of the total loss at theta, times a direction (P,).

        Where an activation or the loss has no second derivative, that term counts as zero.
        """
        activations, sums = self._forward(theta)
        pushed, pushed_sums = self._push(activations, sums, direction, theta)
        product = np.empty_like(theta)
        bend = self._loss.curvature(activations[-1], self.y, pushed[-1])
        pushed_delta = np.zeros_like(pushed[-1])
        if bend is not None:
            pushed_delta = bend / self._loss.total_weight(self.y)
        layers = self.network.layers
        backward = self._backward(theta, activations, sums)
        for i, (layer, a, delta) in zip(reversed(range(len(layers))), backward, strict=True):
            into = layer.matrix(product)
            np.matmul(pushed_delta, a.T, into)
            into += delta @ pushed[i].T
            if i > 0:
                pushed_delta = self._push_back(
                    theta, direction, i, delta, pushed_delta, sums, activations, pushed_sums
                )
        product += self.penalty.l2 * direction * self._is_weight
        return product

    def _forward(self, theta: Array) -> tuple[list[Array], list[Array]]:
        activations, sums = [self.x], []
        for layer in self.network.layers[:-1]:
            z = layer.matrix(theta) @ activations[-1]
            a = np.ones((z.shape[0] + 1, z.shape[1]), z.dtype)
            self.network.activation.value(z, a[:-1])
            sums.append(z)
            activations.append(a)
        activations.append(self.network.layers[-1].matrix(theta) @ activations[-1])
        return activations, sums

    def _backward(
        self, theta: Array, activations: list[Array], sums: list[Array]
    ) -> Iterator[tuple[Layer, Array, Array]]:
        """Yield (layer, its input activations, its delta) from the output to the input."""
        delta = np.empty_like(activations[-1])
        self._loss.slope(activations[-1], self.y, delta)
        delta /= self._loss.total_weight(self.y)
        layers = self.network.layers
        for i in reversed(range(len(layers))):
            yield layers[i], activations[i], delta
            if i > 0:
                slope = self._slope(sums[i - 1], activations[i])
                delta = (layers[i].matrix(theta)[:, :-1].T @ delta) * slope

    def _slope(self, z: Array, a: Array) -> Array:
        slope = np.empty_like(z)
        self.network.activation.slope(z, a[:-1], slope)
        return slope

    def _push(
        self, activations: list[Array], sums: list[Array], direction: Array, theta: Array
    ) -> tuple[list[Array], list[Array]]:
        """Push a direction through the forward pass: d(activation) and d(sum) along it."""
        pushed, pushed_sums = [np.zeros_like(self.x)], []
        for i, layer in enumerate(self.network.layers):
            moved = layer.matrix(direction) @ activations[i] + layer.matrix(theta) @ pushed[-1]
            if i < len(sums):
                pushed_sums.append(moved)
                unit = moved * self._slope(sums[i], activations[i + 1])
                moved = np.vstack([unit, np.zeros((1, unit.shape[1]), unit.dtype)])
            pushed.append(moved)
        return pushed, pushed_sums

    def _push_back(
        self,
        theta: Array,
        direction: Array,
        i: int,
        delta: Array,
        pushed_delta: Array,
        sums: list[Array],
        activations: list[Array],
        pushed_sums: list[Array],
    ) -> Array:
        layer = self.network.layers[i]
        z, a = sums[i - 1], activations[i]
        matrix, along = layer.matrix(theta)[:, :-1], layer.matrix(direction)[:, :-1]
        result = (along.T @ delta + matrix.T @ pushed_delta) * self._slope(z, a)
        bend = self.network.activation.curvature(z, a[:-1])
        if bend is not None:
            result += (matrix.T @ delta) * bend * pushed_sums[i - 1]
        pushed: Array = result
        return pushed
