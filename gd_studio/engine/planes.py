"""Planes through parameter space: two directions along which a loss surface is drawn.

A model with two parameters *is* a plane; any other surface is a cut, and says how much of the
path it shows. (Principal components of the trajectory: Lorch 2016, "Visualizing deep network
training trajectories with PCA"; Li et al. 2018, "Visualizing the loss landscape of neural nets".)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.randomness import generator

# More points than this add nothing to two principal directions, only time.
PCA_POINTS = 400
# The share of a direction beside another below which both are taken for the same.
ALONG = 1e-9


@dataclass(frozen=True, eq=False)
class Plane:
    """origin + a·u + b·v, with u and v orthonormal vectors (P,)."""

    origin: Array
    u: Array
    v: Array

    def project(self, thetas: Array) -> tuple[Array, Array]:
        """Return coordinates (n, 2) of vectors (n, P), and their distances (n,) off the plane."""
        away = thetas - self.origin
        inside = away @ np.stack([self.u, self.v], axis=1)
        rest = away - inside[:, :1] * self.u - inside[:, 1:] * self.v
        rest, largest = _in_range(rest)
        return inside, largest * np.sqrt((rest * rest).sum(axis=1))

    def moved_to(self, theta: Array) -> Plane:
        """Return the parallel plane through theta (P,), on which all coordinates stay."""
        theta = theta.astype(np.float64)
        a, b = self.project(theta[None])[0][0]
        return Plane(theta - a * self.u - b * self.v, self.u, self.v)

    def explained(self, trajectory: Array) -> tuple[float, float]:
        """Return the shares of a path's spread (n, P) that lie along u and along v."""
        away, _ = _in_range(trajectory - trajectory.mean(axis=0))
        total = float((away * away).sum())
        if total == 0:
            return 0.0, 0.0
        along_u, along_v = away @ self.u, away @ self.v
        return float(along_u @ along_u) / total, float(along_v @ along_v) / total


class GridPoints:
    """The points of a grid on a plane (len(b) * len(a), P), a running fastest, made as asked for.

    All of them at once, of a large model, would take longer to write than their losses to find.
    """

    def __init__(self, plane: Plane, a: Array, b: Array, dtype: np.dtype[Any] | type) -> None:
        self.dtype = np.dtype(dtype)
        self._a, self._b = a.astype(dtype), b.astype(dtype)
        vectors = (plane.origin, plane.u, plane.v)
        self._origin, self._u, self._v = (vector.astype(dtype) for vector in vectors)

    def __len__(self) -> int:
        return len(self._a) * len(self._b)

    def __getitem__(self, chosen: slice, /) -> Array:
        places = np.arange(*chosen.indices(len(self)))
        b, a = np.divmod(places, len(self._a))
        points: Array = self._a[a, None] * self._u
        points += self._origin
        points += self._b[b, None] * self._v
        return points


def parameters_plane(theta: Array, first: int, second: int) -> Plane:
    """Return the slice through theta (P,) along two parameters, in the parameters' own values."""
    origin = theta.astype(np.float64)
    origin[[first, second]] = 0
    u, v = np.zeros_like(origin), np.zeros_like(origin)
    u[first] = v[second] = 1
    return Plane(origin, u, v)


def path_plane(trajectory: Array) -> Plane:
    """Return the plane of the first two principal components of a path (n, P), n > 2.

    Signs are chosen so that the path ends on the positive side of both.
    """
    path = trajectory.astype(np.float64)
    origin = path.mean(axis=0)
    if len(path) > PCA_POINTS:
        path = path[np.linspace(0, len(path) - 1, PCA_POINTS).round().astype(int)]
    away, _ = _in_range(path - path.mean(axis=0))
    if away.shape[1] <= away.shape[0]:
        vectors = np.linalg.eigh(away.T @ away)[1][:, ::-1].T
    else:
        values, mixes = np.linalg.eigh(away @ away.T)
        scale = np.sqrt(np.maximum(values[::-1][:2], np.finfo(float).tiny))
        vectors = (mixes[:, ::-1][:, :2].T @ away) / scale[:, None]
    u = _facing(_unit(vectors[0]), away[-1] - away[0])
    v = across(vectors[1], u)
    return Plane(origin, u, _facing(any_across(u) if v is None else v, away[-1]))


def gradient_plane(theta: Array, gradient: Array, seed: int) -> Plane:
    """Return the plane of the downhill direction and a seeded random one, through theta (P,)."""
    origin = theta.astype(np.float64)
    u = _unit(-gradient.astype(np.float64))
    random = generator(seed, "plane").standard_normal(len(origin))
    if not u.any():
        u = _unit(generator(seed, "plane", 1).standard_normal(len(origin)))
    v = across(random, u)
    return Plane(origin, u, any_across(u) if v is None else v)


def plane_along(theta: Array, first: Array, second: Array) -> Plane | None:
    """Return the plane through theta (P,) along two directions; None if they are but one.

    u points along the first, v to the second's side; theta is at (0, 0).
    """
    u = _unit(first.astype(np.float64))
    v = across(second, u)
    return None if v is None or not u.any() else Plane(theta.astype(np.float64), u, v)


def plane_through(a: Array, b: Array, c: Array) -> Plane | None:
    """Return the plane through three vectors (P,), None if they lie on one line.

    a is at (0, 0), b straight ahead of it along u, c on the positive side of v.
    """
    a = a.astype(np.float64)
    return plane_along(a, b.astype(np.float64) - a, c.astype(np.float64) - a)


def across(direction: Array, u: Array) -> Array | None:
    """Return the unit vector along what of a direction is at right angles to u, or None.

    None: nothing but rounding is. Twice is enough (Parlett 1980, section 6.9).
    """
    whole = _unit(direction.astype(np.float64))
    rest = whole - (whole @ u) * u
    if float(rest @ rest) < ALONG**2:
        return None
    rest = _unit(rest)
    return _unit(rest - (rest @ u) * u)


def any_across(u: Array) -> Array:
    """Return a unit vector at right angles to u (P,): the axis least along it, straightened."""
    axis = np.zeros_like(u)
    axis[int(np.argmin(np.abs(u)))] = 1
    found = across(axis, u)
    assert found is not None
    return found


def _in_range(away: Array) -> tuple[Array, float]:
    """Return numbers within ±1 and what they were divided by: squares would overflow.

    A run that diverges leaves parameters beyond 10¹⁵⁴ behind.
    """
    largest = float(np.abs(away).max(initial=0)) or 1.0
    return away / largest, largest


def _unit(vector: Array) -> Array:
    inside, _ = _in_range(vector)
    length = float(np.sqrt(inside @ inside))
    return inside / length if length > 0 else inside


def _facing(vector: Array, towards: Array) -> Array:
    return -vector if float(vector @ towards) < 0 else vector
