"""The axes of the box: names and end values along the near edges of its floor, and its height."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gd_studio.gui.plots.camera import HEIGHT, Numbers
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.gui.plots.surface3d_picture import Look

Place = Callable[[Numbers], Numbers]
GAP = 4.0  # pixels between an edge and what is written beside it
PLATE = 200  # of 255: how much of what is under a word it covers
NEAR_END = 0.86  # of the way to an edge's end, where its value stands


@dataclass(frozen=True)
class AxisNames:
    """What is written along each edge: (low end, name, high end)."""

    u: tuple[str, str, str] = ("", "", "")
    v: tuple[str, str, str] = ("", "", "")
    height: tuple[str, str, str] = ("", "", "")


class Word(NamedTuple):
    """A text beside an edge: `side` −1 is written left of the pixel (x, y), 1 right of it."""

    text: str
    x: float
    y: float
    side: float
    rank: int


def margins(font: QFont, names: AxisNames) -> tuple[float, float]:
    """Return the pixels kept free at each side, and below."""
    metrics = QFontMetricsF(font)
    widest = max(metrics.horizontalAdvance(word) for word in names.height)
    # Corners lie within their circle at nearly every turn, so half of the widest word will do.
    return widest / 2 + 2 * GAP, metrics.height() + 2 * GAP


def draw_floor(painter: QPainter, place: Place, theme: Theme) -> None:
    """Draw the floor's edges."""
    corners = np.array([[-1.0, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
    points = [QPointF(x, y) for x, y, _ in place(corners).tolist()]
    painter.setPen(pen(theme, "line_strong"))
    painter.setBrush(colour(theme, "field"))
    painter.drawConvexPolygon(points)


def draw_axes(painter: QPainter, place: Place, look: Look, whole: QRectF) -> None:
    """Write the axes, names before numbers, leaving out what would lie on something written."""
    painter.setFont(look.font)
    painter.setPen(colour(look.theme, "muted"))
    metrics = QFontMetricsF(look.font)
    taken: list[QRectF] = []
    plate = colour(look.theme, "card", PLATE)
    for word in sorted(_words(place, look), key=lambda word: word.rank):
        _write(painter, metrics, word, whole, taken, plate)


def _words(place: Place, look: Look) -> list[Word]:
    """Return what is written; of two that touch, the one of the lower rank stays."""
    near_u, near_v = look.camera.near
    corner = place(np.array([near_u, near_v, 0.0]))[0]
    found = []
    for axis, words in enumerate((look.names.u, look.names.v)):
        for word, at, rank in zip(words, (-NEAR_END, 0.0, NEAR_END), (2, 0, 2), strict=True):
            point = np.array([at, near_v, 0.0]) if axis == 0 else np.array([near_u, at, 0.0])
            middle = place(np.array([0, near_v, 0.0] if axis == 0 else [near_u, 0, 0.0]))[0]
            x, y, _ = place(point).tolist()
            side = -1.0 if middle < corner else 1.0
            found.append(Word(word, x + side * GAP, y + GAP, side, rank))
    return found + _height_words(place, look)


def _height_words(place: Place, look: Look) -> list[Word]:
    """Return the words of the height, which stand left of the leftmost corner."""
    corners = np.array([[u, v, 0.0] for u in (-1, 1) for v in (-1, 1)])
    leftmost = corners[int(np.argmin(place(corners)[:, 0]))]
    metrics = QFontMetricsF(look.font)
    found = []
    for word, share in zip(look.names.height, (0.0, 0.5, 1.0), strict=True):
        x, y, _ = place(leftmost + np.array([0, 0, share * HEIGHT])).tolist()
        found.append(Word(word, x - GAP, y - metrics.height() / 2, -1.0, 1))
    return found


def _write(
    painter: QPainter,
    metrics: QFontMetricsF,
    word: Word,
    whole: QRectF,
    taken: list[QRectF],
    plate: QColor,
) -> None:
    shown = metrics.elidedText(word.text, Qt.TextElideMode.ElideRight, whole.width() / 2)
    width, height = metrics.horizontalAdvance(shown), metrics.height()
    left = word.x - width if word.side < 0 else word.x
    left = min(max(left, whole.left() + 2), whole.right() - width - 2)
    top = min(max(word.y, whole.top()), whole.bottom() - height)
    box = QRectF(left, top, width, height)
    if not shown or any(box.intersects(other) for other in taken):
        return
    taken.append(box)
    # On a bright surface muted words would hardly be seen.
    painter.fillRect(box, plate)
    painter.drawText(QPointF(left, top + metrics.ascent()), shown)
