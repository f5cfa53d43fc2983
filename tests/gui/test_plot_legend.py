"""Every plot with several things drawn has a legend that hides each of them."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.prediction import NO_DATA, PredictionPlot
from gd_studio.gui.plots.ray import RayPlot
from gd_studio.gui.plots.weights import WeightsPlot
from gd_studio.gui.plots.worst import WorstPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, trained, with_ghost


def gate() -> threading.Event:
    made = threading.Event()
    made.set()
    return made


def shown(
    qtbot: QtBot, plot: PlotPanel, height: int = 420, frame: Frame | None = None
) -> None:
    qtbot.addWidget(plot)
    plot.resize(420, height)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame or trained(LINE, 5))


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


def test_each_line_of_the_weights_can_be_hidden(qtbot: QtBot) -> None:
    plot = WeightsPlot(LIGHT, Selection())
    frame = with_ghost(trained({}, 5), trained({}, 9))
    shown(qtbot, plot, frame=frame)
    keys = [entry.key for entry in plot.legend.entries]
    assert keys[-2:] == ["others", "ghost"]
    assert [f"parameter {index}" for index in plot.named] == keys[:-2]
    lines = plot.lines
    plot.legend.set_shown(keys[0], False)
    assert [tag.is_visible for tag in lines.tags[: len(plot.named)]].count(False) == 1
    value = float(frame.trajectory[-1, plot.named[0]])
    at = lines.parameter_at(frame, float(frame.last_step), value)
    assert at != plot.named[0]
    plot.legend.set_shown("others", False)
    assert not lines._others.isVisible()  # noqa: SLF001
    plot.legend.set_shown("ghost", False)
    assert plot.selection.hidden_ghosts == {0}
    assert not lines.ghosts._before.isVisible()  # noqa: SLF001


def test_the_histogram_of_weights_has_a_legend_and_the_map_needs_none(qtbot: QtBot) -> None:
    plot = WeightsPlot(LIGHT, Selection())
    shown(qtbot, plot)
    plot.set_view("histogram")
    assert [entry.key for entry in plot.legend.entries] == ["spread", "selected"]
    plot.legend.set_shown("selected", False)
    assert not plot._pictures.histogram._curve.isVisible()  # noqa: SLF001
    plot.set_view("map")
    assert plot.legend.entries == ()
    assert not plot.legend.button.isVisible()


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


def test_nothing_of_the_data_before_stays_in_the_legend_of_a_landscape(qtbot: QtBot) -> None:
    plot = PredictionPlot(LIGHT, Selection(), gate())
    shown(qtbot, plot, frame=trained({}, 5))
    assert plot.legend.entries
    plot.set_frame(replace(trained({"model": {"kind": "landscape"}}, 2), run_number=2))
    assert not plot.legend.entries
    assert plot.empty.text() == plot.summary == NO_DATA
    plot.shutdown()
