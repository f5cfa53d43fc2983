"""Words inside a plot: kept cheap to move, and moved apart where they would lie on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from gd_studio.gui.plots.view_pixels import pixels_of
from gd_studio.gui.plots.words import Anchor, Words, layer_of_words

Place = tuple[str, float, float, Anchor]  # words, x, y, the part of them that is put there
COVERING = 10  # what a covered pixel costs, in pixels of being moved
HIDING = 0.5  # the same, in a share of the words, from which they cannot be read


class Tag:
    """A few words at a place in a plot; `anchor` (0..1, 0..1) is the part of them put there."""

    def __init__(self, plot_item: Any, z: float = 20) -> None:
        self._plot, self._z = plot_item, z
        self._plate: QColor | None = None
        self._shown: tuple[object, ...] = ()

    @cached_property
    def _words(self) -> Words:
        """What is painted; made when there is something to say: most tags never say it."""
        words = Words(layer_of_words(self._plot, self._z))
        if self._plate is not None:
            words.set_plate(self._plate)
        return words

    @property
    def text(self) -> str:
        """What is written, or nothing while hidden."""
        return self._words.text if self.is_visible else ""

    @property
    def place(self) -> tuple[float, float]:
        """Where it was last written, in the plot's own units."""
        return self._words.place

    @property
    def box(self) -> QRectF:
        """The pixels of the scene that it covers."""
        view = self._plot.getViewBox()
        covered: QRectF = view.mapRectToScene(self._words.box(pixels_of(view)))
        return covered

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
        look = (text, x, y, color.rgba(), font.key(), anchor)
        if look != self._shown:
            self._shown = look
            self._words.write(text, (x, y), color, font, anchor)
        self._words.show()

    def set_background(self, color: QColor) -> None:
        """Lay a colour under the words, so that they can be read on lines."""
        self._plate = color
        if "_words" in self.__dict__:
            self._words.set_plate(color)

    def hide(self) -> None:
        """Take the words away."""
        if self.is_visible:
            self._words.hide()

    def remove(self) -> None:
        """Take it out of the plot for good."""
        if "_words" in self.__dict__:
            layer_of_words(self._plot, self._z).remove(self._words)

    @property
    def is_visible(self) -> bool:
        """Whether the words can be seen."""
        return "_words" in self.__dict__ and self._words.isVisible()


@dataclass(frozen=True)
class Label:
    """A tag and where it may stand, the best place first."""

    tag: Tag
    color: QColor
    places: Sequence[Place]


def show_apart(
    labels: Sequence[Label], font: QFont, view: Any, taken: Sequence[QRectF] = ()
) -> list[QRectF]:
    """Show labels where they cover neither one another nor what is taken, the first ones first.

    Return the boxes of those shown; all boxes are in pixels of the view.

    One that finds no free place stands where it covers least, unless that is on other words, or
    it is wider than the plot: what cannot be read is not shown.
    """
    metrics, pixels = QFontMetricsF(font), pixels_of(view)
    whole = QRectF(0, 0, view.width(), view.height())
    written: list[QRectF] = []
    for label in labels:
        boxes, costs = [], []
        for words, x, y, anchor in label.places:
            box, moved = _moved_inside(_box(words, pixels.at(x, y), anchor, metrics), whole)
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
        words, _, _, (right, down) = label.places[best]
        x, y = pixels.place(box.left() + right * box.width(), box.top() + down * box.height())
        label.tag.show(words, x, y, label.color, font, (right, down))
    return written


def clear_of(
    dots: Any,
    words: str,
    at: tuple[float, float],
    anchors: Sequence[Anchor],
    font: QFont,
    view: Any,
) -> list[Anchor]:
    """Return those anchors by which words at a place, moved into the view, cover no dot (k, 2)."""
    metrics, pixels = QFontMetricsF(font), pixels_of(view)
    size = np.array([metrics.horizontalAdvance(words) + 2, metrics.height() + 2])
    low = np.asarray(pixels.at(*at)) - np.asarray(anchors) * size
    low = np.clip(low, 0, np.maximum(np.array([pixels.width, pixels.height]) - size, 0))
    inside = (dots > low[:, None]) & (dots < (low + size)[:, None])
    covered = inside.all(axis=2).any(axis=1)
    return [anchor for anchor, is_covered in zip(anchors, covered, strict=True) if not is_covered]


def around(x: float, y: float, pixels: float, view: Any) -> QRectF:
    """Return the box of a mark of so many pixels at a place, for what is taken."""
    at_x, at_y = pixels_of(view).at(x, y)
    return QRectF(at_x - pixels / 2, at_y - pixels / 2, pixels, pixels)


def standing(x: float, view: Any) -> QRectF:
    """Return the box of a vertical line, for what is taken."""
    at, _ = pixels_of(view).at(x, 0)
    return QRectF(at - 0.5, 0, 1, view.height())


def box_of(place: Place, font: QFont, view: Any) -> QRectF:
    """Return the part of a plot's range that words at a place cover."""
    words, x, y, anchor = place
    box = _box(words, (0, 0), anchor, QFontMetricsF(font))
    per_x, per_y = pixels_of(view).per_pixel
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
