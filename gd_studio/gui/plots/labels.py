"""Words inside a plot: kept cheap to move, and moved apart where they would lie on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF

Anchor = tuple[float, float]
Place = tuple[str, float, float, Anchor]  # words, x, y, the part of them that is put there
COVERING = 10  # what a covered pixel costs, in pixels of being moved
HIDING = 0.5  # the same, in a share of the words, from which they cannot be read


class Tag:
    """A few words at a place in a plot; `anchor` (0..1, 0..1) is the part of them put there."""

    def __init__(self, plot_item: Any, z: float = 20) -> None:
        self._plot, self._z = plot_item, z
        self._background: QColor | None = None
        self._shown: tuple[object, ...] = ()

    @cached_property
    def item(self) -> Any:
        """What pyqtgraph draws; made when there is something to say: most tags never say it."""
        item = pg.TextItem("", anchor=(0, 0.5), fill=self._background)
        item.setZValue(self._z)
        item.textItem.document().setDocumentMargin(1)
        item.hide()
        self._plot.addItem(item, ignoreBounds=True)
        return item

    @property
    def text(self) -> str:
        """What is written, or nothing while hidden."""
        return str(self.item.toPlainText()) if self.is_visible else ""

    def show(
        self,
        text: str,
        x: float,
        y: float,
        color: QColor,
        font: QFont,
        anchor: tuple[float, float] = (0, 0.5),
    ) -> None:
        """Write the words at (x, y)."""
        look = (text, color.rgba(), font.key(), anchor)
        if look != self._shown:
            self._shown = look
            self.item.textItem.setFont(font)
            self.item.setColor(color)
            self.item.setText(text)
            self.item.setAnchor(anchor)
        was_hidden = not self.is_visible
        self.item.setPos(x, y)
        self.item.show()
        if was_hidden:
            # pyqtgraph fits hidden words to the view only when they are painted, and words that
            # do not fit may lie outside of what is painted.
            self.item.updateTransform(force=True)

    def set_background(self, color: QColor) -> None:
        """Lay a colour under the words, so that they can be read on lines."""
        self._background = color
        if "item" in self.__dict__:
            self.item.fill = pg.mkBrush(color)
            self.item.update()

    def hide(self) -> None:
        """Take the words away."""
        if self.is_visible:
            self.item.hide()

    def remove(self) -> None:
        """Take it out of the plot for good."""
        if "item" in self.__dict__:
            self._plot.removeItem(self.item)

    @property
    def is_visible(self) -> bool:
        """Whether the words can be seen."""
        return "item" in self.__dict__ and bool(self.item.isVisible())


@dataclass(frozen=True)
class Label:
    """A tag and where it may stand, the best place first."""

    tag: Tag
    color: QColor
    places: Sequence[Place]


def show_apart(
    labels: Sequence[Label], font: QFont, view: Any, taken: Sequence[QRectF] = ()
) -> None:
    """Show labels where they cover neither one another nor what is taken, the first ones first.

    One that finds no free place stands where it covers least, unless that is on other words, or
    it is wider than the plot: what cannot be read is not shown.
    """
    metrics = QFontMetricsF(font)
    frame = view.viewRect()
    across = view.width() / (frame.width() or 1)
    upwards = view.height() / (frame.height() or 1)
    whole = QRectF(0, 0, view.width(), view.height())
    written: list[QRectF] = []
    for label in labels:
        boxes, costs = [], []
        for words, x, y, anchor in label.places:
            at = (x - frame.left()) * across, (frame.bottom() - y) * upwards
            box, moved = _moved_inside(_box(words, at, anchor, metrics), whole)
            boxes.append(box)
            costs.append(_covered(box, [*taken, *written]) + moved)
            if costs[-1] == 0:
                break
        best = costs.index(min(costs))
        box = boxes[best]
        if box.width() > whole.width() + 1 or _covered(box, written) > HIDING * _area(box):
            label.tag.hide()
            continue
        written.append(box)
        words, anchor = label.places[best][0], label.places[best][3]
        x = frame.left() + (box.left() + anchor[0] * box.width()) / across
        y = frame.bottom() - (box.top() + anchor[1] * box.height()) / upwards
        label.tag.show(words, x, y, label.color, font, anchor)


def around(x: float, y: float, pixels: float, view: Any) -> QRectF:
    """Return the box of a mark of so many pixels at a place, for what is taken."""
    frame = view.viewRect()
    at_x = (x - frame.left()) * view.width() / (frame.width() or 1)
    at_y = (frame.bottom() - y) * view.height() / (frame.height() or 1)
    return QRectF(at_x - pixels / 2, at_y - pixels / 2, pixels, pixels)


def standing(x: float, view: Any) -> QRectF:
    """Return the box of a vertical line, for what is taken."""
    frame = view.viewRect()
    at = (x - frame.left()) * view.width() / (frame.width() or 1)
    return QRectF(at - 0.5, 0, 1, view.height())


def box_of(place: Place, font: QFont, view: Any) -> QRectF:
    """Return the part of a plot's range that words at a place cover."""
    frame, (words, x, y, anchor) = view.viewRect(), place
    box = _box(words, (0, 0), anchor, QFontMetricsF(font))
    per_x, per_y = frame.width() / (view.width() or 1), frame.height() / (view.height() or 1)
    left, bottom = x + box.left() * per_x, y - box.bottom() * per_y
    return QRectF(left, bottom, box.width() * per_x, box.height() * per_y)


def _box(words: str, at: tuple[float, float], anchor: Anchor, metrics: QFontMetricsF) -> QRectF:
    """Return the pixels that words cover, those of their margin included."""
    width, height = metrics.horizontalAdvance(words) + 2, metrics.height() + 2
    return QRectF(at[0] - anchor[0] * width, at[1] - anchor[1] * height, width, height)


def _moved_inside(box: QRectF, whole: QRectF) -> tuple[QRectF, float]:
    """Return a box moved into the plot, and the cost of moving it."""
    inside = QRectF(box)
    inside.moveLeft(max(min(box.left(), whole.right() - box.width()), whole.left()))
    inside.moveTop(max(min(box.top(), whole.bottom() - box.height()), whole.top()))
    away = abs(inside.left() - box.left()) + abs(inside.top() - box.top())
    too_wide = max(box.width() - whole.width(), 0)
    return inside, away + 1000 * too_wide


def _area(box: QRectF) -> float:
    return box.width() * box.height()


def _covered(box: QRectF, others: Sequence[QRectF]) -> float:
    return COVERING * sum(_area(box.intersected(other)) for other in others)


def spread(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Return the places moved as little as possible until all are `distance` apart.

    The order is kept, and all stay within [low, high] as far as there is room.
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    if not order:
        return []
    distance = min(distance, (high - low) / max(len(order) - 1, 1))
    moved = [min(max(places[i], low), high) for i in order]
    groups = [[m, 1.0, m] for m in moved]  # sum of wished starts, size, start
    merged: list[list[float]] = []
    for group in groups:
        merged.append(group)
        while len(merged) > 1 and merged[-2][2] + merged[-2][1] * distance > merged[-1][2]:
            last = merged.pop()
            first = merged[-1]
            wish = first[0] + last[0] - first[1] * distance * last[1]
            size = first[1] + last[1]
            start = min(max(wish / size, low), high - (size - 1) * distance)
            merged[-1] = [wish, size, start]
    result = [0.0] * len(order)
    at = 0
    for _, size, start in merged:
        for k in range(int(size)):
            result[order[at]] = start + k * distance
            at += 1
    return result
