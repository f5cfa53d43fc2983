"""The marks on the map as one painted thing: path, way to the next step, arrow, and points.

As one item they cost a quarter of what as many curves and points of the plot library do.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF

from gd_studio.gui.plots.clipping import Bounds, cut, dotted
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.segments import Segments
from gd_studio.gui.plots.surface_fade import EDGE, FadingPath
from gd_studio.gui.plots.surface_symbols import symbols
from gd_studio.gui.plots.view_layer import ViewLayer
from gd_studio.gui.plots.view_pixels import ViewPixels, pixels_of
from gd_studio.gui.theme import Theme

Place = tuple[float, float]
ARROW_PIXELS = 46
DOTS_APART = 4.0  # pixels between the dots of a line, for what lies on it
HEAD_LENGTH, HEAD_WIDTH = 13.0, 12.0
ORDER = ("least", "start", "left", "best", "next", "now")  # the last lies on top


class SurfaceStrokes(ViewLayer):
    """Fills a plot's view, over the map. `hidden` are the names of what is not to be drawn."""

    def __init__(self, view: Any) -> None:
        super().__init__(view, -1)
        self.fading = FadingPath()
        self.points: dict[str, Place] = {}
        self.way: Any | None = None
        self.arrow: tuple[Place, Place] | None = None
        self.bounds: Bounds = (0.0, 1.0, 0.0, 1.0)
        self.hidden: frozenset[str] = frozenset()

    @property
    def pixels(self) -> ViewPixels:
        """The pixels of the view as it is now."""
        return pixels_of(self._view)

    def set_theme(self, theme: Theme) -> None:
        """Colour the marks; the map under them is the same in every theme."""
        self.fading.set_theme(theme)
        self._symbols = symbols(theme)
        self._way_pens = (pen(theme, "path_edge", 3), pen(theme, "point", 1.5))
        self._arrow_pens = (pen(theme, "path_edge", 4), pen(theme, "path", 2))
        self._head = (pen(theme, "path_edge"), colour(theme, "path"))
        self.update()

    def is_drawn(self, name: str) -> bool:
        """Return whether a point is on the map and not hidden."""
        return name in self.points and name not in self.hidden

    def dots(self) -> Any:
        """Return pixels (k, 2) along path, way to the next step and arrow, as far as drawn."""
        pixels, seen = self.pixels, self.pixels.box(self.bounds, beyond=EDGE)
        lines = [self._arrow_ends(pixels)]
        if self.way is not None and "next" not in self.hidden:
            lines.append(pixels.of(self.way))
        pieces = [cut(line, seen)[0] for line in lines if line is not None]
        if "path" not in self.hidden:
            pieces += self.fading.pieces(pixels, self.bounds)
        return dotted(np.concatenate([np.empty((0, 4)), *pieces]), DOTS_APART)

    def tip(self) -> QPointF | None:
        """Return the pixel of the arrow's head, if it is drawn."""
        ends = self._arrow_ends(self.pixels)
        return None if ends is None else QPointF(*ends[1])

    # Painting

    def paint_in(self, painter: QPainter, pixels: ViewPixels, ratio: float | None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if "path" not in self.hidden:
            self.fading.paint(painter, pixels, self.bounds)
        self._paint_arrow(painter, pixels)
        self._paint_way(painter, pixels)
        names = [name for name in ORDER if self.is_drawn(name)]
        for name in names:
            x, y = pixels.at(*self.points[name])
            self._symbols[name].paint(painter, x, y)

    def _paint_way(self, painter: QPainter, pixels: ViewPixels) -> None:
        if self.way is None or "next" in self.hidden:
            return
        pieces, _ = cut(pixels.of(self.way), pixels.box(self.bounds, beyond=EDGE))
        for made in self._way_pens:
            painter.setPen(made)
            Segments(pieces).paint(painter)

    def _arrow_ends(self, pixels: ViewPixels) -> tuple[Place, Place] | None:
        """Return the pixels from where to where the arrow goes."""
        if self.arrow is None or "downhill" in self.hidden:
            return None
        at, way = self.arrow
        x, y = pixels.at(*at)
        tip = pixels.at(at[0] + way[0], at[1] + way[1])
        across, down = tip[0] - x, tip[1] - y
        length = math.hypot(across, down)
        if not (math.isfinite(length) and length > 0):
            return None
        scale = ARROW_PIXELS / length
        return (x, y), (x + across * scale, y + down * scale)

    def _paint_arrow(self, painter: QPainter, pixels: ViewPixels) -> None:
        ends = self._arrow_ends(pixels)
        if ends is None:
            return
        line = Segments([[*ends[0], *ends[1]]])
        for made in self._arrow_pens:
            painter.setPen(made)
            line.paint(painter)
        painter.setPen(self._head[0])
        painter.setBrush(self._head[1])
        painter.drawPolygon(QPolygonF(_head(*ends)))


def _head(start: Place, tip: Place) -> list[QPointF]:
    """Return the three corners of an arrow's head."""
    x, y = ((tip[0] - start[0]) / ARROW_PIXELS, (tip[1] - start[1]) / ARROW_PIXELS)
    foot = (tip[0] - HEAD_LENGTH * x, tip[1] - HEAD_LENGTH * y)
    half = HEAD_WIDTH / 2
    sides = [(foot[0] - half * y, foot[1] + half * x), (foot[0] + half * y, foot[1] - half * x)]
    return [QPointF(*tip), *(QPointF(*side) for side in sides)]
