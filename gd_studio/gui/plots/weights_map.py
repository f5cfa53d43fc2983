"""Heat maps of weights, gradients or changes: one per layer, rows are inputs, columns neurons."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg

from gd_studio.gui.colour_maps import diverging_colors
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.labels import Tag
from gd_studio.gui.theme import Theme

MOST_CROSSES = 500
GAP = 0.14  # between layers, in widths of a layer's picture


@dataclass(frozen=True)
class Place:
    """Where a layer stands in the plot: its picture fills (left, bottom) to (+1, +1)."""

    name: str
    indices: Any  # (inputs + 1, outputs): flat index of each cell, bias in the last row
    left: float
    bottom: float

    def cell(self, x: float, y: float) -> int | None:
        """Return the parameter at a place of the plot."""
        rows, columns = self.indices.shape
        if not (self.left <= x < self.left + 1 and self.bottom < y <= self.bottom + 1):
            return None
        row = min(int((self.bottom + 1 - y) * rows), rows - 1)
        return int(self.indices[row, min(int((x - self.left) * columns), columns - 1)])


def columns_for(layers: int) -> int:
    """Return how many layers stand side by side."""
    return layers if layers <= 4 else math.ceil(math.sqrt(layers))


def places(layers: Any, size: int, headroom: float) -> list[Place]:
    """Return a place for every layer, in reading order, with `headroom` above each for its name."""
    index = np.arange(size)
    columns = columns_for(len(layers))
    made = []
    for i, layer in enumerate(layers):
        row, column = divmod(i, columns)
        matrix = layer.matrix(index)
        made.append(
            Place(layer.name, matrix.T, column * (1 + GAP), -row * (1 + headroom) - 1)
        )
    return made


class WeightsMap:
    """The pictures of all layers, their names, and a frame around the selected cell."""

    def __init__(self, plot_item: Any) -> None:
        self._plot = plot_item
        self._images: list[Any] = []
        self._names: list[Tag] = []
        self._places: list[Place] = []
        self._layers: Any = None
        self._headroom = 0.1
        self._table: Any = None
        self._crosses = pg.ScatterPlotItem(symbol="x", size=7, pxMode=True)
        self._crosses.setZValue(4)
        self._crosses.hide()
        plot_item.addItem(self._crosses, ignoreBounds=True)
        self._frame = pg.PlotCurveItem()
        self._frame.setZValue(5)
        self._frame.hide()
        plot_item.addItem(self._frame, ignoreBounds=True)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Return (left, right, bottom, top) of everything, names included."""
        right = max(p.left for p in self._places) + 1
        bottom = min(p.bottom for p in self._places)
        return -0.02, right + 0.02, bottom - 0.02, self._headroom

    def set_theme(self, theme: Theme) -> None:
        """Colour the maps."""
        self._table = diverging_colors(theme)
        self._frame.setPen(pen(theme, "accent", 2))
        self._crosses.setPen(pen(theme, "warning", 1.5))

    def set_height(self, network: Any, pixels: float, name_pixels: float) -> None:
        """Lay the layers out for a plot this high, so that their names have room."""
        rows = math.ceil(len(network.layers) / columns_for(len(network.layers)))
        picture = max(pixels / rows - name_pixels, 4.0)
        headroom = round(name_pixels / picture, 2)
        if self._layers is not network.layers or headroom != self._headroom:
            self._headroom = headroom
            self._lay_out(network)

    def show(self, theta: Any, theme: Theme, font: Any, selected: int) -> float:
        """Draw all layers' parts of theta (P,): weights, gradients or changes.

        Returns the largest finite size, which is the scale. What is not a number has a cross.
        """
        finite = theta[np.isfinite(theta)]
        largest = float(np.abs(finite).max()) if finite.size else 0.0
        largest = largest or 1.0
        for place, image, name in zip(self._places, self._images, self._names, strict=True):
            values = np.clip(theta[place.indices], -largest, largest)
            image.setImage(
                values[::-1], autoLevels=False, levels=(-largest, largest), lut=self._table
            )
            image.setBorder(pen(theme, "line"))
            image.setRect(place.left, place.bottom, 1, 1)
            image.show()
            text = colour(theme, "muted")
            name.show(place.name, place.left - 0.01, place.bottom + 1, text, font, (0, 1))
        self._mark_broken(theta)
        self.select(selected)
        return largest

    def select(self, index: int) -> None:
        """Frame a parameter's cell."""
        for place in self._places:
            found = np.argwhere(place.indices == index)
            if len(found):
                rows, columns = place.indices.shape
                row, column = found[0]
                x, w = place.left + column / columns, 1 / columns
                y, h = place.bottom + 1 - row / rows, -1 / rows
                self._frame.setData([x, x + w, x + w, x, x], [y, y, y + h, y + h, y])
                self._frame.show()

    def hide(self) -> None:
        """Take everything away."""
        for image in self._images:
            image.hide()
        for name in self._names:
            name.hide()
        self._frame.hide()
        self._crosses.hide()

    def parameter_at(self, x: float, y: float) -> int | None:
        """Return the parameter whose cell is at a place of the plot."""
        found = (place.cell(x, y) for place in self._places)
        return next((index for index in found if index is not None), None)

    def _mark_broken(self, theta: Any) -> None:
        spots = []
        for place in self._places:
            rows, columns = place.indices.shape
            for row, column in np.argwhere(~np.isfinite(theta[place.indices]))[:MOST_CROSSES]:
                x = place.left + (column + 0.5) / columns
                spots.append((x, place.bottom + 1 - (row + 0.5) / rows))
        self._crosses.setData(pos=np.array(spots[:MOST_CROSSES]).reshape(-1, 2))
        self._crosses.setVisible(bool(spots))

    def _lay_out(self, network: Any) -> None:
        for image in self._images:
            self._plot.removeItem(image)
        for name in self._names:
            name.remove()
        self._layers = network.layers
        self._places = places(network.layers, network.size, self._headroom)
        self._images = [pg.ImageItem(axisOrder="row-major") for _ in self._places]
        for image in self._images:
            self._plot.addItem(image, ignoreBounds=True)
        self._names = [Tag(self._plot) for _ in self._places]
