"""The largest eigenvalue of a symmetric matrix that is known only by its products with vectors.

For the Hessian it is the sharpness: the steepest curvature, whose 2/λ is the learning rate above
which gradient descent on a parabola no longer settles.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.randomness import generator

# So many vectors are held at most; when they are used up, the best few start again.
MOST_VECTORS = 64
KEPT = 16


@dataclass(frozen=True, eq=False)
class Eigenpair:
    """An eigenvalue, its vector (P,) of length 1, ‖Hv - λv‖, and the products it took."""

    value: float
    vector: Array
    residual: float
    iterations: int
    converged: bool


def largest_eigenpair(
    product: Callable[[Array], Array],
    size: int,
    dtype: np.dtype[np.floating] | type = np.float64,
    tolerance: float = 1e-7,
    most_iterations: int = 1000,
    seed: int = 0,
) -> Eigenpair:
    """Return the algebraically largest eigenvalue of the symmetric operator v (P,) -> Hv (P,).

    See `search_eigenpair`, of which it is the end.
    """
    work = search_eigenpair(product, size, dtype, tolerance, most_iterations, seed)
    while True:
        try:
            next(work)
        except StopIteration as done:
            pair: Eigenpair = done.value
            return pair


def search_eigenpair(
    product: Callable[[Array], Array],
    size: int,
    dtype: np.dtype[np.floating] | type = np.float64,
    tolerance: float = 1e-7,
    most_iterations: int = 1000,
    seed: int = 0,
    apart_from: Array | None = None,
) -> Generator[None, None, Eigenpair]:
    """Search the algebraically largest eigenvalue of v (P,) -> Hv (P,), one product per `next`.

    Lanczos 1950 with full reorthogonalization, restarted from the best Ritz vectors when memory
    is full (thick restart, Wu and Simon 2000); the first vector is drawn from `seed`. Converged
    means ‖Hv - λv‖ <= tolerance · |λ| (or rounding, where λ is close to zero): an eigenvalue is
    at most that far from λ. "Algebraically": of -5 and 1 it is 1, as 2/λ needs it; where λ is
    not above zero, no direction bends upwards. NaN from the operator ends it, not converged.

    `apart_from` (K, P), orthonormal and fewer than P, confines the search to what is at right
    angles to them: with the eigenvectors found so far it finds the next.
    """
    known = np.empty((0, size), dtype) if apart_from is None else apart_from
    dimensions = size - len(known)
    room = min(dimensions, MOST_VECTORS)
    basis = np.empty((room, size), dtype)
    projected = np.zeros((room, room))
    new = _orthogonal_to(known, generator(seed, "lanczos").normal(size=size).astype(dtype))
    used, value = 0, np.nan
    for iteration in range(1, most_iterations + 1):
        yield
        basis[used] = new / np.linalg.norm(new)
        image = _orthogonal_to(known, product(basis[used]))
        if not np.isfinite(image).all():
            return Eigenpair(np.nan, basis[used].copy(), np.nan, iteration, False)
        used += 1
        row = basis[:used] @ image
        projected[used - 1, :used] = projected[:used, used - 1] = row
        new = _orthogonal_to(known, _orthogonal_to(basis[:used], image))
        values, turns = np.linalg.eigh(projected[:used, :used])
        value = float(values[-1])
        rounding = float(np.finfo(dtype).eps * np.abs(values).max()) * 4 * size**0.5
        allowed = max(tolerance * abs(value), rounding)
        # H V = V T + new eᵀ, so that this is ‖Hv - λv‖ without another product.
        estimate = float(np.linalg.norm(new) * abs(turns[-1, -1]))
        if estimate <= allowed or used == dimensions or iteration == most_iterations:
            vector = (turns[:, -1] @ basis[:used]).astype(dtype)
            vector /= np.linalg.norm(vector)
            rest = _orthogonal_to(known, product(vector)) - value * vector
            residual = float(np.linalg.norm(rest))
            return Eigenpair(value, vector, residual, iteration + 1, residual <= 2 * allowed)
        if used == room:
            basis[:KEPT] = turns[:, -KEPT:].T @ basis
            projected[:] = 0
            projected[range(KEPT), range(KEPT)] = values[-KEPT:]
            used = KEPT
    raise AssertionError("most_iterations is at least 1")


def _orthogonal_to(basis: Array, vector: Array) -> Array:
    """Return what of a vector no basis vector (rows, orthonormal) accounts for.

    Twice is enough (Parlett 1980, section 6.9): the second time takes what rounding left.
    """
    rest = vector - (basis @ vector) @ basis
    result: Array = rest - (basis @ rest) @ basis
    return result
