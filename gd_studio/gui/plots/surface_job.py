"""How a loss surface is computed in the background: a coarse one first, then the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from gd_studio.experiment.surface import Surface, SurfaceRequest, compute
from gd_studio.gui.background import Partial
from gd_studio.gui.plots.surface_effort import COARSE
from gd_studio.gui.plots.surface_picture import Picture, picture_of

Compute = Callable[[SurfaceRequest], Generator[Any, None, Surface]]


@dataclass(frozen=True, eq=False)
class PictureRequest:
    """What is to be computed, and on which colour scale it is to be shown.

    `refines`: a finer map of one that is drawn already, which no coarse one may replace.
    """

    surface: SurfaceRequest
    scale: str
    refines: bool = False


def coarse_then_fine(
    request: PictureRequest, how: Compute = compute
) -> Generator[Any, None, Picture]:
    """Compute a surface of a few points, hand it on, and return the one asked for."""
    asked = request.surface
    if asked.resolution > COARSE and not request.refines:
        coarse = yield from how(replace(asked, resolution=COARSE))
        yield Partial((yield from picture_of(coarse, request.scale)))
        # What took a search to find is not searched twice.
        asked = replace(asked, fixed=coarse.chosen)
    fine = yield from how(asked)
    return (yield from picture_of(fine, request.scale))
