"""Words that a layer paints: a few at a place of a plot, on a plate where lines pass behind."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.strokes import Stroke
from gd_studio.gui.plots.view_pixels import ViewPixels

Anchor = tuple[float, float]
MARGIN = 1.0  # pixels of the plate around the words
INK = Qt.AlignmentFlag.AlignCenter.value  # a number: Qt asks a name for it each time

# One layer of words for each height in each view, so that all are painted in one go. A layer knows
# its view: were it held here, no view would ever be let go of.
_layers: WeakKeyDictionary[Any, WeakValueDictionary[float, Layer]] = WeakKeyDictionary()


def layer_of_words(plot_item: Any, z: float) -> Layer:
    """Return the layer of a plot on which words of a height in the stacking order are painted."""
    layers = _layers.setdefault(plot_item.getViewBox(), WeakValueDictionary())
    layer = layers.get(z)
    if layer is None:
        layer = layers[z] = Layer(plot_item, z)
    return layer


class Words(Stroke):
    """The words of one tag, of which the part `anchor` (0..1, 0..1) is put at a place."""

    def __init__(self, layer: Layer) -> None:
        super().__init__(layer)
        layer.add(self)
        self.text, self.place, self.plate = "", (0.0, 0.0), QColor(0, 0, 0, 0)
        self._color, self._font, self._anchor = QColor(), QFont(), (0.0, 0.5)
        self._size = (0.0, 0.0)
        self.hide()

    def write(
        self, text: str, place: tuple[float, float], color: QColor, font: QFont, anchor: Anchor
    ) -> None:
        """Write other words, or write them elsewhere."""
        if text != self.text or font != self._font:
            metrics = QFontMetricsF(font)
            lines = text.split("\n")
            width = max(metrics.horizontalAdvance(line) for line in lines)
            self._size = width + 2 * MARGIN, metrics.height() * len(lines) + 2 * MARGIN
        self.text, self.place, self._color = text, place, color
        self._font, self._anchor = font, anchor
        self._layer.changed()

    def set_plate(self, color: QColor) -> None:
        """Lay a colour under the words."""
        self.plate = color
        self._layer.changed()

    def box(self, pixels: ViewPixels) -> QRectF:
        """Return the pixels of the view that the plate covers."""
        x, y = pixels.at(*self.place)
        width, height = self._size
        return QRectF(x - self._anchor[0] * width, y - self._anchor[1] * height, width, height)

    def paint(self, painter: QPainter, pixels: ViewPixels) -> None:
        box = self.box(pixels)
        if self.plate.alpha():
            painter.fillRect(box, self.plate)
        painter.setFont(self._font)
        painter.setPen(self._color)
        painter.drawText(box, INK, self.text)
