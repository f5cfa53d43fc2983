"""The first layer of a model of images, as images: what each neuron looks for in the pixels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF

from gd_studio.gui.colour_maps import diverging_colors
from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.labels import Tag
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

MOST_TILES = 64
MOST_NAMED = 20
NO_IMAGES = "Weights as images need data that are images: choose Data › Source › Digits."


def image_shape(frame: Frame) -> tuple[int, int] | None:
    """Return rows and columns of the images that the network reads pixel by pixel, if it does."""
    hypothesis = frame.hypothesis
    prepared = hypothesis.prepared
    shape = prepared.dataset.image_shape
    if shape is None or not hypothesis.network.layers:
        return None
    pixels = math.prod(shape)
    whole_image = len(prepared.columns_in_use) == pixels == hypothesis.network.inputs
    return shape if whole_image else None


class Mosaic:
    """Where tiles of (rows, columns) cells lie: `across` in a row, `gap` empty cells above each."""

    def __init__(self, tiles: int, shape: tuple[int, int], across: int, gap: int) -> None:
        self.tiles, self.shape, self.across, self.gap = tiles, shape, across, gap
        self.down = -(-tiles // across)
        self.height = self.down * (shape[0] + gap)
        self.width = across * (shape[1] + 1) - 1

    def corner(self, tile: int) -> tuple[int, int]:
        """Return (row, column) of a tile's first cell in the mosaic."""
        row, column = divmod(tile, self.across)
        return row * (self.shape[0] + self.gap) + self.gap, column * (self.shape[1] + 1)

    def picture(self, images: Any) -> Any:
        """Return images (tiles, rows, columns) as one (height, width), NaN between them."""
        whole_picture = np.full((self.height, self.width), np.nan, np.float32)
        for tile, image in enumerate(images):
            row, column = self.corner(tile)
            whole_picture[row : row + self.shape[0], column : column + self.shape[1]] = image
        return whole_picture

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (tile, pixel) at a place; y falls from 0 at the top."""
        down, row = divmod(math.floor(-y), self.shape[0] + self.gap)
        beside, column = divmod(math.floor(x), self.shape[1] + 1)
        tile = down * self.across + beside
        is_cell = row >= self.gap and column < self.shape[1]
        if not is_cell or down < 0 or not 0 <= beside < self.across or tile >= self.tiles:
            return None
        return tile, (row - self.gap) * self.shape[1] + column


class TilesView:
    """One picture of all tiles, their names, and a frame around the selected cell."""

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        self._image = pg.ImageItem(axisOrder="row-major")
        self._frame = pg.PlotCurveItem()
        self._crosses = pg.ScatterPlotItem(symbol="x", size=7, pxMode=True)
        self._names: list[Tag] = []
        self._table: Any = None
        self.mosaic: Mosaic | None = None
        for z, item in enumerate((self._image, self._crosses, self._frame)):
            item.setZValue(z)
            item.hide()
            panel.plot_item.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """Colour the tiles."""
        self._table = diverging_colors(theme)
        self._frame.setPen(pen(theme, "accent", 2))
        self._crosses.setPen(pen(theme, "warning", 1.5))

    def hide(self) -> None:
        """Take everything away."""
        for item in (self._image, self._frame, self._crosses, *self._names):
            item.hide()

    def draw(self, frame: Frame, values: Any, shape: tuple[int, int], selected: int) -> float:
        """Draw the first layer's part of values (P,); return the size of the strongest colour."""
        layer = frame.hypothesis.network.layers[0]
        tiles = min(layer.outputs, MOST_TILES)
        images = layer.matrix(values)[:tiles, :-1].reshape(tiles, *shape)
        finite = np.abs(images[np.isfinite(images)])
        largest = float(finite.max()) if finite.size else 0.0
        largest = largest or 1.0
        self.mosaic = mosaic = self._lay_out(tiles, shape)
        picture = mosaic.picture(np.clip(images, -largest, largest))
        self._image.setImage(
            picture[::-1], autoLevels=False, levels=(-largest, largest), lut=self._table
        )
        self._image.setRect(0, -mosaic.height, mosaic.width, mosaic.height)
        self._image.show()
        self._mark_broken(mosaic, images)
        self._name_tiles(frame, mosaic)
        self._select(mosaic, layer, selected)
        self._panel.set_scales(Scale(hidden=True), Scale(hidden=True))
        self._panel.want_range(*self._square_range(mosaic))
        return largest

    def parameter_at(self, frame: Frame, x: float, y: float) -> int | None:
        """Return the parameter whose cell is at a place of the plot."""
        found = self.mosaic.cell(x, y) if self.mosaic is not None else None
        if found is None:
            return None
        layer = frame.hypothesis.network.layers[0]
        tile, pixel = found
        return layer.offset + tile * (layer.inputs + 1) + pixel

    def note(self, frame: Frame) -> str:
        """Say how many neurons are drawn, if not all."""
        total = frame.hypothesis.network.layers[0].outputs
        if total <= MOST_TILES:
            return ""
        return f"the first {MOST_TILES} of {whole(total)} neurons"

    def _lay_out(self, tiles: int, shape: tuple[int, int]) -> Mosaic:
        """Return the mosaic whose cells are most nearly square in the plot as it is."""
        view = self._panel.plot_item.getViewBox()
        wide, high = max(view.width(), 1), max(view.height(), 1)
        name = QFontMetricsF(self._panel.small_font()).height() if tiles <= MOST_NAMED else 0.0

        def cell(across: int) -> float:
            down = -(-tiles // across)
            return float(
                min(wide / (across * (shape[1] + 1)), (high / down - name) / (shape[0] + 1))
            )

        across = max(range(1, tiles + 1), key=cell)
        size = max(cell(across), 0.5)
        return Mosaic(tiles, shape, across, max(1, math.ceil(name / size)))

    def _square_range(self, mosaic: Mosaic) -> tuple[float, float, float, float]:
        """Return the range in whose middle the mosaic stands, its pixels as wide as high."""
        view = self._panel.plot_item.getViewBox()
        wide, high = max(view.width(), 1.0), max(view.height(), 1.0)
        size = min(wide / (mosaic.width + 1), high / (mosaic.height + 0.5))
        beside = (wide / size - mosaic.width) / 2
        over = (high / size - mosaic.height - 0.5) / 2
        return -beside, mosaic.width + beside, -mosaic.height - 0.5 - over, over

    def _mark_broken(self, mosaic: Mosaic, images: Any) -> None:
        broken = np.argwhere(~np.isfinite(images))[:500]
        spots = []
        for tile, row, column in broken.tolist():
            top, left = mosaic.corner(tile)
            spots.append((left + column + 0.5, -(top + row + 0.5)))
        self._crosses.setData(pos=np.array(spots).reshape(-1, 2))
        self._crosses.setVisible(bool(spots))

    def _name_tiles(self, frame: Frame, mosaic: Mosaic) -> None:
        hypothesis, font = frame.hypothesis, self._panel.small_font()
        count = mosaic.tiles if mosaic.tiles <= MOST_NAMED else 0
        while len(self._names) < count:
            self._names.append(Tag(self._panel.plot_item))
        only = len(hypothesis.network.layers) == 1
        for tile, tag in enumerate(self._names):
            if tile >= count:
                tag.hide()
                continue
            row, column = mosaic.corner(tile)
            name = hypothesis.output_name(tile) if only else str(tile + 1)
            tag.show(name, column, -row, colour(self._panel.theme, "muted"), font, (0, 1))

    def _select(self, mosaic: Mosaic, layer: Any, selected: int) -> None:
        tile, pixel = divmod(selected - layer.offset, layer.inputs + 1)
        is_shown = 0 <= tile < mosaic.tiles and pixel < layer.inputs
        self._frame.setVisible(is_shown)
        if is_shown:
            top, left = mosaic.corner(tile)
            row, column = divmod(pixel, mosaic.shape[1])
            x, y = left + column, -(top + row)
            self._frame.setData([x, x + 1, x + 1, x, x], [y, y, y - 1, y - 1, y])
