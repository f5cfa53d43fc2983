"""How a loss surface is computed in the background: a coarse one first, then the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

from gd_studio.experiment.surface import Surface, SurfaceRequest, compute
from gd_studio.gui.background import Partial

COARSE = 25

Compute = Callable[[SurfaceRequest], Generator[Any, None, Surface]]


def coarse_then_fine(
    request: SurfaceRequest, how: Compute = compute
) -> Generator[Any, None, Surface]:
    """Compute a surface of a few points, hand it on, and return the one asked for."""
    if request.resolution > COARSE:
        coarse = yield from how(replace(request, resolution=COARSE))
        yield Partial(coarse)
        # What took a search to find is not searched twice.
        request = replace(request, fixed=coarse.chosen)
    return (yield from how(request))
