"""The path of the descent, paler where it is farther off the plane that the map shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QPainter, QPen

from gd_studio.gui.plots.clipping import Bounds, cut
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.segments import Segments
from gd_studio.gui.plots.view_pixels import ViewPixels
from gd_studio.gui.theme import Theme

# How strongly each shade is drawn, the nearest to the plane first.
STRENGTHS = (255, 190, 140, 95, 60)
REACH = 0.25  # of the map's diagonal: whoever is farther off the plane is palest
APART = 1.0  # pixels of a path from one drawn point to the next
EDGE, LINE = 4.0, 2.0


class FadingPath:
    """A white line with a dark edge, in as many shades as there are STRENGTHS."""

    def __init__(self) -> None:
        self._path = np.empty((0, 2))
        self._off = np.empty(0)
        self._kept: tuple[ViewPixels, Bounds, list[Any], list[Segments]] | None = None
        self._edges: list[QPen] = []
        self._lines: list[QPen] = []

    def set_theme(self, theme: Theme) -> None:
        """Colour the line and its edge."""
        self._edges = [pen(theme, "path_edge", EDGE, alpha=alpha) for alpha in STRENGTHS]
        self._lines = [pen(theme, "path", LINE, alpha=alpha) for alpha in STRENGTHS]

    def set_path(self, path: Any, off: Any) -> None:
        """Take a path (n, 2) whose points are so far off the plane (n,)."""
        if not (np.array_equal(path, self._path) and np.array_equal(off, self._off)):
            self._path, self._off, self._kept = path, off, None

    def pieces(self, pixels: ViewPixels, bounds: Bounds) -> list[Any]:
        """Return the pieces (n, 4) of the path in each shade, as pixels x, y, x2, y2.

        `bounds` is the map; a little of what lies beyond it is drawn.
        """
        return self._laid(pixels, bounds)[0]

    def _laid(self, pixels: ViewPixels, bounds: Bounds) -> tuple[list[Any], list[Segments]]:
        """Return its pieces, and what paints them; both are kept while it lies still."""
        if self._kept is None or self._kept[:2] != (pixels, bounds):
            pieces = self._cut(pixels, bounds)
            self._kept = pixels, bounds, pieces, [Segments(shade) for shade in pieces]
        return self._kept[2:]

    def _cut(self, pixels: ViewPixels, bounds: Bounds) -> list[Any]:
        at = pixels.of(self._path)
        kept = spread_out(at)
        levels = shades_of(self._off[kept], bounds)
        pieces, seen = cut(at[kept], pixels.box(bounds, beyond=EDGE))
        return [pieces[levels[seen] == level] for level in range(len(STRENGTHS))]

    def paint(self, painter: QPainter, pixels: ViewPixels, bounds: Bounds) -> None:
        """Paint it, every edge below every line."""
        _, shades = self._laid(pixels, bounds)
        for pens in (self._edges, self._lines):
            for made, lines in zip(pens, shades, strict=True):
                if lines:
                    painter.setPen(made)
                    lines.paint(painter)


def spread_out(at: Any) -> Any:
    """Return the places of those points of a path (n, 2) that are not as good as on another.

    A point is left out if the path from the one drawn before is shorter than a pixel.
    """
    if len(at) < 3:
        return np.arange(len(at))
    with np.errstate(all="ignore"):
        way = np.hypot(*np.diff(at, axis=0).T)
        far = np.cumsum(np.minimum(np.nan_to_num(way, nan=APART, posinf=APART), 1e6)) // APART
    kept = np.flatnonzero(np.diff(far, prepend=0.0) > 0) + 1
    return np.unique(np.concatenate([[0], kept, [len(at) - 1]]))


def shades_of(off: Any, bounds: Bounds) -> Any:
    """Return the shade (n - 1,) of each piece of a path: that of its end farther off."""
    diagonal = np.hypot(bounds[1] - bounds[0], bounds[3] - bounds[2])
    farther = np.maximum(off[:-1], off[1:])
    share = np.nan_to_num(farther / (REACH * diagonal), nan=1.0, posinf=1.0)
    return np.minimum(np.ceil(share * (len(STRENGTHS) - 1) - 0.5), len(STRENGTHS) - 1).astype(int)
