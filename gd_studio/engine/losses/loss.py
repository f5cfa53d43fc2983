"""What every loss gives, and what the loop asks of it in a hurry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array, ones
from gd_studio.settings import Choice

# Up to so many numbers a product with ones is quicker than numpy's sum; beyond, less exact.
FEW = 1024


class AbstractLoss(Choice, frozen=True):
    """A loss of outputs z (..., outputs, rows) against targets y (outputs, rows).

    `tasks` says which targets it makes sense for. A new loss needs `rows`, `slope` and `curvature`;
    the loss of a batch is Σ rows / `total_weight`.
    """

    tasks: ClassVar[tuple[str, ...]]
    least_squares: ClassVar[bool] = False
    twice_differentiable: ClassVar[bool] = True

    def rows(self, z: Array, y: Array) -> Array:
        """Return the loss of each row (..., rows), times the row's weight."""
        raise NotImplementedError

    def slope(self, z: Array, y: Array, out: Array) -> None:
        """Write d(row loss)/dz into `out`, the shape of z."""
        raise NotImplementedError

    def curvature(self, z: Array, y: Array, v: Array) -> Array | None:
        """Return d²(row loss)/dz² times v; None where the loss is not `twice_differentiable`."""
        raise NotImplementedError

    def row_weights(self, y: Array) -> Array | None:
        """Return how much each row counts in the mean (rows,); None: all count 1."""
        return None

    def total_weight(self, y: Array) -> float:
        """Return what the sum of `rows` is divided by to give the mean."""
        weights = self.row_weights(y)
        return float(y.shape[-1] if weights is None else weights.sum(dtype=np.float64))

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

    def errors(self, z: Array, y: Array) -> Array:
        """Return the errors whose mean square the loss is, the shape of z (`least_squares`)."""
        raise NotImplementedError

    def errors_product(self, z: Array, v: Array) -> Array:
        """Return d(errors)/dz, a symmetric matrix for each row, times v (..., outputs, rows)."""
        raise NotImplementedError

    def for_task(self, task: str) -> AbstractLoss:
        """Return the loss that works on this task's outputs (logits for classes)."""
        return self

    def for_classes(self, classes: Sequence[str], counts: Sequence[int]) -> AbstractLoss:
        """Return the loss for these classes, of which there are so many training rows each.

        Raises SettingError where its settings do not fit them.
        """
        return self


def mean_of_outputs(values: Array) -> Array:
    """Return the mean (..., rows) of values (..., outputs, rows); numpy's is slow."""
    result: Array = np.add.reduce(values, axis=-2) / values.shape[-2]
    return result


def inner(a: Array, b: Array) -> Any:
    """Return Σ a·b over outputs and rows: a float, or (K,) where a is (K, outputs, rows)."""
    return float(np.vdot(a, b)) if a.ndim == 2 else np.einsum("...ij,...ij->...", a, b)


def summed(values: Array) -> Any:
    """Return Σ values over outputs and rows: a float, or (K,) of values (K, outputs, rows)."""
    if values.ndim > 2:
        return np.add.reduce(values, axis=(-2, -1))
    flat = values.ravel()
    count = flat.size
    return float(flat.dot(ones(count, flat.dtype)) if count < FEW else np.add.reduce(flat))
