"""The picture of a network: links as ink, nodes as small maps, names beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from gd_studio.engine.arrays import Array
from gd_studio.gui.network.links import (
    BROKEN,
    DASH,
    NEGATIVE,
    POSITIVE,
    STRIDE,
    Curves,
    Ink,
)
from gd_studio.gui.network.maps import Maps, node_colors
from gd_studio.gui.network.places import Places
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.images import image_of
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

WIDEST = 5.0  # pixels, of the largest weight
SHARE_OF_NODE = 0.22  # where nodes are small, many links cross: the widest is this share of one
SHARE_OF_LARGE = 0.14  # and of a node that is enlarged
THINNEST = 0.3
DIM = 0.14  # the strength of links that are not lit


@dataclass(frozen=True)
class Look:
    """How it is drawn: theme, font, the lit layer, the selected parameter."""

    theme: Theme
    font: QFont
    lit: int | None
    selected: int


class LinkInk:
    """The ink of one layout, kept as long as the layout is."""

    def __init__(self, places: Places, width: int, height: int, ratio: float) -> None:
        self.places, self.ratio = places, ratio
        curves = Curves(places.curves.starts * ratio, places.curves.ends * ratio)
        self._size = (round(height * ratio), round(width * ratio))
        self._ink = Ink(curves, *self._size, dash=ratio * dash_scale(places))

    def image(self, widths: Array, values: Array, lit: int | None, theme: Theme) -> QImage:
        """Return the links of these widths and values as a picture on the card's colour."""
        kinds = np.where(values < 0, NEGATIVE, POSITIVE)
        kinds = np.where(np.isfinite(values), kinds, BROKEN)
        strength = np.full(len(values), 0.85, np.float32)
        if lit is not None:
            strength[self.places.layers != lit] *= DIM
        laid = self._ink.laid(widths * self.ratio, kinds, strength)
        inks = [_rgb(t) for t in (theme.positive, theme.negative, theme.warning)]
        return image_of(_mixed(laid, inks, _rgb(theme.card)))


def link_widths(values: Array, places: Places) -> Array:
    """Return how wide (n,) links of these weights (n,) are: the largest weight has the widest."""
    size = np.abs(values)
    finite = size[np.isfinite(size)]
    largest = float(finite.max()) if finite.size else 0.0
    most = max(WIDEST, places.size * SHARE_OF_LARGE)
    widest = min(max(places.size * SHARE_OF_NODE, 1.2), most)
    share = size / (largest or 1.0)
    return np.where(np.isfinite(share), np.maximum(share * widest, THINNEST), widest)


def dash_scale(places: Places) -> float:
    """Return how much longer than usual dashes are: as much as the widest link is wider."""
    return max(1.0, places.size * SHARE_OF_LARGE / WIDEST)


def draw_nodes(painter: QPainter, places: Places, maps: Maps, look: Look, signed: bool) -> None:
    """Draw every node as its map, with a border; what is not a number gets a cross."""
    table = node_colors(look.theme, signed)
    count, cells = maps.levels.shape[:2]
    atlas = image_of(table[maps.levels.reshape(count * cells, cells)])
    borders, crosses = [], []
    broken = (maps.levels == len(table) - 1).any(axis=(1, 2))
    for i, node in enumerate(places.nodes):
        painter.drawImage(node.square, atlas, QRectF(0, i * cells, cells, cells))
        borders.append(node.square)
        if broken[i]:
            crosses.append(node.square)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(look.theme, "muted"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects(borders)
    painter.setPen(pen(look.theme, "text", 1.5))
    for square in crosses:
        painter.drawLine(square.topLeft(), square.bottomRight())
        painter.drawLine(square.bottomLeft(), square.topRight())


def draw_selected(
    painter: QPainter, places: Places, frame: Frame, look: Look, widths: Array
) -> None:
    """Draw the selected link over the others with a halo, or a frame around its node."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    link = places.link_of(look.selected)
    node = places.node_of(look.selected)
    if node is not None:
        painter.setPen(QPen(QColor(look.theme.accent), 2.5))
        painter.drawRect(node.square.adjusted(-2, -2, 2, 2))
    if link is None:
        return
    path = curve_path(places.curves, link)
    value = float(frame.parameters[look.selected])
    width = float(widths[link])
    for token, wide in (("accent", width + 5), ("card", width + 2.5)):
        painter.setPen(QPen(colour(look.theme, token), wide))
        painter.drawPath(path)
    token = "negative" if value < 0 else "positive" if np.isfinite(value) else "warning"
    drawn = QPen(colour(look.theme, token), max(width, 1.2))
    drawn.setCapStyle(Qt.PenCapStyle.FlatCap)
    if value < 0:
        dash = dash_scale(places) / drawn.widthF()
        drawn.setDashPattern([DASH * dash, (STRIDE - DASH) * dash])
    painter.setPen(drawn)
    painter.drawPath(path)


def draw_names(
    painter: QPainter, places: Places, look: Look, names: dict[int, list[str]], room: Any
) -> None:
    """Write the names of inputs at the left and of outputs at the right, within their rooms."""
    metrics = QFontMetricsF(look.font)
    painter.setFont(look.font)
    painter.setPen(colour(look.theme, "muted"))
    for place, words in names.items():
        left = place == 0
        width = room[0 if left else 1]
        for node, word in zip([n for n in places.nodes if n.place == place], words, strict=True):
            text = metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, width)
            x = node.square.left() - width - 4 if left else node.square.right() + 4
            box = QRectF(x, node.square.center().y() - 20, width, 40)
            side = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


def draw_counts(painter: QPainter, places: Places, look: Look, y: float) -> None:
    """Write "16 of 64" under columns that are cut, where it fits, and mark columns left out."""
    metrics = QFontMetricsF(look.font)
    painter.setFont(look.font)
    painter.setPen(colour(look.theme, "muted"))
    for column in places.shown.columns:
        text = f"{len(column.units)} of {column.total}"
        if not column.is_cut or metrics.horizontalAdvance(text) > places.spacing:
            continue
        node = next(n for n in places.nodes if n.place == column.place)
        width = metrics.horizontalAdvance(text) + 2
        box = QRectF(node.square.center().x() - width / 2, y, width, metrics.height())
        painter.drawText(_inside(box, painter), Qt.AlignmentFlag.AlignCenter, text)
    if places.gap is not None:
        middle = sum(n.square.center().y() for n in places.nodes) / len(places.nodes)
        for i, text in enumerate(("···", f"{places.shown.left_out}", "more")):
            width = metrics.horizontalAdvance(text) + 2
            top = middle + (i - 1.5) * metrics.height()
            box = QRectF(places.gap - width / 2, top, width, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def curve_path(curves: Curves, link: int) -> QPainterPath:
    """Return the path of one link."""
    points = [QPointF(float(x), float(y)) for x, y in curves.points(link)]
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    return path


def middle_of(places: Places, parameter: int) -> QPointF | None:
    """Return the middle of the link or node that a parameter is drawn as."""
    link, node = places.link_of(parameter), places.node_of(parameter)
    if node is not None:
        return node.square.center()
    if link is None:
        return None
    x, y = places.curves.points(link, 3)[1]
    return QPointF(float(x), float(y))


def _mixed(laid: Array, inks: list[Array], card: Array) -> Array:
    """Return inks (k, width, height) over the card's colour as packed pixels (height, width)."""
    total = laid.sum(axis=0)
    # Where ink lies over ink, each has its share of the pixel, and nothing of the card is left.
    weights = laid / np.maximum(total, 1, out=total)
    packed = np.full(total.shape, 0xFF, np.uint32)
    share = np.empty_like(total)
    for channel in range(3):
        mixed = np.full_like(total, card[channel] + 0.5)  # to be rounded
        for weight, ink in zip(weights, inks, strict=False):
            mixed += np.multiply(weight, ink[channel] - card[channel], out=share)
        packed <<= np.uint32(8)
        packed |= mixed.astype(np.uint32)
    return packed.T


def _rgb(color: str) -> Array:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float32)


def _inside(box: QRectF, painter: QPainter) -> QRectF:
    right = painter.window().width() - 1
    box.moveLeft(min(max(box.left(), 0), right - box.width()))
    return box
