"""The legend of the loss surface: what is drawn can be taken away, till shown again."""

from __future__ import annotations

from functools import cache

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.session.frame import Frame
from tests.gui.frames import trained, with_ghost
from tests.gui.test_plot_surface import FULL_BATCH, settle, shown

DRAWN = ["path", "start", "now", "best", "next", "downhill", "contours", "least", "ghost"]


@cache
def line(steps: int = 8) -> Frame:
    return trained(FULL_BATCH, steps)


def with_all(qtbot: QtBot) -> SurfacePlot:
    plot = shown(qtbot, line())
    plot.set_frame(with_ghost(line(), trained({**FULL_BATCH, "model": {"kind": "linear"}}, 3)))
    settle(qtbot, plot)
    return plot


def picture(plot: SurfacePlot) -> QImage:
    QCoreApplication.processEvents()
    image: QImage = plot.canvas.grab().toImage()
    return image


def test_every_thing_on_the_map_has_an_entry_that_says_what_it_is(qtbot: QtBot) -> None:
    plot = with_all(qtbot)
    entries = plot.legend.entries
    assert sorted(entry.key for entry in entries) == sorted(DRAWN)
    assert all(entry.help.endswith(".") for entry in entries)


@pytest.mark.parametrize("key", DRAWN)
def test_what_is_hidden_is_not_painted_and_comes_back(qtbot: QtBot, key: str) -> None:
    plot = with_all(qtbot)
    before = picture(plot)
    plot.legend.set_shown(key, False)
    assert picture(plot) != before
    plot.legend.set_shown(key, True)
    assert picture(plot) == before


def test_it_is_remembered_through_steps_and_runs(qtbot: QtBot) -> None:
    plot = with_all(qtbot)
    plot.legend.set_shown("path", False)
    plot.set_frame(trained(FULL_BATCH, 9))
    settle(qtbot, plot)
    assert not plot.legend.shows("path")


def test_a_small_plot_has_it_as_a_menu_and_a_large_one_as_a_row(qtbot: QtBot) -> None:
    plot = with_all(qtbot)
    assert plot.legend.button.isVisible()
    assert not plot.legend.row.isVisible()
    plot.resize(900, 700)
    QCoreApplication.processEvents()
    assert plot.legend.row.isVisible()
    button = plot.legend.buttons["path"]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not plot.legend.shows("path")
