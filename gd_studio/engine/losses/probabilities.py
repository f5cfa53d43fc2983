"""From logits to probabilities, and squared error on them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from gd_studio.engine.activations import sigmoid
from gd_studio.engine.arrays import Array
from gd_studio.engine.losses.loss import AbstractLoss, mean_of_outputs


class SquaredProbabilityError(AbstractLoss, frozen=True, tag="mse_of_probabilities"):
    """(p - y)² on probabilities (Brier 1950): what squared error means for classes."""

    title: ClassVar[str] = "Squared error"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)
    least_squares: ClassVar[bool] = True

    def rows(self, z: Array, y: Array) -> Array:
        error = _probabilities_of(z) - y
        return mean_of_outputs(error * error)

    def slope(self, z: Array, y: Array, out: Array) -> None:
        p = _probabilities_of(z)
        np.copyto(out, probability_slope(p, (p - y) * (2.0 / z.shape[-2])))

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        p = _probabilities_of(z)
        pull = (p - y) * (2.0 / z.shape[-2])
        moved = probability_slope(p, v)
        through = probability_slope(p, moved * (2.0 / z.shape[-2]))
        if z.shape[-2] == 1:
            binary: Array = through + moved * (1 - 2 * p) * pull
            return binary
        mean = (p * pull).sum(axis=-2, keepdims=True)
        bend = moved * (pull - mean) - p * (moved * pull).sum(axis=-2, keepdims=True)
        result: Array = through + bend
        return result

    def errors(self, z: Array, y: Array) -> Array:
        errors: Array = _probabilities_of(z) - y
        return errors

    def errors_product(self, z: Array, v: Array) -> Array:
        return probability_slope(_probabilities_of(z), v)


def probabilities(z: Array, out: Array) -> None:
    """Write the class probabilities of logits z (..., outputs, rows) into `out`.

    One logit: sigmoid, the probability of the second class. More: softmax.
    """
    if z.shape[-2] == 1:
        sigmoid(z, out)
        return
    np.subtract(z, z.max(axis=-2, keepdims=True), out)
    np.exp(out, out)
    np.divide(out, out.sum(axis=-2, keepdims=True), out)


def probability_slope(p: Array, v: Array) -> Array:
    """Return (dp/dz) v for probabilities p: p(1 - p)v for one logit, p(v - p·v) for softmax."""
    if p.shape[-2] == 1:
        scaled: Array = p * (1 - p) * v
        return scaled
    result: Array = p * (v - (p * v).sum(axis=-2, keepdims=True))
    return result


def _probabilities_of(z: Array) -> Array:
    p = np.empty_like(z)
    probabilities(z, p)
    return p
