"""Where words and marks of a plot lie in its pixels, and back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from gd_studio.gui.plots.labels import around, box_of, standing
from gd_studio.gui.plots.view_pixels import ViewPixels

PIXELS = ViewPixels(left=-2, right=6, bottom=10, top=30, width=400, height=200)


class View:
    """What of a ViewBox the labels ask for."""

    @property
    def state(self) -> Any:
        across, upwards = (PIXELS.left, PIXELS.right), (PIXELS.bottom, PIXELS.top)
        return {"viewRange": (across, upwards)}

    def size(self) -> QSizeF:
        return QSizeF(PIXELS.width, PIXELS.height)

    def width(self) -> float:
        return PIXELS.width

    def height(self) -> float:
        return PIXELS.height


@pytest.mark.parametrize("place", [(-2.0, 30.0), (6.0, 10.0), (1.3, 17.5), (9.0, -4.0)])
def test_a_place_is_found_again_from_its_pixel(place: tuple[float, float]) -> None:
    assert PIXELS.place(*PIXELS.at(*place)) == pytest.approx(place)
    painted = PIXELS.to_units().map(QPointF(*PIXELS.at(*place)))
    assert (painted.x(), painted.y()) == pytest.approx(place)


def test_pixels_count_from_the_upper_left_corner() -> None:
    assert PIXELS.at(-2, 30) == (0, 0)
    assert PIXELS.at(0, 25) == (100, 50)
    assert PIXELS.per_pixel == (0.02, 0.1)


def test_what_is_taken_lies_around_a_mark_and_along_a_line() -> None:
    assert around(0, 25, 10, View()).getRect() == (95, 45, 10, 10)
    assert standing(0, View()).getRect() == (99.5, 0, 1, 200)


def test_words_cover_a_part_of_the_range(qapp: QApplication) -> None:
    box = box_of(("words", 0.0, 25.0, (1.0, 0.5)), QFont(), View())
    assert box.right() == pytest.approx(0)
    assert box.center().y() == pytest.approx(25)
    assert 0 < box.width() < 8
