"""A picture of numbers over a part of a plot, made when it is set and laid out when painted."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from gd_studio.gui.plots.images import image_of, packed
from gd_studio.gui.plots.view_layer import ViewLayer
from gd_studio.gui.plots.view_pixels import ViewPixels

Span = tuple[float, float]


class PictureItem(ViewLayer):
    """Lies under everything else of a plot; nothing is drawn where no number is."""

    def __init__(self, plot_item: Any) -> None:
        super().__init__(plot_item.getViewBox(), -100)
        self._image: QImage | None = None
        self._spans: tuple[Span, Span] = ((0.0, 1.0), (0.0, 1.0))
        self.hide()

    def show_values(self, values: Any, levels: Span, table: Any, spans: tuple[Span, Span]) -> None:
        """Draw numbers (rows, columns), the lowest row first, in colours of a `table` (n, 3).

        The table goes from the first of `levels` to the second, the picture over `spans` of x, y.
        """
        low, high = levels
        with np.errstate(all="ignore"):
            places = (values - low) * (len(table) / ((high - low) or 1.0))
            np.clip(places, 0, len(table) - 1, out=places)
            colors = packed(table)[np.nan_to_num(places).astype(np.intp)]
        is_none = np.isnan(places)
        if is_none.any():
            colors[is_none] = 0
        self._show(colors, spans)

    def show_colors(self, colors: Any, spans: tuple[Span, Span]) -> None:
        """Draw colours (rows, columns, 3), the lowest row first."""
        self._show(packed(colors), spans)

    def _show(self, colors: Any, spans: tuple[Span, Span]) -> None:
        self._image, self._spans = image_of(colors[::-1]), spans
        self.show()
        self.update()

    def paint_in(self, painter: QPainter, pixels: ViewPixels, ratio: float | None) -> None:
        if self._image is None:
            return
        (left, right), (bottom, top) = self._spans
        x, y = pixels.at(left, top)
        x2, y2 = pixels.at(right, bottom)
        painter.drawImage(QRectF(x, y, x2 - x, y2 - y), self._image)
