"""The axes of a plot as we write them: few labels that fit, a name where there is room, a grid."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from gd_studio.gui.plots.axes import Label, Scale, along, beside, is_short
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.theme import Theme

WRITTEN = ("left", "bottom")


class WrittenAxes:
    """The left and the bottom axis of a PlotItem, and the lines across it."""

    def __init__(self, plot_item: Any) -> None:
        self._item = plot_item
        self._left_name = ""
        for side in ("left", "bottom", "right", "top"):
            plot_item.getAxis(side).enableAutoSIPrefix(False)
        for side in WRITTEN:
            axis = plot_item.getAxis(side)
            axis.setStyle(tickLength=0, tickAlpha=0)
            axis.setStyle(hideOverlappingLabels=False, autoExpandTextSpace=False)
        self._grid = pg.PlotCurveItem(connect="pairs", antialias=False)
        self._grid.setZValue(-5)
        plot_item.addItem(self._grid, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """Colour border, labels and grid."""
        self._item.getViewBox().setBorder(pen(theme, "line"))
        for side in WRITTEN:
            axis = self._item.getAxis(side)
            # In this order: the line's pen would also colour the name.
            axis.setPen(pg.mkPen(None))
            axis.setTextPen(colour(theme, "muted"))
        self._grid.setPen(pen(theme, "grid"))

    def set_font(self, font: QFont) -> None:
        """Set the font of labels and names."""
        for side in WRITTEN:
            self._item.getAxis(side).setTickFont(font)
            self._item.getAxis(side).label.setFont(font)

    def write(self, scale_x: Scale, scale_y: Scale, font: QFont) -> None:
        """Write the labels of the range that is shown."""
        item, metrics = self._item, QFontMetricsF(font)
        view = item.getViewBox()
        (left, right), (bottom, top) = view.viewRange()
        across = along(left, right, view.width(), scale_x, metrics)
        upwards = beside(bottom, top, view.height(), scale_y, metrics)
        bottom_axis, left_axis = item.getAxis("bottom"), item.getAxis("left")
        bottom_axis.setTicks([[(label.at, label.text) for label in across]])
        left_axis.setTicks([[(label.at, label.text) for label in upwards]])
        bottom_axis.setHeight(0 if scale_x.hidden else metrics.height() + 4)
        widest = max((metrics.horizontalAdvance(label.text) for label in upwards), default=0)
        # Only between two ends is there room for a short name among the numbers.
        name = "" if scale_y.ends and is_short(scale_y.name) else scale_y.name
        self.name_left(name, view.height(), metrics)
        room = widest + 8 + (metrics.height() if name else 0)
        left_axis.setWidth(0 if scale_y.hidden else max(8.0 * -(-room // 8), 24))
        self._draw_grid(left, right, upwards, scale_y)

    def name_left(self, name: str, pixels: float, metrics: QFontMetricsF) -> None:
        """Write the name of the left axis, cut to so many pixels."""
        axis = self._item.getAxis("left")
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(pixels - 8, 0))
        if shown != self._left_name:
            self._left_name = shown
            axis.setLabel(shown)
            # pyqtgraph places a name when its axis is resized, not when the name has changed.
            axis.resizeEvent()

    def _draw_grid(self, left: float, right: float, upwards: list[Label], scale_y: Scale) -> None:
        self._grid.setVisible(not (scale_y.ends or scale_y.hidden))
        if not scale_y.ends:
            heights = [label.at for label in upwards[1:]]
            self._grid.setData([left, right] * len(heights), [y for y in heights for _ in "lr"])
