"""What lies on the map: the path of the descent, its start, the best, the present point, the next.

The arrow of fixed length points downhill; the hollow point is where the next step will lead, drawn
before it is taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.clipping import Bounds, is_within
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.labels import Label, Tag, around, clear_of, show_apart
from gd_studio.gui.plots.surface_strokes import Place, SurfaceStrokes
from gd_studio.gui.plots.words import Anchor
from gd_studio.gui.theme import Theme

MARK_PIXELS = 13
SMALL = 130.0  # pixels of a map so small that no name may cover its path: hover tells it, too
NAMED_APART = 20.0  # pixels that the best is from the present point where it has a name
NAMES = ("left", "start", "next", "least", "best")


class SurfacePath:
    """All marks on the map, and their names; places are (u, v)."""

    def __init__(self, plot_item: Any) -> None:
        self._view = plot_item.getViewBox()
        self.strokes = SurfaceStrokes(self._view)
        self.tags = {name: Tag(plot_item) for name in NAMES}
        self._bounds: Bounds = (0.0, 1.0, 0.0, 1.0)
        self._left_words = ""
        self._written: tuple[Any, ...] = ()
        self.hide()

    @property
    def shown(self) -> dict[str, Place]:
        """The points that are drawn, by name."""
        strokes = self.strokes
        return {name: at for name, at in strokes.points.items() if strokes.is_drawn(name)}

    @property
    def has_arrow(self) -> bool:
        """Whether the arrow downhill is drawn."""
        return self.strokes.tip() is not None

    def set_bounds(self, bounds: Bounds) -> None:
        """Say how far the map reaches: what lies beyond is not drawn."""
        self._bounds = self.strokes.bounds = bounds

    def set_hidden(self, names: frozenset[str]) -> None:
        """Draw these not, whatever is given."""
        if names != self.strokes.hidden:
            self.strokes.hidden = names
            self.strokes.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour the marks; the map under them is the same in every theme."""
        self.strokes.set_theme(theme)
        for tag in self.tags.values():
            tag.set_background(colour(theme, "path_edge", 150))
        self._words = colour(theme, "path")
        self._written = ()

    def hide(self) -> None:
        """Take all marks away."""
        self.strokes.hide()
        self.strokes.points.clear()
        self.strokes.arrow = None
        for tag in self.tags.values():
            tag.hide()
        self._written = ()

    def show_path(self, path: Any, off: Any, now: Place) -> None:
        """Draw the path (n, 2), paler where it is off the plane (n,), and the present point."""
        self.strokes.fading.set_path(path, off)
        self.show_point("start", (float(path[0, 0]), float(path[0, 1])))
        self.show_point("now", now)
        self.strokes.show()
        self.strokes.update()

    def show_next(self, now: Place, at: Place | None) -> None:
        """Draw the way to where the next step leads, or none."""
        self.show_point("next", at)
        self.strokes.way = None if at is None else np.array([now, at])

    def show_point(self, name: str, at: Place | None) -> None:
        """Mark a place, or none; what is beyond the map is not marked."""
        points = self.strokes.points
        points.pop(name, None)
        if at is not None and is_within(*at, self._bounds):
            points[name] = at

    def show_downhill(self, at: Place, way: Place | None) -> None:
        """Draw an arrow of fixed length on screen from a place downhill, or none."""
        shown = way is not None and is_within(*at, self._bounds)
        arrow = (at, way) if shown and way is not None else None
        if arrow != self.strokes.arrow:
            self.strokes.arrow = arrow
            self.strokes.update()

    def write(self, font: QFont) -> None:
        """Name the marks, each name where it covers neither another one nor a mark."""
        points, tip, pixels = self.shown, self.strokes.tip(), self.strokes.pixels
        key = (points, tip, self._left_words, font.key(), pixels)
        if key == self._written:
            return
        self._written = key
        words = {"least": "minimum", "left": self._left_words}
        is_small = min(self._view.width(), self._view.height()) < SMALL
        dots = self.strokes.dots() if is_small else None
        wished = []
        for name, tag in self.tags.items():
            at = points.get(name)
            if at is None or (name == "best" and self._is_near_now(at)):
                tag.hide()
                continue
            said = f" {words.get(name, name)} "
            anchors = self._anchors(name, at[0])
            if dots is not None:
                anchors = clear_of(dots, said, at, anchors, font, self._view)
            if anchors:
                places = [(said, *at, anchor) for anchor in anchors]
                wished.append(Label(tag, self._words, places))
            else:
                tag.hide()
        taken = [around(*at, MARK_PIXELS, self._view) for at in points.values()]
        if tip is not None:
            box = QRectF(0, 0, MARK_PIXELS, MARK_PIXELS)
            box.moveCenter(tip)
            taken.append(box)
        show_apart(wished, font, self._view, taken)

    def _is_near_now(self, at: Place) -> bool:
        now = self.strokes.points.get("now")
        if now is None:
            return False
        here, there = self.strokes.pixels.of([at, now])
        return bool(np.hypot(*(here - there)) < NAMED_APART)

    def _anchors(self, name: str, x: float) -> list[Anchor]:
        """Return where the words of a mark may stand around it, the best first."""
        gap = 0.3 if name == "start" else 0.15
        right, left = (-gap, 0.5), (1 + gap, 0.5)
        sides = [right, left] if x < (self._bounds[0] + self._bounds[1]) / 2 else [left, right]
        ends = [(0.5, -0.5), (0.5, 1.5)]
        corners = [(0.0, -0.5), (1.0, -0.5), (0.0, 1.5), (1.0, 1.5)]
        return [*sides, *ends, *corners] if name == "start" else [*ends, *sides, *corners]

    def show_left(self, path: Any, steps: Any, per_pixel: Place) -> int | None:
        """Mark where the path left the map; return the first step outside, or None."""
        bounds = self._bounds
        found = leaves(path, bounds)
        if found is None:
            self.show_point("left", None)
            return None
        first, (x, y) = found
        low_u, high_u, low_v, high_v = bounds
        inset_u, inset_v = 8 * per_pixel[0], 8 * per_pixel[1]
        x = min(max(x, low_u + inset_u), high_u - inset_u)
        y = min(max(y, low_v + inset_v), high_v - inset_v)
        self.show_point("left", (x, y))
        self._left_words = f"left the map, step {whole(int(steps[first]))}"
        return int(steps[first])


def leaves(path: Any, bounds: Bounds) -> tuple[int, tuple[float, float]] | None:
    """Return (place in the path, point on the border) where a path first leaves the bounds."""
    low = np.array([bounds[0], bounds[2]])
    high = np.array([bounds[1], bounds[3]])
    outside = ~((path >= low) & (path <= high)).all(axis=1)
    if not outside.any():
        return None
    first = int(np.argmax(outside))
    if first == 0:
        point = np.clip(np.nan_to_num(path[0]), low, high)
        return 0, (float(point[0]), float(point[1]))
    inside, beyond = path[first - 1], path[first]
    way = np.nan_to_num(beyond - inside)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(way > 0, (high - inside) / way, (low - inside) / way)
    shares = shares[np.isfinite(shares) & (shares >= 0)]
    share = float(min(shares.min(), 1.0)) if shares.size else 0.0
    point = np.clip(inside + share * way, low, high)
    return first, (float(point[0]), float(point[1]))
