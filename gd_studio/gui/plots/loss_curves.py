"""The lines of the loss plot: how each is drawn, and how it is led on to the shown point."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtGui import QPen

from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.curves import Line, last_before
from gd_studio.gui.plots.ghosts import GHOSTS, ghost_pen
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.strokes import Curve
from gd_studio.gui.theme import Theme

FEW_POINTS = 500
FEW_OF_GHOSTS = 100  # several fine lines with dashes cost as much as all the rest
SOFT = {"batch": "soft batch", "train": "soft train", "validation": "soft validation"}
NAMES = (*reversed(GHOSTS), "batch", "train", "validation", *SOFT.values())
LED_ON = ("train", "validation")


class LossCurves:
    """One curve for each name, and a short link for those that are evaluated now and then.

    A soft curve is the smoothed one of a name; the raw one then lies pale behind it.
    """

    def __init__(self, layer: Layer) -> None:
        self._by_name = {name: layer.curve("finite") for name in NAMES}
        self._drawn: dict[str, tuple[Line, QPen]] = {}
        self.links = {name: layer.curve(antialias=True) for name in LED_ON}
        for link in self.links.values():
            link.hide()

    def __getitem__(self, name: str) -> Curve:
        return self._by_name[name]

    def draw(self, theme: Theme, lines: Mapping[str, Line]) -> None:
        """Draw the lines there are, and hide the others."""
        for name, curve in self._by_name.items():
            line = lines.get(name)
            if line is None or line.is_empty:
                curve.hide()
                continue
            few = len(line.x) <= (FEW_OF_GHOSTS if name in GHOSTS else FEW_POINTS)
            look = curve_pen(theme, name, few, is_behind=SOFT.get(name) in lines)
            drawn = self._drawn.get(name)
            if drawn is None or drawn[0] is not line or drawn[1] != look:
                self._drawn[name] = (line, look)
                curve.setData(line.x, line.y, pen=look, antialias=few)
            curve.show()

    def link(self, theme: Theme, name: str, line: Line | None, x: float, y: float) -> None:
        """Lead a curve on to a point that lies between two evaluations; NaN where there is none."""
        link = self.links[name]
        at = last_before(line, x) if line is not None else None
        link.setVisible(at is not None and math.isfinite(y))
        if at is not None and link.isVisible():
            dash = "dashed" if name == "validation" else "solid"
            link.setPen(pen(theme, name, 1, dash, alpha=170))
            link.setData([at[0], x], [at[1], y])


def curve_pen(theme: Theme, name: str, few: bool, is_behind: bool = False) -> QPen:
    """Return the pen of a curve; one of few points may be wider, one behind another is pale."""
    if name in GHOSTS:
        return ghost_pen(theme, GHOSTS.index(name), 1.5 if few else 1)
    own = name.removeprefix("soft ")
    dash = "dashed" if own == "validation" else "solid"
    if own == "batch":
        return pen(theme, "train", 1, dash, alpha=60 if name == own else 150)
    if is_behind:
        return pen(theme, own, 1, dash, alpha=80)
    return pen(theme, own, 2.0 if few else 1.0, dash)
