"""How high each point of the path lies: map and true loss, computed at the point and kept.

The losses are those of `PlaneLosses`, in float64; points that are already known for a plane are
not computed again while the path grows.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.experiment.surface import PointLoss, Surface

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

MOST_POINTS = 128
LEAST_POINTS = 16
PATH_NUMBERS = 4_000_000  # parameters of all points of a picture of the path


class PathHeights:
    """The losses of the points of one run's path, seen from the plane of one surface."""

    def __init__(self, frame: Frame, surface: Surface) -> None:
        self._losses = surface.losses
        self._run, self._tape = frame.run_number, frame.tape
        self._known: dict[int, PointLoss] = {}

    def fits(self, frame: Frame, surface: Surface) -> bool:
        """Whether the known points are those of this frame and this plane.

        Another tape means that a point may have been moved by an edit.
        """
        same_plane = surface.losses.plane is self._losses.plane
        same_model = surface.losses.hypothesis is self._losses.hypothesis
        same_run = (frame.run_number, frame.tape) == (self._run, self._tape)
        return same_plane and same_model and same_run

    def missing(self, frame: Frame, surface: Surface) -> HeightRequest | None:
        """Return what has to be computed before the whole path can be drawn, or None."""
        steps, thetas = path_of(frame)
        new = [k for k, step in enumerate(steps) if step not in self._known]
        if not new:
            return None
        return HeightRequest(self, surface, [steps[k] for k in new], thetas[new])

    def take(self, steps: list[int], found: list[PointLoss]) -> None:
        """Keep the losses of the points at some steps."""
        self._known.update(zip(steps, found, strict=True))

    def path(self, frame: Frame) -> tuple[list[int], list[PointLoss]]:
        """Return the known points of a frame's path, in order, and their steps."""
        kept = [step for step in path_of(frame)[0] if step in self._known]
        return kept, [self._known[step] for step in kept]


@dataclass(frozen=True, eq=False)
class HeightRequest:
    """The points (n, P) of a path at some steps, to be seen from a surface's plane."""

    heights: PathHeights
    surface: Surface
    steps: list[int]
    thetas: Array


def computed(request: HeightRequest) -> Generator[None, None, list[PointLoss]]:
    """Compute the losses of a request's points; each `next` is about 2 ms of work."""
    return (yield from request.surface.losses.points_in_blocks(request.thetas))


def path_of(frame: Frame) -> tuple[list[int], Array]:
    """Return (steps, thetas (n, P)) of enough of the path for a picture, with shown and best step.

    The points chosen stay the same while the path grows, but for every second one given up.
    """
    now, steps, trajectory = frame.step, frame.trajectory_steps, frame.trajectory
    if frame.trajectory_parameters is not None:
        return [now], frame.parameters[None]
    most = max(LEAST_POINTS, min(MOST_POINTS, PATH_NUMBERS // trajectory.shape[1]))
    stride = 1
    while len(steps) > stride * most:
        stride *= 2
    kept = np.union1d(np.arange(0, len(steps), stride), [len(steps) - 1])
    chosen = [int(step) for step in steps[kept]]
    thetas = trajectory[kept]
    also = {now: frame.parameters}
    if frame.best is not None and frame.best_parameters is not None:
        also.setdefault(frame.best[0], frame.best_parameters)
    for step, theta in also.items():
        place = int(np.searchsorted(chosen, step))
        if place == len(chosen) or chosen[place] != step:
            chosen.insert(place, step)
            thetas = np.insert(thetas, place, theta, axis=0)
    return chosen, thetas
