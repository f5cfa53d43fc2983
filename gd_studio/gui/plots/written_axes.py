"""The axes of a plot as we write them: few labels that fit, a name where there is room, a grid."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF

from gd_studio.gui.plots.axes import (
    Label,
    NamePlace,
    Scale,
    along,
    beside,
    is_short,
    name_in,
    name_place,
)
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.plain_axis import PlainAxis
from gd_studio.gui.theme import Theme

WRITTEN = ("left", "bottom")


class WrittenAxes:
    """The left and the bottom axis of a PlotItem, and the lines across it."""

    def __init__(self, plot_item: Any) -> None:
        self._item = plot_item
        self._place: NamePlace = "between"  # where the name of the bottom axis stands
        for side in ("left", "bottom", "right", "top"):
            plot_item.getAxis(side).enableAutoSIPrefix(False)
        self._grid = pg.PlotCurveItem(connect="pairs", antialias=False)
        self._grid.setZValue(-5)
        plot_item.addItem(self._grid, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """Colour border, labels and grid."""
        self._item.getViewBox().setBorder(pen(theme, "line"))
        for side in WRITTEN:
            self._item.getAxis(side).setTextPen(colour(theme, "muted"))
        self._grid.setPen(pen(theme, "grid"))

    def set_font(self, font: QFont) -> None:
        """Set the font of labels and names."""
        for side in WRITTEN:
            self._item.getAxis(side).set_font(font)

    def write(self, scale_x: Scale, scale_y: Scale, font: QFont) -> None:
        """Write the labels of the range that is shown."""
        metrics = QFontMetricsF(font)
        self._write_bottom(scale_x, metrics)
        self._write_left(scale_y, metrics)

    def _write_bottom(self, scale: Scale, metrics: QFontMetricsF) -> None:
        view, axis = self._item.getViewBox(), self._item.getAxis("bottom")
        (left, right), _ = view.viewRange()
        height = metrics.height()
        lines = (view.height() + axis.height()) / height  # of both, whatever share each has now
        place = name_place(left, right, view.width(), lines, scale, metrics, self._place)
        self._place = place
        labels = along(left, right, view.width(), scale, metrics, place)
        is_apart = place != "between"
        name = name_in(scale, self._room_under(), metrics) if is_apart else ""
        _write(axis, labels, name, scale)
        axis.setHeight(0 if scale.hidden else (1 + (place == "under")) * height + 4)

    def _room_under(self) -> float:
        """Return the width of the longest name that can stand under the middle of the view."""
        view, whole = self._item.getViewBox(), self._item.boundingRect().width()
        left = self._item.getAxis("left").width()
        return float(view.width() + 2 * min(left, max(whole - left - view.width(), 0)))

    def _write_left(self, scale: Scale, metrics: QFontMetricsF) -> None:
        view, axis = self._item.getViewBox(), self._item.getAxis("left")
        (left, right), (bottom, top) = view.viewRange()
        labels = beside(bottom, top, view.height(), scale, metrics)
        widest = max((metrics.horizontalAdvance(label.text) for label in labels), default=0)
        # Only between two ends is there room for a short name among the numbers.
        is_among = scale.ends and is_short(scale.name)
        name = "" if is_among else name_in(scale, view.height() - 8, metrics)
        _write(axis, labels, name, scale)
        room = widest + 8 + (0 if is_among or not scale.name else metrics.height())
        axis.setWidth(0 if scale.hidden else max(8.0 * -(-room // 8), 24))
        self._draw_grid(left, right, labels, scale)

    def _draw_grid(self, left: float, right: float, upwards: list[Label], scale_y: Scale) -> None:
        self._grid.setVisible(not (scale_y.ends or scale_y.hidden))
        if not scale_y.ends:
            heights = [label.at for label in upwards[1:]]
            self._grid.setData([left, right] * len(heights), [y for y in heights for _ in "lr"])


def _write(axis: PlainAxis, labels: list[Label], name: str, scale: Scale) -> None:
    """Write labels and name, and tell under the mouse a name for which there is no room."""
    axis.write([(label.at, label.text) for label in labels], name)
    is_whole = scale.name in (name, *(label.text for label in labels))
    tip = "" if is_whole else scale.name
    if tip != axis.toolTip():
        axis.setToolTip(tip)
