"""A plot as a picture: PNG at a chosen scale, or SVG; the bytes are written by whoever asked.

Title, detail and note go into the picture, so that it still says what it shows when it has left
the window.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour

MARGIN = 12


def to_png(panel: PlotPanel, scale: float = 2.0) -> bytes:
    """Return the plot as a PNG file, `scale` times as large as on screen."""
    size = panel.size()
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(96 / 0.0254 * scale))
    image.setDotsPerMeterY(round(96 / 0.0254 * scale))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    _paint(panel, painter, size)
    painter.end()
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(kept.data())


def to_svg(panel: PlotPanel) -> bytes:
    """Return the plot as an SVG file."""
    size = panel.size()
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(panel.accessibleName())
    generator.setDescription(panel.summary)
    generator.setResolution(96)
    painter = QPainter(generator)
    _paint(panel, painter, size)
    painter.end()
    buffer.close()
    return bytes(kept.data())


def to_csv(panel: PlotPanel) -> bytes:
    """Return the plot's data as a CSV file."""
    names, rows = panel.export_data()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _paint(panel: PlotPanel, painter: QPainter, size: QSize) -> None:
    painter.fillRect(QRect(0, 0, size.width(), size.height()), colour(panel.theme, "card"))
    metrics = QFontMetrics(panel.font())
    inner = size.width() - 2 * MARGIN
    line = metrics.height() + 8
    _paint_header(panel, painter, QRect(MARGIN, MARGIN // 2, inner, line))
    note = panel.note.text() if panel.note.isVisibleTo(panel) else ""
    small = QFontMetrics(panel.small_font())
    wrap = int(Qt.TextFlag.TextWordWrap)
    room = small.boundingRect(0, 0, inner, 1000, wrap, note).height() + 6 if note else 0
    top = MARGIN // 2 + line + 4
    target = QRectF(MARGIN, top, inner, size.height() - top - room - MARGIN // 2)
    _paint_scene(panel, painter, target)
    if note:
        painter.setFont(panel.small_font())
        painter.setPen(colour(panel.theme, "muted"))
        painter.drawText(QRect(MARGIN, int(target.bottom()) + 4, inner, room), wrap, note)


def _paint_header(panel: PlotPanel, painter: QPainter, where: QRect) -> None:
    bold = QFont(panel.font())
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    painter.setPen(colour(panel.theme, "text"))
    title = panel.header.title.text()
    painter.drawText(where, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), title)
    room = where.width() - QFontMetrics(bold).horizontalAdvance(title) - 12
    painter.setFont(panel.small_font())
    painter.setPen(colour(panel.theme, "muted"))
    detail = QFontMetrics(panel.small_font()).elidedText(
        panel.header.detail.text(), Qt.TextElideMode.ElideRight, room
    )
    painter.drawText(
        where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), detail
    )


def _paint_scene(panel: PlotPanel, painter: QPainter, target: QRectF) -> None:
    """Draw the scene, which pyqtgraph prepares only for its own painting."""
    scene: Any = panel.canvas.scene()
    scene.prepareForPaint()
    source = panel.canvas.viewRect()
    scene.render(painter, target, source, Qt.AspectRatioMode.KeepAspectRatio)
