"""The path laid on a plane: where each of its points is seen, and how far off the plane it is.

Points that are known stay known while the path grows: of a large model each costs as much as the
whole rest of a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.engine.planes import Plane

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

PATH_POINTS = 400
PROJECTED = 4_000_000  # numbers looked at for one picture of the path
IN_FULL = 200_000  # numbers in a path up to which distances are computed to the last digit


@dataclass(frozen=True, eq=False)
class PathPoints:
    """The drawn points of a path: steps (n,), places (n, 2), and distances (n,) off the plane.

    `rows` (n,) are their places in the frame's trajectory; empty where it is not kept.
    """

    steps: Any
    places: Any
    off: Any
    rows: Any


class PathOnPlane:
    """The drawn points of one run's path on one plane."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._steps = np.empty(0, np.int64)
        self._known = np.empty((0, 3))
        self._made: tuple[Frame, PathPoints] | None = None

    def points(self, frame: Frame, plane: Plane) -> PathPoints:
        """Return enough of a frame's path for a picture."""
        # Another tape means that a point may have been moved by an edit.
        of = (plane, frame.run_number, frame.tape)
        if len(of) != len(self._of) or any(a is not b for a, b in zip(of, self._of, strict=True)):
            self._of, self._made = of, None
            self._steps, self._known = np.empty(0, np.int64), np.empty((0, 3))
        if self._made is None or self._made[0] is not frame:
            self._made = (frame, self._laid(frame, plane))
        return self._made[1]

    def _laid(self, frame: Frame, plane: Plane) -> PathPoints:
        if frame.trajectory_parameters is not None:
            at, off = seen_on(plane, frame.parameters[None])
            return PathPoints(np.array([frame.step]), at, off, np.empty(0, np.intp))
        size = frame.trajectory.shape[1]
        rows = settled(len(frame.trajectory), max(20, min(PATH_POINTS, PROJECTED // size)))
        steps = frame.trajectory_steps[rows]
        place = np.minimum(np.searchsorted(self._steps, steps), max(len(self._steps) - 1, 0))
        is_known = self._steps[place] == steps if len(self._steps) else np.zeros(len(rows), bool)
        known = np.empty((len(rows), 3))
        known[is_known] = self._known[place[is_known]]
        at, off = seen_on(plane, frame.trajectory[rows[~is_known]])
        known[~is_known] = np.column_stack([at, off])
        self._steps, self._known = steps, known
        return PathPoints(steps, known[:, :2], known[:, 2], rows)


def settled(count: int, most: int) -> Any:
    """Return at most `most` + 1 places of `count`, the last included, that stay while it grows.

    When there are too many, every second one is given up.
    """
    stride = 1
    while count > stride * most:
        stride *= 2
    kept = np.arange(0, count, stride)
    return kept if kept[-1] == count - 1 else np.append(kept, count - 1)


def places(plane: Plane, thetas: Any) -> Any:
    """Return where parameter vectors (n, P) lie on a plane, as (n, 2)."""
    with np.errstate(all="ignore"):
        away = thetas.astype(np.float64) - plane.origin
        return away @ np.stack([plane.u, plane.v], axis=1)


def seen_on(plane: Plane, thetas: Any) -> tuple[Any, Any]:
    """Return where parameter vectors (n, P) lie on a plane (n, 2), and how far off it (n,).

    Of large models by Pythagoras, in a third of the time: to 1e-8 of the distance to the plane's
    origin, which is enough to draw. What is said under the mouse is computed in full.
    """
    with np.errstate(all="ignore"):
        if thetas.size <= IN_FULL:
            return plane.project(thetas.astype(np.float64))
        away = thetas - plane.origin
        inside = away @ np.stack([plane.u, plane.v], axis=1)
        squares = np.vecdot(away, away) - np.vecdot(inside, inside)
        return inside, np.sqrt(np.maximum(squares, 0))
