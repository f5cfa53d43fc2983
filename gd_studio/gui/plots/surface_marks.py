"""Where a frame's points stand on the map: path, present point, next step, and the way down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QFont

from gd_studio.engine.planes import Plane
from gd_studio.experiment.surface import PointLoss, Surface
from gd_studio.gui.plots.surface_hover import Marked, marked_at
from gd_studio.gui.plots.surface_laid import PathPoints, places
from gd_studio.gui.plots.surface_path import SurfacePath
from gd_studio.gui.plots.surface_probe import Look
from gd_studio.gui.plots.surface_strokes import Place

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame


class SurfaceMarks:
    """Lays a frame's points on a map, and finds them again under the mouse."""

    def __init__(self, path: SurfacePath) -> None:
        self._path = path
        self._points: PathPoints | None = None
        self._places: dict[str, Place] = {}
        self._downhill: Place | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is anything on the map."""
        return self._points is not None

    def hide(self) -> None:
        """Take all marks away."""
        self._points = None
        self._path.hide()

    def draw(
        self,
        frame: Frame,
        surface: Surface,
        points: PathPoints,
        look: Look | PointLoss | None,
        per_pixel: Place,
    ) -> int | None:
        """Draw a frame's points; return the first step at which the path left the map."""
        plane, path = surface.plane, self._path
        u, v = surface.u, surface.v
        path.set_bounds((float(u[0]), float(u[-1]), float(v[0]), float(v[-1])))
        now = _place(places(plane, frame.parameters[None])[0])
        self._points, self._places, self._downhill = points, {"now": now}, None
        if frame.ahead is not None and np.isfinite(frame.ahead).all():
            self._places["next"] = _place(places(plane, frame.ahead[None])[0])
        if isinstance(look, Look):
            self._downhill = _place((look.downhill @ plane.u, look.downhill @ plane.v))
        path.show_path(points.places, points.off, now)
        path.show_next(now, self._places.get("next"))
        path.show_point("least", surface.minimum)
        path.show_point("best", self._best(frame, plane))
        return path.show_left(points.places, points.steps, per_pixel)

    def _best(self, frame: Frame, plane: Plane) -> Place | None:
        """Return where the best evaluation's parameters lie; nowhere before the first step."""
        theta = frame.best_parameters
        if theta is None or frame.last_step == 0 or not np.isfinite(theta).all():
            return None
        self._places["best"] = at = _place(places(plane, theta[None])[0])
        return at

    def place(self, font: QFont) -> None:
        """Draw what has its size on the screen: the arrow downhill, and the names."""
        if self._points is not None:
            self._path.show_downhill(self._places["now"], self._downhill)
            self._path.write(font)

    def at(self, frame: Frame, place: Place, per_pixel: Place) -> Marked | None:
        """Return the point under the mouse."""
        if self._points is None:
            return None
        return marked_at(frame, self._points, self._places, place, per_pixel)


def _place(place: Any) -> Place:
    return float(place[0]), float(place[1])
