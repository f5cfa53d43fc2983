"""What lies on the map: the path of the descent, its start, the present point, where it goes next.

The arrow of fixed length points downhill; the hollow point is where the next step will lead, drawn
before it is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont

from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.clipping import Bounds, clipped, grown_by, is_within
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.labels import Anchor, Label, Tag, around, show_apart
from gd_studio.gui.plots.surface_fade import FadingPath
from gd_studio.gui.plots.weights_lines import thinned
from gd_studio.gui.theme import Theme

PATH_POINTS = 400
ARROW_PIXELS = 46
MARK_PIXELS = 13
MARGIN = 0.02  # of the map, by which lines run on beyond it


class SurfacePath:
    """All marks on the map; places are (u, v)."""

    def __init__(self, plot_item: Any) -> None:
        self._fading = FadingPath()
        self._ghost = pg.PlotCurveItem(antialias=True)
        self._shaft_edge, self._shaft = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._head = pg.ArrowItem(headLen=13, headWidth=12, tipAngle=None, pxMode=True)
        self._start = pg.ScatterPlotItem(pxMode=True, size=11, symbol="o")
        self._now = pg.ScatterPlotItem(pxMode=True, size=13, symbol="o")
        self._least = pg.ScatterPlotItem(pxMode=True, size=12, symbol="x")
        self._left = pg.ScatterPlotItem(pxMode=True, size=13, symbol="s")
        self._way_edge, self._way = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._next = pg.ScatterPlotItem(pxMode=True, size=11, symbol="d")
        self._items = (self._ghost, *self._fading.items, self._shaft_edge, self._shaft, self._head,
                       self._way_edge, self._way, self._least, self._start, self._left,
                       self._next, self._now)  # fmt: skip
        for z, item in enumerate(self._items, 1):
            item.setZValue(z)
            plot_item.addItem(item, ignoreBounds=True)
        self._tags = {name: Tag(plot_item) for name in ("left", "start", "next", "least")}
        self._bounds: Bounds = (0.0, 1.0, 0.0, 1.0)
        self._view = plot_item.getViewBox()
        self._points: dict[str, tuple[float, float]] = {}
        self._left_words = ""
        self._tip: tuple[float, float] | None = None
        self._written: tuple[Any, ...] = ()
        self.hide()

    def set_bounds(self, bounds: Bounds) -> None:
        """Say how far the map reaches: what lies beyond is not drawn."""
        self._bounds = bounds

    def set_theme(self, theme: Theme) -> None:
        """Colour the marks; the map under them is the same in every theme."""
        edge, white = pen(theme, "path_edge", 4), pen(theme, "path", 2)
        self._fading.set_theme(theme)
        self._shaft_edge.setPen(edge)
        self._shaft.setPen(white)
        self._way_edge.setPen(pen(theme, "path_edge", 3))
        self._way.setPen(pen(theme, "point", 1.5))
        self._next.setPen(pen(theme, "point", 2))
        self._next.setBrush(pg.mkBrush(colour(theme, "path")))
        self._ghost.setPen(pen(theme, "path", 1.5, "dashed", alpha=150))
        self._head.setStyle(brush=colour(theme, "path"), pen=pen(theme, "path_edge"))
        self._start.setPen(pen(theme, "path", 2))
        self._start.setBrush(pg.mkBrush(colour(theme, "path_edge", 120)))
        self._now.setPen(pen(theme, "path", 2))
        self._now.setBrush(pg.mkBrush(colour(theme, "point")))
        self._least.setPen(pen(theme, "path_edge", 1))
        self._least.setBrush(pg.mkBrush(colour(theme, "path")))
        self._left.setPen(pen(theme, "path", 2))
        self._left.setBrush(pg.mkBrush(colour(theme, "negative")))
        for tag in self._tags.values():
            tag.set_background(colour(theme, "path_edge", 150))
        self._words = colour(theme, "path")
        self._written = ()

    def hide(self) -> None:
        """Take all marks away."""
        for item in self._items:
            item.hide()
        for tag in self._tags.values():
            tag.hide()
        self._written, self._tip = (), None

    def show_path(self, path: Any, off: Any, now: tuple[float, float]) -> None:
        """Draw the path (n, 2), paler where it is off the plane (n,), and the present point."""
        kept = thinned(len(path), PATH_POINTS)
        margin = grown_by(self._bounds, MARGIN)
        self._fading.show(path[kept], off[kept], self._bounds, margin)
        start = (float(path[0, 0]), float(path[0, 1]))
        self._draw_point("start", self._start, start)
        self._draw_point("now", self._now, now)

    def show_next(self, now: tuple[float, float], at: tuple[float, float] | None) -> None:
        """Draw the way to where the next step leads, or none."""
        self._draw_point("next", self._next, at)
        for curve in (self._way_edge, self._way):
            if at is None:
                curve.hide()
            else:
                self._draw_line(curve, np.array([now, at]))

    def show_ghosts(self, paths: Sequence[Any]) -> None:
        """Draw the paths (n, 2) of earlier runs, or none."""
        gap = np.full((1, 2), np.nan)
        kept = [path[thinned(len(path), PATH_POINTS // 2)] for path in paths]
        if kept:
            self._draw_line(self._ghost, np.concatenate([p for k in kept for p in (k, gap)]))
        else:
            self._ghost.hide()

    def _draw_line(self, curve: Any, path: Any) -> None:
        x, y, joined = clipped(path, grown_by(self._bounds, MARGIN))
        curve.setData(x, y, connect=joined, antialias=True)
        curve.setVisible(len(x) > 0)

    def _draw_point(self, name: str, item: Any, at: tuple[float, float] | None) -> None:
        self._points.pop(name, None)
        item.setVisible(at is not None and is_within(*at, self._bounds))
        if at is not None and item.isVisible():
            self._points[name] = at
            item.setData([at[0]], [at[1]])
        else:
            item.setData([], [])

    def show_downhill(
        self, at: tuple[float, float], way: tuple[float, float], per_pixel: tuple[float, float]
    ) -> None:
        """Draw an arrow of fixed length on screen from a place downhill."""
        across, up = way[0] / per_pixel[0], way[1] / per_pixel[1]
        length = math.hypot(across, up)
        shown = math.isfinite(length) and length > 0 and is_within(*at, self._bounds)
        for item in (self._shaft_edge, self._shaft, self._head):
            item.setVisible(shown)
        if not shown:
            return
        scale = ARROW_PIXELS / length
        tip = (at[0] + way[0] * scale, at[1] + way[1] * scale)
        for curve in (self._shaft_edge, self._shaft):
            curve.setData([at[0], tip[0]], [at[1], tip[1]], antialias=True)
        self._head.setPos(*tip)
        self._tip = tip
        self._head.setStyle(angle=180 - math.degrees(math.atan2(up, across)))

    def hide_downhill(self) -> None:
        """Take the arrow away."""
        self._tip = None
        for item in (self._shaft_edge, self._shaft, self._head):
            item.hide()

    def show_least(self, at: tuple[float, float] | None) -> None:
        """Mark the minimum known in closed form."""
        self._draw_point("least", self._least, at)

    def write(self, font: QFont) -> None:
        """Name the marks, each name where it covers neither another one nor a mark."""
        view = self._view.viewRect().getRect(), self._view.width(), self._view.height()
        key = (dict(self._points), self._tip, self._left_words, font.key(), view)
        if key == self._written:
            return
        self._written = key
        words = {"start": "start", "least": "minimum", "left": self._left_words, "next": "next"}
        wished = []
        for name, tag in self._tags.items():
            at = self._points.get(name)
            if at is None:
                tag.hide()
                continue
            places = [(f" {words[name]} ", *at, anchor) for anchor in self._anchors(name, at[0])]
            wished.append(Label(tag, self._words, places))
        marks = [*self._points.values(), *([self._tip] if self._tip else [])]
        taken = [around(*at, MARK_PIXELS, self._view) for at in marks]
        show_apart(wished, font, self._view, taken)

    def _anchors(self, name: str, x: float) -> list[Anchor]:
        """Return where the words of a mark may stand around it, the best first."""
        gap = 0.3 if name == "start" else 0.15
        right, left = (-gap, 0.5), (1 + gap, 0.5)
        sides = [right, left] if x < (self._bounds[0] + self._bounds[1]) / 2 else [left, right]
        ends = [(0.5, -0.5), (0.5, 1.5)]
        corners = [(0.0, -0.5), (1.0, -0.5), (0.0, 1.5), (1.0, 1.5)]
        return [*sides, *ends, *corners] if name == "start" else [*ends, *sides, *corners]

    def show_left(self, path: Any, steps: Any, per_pixel: tuple[float, float]) -> int | None:
        """Mark where the path left the map; return the first step outside, or None."""
        bounds = self._bounds
        found = leaves(path, bounds)
        if found is None:
            self._draw_point("left", self._left, None)
            return None
        first, (x, y) = found
        low_u, high_u, low_v, high_v = bounds
        inset_u, inset_v = 8 * per_pixel[0], 8 * per_pixel[1]
        x = min(max(x, low_u + inset_u), high_u - inset_u)
        y = min(max(y, low_v + inset_v), high_v - inset_v)
        self._draw_point("left", self._left, (x, y))
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
