"""Losses of numbers: how far a guess is from the truth, on average over the outputs of a row."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses.loss import AbstractLoss, inner, mean_of_outputs
from gd_studio.engine.losses.probabilities import SquaredProbabilityError
from gd_studio.settings import described


class MeanSquaredError(AbstractLoss, frozen=True, tag="mse"):
    """(z - y)²: large mistakes count far more than small ones."""

    title: ClassVar[str] = "Squared error"
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")
    least_squares: ClassVar[bool] = True

    def rows(self, z: Array, y: Array) -> Array:
        error = z - y
        return mean_of_outputs(error * error)

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.subtract(z, y, out)
        np.multiply(out, 2.0 / z.shape[-2], out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        scaled: Array = v * (2.0 / z.shape[-2])
        return scaled

    def errors(self, z: Array, y: Array) -> Array:
        errors: Array = z - y
        return errors

    def errors_product(self, z: Array, v: Array) -> Array:
        return v

    def mean(self, z: Array, y: Array, room: Array) -> Any:
        np.subtract(z, y, room)
        return inner(room, room) / (z.shape[-2] * z.shape[-1])

    def slope_after(self, z: Array, y: Array, room: Array, out: Array) -> None:
        np.multiply(room, 2.0 / z.shape[-2], out)

    def for_task(self, task: str) -> AbstractLoss:
        return SquaredProbabilityError() if task == "classification" else self


class MeanAbsoluteError(AbstractLoss, frozen=True, tag="mae"):
    """|z - y|: an outlier pulls no harder than any other row; the slope at 0 is taken as 0."""

    title: ClassVar[str] = "Absolute error"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)
    twice_differentiable: ClassVar[bool] = False

    def rows(self, z: Array, y: Array) -> Array:
        return mean_of_outputs(np.abs(z - y))

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
        return mean_of_outputs(near * (size - 0.5 * near))

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.subtract(z, y, out)
        np.clip(out, -self.delta, self.delta, out)
        np.divide(out, z.shape[-2], out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        scaled: Array = v * (np.abs(z - y) < self.delta) / z.shape[-2]
        return scaled


class LogCosh(AbstractLoss, frozen=True, tag="log_cosh"):
    """ln cosh(z - y): ½e² near 0, |e| - ln 2 far out, and smooth between; slope tanh e.

    Computed as |e| + ln(1 + exp(-2|e|)) - ln 2, which never overflows.
    """

    title: ClassVar[str] = "Log-cosh"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    def rows(self, z: Array, y: Array) -> Array:
        size = np.abs(z - y)
        return mean_of_outputs(size + np.log1p(np.exp(-2 * size)) - math.log(2))

    def slope(self, z: Array, y: Array, out: Array) -> None:
        np.subtract(z, y, out)
        np.tanh(out, out)
        np.divide(out, z.shape[-2], out)

    def curvature(self, z: Array, y: Array, v: Array) -> Array:
        bent = np.tanh(z - y)
        scaled: Array = v * (1 - bent * bent) / z.shape[-2]
        return scaled
