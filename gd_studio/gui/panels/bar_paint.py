"""How a row of a small table with bars is painted: its words, and a bar left of an arrow."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from gd_studio.gui.panels.bar_rows import SIDES, BarRow
from gd_studio.gui.parameter_names import fitting_name
from gd_studio.gui.theme import Theme


def paint_words(
    painter: QPainter,
    row: BarRow,
    cells: list[QRect],
    margin: int,
    fonts: list[tuple[QFont, QFontMetrics]],
    is_chosen: bool,
    is_short: bool,
    theme: Theme,
) -> None:
    """Paint the words of a row, `margin` pixels within; the name of the chosen one stands out.

    `is_short`: names have their layers in short, for not all of the table have room whole.
    """
    painter.setPen(QColor(theme.text))
    for column, (words, cell) in enumerate(zip(row.cells, cells, strict=False)):
        font, metrics = fonts[is_chosen and column == 0]
        inner = cell.adjusted(margin, 0, -margin, -1)
        painter.setFont(font)
        short = is_short and column == 0
        text = fitting_name(words, inner.width(), metrics, short)
        painter.drawText(inner, SIDES[column > 0], text)


def paint_bar(
    painter: QPainter, rect: QRect, row: BarRow, metrics: QFontMetrics, theme: Theme
) -> None:
    """Paint how far and which way, for a row that goes any: a bar up to an arrow."""
    bar = row.bar
    if math.isnan(bar) or bar == 0:
        return
    sign = "▲" if bar > 0 else "▼"
    room = metrics.horizontalAdvance("▲") + 5
    color = QColor(theme.positive if bar > 0 else theme.negative)
    if not row.signed:
        sign, color = "", QColor(theme.muted)
    height = max(6, metrics.height() // 2)
    width = max(2, round(min(abs(bar), 1.0) * (rect.width() - room - 6)))
    top = rect.center().y() - height // 2 + 1
    painter.fillRect(QRect(rect.right() - room - width, top, width, height), color)
    painter.setPen(color)
    beside = QRect(rect.right() - room, rect.top(), room, rect.height())
    painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, sign)
