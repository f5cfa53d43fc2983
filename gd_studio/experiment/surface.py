"""The loss surface of a run: a plane through parameter space, its losses, and the path on it.

Every surface says what it is: *exact* (the model has just two parameters), a *slice* (two chosen
parameters, the others held), or a *projection* (a plane that the path does not quite lie in).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.losses import MeanSquaredError
from gd_studio.engine.planes import Plane, gradient_plane, parameters_plane, path_plane
from gd_studio.engine.randomness import generator
from gd_studio.errors import GDStudioError
from gd_studio.experiment.arguments import the_run, whole_number
from gd_studio.experiment.models import LandscapeModel

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.experiment.run import Run

MOST_ROWS = 5000
MOST_RESOLUTION = 4096
MARGIN = 0.3
GRID_NUMBERS = 2_000_000  # parameters of grid points held at once: all points of a small model

PlaneChoice = Literal["path"] | tuple[str, str]
SurfaceKind = Literal["exact", "slice", "projection"]


@dataclass(frozen=True)
class PointLoss:
    """The total loss as the map has it below a point, and as it truly is there."""

    map: float
    true: float


@dataclass(frozen=True, eq=False)
class Surface:
    """Total losses on a plane: values[v, u] at coordinates u and v; path (n, 2) at steps (n,)."""

    kind: SurfaceKind
    values: Array
    u: Array
    v: Array
    u_label: str
    v_label: str
    path: Array
    steps: Integers
    off_plane: Array
    explained: tuple[float, float]
    start: PointLoss
    now: PointLoss
    plane: Plane
    downhill: tuple[float, float]
    minimum: tuple[float, float] | None
    note: str
    """Which rows the losses are over, where it is not all training rows; else empty."""

    @property
    def title(self) -> str:
        """What this surface is, in words."""
        if self.kind == "exact":
            return "exact: all two parameters"
        if self.kind == "slice":
            return f"slice along two parameters · {100 * sum(self.explained):.0f} % of the path"
        if len(self.path) < 3:
            return "projection: gradient and a random direction"
        return f"projection on the path's plane · {100 * sum(self.explained):.0f} %"


@dataclass(frozen=True, eq=False)
class SurfaceRequest:
    """What a surface is asked from; everything in it is frozen, so any thread may compute it.

    theta, gradient: (P,) at the shown step; trajectory (n, P) at steps (n,). `fixed_plane` and
    `bounds` (u low, u high, v low, v high) keep the axes of an earlier surface.
    """

    hypothesis: Hypothesis
    theta: Array
    gradient: Array
    steps: Integers
    trajectory: Array
    choice: PlaneChoice = "path"
    resolution: int = 101
    fixed_plane: Plane | None = None
    bounds: tuple[float, float, float, float] | None = None
    seed: int = 0


def surface(run: Run, plane: PlaneChoice = "path", resolution: int = 101) -> Surface:
    """Return the loss surface of a run at its present step.

    `plane` is "path" or two parameter names. Raises GDStudioError for what is no run, for unknown
    names, and for a resolution that is no whole number from 2 to 4096.
    """
    the_run("run", run)
    steps, trajectory = run.timeline.trajectory.path()
    if run.timeline.trajectory.parameters is not None:
        raise GDStudioError("The path of a model with more than 100 000 parameters is not kept.")
    request = SurfaceRequest(
        run.hypothesis,
        run.parameters,
        downhill_gradient(run),
        steps,
        trajectory,
        plane,
        resolution,
    )
    work = compute(request)
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: Surface = done.value
            return result


def downhill_gradient(run: Run) -> Array:
    """Return the gradient of the present step; at step 0 that of all training rows at the start."""
    return run.gradient if run.step_number else run.full_gradient()


def is_exact(hypothesis: Hypothesis) -> bool:
    """Whether a surface can show every parameter there is."""
    return hypothesis.network.size == 2


def compute(request: SurfaceRequest) -> Generator[None, None, Surface]:
    """Compute a surface block by block; each `next` is about 2 ms of work."""
    hypothesis = request.hypothesis
    resolution = whole_number("resolution", request.resolution, 2, MOST_RESOLUTION)
    kind, plane, labels = _choose(request)
    x, y, note = _rows(hypothesis)
    minimum = _known_minimum(hypothesis, x, y) if kind == "exact" else None
    path, off_plane = plane.project(request.trajectory.astype(np.float64))
    low_u, high_u, low_v, high_v = request.bounds or _bounds(request, plane, path, minimum)
    u, v = np.linspace(low_u, high_u, resolution), np.linspace(low_v, high_v, resolution)
    values = np.empty(resolution * resolution)
    lines = max(1, GRID_NUMBERS // (resolution * hypothesis.network.size))
    for line in range(0, resolution, lines):
        grid = plane.points(u, v[line : line + lines]).astype(hypothesis.dtype)
        for first, found in hypothesis.total_losses_in_blocks(grid, x, y):
            start_at = line * resolution + first
            values[start_at : start_at + len(found)] = found
            yield
    start, now = _point_losses(request, plane, x, y)
    share = plane.explained(request.trajectory.astype(np.float64))
    explained = (1.0, 0.0) if kind == "exact" and sum(share) == 0 else share
    down = plane.project((plane.origin - request.gradient)[None])[0][0]
    return Surface(
        kind,
        values.reshape(resolution, resolution),
        u,
        v,
        labels[0] if kind != "projection" or len(path) < 3 else _component(1, explained[0]),
        labels[1] if kind != "projection" or len(path) < 3 else _component(2, explained[1]),
        path,
        request.steps,
        off_plane,
        explained,
        start,
        now,
        plane,
        (float(down[0]), float(down[1])),
        minimum,
        note,
    )


def _component(number: int, share: float) -> str:
    return f"PC {number} ({100 * share:.0f} %)"


def _choose(request: SurfaceRequest) -> tuple[SurfaceKind, Plane, tuple[str, str]]:
    hypothesis = request.hypothesis
    if is_exact(hypothesis):
        names = (hypothesis.parameter_name(0), hypothesis.parameter_name(1))
        plane = parameters_plane(request.theta, 0, 1)
        return "exact", plane, (hypothesis.said_name(0), hypothesis.said_name(1))
    if request.choice != "path":
        indices = _two_parameters(hypothesis, request.choice)
        names = (hypothesis.said_name(indices[0]), hypothesis.said_name(indices[1]))
        return "slice", parameters_plane(request.theta, *indices), names
    if request.fixed_plane is not None:
        return "projection", request.fixed_plane, ("downhill", "random direction")
    if len(request.trajectory) < 3 or not np.ptp(request.trajectory, axis=0).any():
        plane = gradient_plane(request.trajectory[0], request.gradient, request.seed)
        return "projection", plane, ("downhill", "random direction")
    return "projection", path_plane(request.trajectory), ("", "")


def _two_parameters(hypothesis: Hypothesis, names: object) -> tuple[int, int]:
    """Return the places of two parameters by name."""
    if not isinstance(names, list | tuple) or len(names) != 2:
        example = f"({hypothesis.parameter_name(0)!r}, {hypothesis.parameter_name(1)!r})"
        raise GDStudioError(
            f'plane must be "path" or the names of two parameters, like {example}, not {names!r}.'
        )
    first, second = (_index(hypothesis, name) for name in names)
    if first == second:
        raise GDStudioError("A surface needs two different parameters.")
    return first, second


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


def _rows(hypothesis: Hypothesis) -> tuple[Array, Array, str]:
    """Return network inputs and targets of the training rows, or of a fair sample of many."""
    train = hypothesis.prepared.train
    note = ""
    if len(train.rows) > MOST_ROWS:
        chosen = np.sort(generator(0, "surface rows").permutation(len(train.rows))[:MOST_ROWS])
        note = f"loss of a fair sample of {MOST_ROWS} of {len(train.rows)} training rows"
        train = Split(train.x[chosen], train.y[chosen], train.rows[chosen])
    return hypothesis.network_input(train.x), hypothesis.network_target(train.y), note


def _bounds(
    request: SurfaceRequest, plane: Plane, path: Array, minimum: tuple[float, float] | None
) -> tuple[float, float, float, float]:
    """Return limits that hold the path, the minimum if known, and some country around them.

    A landscape's map begins with what is worth seeing of it.
    """
    marks = [path, plane.project(request.theta.astype(np.float64)[None])[0]]
    if minimum is not None:
        marks.append(np.array([minimum]))
    points = np.concatenate(marks)
    low, high = points.min(axis=0), points.max(axis=0)
    if isinstance(request.hypothesis.model, LandscapeModel):
        return _with_view(request.hypothesis.model.view, low, high)
    # A path of no length yet still wants a view: as wide as typical parameters are large.
    least = max(0.5, float(np.abs(request.theta).mean()))
    span = np.maximum(high - low, max(least, 0.35 * float((high - low).max())))
    middle = (low + high) / 2
    half = span * (0.5 + MARGIN)
    return (
        float(middle[0] - half[0]),
        float(middle[0] + half[0]),
        float(middle[1] - half[1]),
        float(middle[1] + half[1]),
    )


def _with_view(
    view: tuple[float, float, float, float], low: Array, high: Array
) -> tuple[float, float, float, float]:
    """Return a view widened, where it must be, to hold all from `low` to `high` (u, v)."""
    first, last = np.array(view[::2]), np.array(view[1::2])
    room = 0.05 * (np.maximum(last, high) - np.minimum(first, low))
    first = np.where(low < first, low - room, first)
    last = np.where(high > last, high + room, last)
    return float(first[0]), float(last[0]), float(first[1]), float(last[1])


def _point_losses(
    request: SurfaceRequest, plane: Plane, x: Array, y: Array
) -> tuple[PointLoss, PointLoss]:
    """Return map and true loss at the start and at the shown step, in float64."""
    hypothesis = request.hypothesis
    points = np.stack([request.trajectory[0], request.theta]).astype(np.float64)
    inside, _ = plane.project(points)
    below = plane.origin + inside[:, :1] * plane.u + inside[:, 1:] * plane.v
    both = np.concatenate([below, points])
    losses = np.empty(4)
    work = hypothesis.total_losses_in_blocks(both, x.astype(np.float64), y.astype(np.float64))
    for first, found in work:
        losses[first : first + len(found)] = found
    start, now, true_start, true_now = (float(value) for value in losses)
    return PointLoss(start, true_start), PointLoss(now, true_now)


def _known_minimum(hypothesis: Hypothesis, x: Array, y: Array) -> tuple[float, float] | None:
    """Return where the loss is least, if it is known to be so at one place only."""
    if isinstance(hypothesis.model, LandscapeModel):
        known = hypothesis.model.known
        return known.minima[0] if known and len(known.minima) == 1 else None
    return _closed_form(hypothesis, x, y)


def _closed_form(hypothesis: Hypothesis, x: Array, y: Array) -> tuple[float, float] | None:
    """Return where a linear model's squared error (with L2) is least, by the normal equations."""
    if not isinstance(hypothesis.loss, MeanSquaredError) or hypothesis.penalty.l1 > 0:
        return None
    share = 2.0 / x.shape[1]
    price = np.diag(hypothesis.penalty.l2 * hypothesis.network.is_weight())
    x = x.astype(np.float64)
    normal = share * (x @ x.T) + price
    if np.linalg.matrix_rank(normal) < 2:
        return None
    best = np.linalg.solve(normal, share * (x @ y[0].astype(np.float64)))
    return float(best[0]), float(best[1])
