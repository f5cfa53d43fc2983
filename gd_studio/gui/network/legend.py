"""The legend under a network: what line and colour of a link mean, and the colours of a node."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from gd_studio.gui.network.maps import LEVELS, node_colors
from gd_studio.gui.numbers import MINUS
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.images import image_of
from gd_studio.gui.theme import Theme

SAMPLE = 22.0  # pixels of a drawn line or a bar of colours, and more beside larger words
USUAL_HEIGHT = 15.0  # pixels of a line of words
GAP = 5.0


def legend_height(font: QFont) -> float:
    """Return how high the legend is."""
    return QFontMetricsF(font).height() + 4


def draw_legend(
    painter: QPainter, area: QRectF, theme: Theme, font: QFont, signed: bool
) -> None:
    """Draw both kinds of link and the colours of a node, as much of it as there is room for."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    middle = area.top() + area.height() / 2
    scale = max(1.0, metrics.height() / USUAL_HEIGHT)
    sample, gap = SAMPLE * scale, GAP * scale
    x = area.left()
    for text, token, dashed in (("positive", "positive", False), ("negative", "negative", True)):
        line = QPen(colour(theme, token), 2.5 * scale)
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            line.setDashPattern([2, 1.2])
        painter.setPen(line)
        painter.drawLine(int(x), int(middle), int(x + sample), int(middle))
        x = _word(painter, text, x + sample + gap, area, theme, metrics) + 2 * gap
    low, high = (f"node {MINUS}", "+") if signed else ("node low", "high")
    width = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + sample + 2 * gap
    if x + width > area.right():
        return
    x = _word(painter, low, area.right() - width, area, theme, metrics) + gap
    colors = node_colors(theme, signed)[None, :LEVELS]
    bar = QRectF(x, middle - 5 * scale, sample, 10 * scale)
    painter.drawImage(bar, image_of(np.repeat(colors, 2, axis=0)))
    _word(painter, high, x + sample + gap, area, theme, metrics)


def _word(
    painter: QPainter, text: str, x: float, area: QRectF, theme: Theme, metrics: QFontMetricsF
) -> float:
    """Write a word and return where it ends."""
    width = metrics.horizontalAdvance(text)
    painter.setPen(colour(theme, "muted"))
    box = QRectF(x, area.top(), width + 1, area.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
    return x + width
