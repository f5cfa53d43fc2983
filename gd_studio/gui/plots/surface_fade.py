"""The path of the descent, paler where it is farther off the plane that the map shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg

from gd_studio.gui.plots.clipping import Bounds, clipped
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.theme import Theme

# How strongly each shade is drawn, the nearest to the plane first.
STRENGTHS = (255, 190, 140, 95, 60)
REACH = 0.25  # of the map's diagonal: whoever is farther off the plane is palest


class FadingPath:
    """A white line with a dark edge, in as many shades as there are STRENGTHS."""

    def __init__(self) -> None:
        self._edges = [pg.PlotCurveItem() for _ in STRENGTHS]
        self._lines = [pg.PlotCurveItem() for _ in STRENGTHS]
        self.items = (*self._edges, *self._lines)
        for item in self.items:
            item.setSegmentedLineMode("on")

    def set_theme(self, theme: Theme) -> None:
        """Colour the line and its edge."""
        for edge, line, alpha in zip(self._edges, self._lines, STRENGTHS, strict=True):
            edge.setPen(pen(theme, "path_edge", 4, alpha=alpha))
            line.setPen(pen(theme, "path", 2, alpha=alpha))

    @property
    def shades(self) -> list[int]:
        """How many points are drawn in each shade, the strongest first."""
        return [len(line.getData()[0]) if line.isVisible() else 0 for line in self._lines]

    def show(self, path: Any, off: Any, bounds: Bounds, margin: Bounds) -> None:
        """Draw a path (n, 2) whose points are so far off the plane (n,).

        `bounds` is the map, `margin` the part to be drawn.
        """
        levels = shades_of(off, bounds)
        for level, (edge, line) in enumerate(zip(self._edges, self._lines, strict=True)):
            if not (levels == level).any():
                edge.hide()
                line.hide()
                continue
            x, y, joined = clipped(_of_level(path, levels, level), margin)
            for curve in (edge, line):
                curve.setData(x, y, connect=joined, antialias=True)
                curve.setVisible(len(x) > 0)


def shades_of(off: Any, bounds: Bounds) -> Any:
    """Return the shade (n - 1,) of each piece of a path: that of its end farther off."""
    diagonal = np.hypot(bounds[1] - bounds[0], bounds[3] - bounds[2])
    farther = np.maximum(off[:-1], off[1:])
    share = np.nan_to_num(farther / (REACH * diagonal), nan=1.0, posinf=1.0)
    return np.minimum(np.ceil(share * (len(STRENGTHS) - 1) - 0.5), len(STRENGTHS) - 1).astype(int)


def _of_level(path: Any, levels: Any, level: int) -> Any:
    """Return the pieces of a path in one shade, with a row of NaN between those apart."""
    mine = np.flatnonzero(levels == level)
    if len(mine) == len(levels):
        return path
    gap = np.full((1, 2), np.nan)
    runs = np.split(mine, np.flatnonzero(np.diff(mine) > 1) + 1)
    parts = [part for run in runs for part in (path[run[0] : run[-1] + 2], gap)]
    return np.concatenate(parts)
