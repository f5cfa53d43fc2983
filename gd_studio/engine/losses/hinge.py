"""Hinge loss: what is right by a margin of 1 costs nothing, as in a support vector machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses.class_weights import ClassWeights, row_weights, weights_of
from gd_studio.engine.losses.loss import AbstractLoss, mean_of_outputs


class Hinge(AbstractLoss, frozen=True, tag="hinge"):
    """max(0, 1 - s·z), s = ±1 for the second or first of two classes (Cortes and Vapnik 1995).

    Three and more: the mean over the classes of max(0, 1 - z_true + z_other), with nothing for the
    true one (Crammer and Singer 2001; PyTorch's MultiMarginLoss). The slope at a kink is 0.
    With class weights w the mean over rows is Σ w·row loss / Σ w, as it is for cross-entropy.
    """

    title: ClassVar[str] = "Hinge"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)
    twice_differentiable: ClassVar[bool] = False
    class_weights: ClassWeights = "none"

    def for_classes(self, classes: Sequence[str], counts: Sequence[int]) -> AbstractLoss:
        weights = weights_of(self.class_weights, classes, counts)
        return msgspec.structs.replace(self, class_weights=weights)

    def rows(self, z: Array, y: Array) -> Array:
        result = mean_of_outputs(np.maximum(_shortfall(z, y), 0))
        weights = self.row_weights(y)
        return result if weights is None else result * weights

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.greater(_shortfall(z, y), 0, out)
        if z.shape[-2] == 1:
            np.multiply(out, 1 - 2 * y, out)
        else:
            np.subtract(out, y * out.sum(axis=-2, keepdims=True), out)
            np.divide(out, z.shape[-2], out)
        weights = self.row_weights(y)
        if weights is not None:
            np.multiply(out, weights, out)

    def curvature(self, z: Array, y: Array, v: Array) -> None:
        return None

    def row_weights(self, y: Array) -> Array | None:
        return row_weights(self.class_weights, y)


def _shortfall(z: Array, y: Array) -> Array:
    """Return how far each output (..., outputs, rows) is short of its margin; the true one's is 0.

    A number below 0 means more than enough. One logit is the true one and the other in one.
    """
    if z.shape[-2] == 1:
        binary: Array = 1 + (1 - 2 * y) * z
        return binary
    true = (z * y).sum(axis=-2, keepdims=True)
    result: Array = (1 - y) * (1 + z - true)
    return result
