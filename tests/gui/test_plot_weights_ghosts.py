"""Pinned runs behind the weights: the selected parameter's line, of the same model only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.weights import WeightsPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame, Ghost
from tests.gui.frames import LINE, trained, with_ghost


def pinned(frame: Frame, change: dict[str, Any], number: int) -> Ghost:
    ghost = with_ghost(frame, trained(change, 12)).ghost
    assert ghost is not None
    return replace(ghost, number=number)


def shown(qtbot: QtBot, frame: Frame) -> WeightsPlot:
    plot = WeightsPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(400, 340)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    return plot


def line(plot: WeightsPlot, number: int) -> Any:
    item = plot.lines.ghosts._pinned[number]  # noqa: SLF001
    return item.getData() if item.isVisible() else None


def test_a_pinned_run_shows_how_the_selected_parameter_went_then(qtbot: QtBot) -> None:
    frame = trained(LINE, 20)
    slow = pinned(frame, {**LINE, "optimizer": {"learning_rate": 0.01}}, 2)
    plot = shown(qtbot, replace(frame, ghosts=(slow,)))
    for parameter in (0, 1):
        plot.selection.set_parameter(parameter)
        x, y = line(plot, 2)
        assert np.array_equal(x, slow.steps)
        assert np.array_equal(y, slow.trajectory[:, parameter])
    plot.selection.show_ghost(2, False)
    assert line(plot, 2) is None
    plot.selection.show_ghost(2, True)
    assert line(plot, 2) is not None


def test_a_pinned_run_of_another_model_has_no_such_parameter(qtbot: QtBot) -> None:
    frame = trained({}, 5)
    # As many parameters, in other layers.
    other = pinned(frame, {"model": {"kind": "mlp", "hidden": [26]}}, 1)
    assert other.trajectory.shape[1] == frame.trajectory.shape[1]
    plot = shown(qtbot, replace(frame, ghosts=(other,)))
    assert line(plot, 1) is None


def test_the_heat_map_has_no_ghosts(qtbot: QtBot) -> None:
    frame = trained(LINE, 6)
    plot = shown(qtbot, replace(frame, ghosts=(pinned(frame, LINE, 1),)))
    assert line(plot, 1) is not None
    plot.set_view("map")
    assert line(plot, 1) is None
