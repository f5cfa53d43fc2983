"""The paths of earlier runs on a map: laid on its plane once, and not at every frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gd_studio.engine.planes import Plane
from gd_studio.gui.plots.surface_laid import places
from gd_studio.gui.plots.surface_map import SurfaceMap
from gd_studio.gui.plots.weights_lines import thinned

if TYPE_CHECKING:
    from gd_studio.session.frame import Ghost

MOST_POINTS = 200


class SurfaceGhosts:
    """Hands the paths of earlier runs of as many parameters to the map."""

    def __init__(self, onto: SurfaceMap) -> None:
        self._map = onto
        self._plane: Plane | None = None
        self._ghosts: tuple[Ghost, ...] = ()

    def show(self, plane: Plane, ghosts: Sequence[Ghost]) -> None:
        """Draw these on the map of a plane."""
        size = len(plane.origin)
        fitting = tuple(ghost for ghost in ghosts if ghost.trajectory.shape[1] == size)
        known = len(fitting) == len(self._ghosts) and all(
            ghost is other for ghost, other in zip(fitting, self._ghosts, strict=True)
        )
        if known and plane is self._plane:
            return
        self._plane, self._ghosts = plane, fitting
        self._map.show_ghosts([(ghost.number, _laid(ghost, plane)) for ghost in fitting])


def _laid(ghost: Ghost, plane: Plane) -> Any:
    """Return the places (n, 2) of enough of a path for a picture."""
    return places(plane, ghost.trajectory[thinned(len(ghost.trajectory), MOST_POINTS)])
