"""Which plane of parameter space a surface shows, and what its axes are called.

A *projection* is a plane that the path does not quite lie in; a *slice* contains the present
point, with all that it does not show held as it is; *exact* shows every parameter there is.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.filters import random_plane
from gd_studio.engine.lanczos import Eigenpair, search_eigenpair
from gd_studio.engine.planes import (
    Plane,
    gradient_plane,
    parameters_plane,
    path_plane,
    plane_along,
    plane_through,
)
from gd_studio.errors import GDStudioError
from gd_studio.experiment.surface_points import PlaneLosses

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

PlaneWord = Literal["path", "random", "gradient", "curvature", "between"]
PlaneChoice = PlaneWord | tuple[str, str]
SurfaceKind = Literal["exact", "slice", "projection"]
WORDS: tuple[str, ...] = get_args(PlaneWord)
THROUGH = ("start", "best", "now")


@dataclass(frozen=True, eq=False)
class ChosenPlane:
    """A plane with what it is in words, and the names of its axes."""

    kind: SurfaceKind
    plane: Plane
    names: tuple[str, str]
    words: str


@dataclass(frozen=True, eq=False)
class SurfaceRequest:
    """What a surface is asked from; everything in it is frozen, so any thread may compute it.

    theta, gradient: (P,) at the shown step; trajectory (n, P) at steps (n,). `fixed` and `bounds`
    (u low, u high, v low, v high) keep the axes of an earlier surface. `through`, for the plane
    "between", are three vectors (P,), called `through_names`. `is_rough`: the map's values in
    single precision, at a quarter of the cost, where that is enough to tell them apart; points'
    losses stay in double.
    """

    hypothesis: Hypothesis
    theta: Array
    gradient: Array
    steps: Integers
    trajectory: Array
    choice: PlaneChoice = "path"
    resolution: int = 101
    fixed: ChosenPlane | None = None
    bounds: tuple[float, float, float, float] | None = None
    seed: int = 0
    through: tuple[Array, Array, Array] | None = None
    through_names: tuple[str, str, str] = THROUGH
    is_rough: bool = False


def is_exact(hypothesis: Hypothesis) -> bool:
    """Whether a surface can show every parameter there is."""
    return hypothesis.network.size == 2


def choose(
    request: SurfaceRequest, x: Array, y: Array
) -> Generator[None, None, ChosenPlane]:
    """Choose the plane of a request; x and y are the map's rows. Raises GDStudioError.

    Words that are no plane, unknown names, and points or directions that make no plane are
    refused with a sentence.
    """
    hypothesis, choice = request.hypothesis, request.choice
    indices = () if choice in WORDS else two_parameters(hypothesis, choice)
    if is_exact(hypothesis):
        plane = parameters_plane(request.theta, 0, 1)
        return ChosenPlane("exact", plane, _said(hypothesis, 0, 1), "exact: all two parameters")
    if request.fixed is not None:
        return _kept(request, request.fixed)
    if indices:
        plane = parameters_plane(request.theta, *indices)
        words = "slice along two parameters"
        return ChosenPlane("slice", plane, _said(hypothesis, *indices), words)
    if choice == "random":
        return _random(request)
    if choice == "between":
        return _between(request)
    if choice == "path":
        return _path(request)
    return (yield from _curved(request, x, y))


def two_parameters(hypothesis: Hypothesis, names: object) -> tuple[int, int]:
    """Return the places of two parameters by name. Raises GDStudioError."""
    if not isinstance(names, list | tuple) or len(names) != 2:
        example = f"({hypothesis.parameter_name(0)!r}, {hypothesis.parameter_name(1)!r})"
        raise GDStudioError(
            f'plane must be "path" or the names of two parameters, like {example}, or one of '
            f'"random", "gradient", "curvature", "between"; not {names!r}.'
        )
    first, second = (_index(hypothesis, name) for name in names)
    if first == second:
        raise GDStudioError("A surface needs two different parameters.")
    return first, second


def _kept(request: SurfaceRequest, fixed: ChosenPlane) -> ChosenPlane:
    """Return a plane as it was; a slice that has directions of its own follows the point."""
    if request.choice == "random" or request.choice not in WORDS:
        return replace(fixed, plane=fixed.plane.moved_to(request.theta))
    return fixed


def _path(request: SurfaceRequest) -> ChosenPlane:
    path = request.trajectory
    if len(path) < 3 or not np.ptp(path, axis=0).any():
        plane = gradient_plane(path[0], request.gradient, request.seed)
        words = "projection: gradient and a random direction"
        return ChosenPlane("projection", plane, ("downhill", "random direction"), words)
    words = "projection on the path's plane"
    return ChosenPlane("projection", path_plane(path), ("PC 1", "PC 2"), words)


def _random(request: SurfaceRequest) -> ChosenPlane:
    plane = random_plane(request.hypothesis.network, request.theta, request.seed)
    if plane is None:
        raise GDStudioError(
            "Random directions are scaled by the weights, and here too few weights are other "
            "than zero; make a step first, or choose another plane."
        )
    words = "slice along two random directions"
    return ChosenPlane("slice", plane, ("random 1", "random 2"), words)


def _between(request: SurfaceRequest) -> ChosenPlane:
    if request.through is None:
        raise GDStudioError('The plane "between" needs the three points that it goes through.')
    first, second, third = request.through_names
    a, b, c = request.through
    plane = plane_through(a, c, b)
    if plane is None:
        raise GDStudioError(_no_plane(request.through, request.through_names))
    names = (f"{first} → {third}", f"towards {second}")
    words = f"slice through {first}, {second} and {third}"
    return ChosenPlane("slice", plane, names, words)


def _no_plane(points: tuple[Array, Array, Array], names: tuple[str, str, str]) -> str:
    """Say why three points make no plane, and what to do."""
    for i, j in ((0, 2), (1, 2), (0, 1)):
        if np.array_equal(points[i], points[j]):
            return (
                f"A plane needs three different points, and {names[i]} and {names[j]} are the "
                "same here; go to another step, or choose another plane."
            )
    return (
        f"{names[0].capitalize()}, {names[1]} and {names[2]} lie on one line, which is in no "
        "plane of its own; go to another step, or choose another plane."
    )


def _curved(
    request: SurfaceRequest, x: Array, y: Array
) -> Generator[None, None, ChosenPlane]:
    """Return the slice along the sharpest direction and the gradient, or the second sharpest."""
    hypothesis, theta = request.hypothesis, request.theta.astype(np.float64)
    losses = PlaneLosses(hypothesis, Plane(theta, theta, theta), x, y)
    downhill = -losses.gradient(theta)
    oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)

    def search(known: Array | None) -> Generator[None, None, Eigenpair]:
        return search_eigenpair(
            lambda v: oracle.hessian_product(theta, v), theta.size, apart_from=known
        )

    first = _bending((yield from search(None)))
    top = first.vector if first.vector @ downhill >= 0 else -first.vector
    if request.choice == "gradient":
        plane = plane_along(theta, downhill, top)
        names = ("downhill", f"sharpest, λ {first.value:.3g}")
        words = "slice along gradient and sharpest direction"
    else:
        second = _bending((yield from search(first.vector[None])))
        next_to = second.vector if second.vector @ downhill >= 0 else -second.vector
        plane = plane_along(theta, top, next_to)
        names = (f"sharpest, λ {first.value:.3g}", f"second, λ {second.value:.3g}")
        words = "slice along the two sharpest directions"
    if plane is None:
        raise GDStudioError(
            "The gradient is zero here or points along the sharpest direction, so there is no "
            "plane of the two; choose the two sharpest directions, or another plane."
        )
    return ChosenPlane("slice", plane, names, words)


def _bending(pair: Eigenpair) -> Eigenpair:
    if not np.isfinite(pair.value):
        raise GDStudioError(
            "The curvature is not a number here, so it has no directions; go to an earlier step, "
            "or choose another plane."
        )
    return pair


def _said(hypothesis: Hypothesis, first: int, second: int) -> tuple[str, str]:
    return hypothesis.said_name(first), hypothesis.said_name(second)


def _index(hypothesis: Hypothesis, name: object) -> int:
    try:
        if not isinstance(name, str):
            raise KeyError(name)
        return hypothesis.network.parameter_index(name)
    except KeyError:
        first = hypothesis.parameter_name(0)
        raise GDStudioError(
            f"There is no parameter called {name!r}; names look like {first!r}."
        ) from None
