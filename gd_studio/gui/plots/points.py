"""Data points in a plot: shape and colour by class, hollow for validation, one of them selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from gd_studio.gui.plots.colours import class_colour, colour, pen, pen_of, symbol
from gd_studio.gui.plots.kept_scatter import KeptScatter
from gd_studio.gui.plots.samples import Numbers, Rows
from gd_studio.gui.selection import SplitName
from gd_studio.gui.theme import Theme

SIZE, SMALL = 8, 6  # pixels; the shapes of classes need the larger size to be told apart
CROWDED = 0.6  # of the plot's area, that points would cover side by side, from which they are small
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
        self._marked: tuple[Any, ...] = ()
        # Under the ring lies a wider one in the other colour: it shows on every background.
        self._halo = KeptScatter(plot_item, 11.5, size=18, symbol="o")
        self._ring = KeptScatter(plot_item, 12, size=18, symbol="o")

    @property
    def groups(self) -> Sequence[Group]:
        """The points drawn."""
        return self._groups

    def show(self, key: object, groups: Sequence[Group], theme: Theme) -> None:
        """Draw the groups, unless what `key` stands for is drawn already."""
        self._halo.show()
        self._ring.show()
        size = self._fitting_size(groups)
        if (key, theme.name, size) == self._drawn:
            for item in self._items:
                item.show()
            return
        self._drawn = (key, theme.name, size)
        self._groups = groups
        while len(self._items) < len(groups):
            self._items.append(KeptScatter(self._plot, 10, size=SIZE))
        for item in self._items[len(groups) :]:
            item.setData([], [])
        for item, group in zip(self._items, groups, strict=False):
            edge, fill = _look(group, theme)
            shape = "o" if group.code is None else symbol(group.code)
            own = size + (1 if shape in ("t1", "t") else 0)
            item.setData(group.x, group.y, symbol=shape, pen=edge, brush=fill, size=own)
            item.show()

    def _fitting_size(self, groups: Sequence[Group]) -> int:
        """Return the size of so many points in a plot as large as this one."""
        if any(group.code is not None for group in groups):
            return SIZE
        view = self._plot.getViewBox()
        covered = SIZE**2 * sum(len(group.x) for group in groups)
        return SMALL if covered > CROWDED * view.width() * view.height() else SIZE

    def fill(self, brushes: Sequence[Sequence[Any]], edge: Any) -> None:
        """Give each point of each group a brush of its own, all one edge, until they change."""
        for item, own in zip(self._items, brushes, strict=False):
            item.setPen(edge)
            item.setBrush(list(own))

    def select(self, split: SplitName, row: int, theme: Theme) -> tuple[float, float] | None:
        """Put the ring around a row's point; return where it is, None if it is not drawn."""
        place = self._place_of(split, row)
        if (place, theme.name) != self._marked:
            # Drawn again only when it moves: a scatter of one point costs as much as one of many.
            self._marked = (place, theme.name)
            x, y = ([place[0]], [place[1]]) if place else ([], [])
            nothing = pg.mkBrush(None)
            self._halo.setData(x, y, pen=pen(theme, "marker_edge", 5), brush=nothing)
            self._ring.setData(x, y, pen=pen(theme, "selection", 2), brush=nothing)
        return place

    def _place_of(self, split: SplitName, row: int) -> tuple[float, float] | None:
        for group in self._groups:
            if group.split != split:
                continue
            found = np.flatnonzero(group.rows == row)
            if len(found):
                x, y = float(group.x[found[0]]), float(group.y[found[0]])
                if np.isfinite(x) and np.isfinite(y):
                    return x, y
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
        self._halo.hide()
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
