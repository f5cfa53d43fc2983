"""How each thing on the map looks: the same on the map, in three dimensions and in the legend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.theme import Theme

EDGE = 3.5  # pixels of the dark edge below a white outline


@dataclass(frozen=True)
class Symbol:
    """A mark: its shape, its size in pixels, its filling, and its outline over a dark edge."""

    shape: str
    size: float
    fill: QColor
    outline: QPen
    edge: QPen

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint it around a pixel."""
        path = symbol_path(self.shape, self.size)
        painter.translate(x, y)
        painter.setPen(self.edge)
        painter.setBrush(self.fill)
        painter.drawPath(path)
        painter.setPen(self.outline)
        painter.drawPath(path)
        painter.translate(-x, -y)


@cache
def symbol_path(shape: str, size: float) -> QPainterPath:
    """Return a shape of so many pixels around (0, 0)."""
    from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

    if shape == "o":
        path = QPainterPath()
        path.addEllipse(QPointF(), size / 2, size / 2)
        return path
    made: QPainterPath = QTransform.fromScale(size, size).map(Symbols[shape])
    return made


def symbols(theme: Theme) -> dict[str, Symbol]:
    """Return the symbol of each mark by its name."""
    edge, white = pen(theme, "path_edge", EDGE, alpha=170), pen(theme, "path", 2)
    thin, dark = pen(theme, "path", 1.5), colour(theme, "path_edge", 120)
    return {
        "start": Symbol("o", 11, dark, white, edge),
        "now": Symbol("o", 13, colour(theme, "point"), white, edge),
        "best": Symbol("star", 17, colour(theme, "good"), thin, edge),
        "next": Symbol("d", 11, colour(theme, "path"), pen(theme, "point", 2), edge),
        "least": Symbol("x", 12, colour(theme, "path"), pen(theme, "path_edge", 1), edge),
        "left": Symbol("s", 13, colour(theme, "negative"), white, edge),
    }
