"""Data points in a plot: shape and colour by class, hollow for validation, one of them selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from gd_studio.gui.plots.colours import class_colour, colour, pen, pen_of, symbol
from gd_studio.gui.plots.samples import Numbers, Rows
from gd_studio.gui.selection import SplitName
from gd_studio.gui.theme import Theme

SIZE = 8
NEAR_PIXELS = 12


@dataclass(frozen=True, eq=False)
class Group:
    """Points that look alike: those of one split and one class (None: values, not classes)."""

    x: Numbers
    y: Numbers
    rows: Rows
    split: SplitName
    code: int | None = None


class Points:
    """All points of a plot, and the ring around the selected one."""

    def __init__(self, plot_item: Any) -> None:
        self._plot = plot_item
        self._items: list[Any] = []
        self._groups: Sequence[Group] = ()
        self._drawn: tuple[Any, ...] = ()
        self._ring = pg.ScatterPlotItem(pxMode=True, size=18, symbol="o")
        self._ring.setZValue(12)
        plot_item.addItem(self._ring, ignoreBounds=True)

    @property
    def groups(self) -> Sequence[Group]:
        """The points drawn."""
        return self._groups

    def show(self, key: object, groups: Sequence[Group], theme: Theme) -> None:
        """Draw the groups, unless what `key` stands for is drawn already."""
        self._ring.show()
        if (key, theme.name) == self._drawn:
            for item in self._items:
                item.show()
            return
        self._drawn = (key, theme.name)
        self._groups = groups
        while len(self._items) < len(groups):
            item = pg.ScatterPlotItem(pxMode=True, size=SIZE)
            item.setZValue(10)
            self._plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        for item in self._items[len(groups) :]:
            item.setData([], [])
        for item, group in zip(self._items, groups, strict=False):
            edge, fill = _look(group, theme)
            shape = "o" if group.code is None else symbol(group.code)
            size = SIZE + (1 if shape in ("t1", "t") else 0)
            item.setData(group.x, group.y, symbol=shape, pen=edge, brush=fill, size=size)
            item.show()

    def select(self, split: SplitName, row: int, theme: Theme) -> tuple[float, float] | None:
        """Put the ring around a row's point; return where it is, None if it is not drawn."""
        for group in self._groups:
            if group.split == split:
                found = np.flatnonzero(group.rows == row)
                if len(found):
                    x, y = float(group.x[found[0]]), float(group.y[found[0]])
                    if np.isfinite(x) and np.isfinite(y):
                        self._ring.setData(
                            [x], [y], pen=pen(theme, "selection", 2), brush=pg.mkBrush(None)
                        )
                        return x, y
        self._ring.setData([], [])
        return None

    def nearest(self, x: float, y: float, per_pixel: tuple[float, float]) -> Any:
        """Return (split, row, class code) of the point within a few pixels of a place, or None."""
        best, found = float(NEAR_PIXELS), None
        for group in self._groups:
            if not len(group.x):
                continue
            away = np.hypot((group.x - x) / per_pixel[0], (group.y - y) / per_pixel[1])
            away = np.where(np.isfinite(away), away, np.inf)
            at = int(np.argmin(away))
            if away[at] < best:
                best, found = float(away[at]), (group.split, int(group.rows[at]), group.code)
        return found

    def hide(self) -> None:
        """Take all points away."""
        for item in self._items:
            item.hide()
        self._ring.hide()


def by_class(
    x: Numbers, y: Numbers, codes: Numbers, rows: Rows, split: SplitName, classes: int
) -> list[Group]:
    """Return the points of one split as a group for each class."""
    groups = []
    for code in range(classes):
        of_class = codes == code
        groups.append(Group(x[of_class], y[of_class], rows[of_class], split, code))
    return groups


def _look(group: Group, theme: Theme) -> tuple[Any, Any]:
    """Return (pen, brush): filled with a light edge for train, hollow for validation."""
    hollow = group.split == "validation"
    if group.code is None:
        color = colour(theme, "validation" if hollow else "train")
        alone = pen(theme, "marker_edge", 1)
        return (pen_of(color, 1.5) if hollow else alone), _fill(color, hollow)
    color = class_colour(theme, group.code)
    if hollow:
        return pen_of(color.darker(115) if theme.name == "light" else color, 1.5), None
    return pen(theme, "marker_edge", 1), _fill(color, hollow)


def _fill(color: QColor, hollow: bool) -> Any:
    return pg.mkBrush(None) if hollow else pg.mkBrush(color)
