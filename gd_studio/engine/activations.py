"""Activations: the bend between two layers; without one, a deep network is one straight line.

Each gives its value, its slope (first derivative) and its curvature (second derivative, or None
where it has none). `z` is the sum that enters the neuron, `a` the activation that leaves it;
all arrays have the same shape, and `out` receives the result. Formulas and constants are PyTorch's.
To add one: a class, and a row in `ACTIVATIONS`.

Every finite z gives finite numbers. On the way e⁻ᶻ or z² may overflow to infinity, from which the
right limit follows; callers ignore numpy's warning of that, as the training loop does for a whole
run, because to do so here costs as much as the formula itself.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from gd_studio.engine.arrays import ONE, Array
from gd_studio.engine.erf import erf


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
    value = staticmethod(np.tanh)  # type: ignore[assignment]  # itself: one call less

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.square(a, out)
        np.subtract(ONE[out.dtype], out, out)

    def curvature(self, z: Array, a: Array) -> Array:
        result: Array = -2 * a * (1 - a * a)
        return result


class Relu(Activation):
    """f(z) = max(0, z) (Nair and Hinton 2010); the slope at 0 is taken as 0."""

    title = "ReLU"
    symbol = "relu"

    def value(self, z: Array, out: Array) -> None:
        np.maximum(z, 0.0, out=out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.sign(a, out)


class LeakyRelu(Activation):
    """f(z) = z for z > 0, else 0.01 z (Maas et al. 2013): a dead neuron still learns a little."""

    title = "leaky ReLU"
    symbol = "leaky"
    leak: ClassVar[float] = 0.01

    def value(self, z: Array, out: Array) -> None:
        np.multiply(z, self.leak, out)
        np.maximum(z, out, out=out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.sign(z, out)
        np.maximum(out, self.leak, out=out)


class Elu(Activation):
    """f(z) = z for z > 0, else eᶻ - 1 (Clevert et al. 2016); slope eᶻ on the left, 1 at 0."""

    title = "ELU"
    symbol = "elu"

    def value(self, z: Array, out: Array) -> None:
        np.minimum(z, 0.0, out=out)
        np.expm1(out, out)
        np.maximum(out, z, out=out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.minimum(z, 0.0, out=out)
        np.exp(out, out)

    def curvature(self, z: Array, a: Array) -> Array:
        result: Array = np.exp(np.minimum(z, 0.0)) * (z < 0)
        return result


class Gelu(Activation):
    """f(z) = z·Φ(z), Φ the normal distribution (Hendrycks and Gimpel 2016), no approximation.

    Φ(z) = ½(1 + erf(z/√2)) and φ(z) = exp(-½z²)/√(2π); slope Φ + zφ, curvature φ(2 - z²).
    """

    title = "GELU"
    symbol = "gelu"

    def value(self, z: Array, out: Array) -> None:
        np.multiply(z, math.sqrt(0.5), out)
        erf(out, out)
        np.multiply(out, 0.5, out)
        np.add(out, 0.5, out)
        np.multiply(out, z, out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        bell = z * z
        np.multiply(bell, -0.5, bell)
        np.exp(bell, bell)
        np.multiply(bell, z, bell)
        np.multiply(bell, 1 / math.sqrt(2 * math.pi), bell)
        # a/z is Φ again, without a second error function.
        out.fill(0.5)
        np.divide(a, z, out, where=z != 0.0)
        np.add(out, bell, out)

    def curvature(self, z: Array, a: Array) -> Array:
        near = np.clip(z, -40.0, 40.0)  # Beyond, φ is 0, and z² would be infinite: 0·∞.
        square = near * near
        result: Array = np.exp(-0.5 * square) * (2 - square) / math.sqrt(2 * math.pi)
        return result


class Silu(Activation):
    """f(z) = z·σ(z), also called swish (Elfwing et al. 2018; Ramachandran et al. 2017).

    Slope σ + a(1 - σ), curvature σ(1 - σ)(2 + z(1 - 2σ)).
    """

    title = "SiLU"
    symbol = "silu"

    def value(self, z: Array, out: Array) -> None:
        sigmoid(z, out)
        np.multiply(out, z, out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        sigmoid(z, out)
        rest = np.subtract(1.0, out)
        np.multiply(rest, a, rest)
        np.add(out, rest, out)

    def curvature(self, z: Array, a: Array) -> Array:
        s = np.empty_like(z)
        sigmoid(z, s)
        result: Array = s * (1 - s) * (2 + z * (1 - 2 * s))
        return result


class Softplus(Activation):
    """f(z) = ln(1 + eᶻ), a rounded ReLU (Dugas et al. 2001); slope σ(z) = 1 - e⁻ᵃ.

    PyTorch leaves out the curve's last 2e-9 above z = 20; here it is kept.
    """

    title = "softplus"
    symbol = "softplus"

    def value(self, z: Array, out: Array) -> None:
        # Above 80 the value is z to the last digit, and eᶻ would soon overflow in float32.
        np.minimum(z, 80.0, out=out)
        np.exp(out, out)
        np.log1p(out, out)
        np.maximum(out, z, out=out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.negative(a, out)
        np.expm1(out, out)
        np.negative(out, out)

    def curvature(self, z: Array, a: Array) -> Array:
        s = -np.expm1(-a)
        result: Array = s * (1 - s)
        return result


class Sigmoid(Activation):
    """f(z) = 1 / (1 + e⁻ᶻ), between 0 and 1; slope a(1 - a), curvature a(1 - a)(1 - 2a)."""

    title = "sigmoid"
    symbol = "σ"

    def value(self, z: Array, out: Array) -> None:
        sigmoid(z, out)

    def slope(self, z: Array, a: Array, out: Array) -> None:
        np.subtract(ONE[a.dtype], a, out)
        np.multiply(out, a, out)

    def curvature(self, z: Array, a: Array) -> Array:
        result: Array = a * (1 - a) * (1 - 2 * a)
        return result


def sigmoid(z: Array, out: Array) -> None:
    """Write 1 / (1 + e⁻ᶻ) into `out`; exact to rounding even where e⁻ᶻ overflows (to 1/∞ = 0)."""
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)


ACTIVATIONS: dict[str, Activation] = {
    "identity": Identity(),
    "tanh": Tanh(),
    "relu": Relu(),
    "leaky_relu": LeakyRelu(),
    "elu": Elu(),
    "gelu": Gelu(),
    "silu": Silu(),
    "softplus": Softplus(),
    "sigmoid": Sigmoid(),
}
