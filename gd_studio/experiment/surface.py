"""The loss surface of a run: a plane through parameter space, its losses, and the path on it.

Every surface says what it is: *exact* (the model has just two parameters), a *slice* (through the
present point, all that is not shown held), or a *projection* (a plane that the path does not
quite lie in). How far it can be trusted is computed for any point of the path, not read from it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.losses import MeanSquaredError
from gd_studio.engine.planes import GridPoints, Plane
from gd_studio.errors import GDStudioError
from gd_studio.experiment.arguments import the_run, whole_number
from gd_studio.experiment.models import LandscapeModel
from gd_studio.experiment.parts import finished
from gd_studio.experiment.surface_planes import (
    THROUGH,
    ChosenPlane,
    PlaneChoice,
    SurfaceKind,
    SurfaceRequest,
    choose,
    is_exact,
)
from gd_studio.experiment.surface_points import PlaneLosses, PointLoss, rows_of

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.experiment.run import Run

__all__ = [
    "PlaneChoice",
    "PointLoss",
    "Surface",
    "SurfaceRequest",
    "compute",
    "is_exact",
    "surface",
]

MOST_RESOLUTION = 4096
MARGIN = 0.3
LEAST_SPREAD = 1e-3  # of losses in single precision, beside which 1e-6 cannot be seen


@dataclass(frozen=True, eq=False)
class Surface:
    """Total losses on a plane: values[v, u] at coordinates u and v; path (n, 2) at steps (n,).

    `off_plane` (n,) is how far each point of the path is from the plane, `explained` the share of
    the path's spread along each axis. `losses` computes what is exactly at any place.
    """

    chosen: ChosenPlane
    values: Array
    u: Array
    v: Array
    path: Array
    steps: Integers
    off_plane: Array
    explained: tuple[float, float]
    start: PointLoss
    now: PointLoss
    downhill: tuple[float, float]
    minimum: tuple[float, float] | None
    note: str
    """Which rows the losses are over, where it is not all training rows; else empty."""
    losses: PlaneLosses

    @property
    def kind(self) -> SurfaceKind:
        """Exact, slice or projection."""
        return self.chosen.kind

    @property
    def plane(self) -> Plane:
        """The plane itself."""
        return self.chosen.plane

    @property
    def title(self) -> str:
        """What this surface is, in words, and how much of the path it shows."""
        if self.kind == "exact" or not self.tells_shares:
            return self.chosen.words
        share = f"{100 * sum(self.explained):.0f} %"
        of_what = " of the path" if self.kind == "slice" else ""
        return f"{self.chosen.words} · {share}{of_what}"

    @property
    def tells_shares(self) -> bool:
        """Whether there is a path of which an axis can explain a share."""
        return self.kind == "slice" or (self.kind == "projection" and len(self.path) >= 3)

    @property
    def u_label(self) -> str:
        """The name of the axis across, with the share of the path that it explains."""
        return self._label(0)

    @property
    def v_label(self) -> str:
        """The name of the axis upwards, with the share of the path that it explains."""
        return self._label(1)

    def point(self, theta: Array) -> PointLoss:
        """Return map loss, true loss, gap and distance of any parameter vector (P,)."""
        return self.losses.point(theta)

    def loss_at(self, u: float, v: float) -> float:
        """Return the total loss at a place of the plane, computed there in float64."""
        return float(self.losses.at(np.array([[u, v]]))[0])

    def _label(self, axis: int) -> str:
        name = self.chosen.names[axis]
        return f"{name} ({100 * self.explained[axis]:.0f} %)" if self.tells_shares else name


def surface(
    run: Run,
    plane: PlaneChoice = "path",
    resolution: int = 101,
    *,
    through: Sequence[Run | Array] | None = None,
    seed: int = 0,
) -> Surface:
    """Return the loss surface of a run at its present step.

    `plane` is two parameter names, or a word: "path" (the first two principal components of the
    path), "random" (two filter-normalised random directions, drawn by `seed`), "gradient" (the
    gradient of all training rows and the sharpest direction, that is the Hessian's top
    eigenvector), "curvature" (its top two), "between" (start, best and now; or `through` three
    runs of this model, or parameter vectors (P,)). A model of two parameters is shown whole.

    Raises GDStudioError for what is no run, for unknown names and words, for points or
    directions that make no plane, and for a resolution that is no whole number from 2 to 4096.
    """
    the_run("run", run)
    steps, trajectory = run.timeline.trajectory.path()
    if run.timeline.trajectory.parameters is not None:
        raise GDStudioError("The path of a model with more than 100 000 parameters is not kept.")
    if through is not None and plane != "between":
        raise GDStudioError('through is for plane="between" only; leave it out, or choose that.')
    names = THROUGH if through is None else ("first", "second", "third")
    vectors = _through(run, through) if plane == "between" else None
    request = SurfaceRequest(
        run.hypothesis,
        run.parameters,
        downhill_gradient(run),
        steps,
        trajectory,
        plane,
        whole_number("resolution", resolution, 2, MOST_RESOLUTION),
        seed=whole_number("seed", seed, 0),
        through=vectors,
        through_names=names,
    )
    return finished(compute(request))


def _through(run: Run, through: Sequence[Run | Array] | None) -> tuple[Array, Array, Array]:
    """Return the three vectors that a plane goes through: start, best and now if none are given."""
    if through is None:
        return run.timeline.trajectory.path()[1][0], run.best_parameters, run.parameters
    found = [np.asarray(getattr(one, "parameters", one)) for one in through]
    size = run.hypothesis.network.size
    fit = [one.shape == (size,) and np.issubdtype(one.dtype, np.number) for one in found]
    if len(found) != 3 or not all(fit) or not np.isfinite(found).all():
        raise GDStudioError(
            f"through must be three runs of this model, or three vectors of its {size} parameters."
        )
    return found[0], found[1], found[2]


def downhill_gradient(run: Run) -> Array:
    """Return the gradient of the present step; at step 0 that of all training rows at the start."""
    return run.gradient if run.step_number else run.full_gradient()


def compute(request: SurfaceRequest) -> Generator[None, None, Surface]:
    """Compute a surface block by block; each `next` is about 2 ms of work."""
    hypothesis = request.hypothesis
    resolution = whole_number("resolution", request.resolution, 2, MOST_RESOLUTION)
    x, y, note = rows_of(hypothesis)
    x64, y64 = x.astype(np.float64, copy=False), y.astype(np.float64, copy=False)
    chosen = yield from choose(request, x64, y64)
    yield
    plane = chosen.plane
    minimum = _known_minimum(hypothesis, x, y) if chosen.kind == "exact" else None
    path, off_plane = plane.project(request.trajectory.astype(np.float64))
    yield
    u, v = _grid(request.bounds or _bounds(request, plane, path, minimum), resolution)
    values = yield from _map(request, plane, u, v, x, y)
    losses = PlaneLosses(hypothesis, plane, x64, y64)
    ends = np.stack([request.trajectory[0], request.theta])
    start, now = yield from losses.points_in_blocks(ends)
    share = plane.explained(request.trajectory.astype(np.float64))
    yield
    down = plane.project((plane.origin - request.gradient)[None])[0][0]
    return Surface(
        chosen=chosen,
        values=values,
        u=u,
        v=v,
        path=path,
        steps=request.steps,
        off_plane=off_plane,
        explained=(1.0, 0.0) if chosen.kind == "exact" and sum(share) == 0 else share,
        start=start,
        now=now,
        downhill=(float(down[0]), float(down[1])),
        minimum=minimum,
        note=note,
        losses=losses,
    )


def _grid(bounds: tuple[float, float, float, float], resolution: int) -> tuple[Array, Array]:
    """Return the coordinates of the map's columns and rows, (resolution,) each."""
    low_u, high_u, low_v, high_v = bounds
    return np.linspace(low_u, high_u, resolution), np.linspace(low_v, high_v, resolution)


def _map(
    request: SurfaceRequest, plane: Plane, u: Array, v: Array, x: Array, y: Array
) -> Generator[None, None, Array]:
    """Return the total losses (len(v), len(u)), roughly where asked and where that will do."""
    hypothesis = request.hypothesis
    if request.is_rough:
        rough = x.astype(np.float32), y.astype(np.float32)
        values = yield from _values(hypothesis, plane, u, v, *rough)
        if _can_be_told_apart(values):
            return values
    return (yield from _values(hypothesis, plane, u, v, x, y))


def _values(
    hypothesis: Hypothesis, plane: Plane, u: Array, v: Array, x: Array, y: Array
) -> Generator[None, None, Array]:
    """Return the total losses (len(v), len(u)) of a grid, in the precision of the rows x and y."""
    values = np.empty(len(v) * len(u))
    grid = GridPoints(plane, u, v, x.dtype)
    for first, found in hypothesis.total_losses_in_blocks(grid, x, y):
        values[first : first + len(found)] = found
        yield
    return values.reshape(len(v), len(u))


def _can_be_told_apart(values: Array) -> bool:
    """Return whether losses in single precision differ by far more than their rounding."""
    if not np.isfinite(values).all():
        return False
    return bool(np.ptp(values) >= LEAST_SPREAD * np.abs(values).max())


def _bounds(
    request: SurfaceRequest, plane: Plane, path: Array, minimum: tuple[float, float] | None
) -> tuple[float, float, float, float]:
    """Return limits that hold the path, the minimum if known, and some country around them.

    A landscape's map begins with what is worth seeing of it, that of random directions goes as
    far each way as the weights are from zero.
    """
    marks = [path, plane.project(request.theta.astype(np.float64)[None])[0]]
    if request.choice == "between" and request.through is not None:
        marks.append(plane.project(np.stack(request.through).astype(np.float64))[0])
    if minimum is not None:
        marks.append(np.array([minimum]))
    points = np.concatenate(marks)
    low, high = points.min(axis=0), points.max(axis=0)
    if isinstance(request.hypothesis.model, LandscapeModel):
        return _with_view(request.hypothesis.model.view, low, high)
    # A path of no length yet still wants a view: as wide as typical parameters are large.
    least = max(0.5, float(np.abs(request.theta).mean()))
    if request.choice == "random":
        weights = request.theta[request.hypothesis.network.is_weight() > 0].astype(np.float64)
        least = max(least, float(np.linalg.norm(weights)) / (0.5 + MARGIN))
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
