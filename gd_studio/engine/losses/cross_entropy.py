"""Cross-entropy, the usual loss of classes: how surprised the model is by the truth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses.class_weights import (
    ClassWeights,
    column,
    row_weights,
    weights_of,
)
from gd_studio.engine.losses.loss import AbstractLoss, inner, summed
from gd_studio.engine.losses.probabilities import probabilities, probability_slope
from gd_studio.settings import described


class CrossEntropy(AbstractLoss, frozen=True, dict=True, tag="cross_entropy"):
    """-Σ t·ln p over the classes, computed from logits z so that it never overflows.

    t = w·((1 - ε)y + ε/classes): the truth y, with label smoothing ε (Szegedy et al. 2016) and
    class weights w; plainly t = y. One logit z stands for two classes with logits (0, z); then
    -ln p of the second is max(-z, 0) + ln(1 + e^-|z|). More: -ln p = logsumexp(z) - z.
    The mean over rows is Σ row losses / Σ w of the rows' classes, as PyTorch's CrossEntropyLoss.
    (Goodfellow, Bengio, Courville 2016, *Deep Learning*, section 6.2.2.)
    """

    title: ClassVar[str] = "Cross-entropy"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)
    label_smoothing: Annotated[
        float,
        described(
            "Label smoothing",
            "The share of the truth that is spread over all classes: the model grows less sure.",
            ge=0,
            lt=1,
            more=True,
        ),
    ] = 0.0
    class_weights: ClassWeights = "none"

    @cached_property
    def plain(self) -> bool:
        """Whether the loss of a row is just -ln(probability given to the truth)."""
        return self.label_smoothing == 0 and self.class_weights == "none"

    def for_classes(self, classes: Sequence[str], counts: Sequence[int]) -> AbstractLoss:
        weights = weights_of(self.class_weights, classes, counts)
        return msgspec.structs.replace(self, class_weights=weights)

    def rows(self, z: Array, y: Array) -> Array:
        t, all_t = self._wanted(y)
        if z.shape[-2] == 1:
            both = np.log1p(np.exp(-np.abs(z)))
            binary = all_t * both + (all_t - t) * np.maximum(z, 0) + t * np.maximum(-z, 0)
            one: Array = binary[..., 0, :]
            return one
        shifted = z - z.max(axis=-2, keepdims=True)
        spread = np.log(np.exp(shifted).sum(axis=-2, keepdims=True))
        result: Array = (all_t * spread)[..., 0, :] - (shifted * t).sum(axis=-2)
        return result

    def slope(self, z: Array, y: Array, out: Array) -> None:
        t, all_t = self._wanted(y)
        probabilities(z, out)
        np.multiply(out, all_t, out)
        np.subtract(out, t, out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        p = np.empty_like(z)
        probabilities(z, p)
        result: Array = self._wanted(y)[1] * probability_slope(p, v)
        return result

    def row_weights(self, y: Array) -> Array | None:
        return row_weights(self.class_weights, y)

    def mean(self, z: Array, y: Array, room: Array) -> Any:
        if not self.plain:
            return super().mean(z, y, room)
        outputs, rows = y.shape
        return (_sum_of_one if outputs == 1 else _sum_of_many)(z, y, room) / rows

    def slope_after(self, z: Array, y: Array, room: Array, out: Array) -> None:
        if not self.plain:
            self.slope(z, y, out)
        elif z.shape[-2] == 1:
            np.exp(room, out)
            np.subtract(out, y, out)
        else:
            np.subtract(room, y, out)

    def _wanted(self, y: Array) -> tuple[Array, Array | float]:
        """Return t (outputs, rows), and its sum over the classes (1, rows) or 1."""
        if self.plain:
            return y, 1.0
        weights, smoothing = column(self.class_weights, y), self.label_smoothing
        if y.shape[-2] == 1:
            t = weights[1] * ((1 - smoothing) * y + smoothing / 2)
            return t, t + weights[0] * ((1 - smoothing) * (1 - y) + smoothing / 2)
        t = weights * ((1 - smoothing) * y + smoothing / len(weights))
        return t, t.sum(axis=-2, keepdims=True)


def _sum_of_one(z: Array, y: Array, room: Array) -> Any:
    """Return the summed loss of one logit; `room` keeps ln p of the second class.

    The row loss is ln(e^-zy + e^(z - zy)), in which nothing large cancels for a y of 0 or 1.
    """
    chosen = z * y
    np.subtract(z, chosen, room)
    np.negative(chosen, chosen)
    np.logaddexp(chosen, room, chosen)
    np.subtract(room, chosen, room)
    return summed(chosen)


def _sum_of_many(z: Array, y: Array, room: Array) -> Any:
    """Return the summed loss of many logits; `room` keeps the probabilities."""
    np.subtract(z, np.maximum.reduce(z, axis=-2, keepdims=True), room)
    chosen = inner(room, y)
    np.exp(room, room)
    sums = np.add.reduce(room, axis=-2, keepdims=True)
    np.divide(room, sums, room)
    return summed(np.log(sums)) - chosen
