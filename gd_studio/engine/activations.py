"""Activations: the bend between two layers; without one, a deep network is one straight line.

Each gives its value, its slope (first derivative) and its curvature (second derivative, or None
where it has none). `z` is the sum that enters the neuron, `a` the activation that leaves it;
all arrays have the same shape, and `out` receives the result. To add one: a class, and a row
in `ACTIVATIONS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from gd_studio.engine.arrays import Array


class Activation(ABC):
    """A function applied to each neuron's sum."""

    title: ClassVar[str]
    symbol: ClassVar[str]

    @abstractmethod
    def value(self, z: Array, out: Array) -> None:
        """Write f(z) into `out`."""

    @abstractmethod
    def slope(self, z: Array, a: Array, out: Array) -> None:
        """Write f'(z) into `out`; `a` is f(z), which often gives it for free."""

    def curvature(self, z: Array, a: Array) -> Array | None:
        """Return f''(z), or None where f is not twice differentiable."""
        return None


class Identity(Activation):
    """f(z) = z. A network of these is a linear model."""

    title = "identity"
    symbol = ""

    def value(self, z: Array, out: Array) -> None:
        np.copyto(out, z)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        out.fill(1)

    def curvature(self, z: Array, a: Array) -> Array:
        return np.zeros_like(z)


class Tanh(Activation):
    """f(z) = tanh z, between -1 and 1; slope 1 - a², curvature -2a(1 - a²)."""

    title = "tanh"
    symbol = "tanh"

    def value(self, z: Array, out: Array) -> None:
        np.tanh(z, out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.multiply(a, a, out)
        np.subtract(1, out, out)

    def curvature(self, z: Array, a: Array) -> Array:
        result: Array = -2 * a * (1 - a * a)
        return result


class Relu(Activation):
    """f(z) = max(0, z) (Nair and Hinton 2010); the slope at 0 is taken as 0."""

    title = "ReLU"
    symbol = "relu"

    def value(self, z: Array, out: Array) -> None:
        np.maximum(z, 0, out=out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.greater(z, 0, out)


class LeakyRelu(Activation):
    """f(z) = z for z > 0, else 0.01 z (Maas et al. 2013): a dead neuron still learns a little."""

    title = "leaky ReLU"
    symbol = "leaky"
    leak: ClassVar[float] = 0.01

    def value(self, z: Array, out: Array) -> None:
        np.multiply(z, self.leak, out)
        np.maximum(z, out, out=out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.greater(z, 0, out)
        np.maximum(out, self.leak, out=out)


class Sigmoid(Activation):
    """f(z) = 1 / (1 + e⁻ᶻ), between 0 and 1; slope a(1 - a), curvature a(1 - a)(1 - 2a)."""

    title = "sigmoid"
    symbol = "σ"

    def value(self, z: Array, out: Array) -> None:
        sigmoid(z, out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.subtract(1, a, out)
        np.multiply(out, a, out)

    def curvature(self, z: Array, a: Array) -> Array:
        result: Array = a * (1 - a) * (1 - 2 * a)
        return result


def sigmoid(z: Array, out: Array) -> None:
    """Write 1 / (1 + e⁻ᶻ) into `out`; exact to rounding even where e⁻ᶻ overflows."""
    with np.errstate(over="ignore"):
        np.negative(z, out)
        np.exp(out, out)
        np.add(out, 1, out)
        np.reciprocal(out, out)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Identity(),
    "tanh": Tanh(),
    "relu": Relu(),
    "leaky_relu": LeakyRelu(),
    "sigmoid": Sigmoid(),
}
