"""Loss functions: one number that says how wrong a guess is.

For outputs z (..., outputs, rows) and targets y (outputs, rows) a loss gives `rows`, the loss of
each row; `slope`, its derivative by the outputs; and `curvature`, the second derivative times a
direction v (None where there is none). The batch loss is the mean over rows, which for MSE is also
the mean over elements, as in PyTorch. For classes, targets are 0 or 1: one row of them for two
classes (one logit), one-hot for more (softmax). To add one: a class, and a name in `Loss`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from gd_studio.engine.activations import sigmoid
from gd_studio.engine.arrays import Array
from gd_studio.settings import Choice, described


class AbstractLoss(Choice, frozen=True):
    """What every loss gives; `tasks` says which targets it makes sense for."""

    tasks: ClassVar[tuple[str, ...]]

    def rows(self, z: Array, y: Array) -> Array:
        """Return the loss of each row (..., rows)."""
        raise NotImplementedError

    def slope(self, z: Array, y: Array, out: Array) -> None:
        """Write d(row loss)/dz into `out`, the shape of z."""
        raise NotImplementedError

    def curvature(self, z: Array, y: Array, v: Array) -> Array | None:
        """Return d²(row loss)/dz² times v, or None where the loss has no second derivative."""
        raise NotImplementedError

    def row_weights(self, y: Array) -> Array | None:
        """Return how much each row counts in the mean (rows,); None: all count 1."""
        return None

    def total_weight(self, y: Array) -> float:
        """Return what the sum of `rows` is divided by to give the mean."""
        weights = self.row_weights(y)
        return float(y.shape[-1]) if weights is None else float(weights.sum())

    def mean(self, z: Array, y: Array, room: Array) -> Any:
        """Return the mean loss of a batch, a float, or (K,) for K models at once.

        The loop asks this first and `slope_after` next, for the same z; a loss may leave in
        `room`, of the shape of z, what both need.
        """
        found = np.add.reduce(self.rows(z, y), -1) / self.total_weight(y)
        return float(found) if z.ndim == 2 else found

    def slope_after(self, z: Array, y: Array, room: Array, out: Array) -> None:
        """Write d(row loss)/dz into `out`, right after `mean` of the same z."""
        self.slope(z, y, out)

    def for_task(self, task: str) -> AbstractLoss:
        """Return the loss that works on this task's outputs (logits for classes)."""
        return self


class MeanSquaredError(AbstractLoss, frozen=True, tag="mse"):
    """(z - y)²: large mistakes count far more than small ones."""

    title: ClassVar[str] = "Squared error"
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")

    def rows(self, z: Array, y: Array) -> Array:
        error = z - y
        result: Array = (error * error).mean(axis=-2)
        return result

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.subtract(z, y, out)
        np.multiply(out, 2.0 / z.shape[-2], out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        scaled: Array = v * (2.0 / z.shape[-2])
        return scaled

    def for_task(self, task: str) -> AbstractLoss:
        return SquaredProbabilityError() if task == "classification" else self


class MeanAbsoluteError(AbstractLoss, frozen=True, tag="mae"):
    """|z - y|: an outlier pulls no harder than any other row; the slope at 0 is taken as 0."""

    title: ClassVar[str] = "Absolute error"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def rows(self, z: Array, y: Array) -> Array:
        result: Array = np.abs(z - y).mean(axis=-2)
        return result

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.subtract(z, y, out)
        np.sign(out, out)
        np.divide(out, z.shape[-2], out)

    def curvature(self, z: Array, y: Array, v: Array) -> None:
        return None


class Huber(AbstractLoss, frozen=True, tag="huber"):
    """½e² up to |e| = delta, then delta(|e| - ½delta): squared near, absolute far (Huber 1964)."""

    title: ClassVar[str] = "Huber"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)
    delta: Annotated[
        float,
        described(
            "Delta",
            "Errors larger than this count linearly instead of squared.",
            gt=0,
            le=1e6,
            scale="log",
        ),
    ] = 1.0

    def rows(self, z: Array, y: Array) -> Array:
        size = np.abs(z - y)
        near = np.minimum(size, self.delta)
        result: Array = (near * (size - 0.5 * near)).mean(axis=-2)
        return result

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.subtract(z, y, out)
        np.clip(out, -self.delta, self.delta, out)
        np.divide(out, z.shape[-2], out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        scaled: Array = v * (np.abs(z - y) < self.delta) / z.shape[-2]
        return scaled


class CrossEntropy(AbstractLoss, frozen=True, tag="cross_entropy"):
    """-ln(probability given to the truth), computed from logits so that it never overflows.

    Two classes: max(z, 0) - z·y + ln(1 + e^-|z|). More: logsumexp(z) - z·y.
    (Goodfellow, Bengio, Courville 2016, *Deep Learning*, section 6.2.2.)
    """

    title: ClassVar[str] = "Cross-entropy"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)

    def rows(self, z: Array, y: Array) -> Array:
        if z.shape[-2] == 1:
            binary: Array = (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))[..., 0, :]
            return binary
        top = z.max(axis=-2, keepdims=True)
        shifted = z - top
        result: Array = np.log(np.exp(shifted).sum(axis=-2)) - (shifted * y).sum(axis=-2)
        return result

    def slope(self, z: Array, y: Array, out: Array) -> None:
        probabilities(z, out)
        np.subtract(out, y, out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        p = np.empty_like(z)
        probabilities(z, p)
        return probability_slope(p, v)


class SquaredProbabilityError(AbstractLoss, frozen=True, tag="mse_of_probabilities"):
    """(p - y)² on probabilities (Brier 1950): what squared error means for classes."""

    title: ClassVar[str] = "Squared error"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)

    def rows(self, z: Array, y: Array) -> Array:
        error = _probabilities_of(z) - y
        result: Array = (error * error).mean(axis=-2)
        return result

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


Loss = MeanSquaredError | MeanAbsoluteError | Huber | CrossEntropy

LOSSES: dict[str, type[AbstractLoss]] = {
    "mse": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "huber": Huber,
    "cross_entropy": CrossEntropy,
}
DEFAULT_LOSS: dict[str, AbstractLoss] = {
    "regression": MeanSquaredError(),
    "classification": CrossEntropy(),
}
