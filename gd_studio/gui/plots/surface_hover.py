"""What the mouse says on the map: a point of the path with its gap, or the loss at a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.experiment.surface import PointLoss, Surface
from gd_studio.gui.numbers import exact, whole
from gd_studio.gui.plots.surface_laid import PathPoints

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

NEAR_PIXELS = 8


@dataclass(frozen=True, eq=False)
class Marked:
    """A point that the mouse is at: its name, and its parameters (P,)."""

    name: str
    theta: Any

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from other points."""
        return self.name, hash(self.theta.tobytes())


def marked_at(
    frame: Frame,
    path: PathPoints,
    marks: dict[str, Any],
    at: tuple[float, float],
    per_pixel: tuple[float, float],
) -> Marked | None:
    """Return the nearest point within reach: "now", "next", "best", or a step of the path.

    `marks` {name: place (2,)} are the first three; they win over the path where all are near.
    """
    thetas = {"now": frame.parameters, "next": frame.ahead, "best": frame.best_parameters}
    best = frame.step if frame.best is None else frame.best[0]
    words = {
        "now": f"step {whole(frame.step)}, the one shown",
        "next": f"step {whole(frame.step + 1)}, not taken yet",
        "best": f"step {whole(best)}, the best evaluation so far",
    }
    for name, place in marks.items():
        theta = thetas[name]
        if theta is not None and _pixels(np.asarray(place)[None], at, per_pixel)[0] <= NEAR_PIXELS:
            return Marked(words[name], theta)
    if not len(path.rows):
        return None
    away = _pixels(path.places, at, per_pixel)
    nearest = int(np.argmin(away))
    if away[nearest] > NEAR_PIXELS:
        return None
    theta = frame.trajectory[path.rows[nearest]]
    return Marked(f"step {whole(int(path.steps[nearest]))}", theta)


def point_words(marked: Marked, point: PointLoss | None, is_exact: bool) -> str:
    """Say a point's map loss, true loss and gap, and how far it is off the plane."""
    if point is None:
        return f"{marked.name}\ncomputing its loss…"
    losses = f"map loss {exact(point.map, 5)}, true loss {exact(point.true, 5)}"
    if is_exact:
        return f"{marked.name}\n{losses}\nno gap: the map shows every parameter"
    sign = "+" if point.gap > 0 else ""
    off = f"gap {sign}{exact(point.gap, 3)}, {exact(point.distance, 3)} off the plane"
    return f"{marked.name}\n{losses}\n{off}"


def place_words(surface: Surface, x: float, y: float, loss: float | None) -> str:
    """Say the loss at a place of the map, where that is, and what a click does."""
    said = "computing the loss…" if loss is None else f"loss {exact(loss, 5)}"
    place = f"{surface.u_label}: {exact(x, 4)}\n{surface.v_label}: {exact(y, 4)}"
    return f"{said}\n{place}\nclick: move the parameters here"


def _pixels(places: Any, at: tuple[float, float], per_pixel: tuple[float, float]) -> Any:
    """Return how many pixels places (n, 2) are from another; infinity where there is no place."""
    away = (places - np.array(at)) / np.maximum(np.array(per_pixel), np.finfo(float).tiny)
    return np.nan_to_num(np.hypot(away[:, 0], away[:, 1]), nan=np.inf)
