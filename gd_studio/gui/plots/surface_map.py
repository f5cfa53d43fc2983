"""The map as one painted thing: colours, contours, and the paths of earlier runs on it.

It is kept as a picture in the screen's own pixels until the map, the view or the size changes, so
that a step costs only what moves over it. Into a drawing for export lines are painted as lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from gd_studio.gui.plots.clipping import Bounds, cut
from gd_studio.gui.plots.colours import colour, pen, pen_of
from gd_studio.gui.plots.images import image_of
from gd_studio.gui.plots.surface_fade import spread_out
from gd_studio.gui.plots.view_layer import ViewLayer
from gd_studio.gui.plots.view_pixels import ViewPixels
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.gui.plots.surface_picture import Picture

CONTOUR = QColor(0, 0, 0, 70)
GHOST_DASHES = ("dashed", "long", "dash-dot", "dotted")
GhostPath = tuple[int, Any]  # number, places (n, 2)


class SurfaceMap(ViewLayer):
    """Fills a plot's view, under everything else. `hidden` names "contours" or nothing."""

    def __init__(self, view: Any) -> None:
        super().__init__(view, -2)
        self.ghosts: Sequence[GhostPath] = ()
        self._picture: Picture | None = None
        self._unknown: QImage | None = None
        self._hidden: frozenset[str] = frozenset()
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None
        self.painted = 0  # how often the picture in pixels was made
        self.hide()

    @property
    def marks_unknown(self) -> bool:
        """Whether parts of the map are hatched, because no finite loss is known there."""
        return self._unknown is not None and self.isVisible()

    def set_theme(self, theme: Theme) -> None:
        """Colour what is unknown, and the ghosts; the colours of losses are the same in each."""
        self._stripes = [colour(theme, "card").rgba(), colour(theme, "muted").rgba()]
        self._pens: list[QPen] = [pen(theme, "path", 1.5, dash, 170) for dash in GHOST_DASHES]
        self._mark_unknown()

    def show_picture(self, picture: Picture) -> None:
        """Draw a picture from now on."""
        self._picture = picture
        self._mark_unknown()
        self.show()

    def show_ghosts(self, ghosts: Sequence[GhostPath]) -> None:
        """Draw the paths of earlier runs over the map."""
        if ghosts or self.ghosts:
            self.ghosts = ghosts
            self._forget()

    def set_hidden(self, names: frozenset[str]) -> None:
        """Leave these out."""
        if names != self._hidden:
            self._hidden = names
            self._forget()

    # Painting

    def paint_in(self, painter: QPainter, pixels: ViewPixels, ratio: float | None) -> None:
        picture = self._picture
        if picture is None:
            return
        if ratio is None:
            # Rendered for an export, and not shown: lines stay sharp at any size.
            self._paint_map(painter, picture, pixels)
            return
        if self._kept is None or self._kept[0] != (pixels, ratio):
            self._kept = ((pixels, ratio), self._made(picture, pixels, ratio))
        painter.drawPixmap(0, 0, self._kept[1])

    def _made(self, picture: Picture, pixels: ViewPixels, ratio: float) -> QPixmap:
        made = QPixmap(round(pixels.width * ratio), round(pixels.height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self._paint_map(painter, picture, pixels)
        painter.end()
        self.painted += 1
        return made

    def _paint_map(self, painter: QPainter, picture: Picture, pixels: ViewPixels) -> None:
        surface = picture.surface
        du, dv = surface.u[1] - surface.u[0], surface.v[1] - surface.v[0]
        low, high = (surface.u[0] - du / 2, surface.v[0] - dv / 2), (
            surface.u[-1] + du / 2, surface.v[-1] + dv / 2)  # fmt: skip
        (left, bottom), (right, top) = pixels.of([low, high]).tolist()
        place = QRectF(left, top, right - left, bottom - top)
        painter.drawImage(place, picture.image)
        if self._unknown is not None:
            painter.drawImage(place, self._unknown)
        if "contours" not in self._hidden:
            self._paint_contours(painter, picture, pixels)
        bounds = (surface.u[0], surface.u[-1], surface.v[0], surface.v[-1])
        self._paint_ghosts(painter, pixels, bounds)

    def _paint_contours(self, painter: QPainter, picture: Picture, pixels: ViewPixels) -> None:
        x, y, joined = picture.contours
        if not len(x):
            return
        at = pixels.of(np.stack([x, y], axis=1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(CONTOUR))
        painter.drawPath(pg.arrayToQPath(at[:, 0], at[:, 1], connect=joined))

    def _paint_ghosts(self, painter: QPainter, pixels: ViewPixels, bounds: Bounds) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, bool(self.ghosts))
        for number, places in self.ghosts:
            at = pixels.of(places)
            pieces, _ = cut(at[spread_out(at)], pixels.box(bounds, beyond=2))
            painter.setPen(self._pens[number])
            ends = np.concatenate([pieces[:, :2], pieces[:, 2:]], axis=1).reshape(-1, 2)
            painter.drawPath(pg.arrayToQPath(ends[:, 0], ends[:, 1], connect=_joined(pieces)))

    def _mark_unknown(self) -> None:
        """Hatch where no finite loss is known, in the colours of the theme."""
        unknown = None if self._picture is None else self._picture.unknown
        self._unknown = None
        if unknown is not None:
            colors = np.array([0, *self._stripes], np.uint32)
            self._unknown = image_of(colors[unknown[::-1]])
        self._forget()

    def _forget(self) -> None:
        self._kept = None
        self.update()


def _joined(pieces: Any) -> Any:
    """Return which ends of pieces (n, 4) lead on: both of a piece, and to one that begins there.

    Joined, the dashes of a line go on from piece to piece.
    """
    joined = np.ones((len(pieces), 2), np.int32)
    joined[:-1, 1] = (pieces[:-1, 2:] == pieces[1:, :2]).all(axis=1)
    joined[-1:, 1] = 0
    return joined.reshape(-1)
