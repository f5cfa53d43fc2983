"""Drawing a mesh and the path on it with a painter: far things first, near ones over them.

The mesh is kept as a picture until it, the camera or the size changes, so that a frame costs
only the path. Into a drawing for export everything is painted as shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.plots.box_axes import AxisNames, draw_axes, draw_floor, margins
from gd_studio.gui.plots.camera import Camera, Numbers
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.mesh import Mesh
from gd_studio.gui.theme import Theme

COLORS, LIGHTS = 128, 8
DARKEST = 0.72  # of a colour's brightness, where the surface turns away from the light
SEAM = 0.7  # pixels by which shapes of a drawing overlap: else their edges would show


@dataclass(frozen=True, eq=False)
class Marks:
    """What lies on the mesh, in the box: NaN breaks the path and hides a mark.

    `path` (n, 3); `start`, `now` (3,), and `below` (3,), where the map is under the present point.
    """

    path: Numbers
    start: Numbers
    now: Numbers
    below: Numbers


@dataclass
class Look:
    """What a picture is made of, apart from the mesh and the marks."""

    theme: Theme
    font: QFont
    names: AxisNames = field(default_factory=AxisNames)
    camera: Camera = field(default_factory=Camera)
    focused: bool = False


class Surface3DPicture(QGraphicsItem):
    """Fills a plot's view, in pixels of the view."""

    def __init__(self, parent: QGraphicsItem, look: Look) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsToShape)
        self.look = look
        self.mesh: Mesh | None = None
        self.marks: Marks | None = None
        self._size = (1.0, 1.0)
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None
        self._brushes = _brushes()

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

    def _inside(self) -> tuple[float, float, float, float]:
        side, under = margins(self.look.font, self.look.names)
        width, height = self._size
        side, under = min(side, width / 4), min(under, height / 4)
        return side, 4.0, width - 2 * side, height - under - 4.0

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
            self._paint_mesh(painter, seams=True)
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
        key = (id(self.mesh), self.look.camera, self._size, ratio, self.look.font.key(),
               self.look.names)  # fmt: skip
        if self._kept is None or self._kept[0] != key:
            picture = QPixmap(round(self._size[0] * ratio), round(self._size[1] * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            into = QPainter(picture)
            self._paint_mesh(into, seams=False)
            into.end()
            self._kept = (key, picture)
        painter.drawPixmap(0, 0, self._kept[1])

    def _paint_mesh(self, painter: QPainter, seams: bool) -> None:
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
        shades = (light * COLORS + colors).tolist()
        painter.setPen(Qt.PenStyle.NoPen)
        draw, brushes, last = painter.drawConvexPolygon, self._brushes, -1
        for (a, b, c, d), shade in zip(corners[order].tolist(), shades, strict=True):
            if shade != last:
                painter.setBrush(brushes[shade])
                last = shade
                if seams:
                    painter.setPen(QPen(brushes[shade].color(), SEAM))
            draw((points[a], points[b], points[c], points[d]))

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
        hidden = mesh.hidden(marks.path, camera)
        points = self.pixels(marks.path)
        self._paint_line(painter, points, hidden)
        self._paint_stalk(painter, marks)
        ends = ((marks.start, 5.0, "path_edge"), (marks.now, 6.0, "point"))
        for at, radius, token in ends:
            x, y, _ = self.pixels(at)
            if np.isfinite(x + y):
                faint = bool(mesh.hidden(at[None], camera)[0])
                painter.setPen(pen(theme, "path", 2))
                painter.setBrush(colour(theme, token, 110 if faint else 255))
                painter.drawEllipse(QPointF(x, y), radius, radius)
        self._name_start(painter, marks)

    def _name_start(self, painter: QPainter, marks: Marks) -> None:
        """Write "start" beside the first point, unless the present one is there."""
        (x, y, _), (x2, y2, _) = self.pixels(marks.start), self.pixels(marks.now)
        metrics = QFontMetricsF(self.look.font)
        if not np.isfinite(x + y) or np.hypot(x2 - x, y2 - y) < metrics.height():
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
        ends = points[:, :2].tolist()
        for token, width, dash, chosen in (
            ("path", 1.5, "dotted", drawn & behind),
            ("path_edge", 4.0, "solid", drawn & ~behind),
            ("path", 2.0, "solid", drawn & ~behind),
        ):
            painter.setPen(pen(theme, token, width, dash))
            for k in np.flatnonzero(chosen).tolist():
                painter.drawLine(QPointF(*ends[k]), QPointF(*ends[k + 1]))

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
