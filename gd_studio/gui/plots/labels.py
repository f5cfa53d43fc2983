"""Words inside a plot: kept cheap to move, and moved apart where they would lie on one another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont


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
