"""Which plane and which part of it the surface plot asks for, and when it asks again.

Axes change only by a refit, which is announced: the path's plane is fitted anew each time the
run has become twice as long. In between the map follows the path, up to four times its first
size; what lies beyond is marked as having left the map. A plane of the step's own (its gradient,
its curvature, the best and it) is found anew at every step; along two parameters, or two random
directions, the plane moves with the point and its axes stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.engine.planes import Plane
from gd_studio.experiment.surface import PlaneChoice, Surface, SurfaceRequest, is_exact
from gd_studio.experiment.surface_planes import THROUGH, ChosenPlane
from gd_studio.gui.plots.surface_effort import (
    IDLE_RESOLUTION,
    RESOLUTION,
    is_light,
    may_refine,
    racing_resolution,
)
from gd_studio.gui.plots.surface_laid import PathOnPlane, PathPoints, places

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

ZOOM = 4.0
NEWS_STEPS = 20
EXPLODED = 30.0  # times the first loss
OWN_PLANES = ("gradient", "curvature", "between")  # of each step its own
PINS = 3
NO_PATH = (
    "The path of a model with more than 100 000 parameters is not kept.\n"
    "Choose two parameters, or directions of the present point, to see a slice."
)
NO_PINS = "Pin three runs of this model first (Train menu); the plane goes through them."

Bounds = tuple[float, float, float, float]  # u low, u high, v low, v high
Through = tuple[tuple[Any, Any, Any], tuple[str, str, str]]


@dataclass
class Axes:
    """The plane in force: fitted when, first seen how large, and what was last asked for.

    `asked_racing`: that was asked in a race, for which a rough map is good enough.
    `pinned`: the plane "between" goes through three pinned runs, not start, best and now.
    """

    choice: PlaneChoice = "path"
    pinned: bool = False
    seed: int = 0
    chosen: ChosenPlane | None = None
    first: Bounds | None = None
    bounds: Bounds | None = None
    fitted_at: int = 0
    refits: int = 0
    asked: tuple[Any, ...] = ()
    asked_racing: bool = False
    _laid: PathOnPlane = field(default_factory=PathOnPlane)

    def forget(self) -> None:
        """Start over: another run, or another choice of plane."""
        self.chosen = self.first = self.bounds = None
        self.fitted_at = self.refits = 0
        self.asked = ()

    def request(self, frame: Frame) -> SurfaceRequest | None:
        """Return what has to be computed for a frame; None if the present map is still right."""
        refit = self._needs_refit(frame)
        what = (frame.run_number, self.choice, self._place(frame), frame.hypothesis)
        if refit:
            key: tuple[Any, ...] = ("fit", *what, frame.last_step)
            if self.asked[:3] == key[:3] and self.chosen is None:
                return None
        else:
            self._follow(frame)
            # As words: NaN is never the same as NaN, and such a map would be asked for for ever.
            bounds = repr(self.bounds)
            is_fitted = self.asked[:5] == ("fit", *what) and bounds == repr(self.first)
            key = self.asked if is_fitted else ("keep", *what, bounds)
        if key == self.asked and (frame.racing or not self.asked_racing):
            return None
        self.asked, self.asked_racing = key, frame.racing
        return self._made(frame, refit)

    def missing(self, frame: Frame) -> str:
        """Say what the chosen plane lacks in a frame, and what to do; empty if nothing."""
        if frame.trajectory_parameters is not None and self.choice in ("path", "between"):
            return NO_PATH
        lacks_pins = self.choice == "between" and self.pinned and self.through(frame)[0] is None
        return NO_PINS if lacks_pins else ""

    def refined(self, frame: Frame) -> SurfaceRequest | None:
        """Return the finer map of what was last computed; None if there is nothing to refine."""
        if self.chosen is None or self.bounds is None or not may_refine(frame.hypothesis):
            return None
        return self._made(frame, False, IDLE_RESOLUTION)

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
        is_rare = self.choice not in OWN_PLANES
        return is_rare and self.refits > 0 and self.fitted_at <= step <= self.fitted_at + soon

    def path(self, frame: Frame, plane: Plane) -> PathPoints:
        """Return enough of the path for a picture."""
        return self._laid.points(frame, plane)

    def _needs_refit(self, frame: Frame) -> bool:
        if self.chosen is None:
            return True
        if is_exact(frame.hypothesis):
            return False
        if self.choice in OWN_PLANES:
            return True
        if self.choice != "path":
            return False
        # A run that flies apart would drag the axes along; it leaves the map instead.
        total = frame.evaluation.train["total"]
        if not np.isfinite(total) or total > 3 * frame.first or len(frame.trajectory) < 3:
            return False
        return frame.last_step >= max(3, 2 * self.fitted_at)

    def _place(self, frame: Frame) -> tuple[object, ...]:
        """Return what tells where a slice lies: it passes through the present point."""
        if self.choice == "path" or is_exact(frame.hypothesis):
            return ()
        pins = frame.ghosts if self.pinned else ()
        return (frame.step, hash(frame.parameters.tobytes()), *pins)

    def _follow(self, frame: Frame) -> None:
        assert self.chosen is not None
        assert self.first is not None
        assert self.bounds is not None
        plane = self.chosen.plane
        now = places(plane, frame.parameters[None])
        path = self.path(frame, plane).places
        self.bounds = grown(self.bounds, self.first, np.concatenate([path, now]))

    def _made(self, frame: Frame, refit: bool, resolution: int = RESOLUTION) -> SurfaceRequest:
        hypothesis = frame.hypothesis
        if frame.racing:
            resolution = racing_resolution(hypothesis)
        steps, trajectory = frame.trajectory_steps, frame.trajectory
        if frame.trajectory_parameters is not None:
            steps, trajectory = np.array([frame.step]), frame.parameters[None]
        theta = frame.parameters
        sane = steps < _explodes_at(frame)
        if refit and sane[0] and not sane.all():
            # Axes that held a run's explosion would show nothing else: it leaves the map.
            if self.choice == "path" and frame.step > steps[sane][-1]:
                theta = trajectory[sane][-1]
            steps, trajectory = steps[sane], trajectory[sane]
        vectors, names = self.through(frame)
        return SurfaceRequest(
            hypothesis=hypothesis,
            theta=theta,
            gradient=frame.gradient,
            steps=steps,
            trajectory=trajectory,
            choice=self.choice,
            resolution=resolution,
            fixed=None if refit else self.chosen,
            bounds=None if refit else self.bounds,
            seed=self.seed,
            through=vectors,
            through_names=names,
            is_rough=not is_exact(hypothesis)
            and (frame.racing or not is_light(hypothesis, resolution)),
        )

    def through(self, frame: Frame) -> tuple[tuple[Any, Any, Any] | None, tuple[str, str, str]]:
        """Return the three points of the plane between them, as far as there are three."""
        if self.choice != "between" or frame.trajectory_parameters is not None:
            return None, THROUGH
        return _pins(frame) if self.pinned else _start_best_now(frame)


def _start_best_now(frame: Frame) -> Through:
    best = frame.parameters if frame.best_parameters is None else frame.best_parameters
    return (frame.trajectory[0], best, frame.parameters), THROUGH


def _pins(frame: Frame) -> tuple[tuple[Any, Any, Any] | None, tuple[str, str, str]]:
    size = len(frame.parameters)
    fitting = [g for g in frame.ghosts if g.number and g.parameters.shape == (size,)]
    names = ("pin 1", "pin 2", "pin 3")
    if len(fitting) < PINS:
        return None, names
    first, second, third = (ghost.parameters for ghost in fitting[:PINS])
    return (first, second, third), names


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
