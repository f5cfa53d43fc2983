"""A digit under the mouse is shown as its picture, with what it is and what was guessed."""

from __future__ import annotations

import base64
import gc
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from gd_studio.gui.panels.movers_panel import MoversPanel
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.row_picture import SIDE, picture_of, with_pictures
from gd_studio.gui.plots.worst import WorstPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, place, trained

Role = Qt.ItemDataRole


@cache
def digits() -> Frame:
    return trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}}, 20)


def image_in(html: str) -> QImage:
    """Return the first picture in rich text."""
    encoded = html.split("data:image/png;base64,")[1].split('"')[0]
    return QImage.fromData(base64.b64decode(encoded))


def words_in(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def told_at(qtbot: QtBot, plot: PlotPanel, spot: Callable[[PlotPanel], tuple[float, float]]) -> str:
    """Show the plot, and return what it says where the mouse is moved to."""
    qtbot.addWidget(plot)
    plot.resize(520, 460)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(digits())
    at = place(plot, *spot(plot))
    plot._on_mouse_moved(QPointF(at))  # noqa: SLF001
    return plot.hover.text()


def test_the_picture_is_the_rows_own(qapp: object) -> None:
    prepared = digits().hypothesis.prepared
    number = int(prepared.train.rows[3])
    image = image_in(with_pictures("row", prepared, [("train", 3)]))
    assert (image.width(), image.height()) == (SIDE, SIDE)
    pixels = picture_of(prepared, number)
    step = SIDE // 8
    seen = [[255 - image.pixelColor(x * step, y * step).red() for x in range(8)] for y in range(8)]
    assert np.abs(np.array(seen) / 255 - pixels / pixels.max()).max() < 0.01


def test_rows_that_are_no_pictures_are_told_in_words(qapp: object) -> None:
    prepared = trained(LINE).hypothesis.prepared
    assert with_pictures("a < b", prepared, [("train", 0)]) == "a < b"


def test_a_cell_of_the_matrix_shows_its_rows(qtbot: QtBot) -> None:
    told = told_at(
        qtbot, PredictionPlot(LIGHT, Selection()), lambda plot: _fullest_cell(plot)
    )
    assert 1 < told.count("<img") <= 4
    assert "rows of " in words_in(told)
    assert "guessed " in words_in(told)


def _fullest_cell(plot: PlotPanel) -> tuple[float, float]:
    assert isinstance(plot, PredictionPlot)
    counts = plot._all.confusion.found.counts  # type: ignore[union-attr]  # noqa: SLF001
    actual, guessed = np.unravel_index(int(counts.argmax()), counts.shape)
    return float(guessed) + 0.5, len(counts) - float(actual) - 0.5


@pytest.mark.parametrize("view", ["map", "failure"])
def test_a_point_shows_its_row(qtbot: QtBot, view: str) -> None:
    def spot(plot: PlotPanel) -> tuple[float, float]:
        assert isinstance(plot, PredictionPlot)
        plot.set_view(view)
        group = plot._views[view].points.groups[0]  # type: ignore[attr-defined]  # noqa: SLF001
        return float(group.x[0]), float(group.y[0])

    told = told_at(qtbot, PredictionPlot(LIGHT, Selection()), spot)
    assert told.count("<img") == 1
    assert "guess" in words_in(told)


def test_a_rank_of_the_worst_rows_shows_its_row(qtbot: QtBot) -> None:
    plot = WorstPlot(LIGHT, Selection())
    told = told_at(qtbot, plot, lambda plot: (1.0, 0.0))
    assert "rank 1 of" in words_in(told)
    assert "actual" in words_in(told)
    assert image_in(told) == image_in(plot.table.model().index(0, 0).data(Role.ToolTipRole))


def test_who_pulled_shows_the_row_of_a_bar(qtbot: QtBot) -> None:
    gate = threading.Event()
    gate.set()
    panel = MoversPanel(Selection(), gate)
    qtbot.addWidget(panel)
    panel.show()
    panel.set_frame(digits())
    panel.set_view("pulled")
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() > 2)
    index = panel.table.rows.index(0, 0)
    told = index.data(Role.ToolTipRole)
    row = panel.table.rows.rows[0].key
    number = int(digits().hypothesis.prepared.train.rows[row])
    own = with_pictures("", digits().hypothesis.prepared, [("train", row)])
    assert image_in(told) == image_in(own)
    assert "actual " in words_in(told)
    assert f"row {number + 1}" in words_in(told)
    assert "<img" not in index.data(Role.AccessibleTextRole)


def test_pictures_that_were_shown_hold_no_data_that_is_gone() -> None:
    prepared = replace(digits().hypothesis.prepared)
    assert "data:image/png" in with_pictures("a digit", prepared, [("train", 0), ("train", 1)])
    gone = weakref.ref(prepared)
    del prepared
    gc.collect()
    assert gone() is None
