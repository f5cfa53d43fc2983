"""What a layer paints: lines through points, straight rules, and dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.functions import ndarray_from_qpolygonf
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen, QPolygonF

from gd_studio.gui.plots.segments import Segments
from gd_studio.gui.plots.surface_fade import spread_out
from gd_studio.gui.plots.surface_symbols import symbol_path
from gd_studio.gui.plots.view_pixels import ViewPixels

if TYPE_CHECKING:
    from gd_studio.gui.plots.layer import Layer

Numbers = np.ndarray[Any, np.dtype[np.float64]]
MANY = 400  # points, of which some may share a pixel
FAR = 1e5  # pixels: a point at 1e149 would upset every painter
Shape = Segments | QPolygonF | QPainterPath
NO_PEN, NO_BRUSH = QPen(Qt.PenStyle.NoPen), QBrush(Qt.BrushStyle.NoBrush)


class Stroke:
    """Something that a layer paints, unless it is hidden; `is_smooth` with antialiased edges."""

    is_smooth = False

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._is_shown = True

    def setVisible(self, is_shown: bool) -> None:
        """Paint it, or do not."""
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self._layer.changed()

    def show(self) -> None:
        """Paint it."""
        self.setVisible(True)

    def hide(self) -> None:
        """Do not paint it."""
        self.setVisible(False)

    def isVisible(self) -> bool:
        """Return whether it is painted, if its layer is."""
        return self._is_shown

    def paint(self, painter: QPainter, pixels: ViewPixels) -> None:
        """Paint it in pixels of the view."""
        raise NotImplementedError


class Curve(Stroke):
    """A line through points. `connect` as in pyqtgraph: "all", "finite", "pairs" or an array."""

    def __init__(self, layer: Layer, connect: Any = "all", antialias: bool = False) -> None:
        super().__init__(layer)
        self._x = self._y = np.empty(0)
        self._connect, self.is_smooth = connect, antialias
        self._pen = QPen()
        self._is_solid, self._is_wide = True, False
        self._shadow: QPen | None = None
        self._made: tuple[ViewPixels, Shape] | None = None

    @property
    def pen(self) -> QPen:
        """How it is drawn."""
        return self._pen

    def setData(
        self,
        x: Any,
        y: Any,
        pen: QPen | None = None,
        connect: Any = None,
        antialias: bool | None = None,
    ) -> None:
        """Draw it through other points (n,), (n,); what is None stays as it is.

        Arrays are kept, not copied: whoever gives them does not change them any more.
        """
        points = np.asarray(x, np.float64), np.asarray(y, np.float64)
        connect = self._connect if connect is None else connect
        if antialias is not None and antialias != self.is_smooth:
            self.is_smooth = antialias
            self._layer.changed()
        if not (_same(points, (self._x, self._y)) and _alike(connect, self._connect)):
            (self._x, self._y), self._connect, self._made = points, connect, None
            self._layer.changed()
        if pen is not None:
            self.setPen(pen)

    def setPen(self, pen: QPen) -> None:
        """Draw it in another way."""
        if pen != self._pen:
            self._pen, self._made = pen, None
            self._is_solid, self._is_wide = pen.style() == Qt.PenStyle.SolidLine, pen.widthF() > 1
            self._layer.changed()

    def setShadowPen(self, pen: QPen) -> None:
        """Draw it over a wider line, so that it shows on every colour."""
        self._shadow = pen
        self._layer.changed()

    def getData(self) -> tuple[Numbers, Numbers]:
        """Return its points, (n,) and (n,)."""
        return self._x, self._y

    def paint(self, painter: QPainter, pixels: ViewPixels) -> None:
        if len(self._x) < 2:
            return
        if self._made is None or self._made[0] != pixels:
            self._made = (pixels, self._shape(pixels))
        painter.setBrush(NO_BRUSH)
        for pen in (self._shadow, self._pen):
            if pen is not None:
                painter.setPen(pen)
                _draw(painter, self._made[1])

    def _shape(self, pixels: ViewPixels) -> Shape:
        """Return what to draw: the quickest that looks right."""
        at = pixels.of_pairs(self._x, self._y)
        is_whole = isinstance(self._connect, str) and self._connect in ("all", "finite")
        is_near = bool(np.isfinite(at).all())  # where they are, the numbers are finite, too
        np.maximum(np.minimum(at, FAR, out=at), -FAR, out=at)
        if not is_whole or not (is_near or self._is_finite()):
            # Thin smooth pieces would overlap where they meet, and a dash begins anew at each.
            in_pieces = self._is_solid and (self._is_wide or not self.is_smooth)
            return Segments(self._pieces(at)) if in_pieces else self._path(at)
        if self._is_wide and self._is_solid:
            # A wide line as a whole takes three times as long as its pieces.
            at = at[spread_out(at)] if len(at) > MANY else at
            return Segments(np.concatenate([at[:-1], at[1:]], axis=1))
        polygon = QPolygonF()
        polygon.resize(len(at))
        ndarray_from_qpolygonf(polygon)[:] = at
        return polygon

    def _is_finite(self) -> bool:
        return bool(np.isfinite(self._x).all() and np.isfinite(self._y).all())

    def _pieces(self, at: Numbers) -> Numbers:
        """Return the pieces (n, 4) between points that are finite and joined, as `connect` says."""
        is_there = np.isfinite(self._x) & np.isfinite(self._y)
        joined = is_there[:-1] & is_there[1:]
        if isinstance(self._connect, np.ndarray):
            joined &= self._connect[:-1].astype(bool)
        elif self._connect == "pairs":
            joined[1::2] = False
        return np.concatenate([at[:-1], at[1:]], axis=1)[joined]

    def _path(self, at: Numbers) -> QPainterPath:
        """Return the line with its gaps: those between its parts, and where a number is none."""
        at[~(np.isfinite(self._x) & np.isfinite(self._y))] = np.nan
        path: QPainterPath = pg.arrayToQPath(at[:, 0], at[:, 1], connect=self._connect)
        return path


class Rule(Stroke):
    """A straight line across the whole view: flat (0 degrees) at a y, upright (90) at an x."""

    def __init__(self, layer: Layer, angle: int) -> None:
        super().__init__(layer)
        self._is_upright = angle == 90
        self._value = 0.0
        self._pen = QPen()

    def setPos(self, value: float) -> None:
        """Lay it elsewhere."""
        if value != self._value:
            self._value = value
            self._layer.changed()

    def setPen(self, pen: QPen) -> None:
        """Draw it in another way."""
        self._pen = pen
        self._layer.changed()

    def value(self) -> float:
        """Return where it lies."""
        return self._value

    def paint(self, painter: QPainter, pixels: ViewPixels) -> None:
        x, y = pixels.at(self._value, self._value)
        painter.setPen(self._pen)
        if self._is_upright and 0 <= x <= pixels.width:
            painter.drawLine(QLineF(x, 0, x, pixels.height))
        elif not self._is_upright and 0 <= y <= pixels.height:
            painter.drawLine(QLineF(0, y, pixels.width, y))


class Dots(Stroke):
    """Points, each with its own pen and brush."""

    is_smooth = True

    def __init__(self, layer: Layer, symbol: str, size: float) -> None:
        super().__init__(layer)
        self._path, self._radius = symbol_path(symbol, size), size / 2 if symbol == "o" else 0.0
        self._x = self._y = np.empty(0)
        self.pens: Sequence[QPen] = (NO_PEN,)
        self.brushes: Sequence[QBrush] = (NO_BRUSH,)

    def setData(
        self,
        x: Any,
        y: Any,
        pen: Sequence[QPen] | None = None,
        brush: Sequence[QBrush] | None = None,
    ) -> None:
        """Draw points (n,), (n,) with a pen and a brush for each; what is None stays as it is."""
        self._x, self._y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        self.pens = self.pens if pen is None else pen
        self.brushes = self.brushes if brush is None else brush
        self._layer.changed()

    def setPen(self, pen: QPen) -> None:
        """Give all of them one outline."""
        self.pens = (pen,)
        self._layer.changed()

    @property
    def is_empty(self) -> bool:
        """Whether there are no points."""
        return len(self._x) == 0

    def getData(self) -> tuple[Numbers, Numbers]:
        """Return the points, (n,) and (n,)."""
        return self._x, self._y

    def paint(self, painter: QPainter, pixels: ViewPixels) -> None:
        pens, brushes = len(self.pens), len(self.brushes)
        pen = brush = None
        for k, (x, y) in enumerate(pixels.of_pairs(self._x, self._y).tolist()):
            if not (abs(x) < FAR and abs(y) < FAR):
                continue
            # Set where it changes only: that takes as long as half a dot.
            if self.pens[k % pens] is not pen:
                pen = self.pens[k % pens]
                painter.setPen(pen)
            if self.brushes[k % brushes] is not brush:
                brush = self.brushes[k % brushes]
                painter.setBrush(brush)
            if self._radius:
                painter.drawEllipse(QPointF(x, y), self._radius, self._radius)
            else:
                painter.drawPath(self._path.translated(x, y))


def _same(points: tuple[Numbers, ...], others: tuple[Numbers, ...]) -> bool:
    """Return whether the numbers are the same; in a drag of the timeline most curves are."""
    pairs = zip(points, others, strict=True)
    return all(a is b or a.tobytes() == b.tobytes() for a, b in pairs)


def _alike(connect: Any, other: Any) -> bool:
    return connect is other or (type(connect) is type(other) and np.array_equal(connect, other))


def _draw(painter: QPainter, shape: Shape) -> None:
    if isinstance(shape, Segments):
        shape.paint(painter)
    elif isinstance(shape, QPolygonF):
        painter.drawPolyline(shape)
    else:
        painter.drawPath(shape)
