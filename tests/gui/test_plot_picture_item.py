"""Arrays of colours as images, and a picture of numbers in a plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.images import image_of, packed
from gd_studio.gui.plots.picture_item import PictureItem

RED, GREEN, BLUE = [255, 0, 0], [0, 255, 0], [0, 0, 255]


def shown(qtbot: QtBot) -> tuple[PictureItem, Any]:
    """Return an item in a white plot of 0 to 4 by 0 to 4, and what tells a place's colour."""
    widget = pg.PlotWidget(enableMenu=False, background="w")
    qtbot.addWidget(widget)
    widget.resize(320, 240)
    item = PictureItem(widget.getPlotItem())
    widget.setXRange(0, 4, padding=0)
    widget.setYRange(0, 4, padding=0)
    widget.show()
    view = widget.getPlotItem().getViewBox()

    def color(x: float, y: float) -> list[int]:
        at = widget.mapFromScene(view.mapViewToScene(QPointF(x, y)))
        return list(widget.grab().toImage().pixelColor(at).getRgb()[:3])

    return item, color


def test_an_image_has_its_first_row_highest() -> None:
    image = image_of(np.array([[0xFF000001, 0xFF000002], [0xFF000003, 0xFF000004]]))
    assert [image.pixel(x, y) & 0xFF for y in (0, 1) for x in (0, 1)] == [1, 2, 3, 4]


def test_colours_are_packed_as_qt_has_them() -> None:
    found = packed(np.array([[RED, GREEN], [BLUE, [1, 2, 3]]], np.uint8))
    assert found.tolist() == [[0xFFFF0000, 0xFF00FF00], [0xFF0000FF, 0xFF010203]]


def test_numbers_stand_at_their_places_in_the_colours_of_their_levels(qtbot: QtBot) -> None:
    item, color = shown(qtbot)
    table = np.array([RED, GREEN, BLUE], np.uint8)
    values = np.array([[-5.0, 1.5], [99.0, 0.5]])  # the lowest row first
    item.show_values(values, (0.0, 3.0), table, ((0.0, 2.0), (1.0, 3.0)))
    places = ((0.5, 1.5), (1.5, 1.5), (0.5, 2.5), (1.5, 2.5))
    assert [color(x, y) for x, y in places] == [RED, GREEN, BLUE, RED]
    assert color(3, 2) == color(1, 0.5) == [255] * 3  # beyond its spans


def test_nothing_is_drawn_where_no_number_is(qtbot: QtBot) -> None:
    item, color = shown(qtbot)
    table = np.array([RED, GREEN], np.uint8)
    item.show_values(np.array([[np.nan, 0.9]]), (0.0, 1.0), table, ((0.0, 4.0), (0.0, 4.0)))
    assert [color(1, 2), color(3, 2)] == [[255] * 3, GREEN]


def test_one_level_only_is_the_lowest_colour(qtbot: QtBot) -> None:
    item, color = shown(qtbot)
    table = np.array([RED, GREEN], np.uint8)
    item.show_values(np.array([[7.0]]), (7.0, 7.0), table, ((0.0, 4.0), (0.0, 4.0)))
    assert color(2, 2) == RED


def test_colours_of_their_own_are_drawn_as_they_are(qtbot: QtBot) -> None:
    item, color = shown(qtbot)
    item.show_colors(np.array([[RED], [BLUE]], np.uint8), ((0.0, 4.0), (0.0, 4.0)))
    assert [color(2, 1), color(2, 3)] == [RED, BLUE]
    item.hide()
    assert color(2, 1) == [255] * 3
