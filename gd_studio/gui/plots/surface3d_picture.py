"""Drawing a mesh and the path on it with a painter: far things first, near ones over them.

On the screen the surface is a relief, kept as a picture until it, the camera or the size changes,
so that a frame costs only the path. Into a drawing for export everything is painted as shapes.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.plots.box_axes import AxisNames, draw_axes, draw_floor, margins
from gd_studio.gui.plots.camera import Camera, Numbers
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.mesh import Mesh
from gd_studio.gui.plots.relief import Window
from gd_studio.gui.plots.surface_symbols import symbols
from gd_studio.gui.theme import Theme

COLORS, LIGHTS = 128, 8
DARKEST = 0.72  # of a colour's brightness, where the surface turns away from the light
SEAM = 0.7  # pixels by which shapes of a drawing overlap: else their edges would show
BUDGET = 0.008  # seconds of a picture; one that takes longer has half the pixels while it turns
COARSER = 0.5
FAINT = 0.45  # how strong a mark is that the surface stands before


@dataclass(frozen=True, eq=False)
class Marks:
    """What lies on the mesh, in the box: NaN breaks the path and hides a mark.

    `path` (n, 3); `start`, `now`, `best` (3,), and `below` (3,), where the map is under the present
    point.
    """

    path: Numbers
    start: Numbers
    now: Numbers
    below: Numbers
    best: Numbers


@dataclass
class Look:
    """What a picture is made of, apart from the mesh and the marks."""

    theme: Theme
    font: QFont
    names: AxisNames = field(default_factory=AxisNames)
    camera: Camera = field(default_factory=Camera)
    focused: bool = False
    hidden: frozenset[str] = frozenset()


class Surface3DPicture(QGraphicsItem):
    """Fills a plot's view, in pixels of the view."""

    def __init__(self, parent: QGraphicsItem, look: Look) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsToShape)
        self.look = look
        self.mesh: Mesh | None = None
        self.marks: Marks | None = None
        self._size = (1.0, 1.0)
        self.is_turning = False
        self._seconds = 0.0
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None
        self._room: tuple[tuple[object, ...], tuple[float, float, float, float]] | None = None

    def set_size(self, width: float, height: float) -> None:
        """Take the size of the view."""
        if (width, height) != self._size:
            self.prepareGeometryChange()
            self._size = (width, height)

    def show_mesh(self, mesh: Mesh | None, marks: Marks | None) -> None:
        """Show a mesh with its marks, or nothing."""
        self.mesh, self.marks = mesh, marks
        self.update()

    def pixels(self, points: Numbers) -> Numbers:
        """Return (x, y, away) in pixels of the view, for points (..., 3) of the box."""
        left, top, width, height = self._inside()
        found = self.look.camera.project(points)
        scale = self.look.camera.scale(width, height)
        found[..., 0] = left + width / 2 + scale * found[..., 0]
        found[..., 1] = top + height / 2 - scale * found[..., 1]
        return found

    def corner_at(self, at: Numbers) -> int | None:
        """Return the mesh point nearest to a pixel (2,), of the foremost quad that covers it."""
        mesh = self.mesh
        if mesh is None:
            return None
        placed = self.pixels(mesh.points)
        corners = placed[mesh.quads][:, :, :2] - at
        turned = np.roll(corners, -1, axis=1)
        sides = corners[..., 0] * turned[..., 1] - corners[..., 1] * turned[..., 0]
        covering = np.flatnonzero((sides >= 0).all(axis=1) | (sides <= 0).all(axis=1))
        if not len(covering):
            return None
        front = covering[np.argmin(self._away(mesh)[mesh.quads[covering, 0]])]
        nearest = np.argmin((corners[front] ** 2).sum(axis=1))
        return int(mesh.quads[front, nearest])

    def rest(self) -> None:
        """Paint at full fineness again, after the last turn."""
        self.is_turning = False
        self.update()

    def _inside(self) -> tuple[float, float, float, float]:
        """Return left, top, width and height of what is left for the box, in pixels."""
        key = (self._size, self.look.font.key(), self.look.names)
        if self._room is None or self._room[0] != key:
            side, under = margins(self.look.font, self.look.names)
            width, height = self._size
            side, under = min(side, width / 4), min(under, height / 4)
            self._room = (key, (side, 4.0, width - 2 * side, height - under - 4.0))
        return self._room[1]

    # Painting

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if self.mesh is None:
            return
        draw_floor(painter, self.pixels, self.look.theme)
        if widget is None:
            # Rendered for an export, and not shown: shapes stay sharp at any size.
            self._paint_mesh(painter)
        else:
            self._paint_kept(painter, widget.devicePixelRatioF())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        draw_axes(painter, self.pixels, self.look, self.boundingRect())
        if self.look.focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.look.theme, "accent", 2))
            painter.drawRect(self.boundingRect().adjusted(1, 1, -1, -1))

    def _paint_kept(self, painter: QPainter, ratio: float) -> None:
        fineness = COARSER if self.is_turning and self._seconds > BUDGET else 1.0
        key = (self.mesh, self.look.camera, self._inside(), self._size, ratio * fineness)
        if self._kept is None or self._kept[0] != key:
            began = time.perf_counter()
            picture = self._relief(ratio * fineness)
            if fineness == 1.0:
                self._seconds = time.perf_counter() - began
            self._kept = (key, picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QPointF(), self._kept[1])

    def _relief(self, ratio: float) -> QPixmap:
        """Return the surface as it is seen, with so many pixels for each of the view's."""
        mesh, camera = self.mesh, self.look.camera
        assert mesh is not None
        width, height = (max(math.ceil(size * ratio), 1) for size in self._size)
        left, top, wide, tall = self._inside()
        window = Window(
            width,
            height,
            ratio * (left + wide / 2),
            ratio * (top + tall / 2),
            ratio * camera.scale(wide, tall),
        )
        colors = mesh.relief.picture(camera, window)
        shape = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(colors.data, width, height, 4 * width, shape)
        image.setDevicePixelRatio(ratio)
        return QPixmap.fromImage(image)

    def _paint_mesh(self, painter: QPainter) -> None:
        """Paint quad by quad, the farthest first."""
        mesh = self.mesh
        assert mesh is not None
        placed = self.pixels(mesh.points)
        corners = mesh.quads
        # By the floor alone: of two quads the one whose floor is nearer covers the other.
        order = np.argsort(-self._away(mesh)[corners[:, 0]], kind="stable")
        points = list(map(QPointF, placed[:, 0].tolist(), placed[:, 1].tolist()))
        light = (mesh.facing(self.look.camera)[order] * (LIGHTS - 1)).round().astype(int)
        colors = (mesh.shares[order] * (COLORS - 1)).astype(int)
        shades, brushes = (light * COLORS + colors).tolist(), _brushes()
        for (a, b, c, d), shade in zip(corners[order].tolist(), shades, strict=True):
            painter.setBrush(brushes[shade])
            painter.setPen(QPen(brushes[shade].color(), SEAM))
            painter.drawConvexPolygon((points[a], points[b], points[c], points[d]))

    def _away(self, mesh: Mesh) -> Numbers:
        floor = mesh.points.copy()
        floor[:, 2] = 0
        away: Numbers = self.look.camera.project(floor)[:, 2]
        return away

    def _paint_marks(self, painter: QPainter) -> None:
        mesh, marks = self.mesh, self.marks
        if mesh is None or marks is None:
            return
        theme, camera = self.look.theme, self.look.camera
        off, points = self.look.hidden, [marks.start, marks.best, marks.now]
        hidden = mesh.hidden(np.concatenate([marks.path, np.stack(points)]), camera)
        if "path" not in off:
            self._paint_line(painter, self.pixels(marks.path), hidden[:-3])
        if "gap" not in off:
            self._paint_stalk(painter, marks)
        made = symbols(theme)
        places = zip(("start", "best", "now"), points, hidden[-3:], strict=True)
        for name, at, is_behind in places:
            x, y, _ = self.pixels(at).tolist()
            if name not in off and math.isfinite(x + y):
                painter.setOpacity(FAINT if is_behind else 1.0)
                made[name].paint(painter, x, y)
        painter.setOpacity(1.0)
        self._name_start(painter, marks)

    def _name_start(self, painter: QPainter, marks: Marks) -> None:
        """Write "start" beside the first point, unless the present one is there."""
        (x, y, _), (x2, y2, _) = self.pixels(marks.start), self.pixels(marks.now)
        metrics = QFontMetricsF(self.look.font)
        is_hidden = "start" in self.look.hidden or not np.isfinite(x + y)
        if is_hidden or np.hypot(x2 - x, y2 - y) < metrics.height():
            return
        width = metrics.horizontalAdvance(" start ")
        left = x + 9 if x + 9 + width < self._size[0] else x - 9 - width
        box = QRectF(left, y - metrics.height() / 2, width, metrics.height())
        painter.fillRect(box, colour(self.look.theme, "path_edge", 150))
        painter.setFont(self.look.font)
        painter.setPen(colour(self.look.theme, "path"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "start")

    def _paint_line(self, painter: QPainter, points: Numbers, hidden: np.ndarray) -> None:
        """Paint the path, dotted where the surface stands before it."""
        theme = self.look.theme
        whole = np.asarray(np.isfinite(points[:, :2]).all(axis=1))
        drawn = whole[:-1] & whole[1:]
        behind = hidden[:-1] & hidden[1:]
        pieces = np.hstack([points[:-1, :2], points[1:, :2]])
        for token, width, dash, chosen in (
            ("path", 1.5, "dotted", drawn & behind),
            ("path_edge", 4.0, "solid", drawn & ~behind),
            ("path", 2.0, "solid", drawn & ~behind),
        ):
            if chosen.any():
                painter.setPen(pen(theme, token, width, dash))
                painter.drawLines(list(map(QLineF, *pieces[chosen].T.tolist())))

    def _paint_stalk(self, painter: QPainter, marks: Marks) -> None:
        """Paint the gap between the present point and the map below or above it."""
        (x, y, _), (x2, y2, _) = self.pixels(marks.now), self.pixels(marks.below)
        if np.isfinite(x + y + x2 + y2):
            painter.setPen(pen(self.look.theme, "point", 1.5, "dashed"))
            painter.drawLine(QPointF(x, y), QPointF(x2, y2))


def _brushes() -> list[QBrush]:
    """Return all colours at each light, the darkest light first."""
    colors = surface_colors(COLORS).astype(float)
    lights = np.linspace(DARKEST, 1.0, LIGHTS)
    table = np.rint(lights[:, None, None] * colors).astype(int).reshape(-1, 3)
    return [QBrush(QColor(*color)) for color in table.tolist()]
