"""The weights plot's pictures: heat maps and images of a layer, and its histogram over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QFontMetricsF

from gd_studio.engine.arrays import Array
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.weights_histogram import HistogramView
from gd_studio.gui.plots.weights_map import WeightsMap
from gd_studio.gui.plots.weights_picture import PictureWords, say_picture
from gd_studio.gui.plots.weights_tiles import NO_IMAGES, TilesView, image_shape

if TYPE_CHECKING:
    from gd_studio.engine.arrays import Integers
    from gd_studio.session.frame import Frame

ROWS_AND_COLUMNS = "rows: inputs, bias last; columns: neurons"


class WeightsPictures:
    """Everything but the lines: one of "map", "histogram" and "tiles" at a time.

    `quantity`: whether maps and images show "weights", "gradients", or "changes" in the step.
    """

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        self.quantity = "weights"
        self.map = WeightsMap(panel.plot_item)
        self.histogram = HistogramView(panel)
        self.tiles = TilesView(panel)
        self.by_name: dict[str, WeightsMap | HistogramView | TilesView] = {
            "map": self.map,
            "histogram": self.histogram,
            "tiles": self.tiles,
        }
        self.set_theme()

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""
        for picture in self.by_name.values():
            picture.set_theme(self._panel.theme)

    def hide(self, but: str = "") -> None:
        """Make room for another view."""
        for name, picture in self.by_name.items():
            if name != but:
                picture.hide()

    def draw(self, name: str, frame: Frame, kept: Integers) -> None:
        """Draw a picture of a frame; `kept` are the parameters of the trajectory's columns."""
        self.hide(name)
        entries = self.histogram.entries() if name == "histogram" else []
        self._panel.legend.show(entries, self._panel)
        if name == "map":
            self._draw_map(frame)
        elif name == "tiles":
            self._draw_tiles(frame)
        else:
            selected = self._selected(frame)
            layers = frame.hypothesis.network.layers
            layer = next(la for la in layers if selected < la.offset + la.size)
            self.histogram.draw(frame, layer, kept, selected)

    def parameter_at(self, name: str, frame: Frame, x: float, y: float) -> int | None:
        """Return the parameter whose cell is at a place."""
        if name == "map":
            return self.map.parameter_at(x, y)
        has_images = name == "tiles" and image_shape(frame) is not None
        return self.tiles.parameter_at(frame, x, y) if has_images else None

    def hover(self, name: str, frame: Frame, x: float, y: float) -> str:
        """Return what is exactly at a place."""
        if name == "histogram":
            return self.histogram.hover(frame, x, y)
        index = self.parameter_at(name, frame, x, y)
        if index is None:
            return ""
        said = f"{frame.hypothesis.said_name(index)}\n{frame.hypothesis.parameter_name(index)}"
        return f"{said}\n{self.quantity[:-1]} {exact(float(self._values(frame)[index]))}"

    def _values(self, frame: Frame) -> Array:
        """Return what maps and images show (P,)."""
        if self.quantity == "gradients":
            return frame.gradient
        with np.errstate(invalid="ignore"):
            changes = self.quantity == "changes"
            return frame.parameters - frame.previous if changes else frame.parameters

    def _selected(self, frame: Frame) -> int:
        return min(self._panel.selection.parameter, frame.hypothesis.network.size - 1)

    def _draw_map(self, frame: Frame) -> None:
        panel = self._panel
        panel.set_scales(Scale(hidden=True), Scale(hidden=True))
        network, font = frame.hypothesis.network, panel.small_font()
        height = panel.plot_item.getViewBox().height()
        self.map.set_height(network, height, QFontMetricsF(font).height() + 5)
        values = self._values(frame)
        largest = self.map.show(values, panel.theme, font, self._selected(frame))
        panel.want_range(*self.map.extent)
        words = PictureWords(self.quantity, "per layer", "heat maps", ROWS_AND_COLUMNS)
        say_picture(panel, frame, values, largest, words)

    def _draw_tiles(self, frame: Frame) -> None:
        shape = image_shape(frame)
        if shape is None:
            self.tiles.hide()
            self._panel.show_empty(NO_IMAGES)
            return
        values = self._values(frame)
        largest = self.tiles.draw(frame, values, shape, self._selected(frame))
        words = PictureWords(self.quantity, "by neuron", "images", self.tiles.note(frame))
        say_picture(self._panel, frame, values, largest, words)
