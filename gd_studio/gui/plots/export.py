"""A plot as a picture: PNG at a chosen scale, or SVG; the bytes are written by whoever asked.

Title, detail, legend and note go into the picture, so that it still says what it shows when it has
left the window.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.legend import SAMPLE, Entry, draw_sample

MARGIN = 12
WRAPPED = int(Qt.TextFlag.TextWordWrap)


def to_png(panel: PlotPanel, scale: float = 2.0) -> bytes:
    """Return the plot as a PNG file, `scale` times as large as on screen.

    It is drawn from the SVG, in which lines and points grow with the scale.
    """
    image = QImage(picture_size(panel) * scale, QImage.Format.Format_RGB32)
    image.fill(colour(panel.theme, "card"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    QSvgRenderer(QByteArray(_thickened(to_svg(panel), scale))).render(painter)
    painter.end()
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(kept.data())


def to_svg(panel: PlotPanel) -> bytes:
    """Return the plot as an SVG file."""
    size = picture_size(panel)
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


def _thickened(svg: bytes, scale: float) -> bytes:
    """Return an SVG whose lines of fixed width suit a picture this many times as large."""

    def scaled(group: re.Match[str]) -> str:
        return re.sub(
            r'(stroke-width|stroke-dasharray|stroke-dashoffset)="([^"none]+)"',
            lambda found: f'{found[1]}="{_times(found[2], scale)}"',
            group[0],
        )

    fixed_width = r'<g [^>]*>\s*<(?:path|polyline|line|rect)[^>]*vector-effect="non-scaling-stroke"'
    return re.sub(fixed_width, scaled, svg.decode("utf-8")).encode("utf-8")


def _times(numbers: str, scale: float) -> str:
    return ",".join(f"{float(number) * scale:g}" for number in numbers.split(","))


def picture_size(panel: PlotPanel) -> QSize:
    """Return the size of a picture at scale 1: the canvas, title and legend over it, the note."""
    canvas = panel.canvas.viewport().size()
    around = _line(panel) + _legend_height(panel, canvas.width()) + 2 * MARGIN
    height = canvas.height() + around + _note_height(panel, canvas.width())
    return QSize(canvas.width() + 2 * MARGIN, height)


def _line(panel: PlotPanel) -> int:
    return QFontMetrics(panel.font()).height() + 10


def _legend_line(panel: PlotPanel) -> int:
    return QFontMetrics(panel.small_font()).height() + 4


def _legend_places(panel: PlotPanel, width: int) -> Iterator[tuple[Entry, QPoint]]:
    """Yield what is drawn and its place in the legend, which has as many lines as it needs."""
    metrics, at = QFontMetrics(panel.small_font()), QPoint(0, 0)
    for entry in panel.legend.entries:
        if not entry.is_shown:
            continue
        takes = SAMPLE.width() + 4 + metrics.horizontalAdvance(entry.text)
        if at.x() and at.x() + takes > width:
            at = QPoint(0, at.y() + _legend_line(panel))
        yield entry, at
        at = QPoint(at.x() + takes + MARGIN, at.y())


def _legend_height(panel: PlotPanel, width: int) -> int:
    places = [at.y() + _legend_line(panel) for _, at in _legend_places(panel, width)]
    return max(places, default=0)


def _note_height(panel: PlotPanel, width: int) -> int:
    note = panel.note.text()
    if not note:
        return 0
    metrics = QFontMetrics(panel.small_font())
    return metrics.boundingRect(0, 0, width, 1000, WRAPPED, note).height() + 6


def _paint(panel: PlotPanel, painter: QPainter, size: QSize) -> None:
    painter.fillRect(QRect(0, 0, size.width(), size.height()), colour(panel.theme, "card"))
    line, inner = _line(panel), size.width() - 2 * MARGIN
    # Of the canvas' own size, because pyqtgraph draws points in pixels of the screen.
    canvas = panel.canvas.viewport().size()
    over = MARGIN + line + _legend_height(panel, inner)
    target = QRectF(MARGIN, over, canvas.width(), canvas.height())
    _paint_scene(panel, painter, target)
    _paint_header(panel, painter, QRect(MARGIN, MARGIN // 2, inner, line))
    _paint_legend(panel, painter, QPoint(MARGIN, MARGIN // 2 + line), inner)
    painter.setFont(panel.small_font())
    painter.setPen(colour(panel.theme, "muted"))
    below = QRect(MARGIN, int(target.bottom()) + 5, inner, _note_height(panel, inner))
    painter.drawText(below, WRAPPED, panel.note.text())


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


def _paint_legend(panel: PlotPanel, painter: QPainter, corner: QPoint, width: int) -> None:
    line = _legend_line(panel)
    for entry, at in _legend_places(panel, width):
        place = corner + at
        painter.save()
        painter.translate(place + QPoint(0, (line - SAMPLE.height()) // 2))
        draw_sample(painter, entry)
        painter.restore()
        painter.setFont(panel.small_font())
        painter.setPen(colour(panel.theme, "muted"))
        words = QRect(place.x() + SAMPLE.width() + 4, place.y(), width, line)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), entry.text)


def _paint_scene(panel: PlotPanel, painter: QPainter, target: QRectF) -> None:
    """Draw the canvas as it is on screen, its points as shapes and not as small pictures.

    SVG painting does not clip, so what reaches out of the plot's frame is covered, and the
    axes are drawn again over the cover.
    """
    canvas, view = panel.canvas, panel.plot_item.getViewBox()
    viewport = canvas.viewport().rect()
    background = canvas.backgroundBrush()
    points = [i for i in canvas.scene().items() if isinstance(i, pg.ScatterPlotItem)]
    for item in points:
        item.setExportMode(True, {"antialias": True})
    try:
        canvas.render(painter, target, viewport, Qt.AspectRatioMode.IgnoreAspectRatio)
        inside = canvas.mapFromScene(view.sceneBoundingRect()).boundingRect()
        frame = QRectF(inside).translated(target.topLeft()).adjusted(-1, -1, 1, 1)
        _cover_around(painter, target, frame, colour(panel.theme, "card"))
        view.setOpacity(0)
        canvas.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        canvas.render(painter, target, viewport, Qt.AspectRatioMode.IgnoreAspectRatio)
    finally:
        view.setOpacity(1)
        canvas.setBackgroundBrush(background)
        for item in points:
            item.setExportMode(False)


def _cover_around(painter: QPainter, canvas: QRectF, frame: QRectF, color: QColor) -> None:
    """Cover a picture all around a frame."""
    whole = canvas.adjusted(-MARGIN, -canvas.top(), MARGIN, 8 * MARGIN)
    top, bottom, left, right = (QRectF(whole) for _ in range(4))
    top.setBottom(frame.top())
    bottom.setTop(frame.bottom())
    left.setRight(frame.left())
    right.setLeft(frame.right())
    for part in (top, bottom, left, right):
        painter.fillRect(part, color)
