"""Every plot with several things drawn has a legend that hides each of them."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.ray import RayPlot
from gd_studio.gui.plots.worst import WorstPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from tests.gui.frames import LINE, trained


def gate() -> threading.Event:
    made = threading.Event()
    made.set()
    return made


def shown(qtbot: QtBot, plot: PlotPanel, width: int = 420, height: int = 420) -> None:
    qtbot.addWidget(plot)
    plot.resize(width, height)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(trained(LINE, 5))


@pytest.mark.parametrize("view", ["ray", "strip"])
def test_each_line_along_the_gradient_can_be_hidden(qtbot: QtBot, view: str) -> None:
    plot = RayPlot(LIGHT, Selection(), gate())
    shown(qtbot, plot)
    plot.set_view(view)
    qtbot.waitUntil(lambda: plot.found is not None and not plot.is_computing)
    drawn = plot._ray_view if view == "ray" else plot._strip_view  # noqa: SLF001
    before = sum(item.isVisible() for item in drawn.items)
    keys = [entry.key for entry in plot.legend.entries]
    assert len(keys) == len(set(keys)) > 2
    for hidden, key in enumerate(keys, 1):
        plot.legend.set_shown(key, False)
        assert sum(item.isVisible() for item in drawn.items) == before - hidden
    assert all(not entry.is_shown for entry in plot.legend.entries)
    plot.shutdown()


def test_the_curve_of_the_worst_rows_and_its_mean_can_be_hidden(qtbot: QtBot) -> None:
    plot = WorstPlot(LIGHT, Selection(), gate())
    shown(qtbot, plot)
    assert [entry.key for entry in plot.legend.entries] == ["curve", "mean", "mark"]
    plot.legend.set_shown("mean", False)
    assert not plot._mean.isVisible()  # noqa: SLF001
    assert plot._curve.isVisible()  # noqa: SLF001
    plot.shutdown()


def test_a_legend_without_room_for_its_row_is_reached_by_keyboard(qtbot: QtBot) -> None:
    plot = WorstPlot(LIGHT, Selection(), gate())
    shown(qtbot, plot, height=360)
    assert not plot.legend.row.isVisible()
    button = plot.legend.button
    assert button.isVisible()
    assert button.accessibleName() == "Legend of Worst rows"
    plot.legend.menu.popup(plot.mapToGlobal(plot.rect().center()))
    QTest.keyClick(plot.legend.menu, Qt.Key.Key_Down)
    QTest.keyClick(plot.legend.menu, Qt.Key.Key_Return)
    assert not plot._curve.isVisible()  # noqa: SLF001
    plot.resize(420, 700)
    qtbot.waitUntil(plot.legend.row.isVisible)
    assert not button.isVisible()
    plot.shutdown()
