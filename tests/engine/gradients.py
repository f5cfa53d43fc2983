"""Central differences: the slope of a function, measured instead of derived."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gd_studio.engine.arrays import Array


def measured_gradient(
    loss: Callable[[Array], float], theta: Array, step: float = 2e-4
) -> Array:
    """Return the gradient (P,) from central differences of fourth order."""
    result = np.empty_like(theta)
    for i in range(theta.size):
        unit = np.zeros_like(theta)
        unit[i] = step
        near = loss(theta + unit) - loss(theta - unit)
        far = loss(theta + 2 * unit) - loss(theta - 2 * unit)
        result[i] = (8 * near - far) / (12 * step)
    return result


def relative_error(found: Array, expected: Array) -> float:
    """Return the largest difference as a share of the largest expected number."""
    scale = max(float(np.abs(expected).max()), 1e-12)
    return float(np.abs(found - expected).max()) / scale
