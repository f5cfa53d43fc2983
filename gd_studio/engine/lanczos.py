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
    space = _Krylov(np.empty((0, size), dtype) if apart_from is None else apart_from, size, dtype)
    new = _orthogonal_to(space.known, generator(seed, "lanczos").normal(size=size).astype(dtype))
    for iteration in range(1, most_iterations + 1):
        yield
        image = space.widen(new, product)
        if not np.isfinite(image).all():
            return Eigenpair(np.nan, space.basis[space.used - 1].copy(), np.nan, iteration, False)
        new = space.take(image)
        values, turns = space.ritz()
        rounding = float(np.finfo(dtype).eps * np.abs(values).max()) * 4 * size**0.5
        allowed = max(tolerance * abs(float(values[-1])), rounding)
        # H V = V T + new eᵀ, so that this is ‖Hv - λv‖ without another product.
        estimate = float(np.linalg.norm(new) * abs(turns[-1, -1]))
        if estimate <= allowed or space.is_whole or iteration == most_iterations:
            vector, residual = space.best(float(values[-1]), turns[:, -1], product)
            close = residual <= 2 * allowed
            return Eigenpair(float(values[-1]), vector, residual, iteration + 1, close)
        if space.is_full:
            space.restart(values, turns)
    raise AssertionError("most_iterations is at least 1")


class _Krylov:
    """The directions found so far (used, P), orthonormal, and the operator as seen in them."""

    def __init__(self, known: Array, size: int, dtype: np.dtype[np.floating] | type) -> None:
        self.known = known
        self._dimensions = size - len(known)
        room = min(self._dimensions, MOST_VECTORS)
        self.basis = np.empty((room, size), dtype)
        self._projected = np.zeros((room, room))
        self.used = 0

    @property
    def is_whole(self) -> bool:
        """Whether there is no other direction."""
        return self.used == self._dimensions

    @property
    def is_full(self) -> bool:
        """Whether memory is used up."""
        return self.used == len(self.basis)

    def widen(self, new: Array, product: Callable[[Array], Array]) -> Array:
        """Add a direction; return its image under the operator."""
        self.basis[self.used] = new / np.linalg.norm(new)
        self.used += 1
        return _orthogonal_to(self.known, product(self.basis[self.used - 1]))

    def take(self, image: Array) -> Array:
        """Note the image of the newest direction; return what of it lies in no direction yet."""
        used, basis = self.used, self.basis[: self.used]
        self._projected[used - 1, :used] = self._projected[:used, used - 1] = basis @ image
        return _orthogonal_to(self.known, _orthogonal_to(basis, image))

    def ritz(self) -> tuple[Array, Array]:
        """Return eigenvalues and -vectors of the operator as seen in the directions."""
        values, turns = np.linalg.eigh(self._projected[: self.used, : self.used])
        return values, turns

    def best(
        self, value: float, turn: Array, product: Callable[[Array], Array]
    ) -> tuple[Array, float]:
        """Return a Ritz vector (P,) of length 1, and ‖Hv - λv‖ of it."""
        vector = (turn @ self.basis[: self.used]).astype(self.basis.dtype)
        vector /= np.linalg.norm(vector)
        rest = _orthogonal_to(self.known, product(vector)) - value * vector
        return vector, float(np.linalg.norm(rest))

    def restart(self, values: Array, turns: Array) -> None:
        """Keep only the best few Ritz vectors as directions."""
        self.basis[:KEPT] = turns[:, -KEPT:].T @ self.basis
        self._projected[:] = 0
        self._projected[range(KEPT), range(KEPT)] = values[-KEPT:]
        self.used = KEPT


def _orthogonal_to(basis: Array, vector: Array) -> Array:
    """Return what of a vector no basis vector (rows, orthonormal) accounts for.

    Twice is enough (Parlett 1980, section 6.9): the second time takes what rounding left.
    """
    rest = vector - (basis @ vector) @ basis
    result: Array = rest - (basis @ rest) @ basis
    return result
