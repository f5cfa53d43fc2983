"""Which plane and which part of it the surface plot asks for, and when it asks again.

Axes change only by a refit, which is announced: the path's plane is fitted anew each time the
run has become twice as long. In between the map follows the path, up to four times its first
size; what lies beyond is marked as having left the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.engine.planes import Plane
from gd_studio.experiment.surface import PlaneChoice, Surface, SurfaceRequest, is_exact
from gd_studio.experiment.surface_planes import ChosenPlane
from gd_studio.gui.plots.weights_lines import thinned

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

ZOOM = 4.0
NEWS_STEPS = 20
EXPLODED = 30.0  # times the first loss
PATH_POINTS = 400
PROJECTED = 4_000_000  # numbers looked at for one picture of the path
RESOLUTION = 101

Bounds = tuple[float, float, float, float]  # u low, u high, v low, v high


@dataclass
class Axes:
    """The plane in force: fitted when, first seen how large, and what was last asked for."""

    choice: PlaneChoice = "path"
    chosen: ChosenPlane | None = None
    first: Bounds | None = None
    bounds: Bounds | None = None
    fitted_at: int = 0
    refits: int = 0
    asked: tuple[Any, ...] = ()

    def forget(self) -> None:
        """Start over: another run, or another choice of plane."""
        self.chosen = self.first = self.bounds = None
        self.fitted_at = self.refits = 0
        self.asked = ()

    def request(self, frame: Frame) -> SurfaceRequest | None:
        """Return what has to be computed for a frame; None if the present map is still right."""
        refit = self._needs_refit(frame)
        if refit:
            key: tuple[Any, ...] = ("fit", frame.run_number, self.choice, frame.last_step)
            if self.asked[:3] == key[:3] and self.chosen is None:
                return None
        else:
            self._follow(frame)
            place = frame.step if self._moves_with_step(frame) else -1
            key = ("keep", frame.run_number, self.choice, place, self.bounds, id(frame.hypothesis))
        if key == self.asked:
            return None
        self.asked = key
        return self._made(frame, refit)

    def adopt(self, request: SurfaceRequest, surface: Surface) -> bool:
        """Take over an answer's plane; return whether the axes were changed by a refit."""
        bounds = (
            float(surface.u[0]),
            float(surface.u[-1]),
            float(surface.v[0]),
            float(surface.v[-1]),
        )
        fitted = int(request.steps[-1])
        is_new = request.bounds is None and (self.chosen is None or fitted != self.fitted_at)
        changed = is_new and self.chosen is not None
        if is_new:
            self.first, self.fitted_at = bounds, fitted
            self.refits += changed
        self.chosen, self.bounds = surface.chosen, bounds
        return changed

    def announces(self, step: int) -> bool:
        """Return whether a refit is news at a step: at and soon after the step it was made at."""
        soon = max(NEWS_STEPS, self.fitted_at // 10)
        return self.refits > 0 and self.fitted_at <= step <= self.fitted_at + soon

    def path(self, frame: Frame, plane: Plane) -> tuple[Any, Any]:
        """Return (steps, places (n, 2)) of enough of the path for a picture."""
        if frame.trajectory_parameters is not None:
            return np.array([frame.step]), places(plane, frame.parameters[None])
        size = frame.trajectory.shape[1]
        kept = thinned(len(frame.trajectory), max(20, min(PATH_POINTS, PROJECTED // size)))
        return frame.trajectory_steps[kept], places(plane, frame.trajectory[kept])

    def _needs_refit(self, frame: Frame) -> bool:
        if self.chosen is None:
            return True
        if self.choice != "path" or is_exact(frame.hypothesis):
            return False
        # A run that flies apart would drag the axes along; it leaves the map instead.
        total = frame.evaluation.train["total"]
        if not np.isfinite(total) or total > 3 * frame.first or len(frame.trajectory) < 3:
            return False
        return frame.last_step >= max(3, 2 * self.fitted_at)

    def _moves_with_step(self, frame: Frame) -> bool:
        """Return whether every step has another map: a slice passes through the present point."""
        return self.choice != "path" and not is_exact(frame.hypothesis)

    def _follow(self, frame: Frame) -> None:
        assert self.chosen is not None
        assert self.first is not None
        assert self.bounds is not None
        plane = self.chosen.plane
        _, path = self.path(frame, plane)
        now = places(plane, frame.parameters[None])
        self.bounds = grown(self.bounds, self.first, np.concatenate([path, now]))

    def _made(self, frame: Frame, refit: bool) -> SurfaceRequest:
        steps, trajectory = frame.trajectory_steps, frame.trajectory
        if frame.trajectory_parameters is not None:
            steps, trajectory = np.array([frame.step]), frame.parameters[None]
        theta = frame.parameters
        sane = steps < _explodes_at(frame)
        if refit and sane[0] and not sane.all():
            # Axes that held a run's explosion would show nothing else: it leaves the map.
            theta = trajectory[sane][-1] if frame.step > steps[sane][-1] else theta
            steps, trajectory = steps[sane], trajectory[sane]
        return SurfaceRequest(
            hypothesis=frame.hypothesis,
            theta=theta,
            gradient=frame.gradient,
            steps=steps,
            trajectory=trajectory,
            choice=self.choice,
            resolution=RESOLUTION,
            fixed=None if refit else self.chosen,
            bounds=None if refit else self.bounds,
        )


def places(plane: Plane, thetas: Any) -> Any:
    """Return where parameter vectors (n, P) lie on a plane, as (n, 2)."""
    with np.errstate(all="ignore"):
        away = thetas.astype(np.float64) - plane.origin
        return away @ np.stack([plane.u, plane.v], axis=1)


def _explodes_at(frame: Frame) -> float:
    """Return the first step whose loss is beyond all measure; infinity if there is none."""
    found = [np.inf]
    for name in ("total", "train_loss"):
        curve = frame.curves.by_name.get(name)
        if curve is not None:
            bad = ~(np.asarray(curve.values) <= EXPLODED * frame.first)
            found += np.asarray(curve.steps)[bad][:1].tolist()
    return float(min(found))


def grown(bounds: Bounds, first: Bounds, path: Any) -> Bounds:
    """Return bounds widened to hold a path, to at most four times the first ones."""
    finite = path[np.isfinite(path).all(axis=1)]
    if not len(finite):
        return bounds
    result = list(bounds)
    for axis in (0, 1):
        low, high = bounds[2 * axis], bounds[2 * axis + 1]
        first_low, first_high = first[2 * axis], first[2 * axis + 1]
        reach = (ZOOM - 1) / 2 * (first_high - first_low)
        # Growing by a good piece at once means asking for few maps.
        room = 0.3 * (high - low)
        if finite[:, axis].min() < low:
            result[2 * axis] = max(float(finite[:, axis].min()) - room, first_low - reach)
        if finite[:, axis].max() > high:
            result[2 * axis + 1] = min(float(finite[:, axis].max()) + room, first_high + reach)
    return result[0], result[1], result[2], result[3]
