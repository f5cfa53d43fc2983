"""The depth view: a bar and a row of numbers for each layer, and a word where there is no bar."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.background import open_gate
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.depth import DepthPlot, layer_labels
from gd_studio.gui.plots.depth_table import COLUMNS
from gd_studio.gui.plots.export import to_csv, to_svg
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import click, put_up, trained


@cache
def net(activation: str = "tanh", hidden: tuple[int, ...] = (5, 4), steps: int = 4) -> Frame:
    return trained(
        {"model": {"kind": "mlp", "hidden": list(hidden), "activation": activation}}, steps
    )


def shown(qtbot: QtBot, frame: Frame, selection: Selection | None = None) -> DepthPlot:
    plot = DepthPlot(LIGHT, selection or Selection(), open_gate())
    put_up(qtbot, plot, frame)
    return plot


def heights(plot: DepthPlot) -> list[float]:
    return [bar.high for bar in plot._bars.bars]  # noqa: SLF001


def test_each_layer_has_a_bar_as_high_as_the_norm_of_its_gradient(qtbot: QtBot) -> None:
    frame = net()
    plot = shown(qtbot, frame)
    weights = frame.hypothesis.network.weights(frame.gradient)
    wanted = [
        math.log10(
            math.hypot(
                np.linalg.norm(weights[f"{name}.weight"]), np.linalg.norm(weights[f"{name}.bias"])
            )
        )
        for name in ("hidden 1", "hidden 2", "output")
    ]
    assert heights(plot) == pytest.approx(wanted, abs=1e-12)
    assert plot._scales[1].log  # noqa: SLF001


def test_the_table_has_the_numbers_of_every_layer(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    model = plot.table.model()
    assert (model.rowCount(), model.columnCount()) == (3, len(COLUMNS))
    layer, activity = plot.layers[1]
    assert activity is not None
    words = [str(model.index(1, column).data()) for column in range(len(COLUMNS))]
    assert words[0] == "hidden 2"
    assert words[1:3] == [exact(layer.gradient, 3), exact(layer.weights, 3)]
    assert words[4] == f"{exact(activity.mean, 2)} ± {exact(activity.deviation, 2)}"
    for column in range(len(COLUMNS)):
        tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert str(tip).endswith(".")


def test_hover_tells_a_layer_exactly(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    layer, activity = plot.layers[0]
    assert activity is not None
    text = plot._hover_text(1.2, 0.0)  # noqa: SLF001
    assert text.startswith("hidden 1 · 5 units\n")
    assert f"gradient norm {exact(layer.gradient)}" in text
    assert f"activations {exact(activity.mean)} ± {exact(activity.deviation)}" in text
    assert "saturated" in text
    assert plot._hover_text(7.0, 0.0) == ""  # noqa: SLF001


def test_dead_units_of_relu_are_called_dead_and_counted(qtbot: QtBot) -> None:
    frame = net("relu")
    theta = frame.parameters.copy()
    frame.hypothesis.network.weights(theta)["hidden 1.bias"][:2] = -1000.0
    plot = shown(qtbot, replace(frame, parameters=theta))
    activity = plot.layers[0][1]
    assert activity is not None
    assert activity.inactive is not None
    assert activity.inactive >= 2
    plot.set_measure("flat")
    assert heights(plot)[0] == pytest.approx(100 * activity.inactive / 5)
    assert f"{activity.inactive} of 5 units dead" in plot._hover_text(1.0, 0.0)  # noqa: SLF001
    assert "dead." in plot.summary


def test_a_layer_without_gradient_is_said_and_not_drawn_as_a_bar(qtbot: QtBot) -> None:
    frame = net()
    gradient = frame.gradient.copy()
    layers = frame.hypothesis.network.layers
    gradient[layers[0].offset : layers[0].offset + layers[0].size] = 0.0
    gradient[layers[1].offset] = np.nan
    plot = shown(qtbot, replace(frame, gradient=gradient))
    bars = plot._bars.bars  # noqa: SLF001
    assert [bar.words for bar in bars] == ["0", "not a number", ""]
    assert [bar.is_broken for bar in bars] == [False, True, False]
    written = [tag.text for tag in plot._bars._tags if tag.is_visible]  # noqa: SLF001
    assert written[0] == "0"
    assert written[1] in ("not a number", "✕")


@pytest.mark.parametrize(
    ("activation", "layers", "why"),
    [
        ("tanh", "output", "a plain sum has no flat end"),
        ("softplus", "hidden 1, hidden 2", "this activation has no flat end"),
    ],
)
def test_where_there_is_no_number_it_says_why(
    qtbot: QtBot, activation: str, layers: str, why: str
) -> None:
    plot = shown(qtbot, net(activation))
    plot.set_measure("flat")
    assert plot._bars.bars[-1].words == "–"  # noqa: SLF001
    said = f"no number in {layers}: {why}"
    assert f"– {said}" in plot.note.text()
    assert f"Saturated or dead: {said}" in plot.summary
    at = 3 if layers == "output" else 1
    assert why in plot._hover_text(float(at), 0.0)  # noqa: SLF001
    cell = plot.table.model().index(at - 1, 5)
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
        assert str(cell.data(role)).startswith(f"No number: {why}")
    assert ("no number" in plot.header.detail.text()) == (activation == "softplus")
    plot.set_measure("gradient")
    assert "no number" not in plot.note.text()


def test_a_layer_of_zeros_that_did_not_move_has_no_ratio_and_says_why(qtbot: QtBot) -> None:
    frame = net()
    theta, layer = frame.parameters.copy(), frame.hypothesis.network.layers[1]
    theta[layer.offset : layer.offset + layer.size] = 0.0
    plot = shown(qtbot, replace(frame, parameters=theta, previous=theta))
    plot.set_measure("ratio")
    assert [bar.words for bar in plot._bars.bars] == ["0", "–", "0"]  # noqa: SLF001
    assert "– no number in hidden 2: all its weights were 0 before the step" in plot.note.text()
    assert "\nupdate norm 0: all its weights were 0" in plot._hover_text(2.0, 0.0)  # noqa: SLF001
    assert "weights were 0" in plot.table.model().index(1, 3).data(Qt.ItemDataRole.ToolTipRole)


def test_what_is_still_being_computed_is_not_said_to_have_no_number(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    plot.set_measure("flat")
    plot._activities, plot._asked = None, plot._frame.parameters  # type: ignore[union-attr] # noqa: SLF001
    plot.draw_anew()
    assert [bar.words for bar in plot._bars.bars] == ["…"] * 3  # noqa: SLF001
    assert "no number" not in plot.note.text()


def test_activations_are_drawn_as_mean_and_deviation(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    plot.set_measure("activation")
    for bar, (_, activity) in zip(plot._bars.bars, plot.layers, strict=True):  # noqa: SLF001
        assert activity is not None
        assert bar.middle == pytest.approx(activity.mean)
        assert bar.high - bar.low == pytest.approx(2 * activity.deviation)
    assert "activation" in plot._scales[1].name  # noqa: SLF001


def test_a_click_and_a_table_row_select_a_parameter_of_the_layer(qtbot: QtBot) -> None:
    frame, selection = net(), Selection()
    plot = shown(qtbot, frame, selection)
    layers = frame.hypothesis.network.layers
    view = plot.plot_item.getViewBox()
    (_, _), (bottom, top) = view.viewRange()
    click(plot, 2.0, (bottom + top) / 2)
    qtbot.waitUntil(lambda: selection.parameter >= layers[1].offset, timeout=5000)
    assert frame.hypothesis.network.layers.index(
        frame.hypothesis.network.layer_of(selection.parameter)  # type: ignore[attr-defined]
    ) == 1
    assert plot.table.currentIndex().row() == 1
    plot.table.setCurrentIndex(plot.table.model().index(2, 0))
    part = np.abs(frame.gradient[layers[2].offset :])
    assert selection.parameter == layers[2].offset + int(np.argmax(part))
    flag = QItemSelectionModel.SelectionFlag.NoUpdate
    plot.table.selectionModel().setCurrentIndex(plot.table.model().index(2, 1), flag)
    assert selection.parameter == layers[2].offset + int(np.argmax(part))


def test_a_large_network_says_of_which_step_its_activations_are(qtbot: QtBot) -> None:
    frame = net("tanh", (16,) * 40, 2)
    plot = shown(qtbot, frame)
    qtbot.waitUntil(lambda: plot.layers[0][1] is not None, timeout=20000)
    assert "step" not in plot.note.text()
    later = replace(frame, step=3, parameters=frame.parameters + 0.01)
    plot.set_frame(later)
    assert plot.note.text().endswith("training rows at step 2")
    qtbot.waitUntil(lambda: not plot.is_computing, timeout=20000)
    assert "step" not in plot.note.text()


def test_a_hundred_layers_fit(qtbot: QtBot) -> None:
    plot = shown(qtbot, net("tanh", (4,) * 99, 1))
    assert len(heights(plot)) == 100
    ticks = plot.plot_item.getAxis("bottom")._tickLevels[0]  # noqa: SLF001
    assert ticks[-1][1] == "output"
    assert len(ticks) > 3


@pytest.mark.parametrize("count", [1, 2, 7, 40, 100])
@pytest.mark.parametrize("pixels", [80.0, 300.0, 900.0])
def test_layer_labels_never_touch(qtbot: QtBot, count: int, pixels: float) -> None:
    metrics = QFontMetricsF(QFont())
    labels = layer_labels(count, pixels, metrics)
    per_layer = pixels / (count + 0.2)
    ends = [
        (place * per_layer - width / 2, place * per_layer + width / 2)
        for place, text in labels
        for width in [metrics.horizontalAdvance(text)]
    ]
    assert all(right < left for (_, right), (left, _) in pairwise(ends))


def test_a_landscape_has_no_layers_and_says_so(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "none"}, "model": {"kind": "landscape"}}, 1)
    plot = shown(qtbot, frame)
    assert plot.empty.isVisible()
    assert "no layers" in plot.empty.text()
    assert not plot.table.isVisible()
    plot.set_frame(replace(net(), run_number=2))
    assert plot.table.isVisible()
    assert not plot.empty.isVisible()


def test_at_the_start_it_says_that_no_step_was_made(qtbot: QtBot) -> None:
    plot = shown(qtbot, net("tanh", (5, 4), 0))
    assert plot.note.text().startswith("no step yet")
    assert all(layer.update == 0 for layer, _ in plot.layers)
    plot.set_measure("ratio")
    assert all(bar.words for bar in plot._bars.bars)  # noqa: SLF001


def test_of_one_layer_there_is_one_number(qtbot: QtBot) -> None:
    plot = shown(qtbot, net("tanh", ()))
    layer = plot.layers[0][0]
    assert plot.header.detail.text() == f"gradient norm · {exact(layer.gradient, 3)}"


def test_numbers_of_any_size_fit_their_columns(qtbot: QtBot) -> None:
    frame = net()
    plot = shown(qtbot, replace(frame, parameters=-1e22 * frame.parameters))
    # A narrow table leaves columns out.
    plot.resize(900, 500)
    qtbot.waitUntil(lambda: not any(plot.table.isColumnHidden(k) for k in range(6)))
    metrics = plot.table.fontMetrics()
    for column in range(1, 4):
        index = plot.table.model().index(0, column)
        words = index.data(Qt.ItemDataRole.DisplayRole)
        assert metrics.horizontalAdvance(words) < plot.table.columnWidth(column), words


def test_the_summary_tells_what_the_bars_show(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    first = plot.layers[0][0]
    assert plot.summary.startswith("Depth at step 4: 3 layers, gradient norm from ")
    assert exact(first.gradient, 3) in plot.summary
    assert "saturated" in plot.summary


def test_it_exports_every_layer_and_a_drawing(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    rows = to_csv(plot).decode().splitlines()
    assert rows[0].startswith("layer,units,gradient norm")
    assert len(rows) == 4
    assert float(rows[1].split(",")[2]) == plot.layers[0][0].gradient
    assert b"gradient norm" in to_svg(plot)


def test_where_there_is_no_room_the_table_gives_way_to_the_bars(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(500, 400)
    plot = DepthPlot(LIGHT, Selection(), open_gate(), host)
    host.show()
    plot.set_frame(net())
    plot.resize(420, 340)
    assert plot.table.isVisible()
    plot.resize(240, 200)
    assert not plot.table.isVisible()
    plot.resize(420, 340)
    assert plot.table.isVisible()


def test_both_themes_and_a_hidden_panel(qtbot: QtBot) -> None:
    plot = shown(qtbot, net())
    plot.set_theme(DARK)
    plot.hide()
    before: Any = plot.layers
    plot.set_frame(replace(net(), step=5))
    assert plot.layers is before
    plot.show()
    assert plot.layers is not before


def test_what_it_computes_ends_with_it(qtbot: QtBot) -> None:
    gate = threading.Event()
    plot = DepthPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(net("tanh", (16,) * 40, 2))
    assert plot.is_computing
    plot.close()
    assert not plot.is_computing


def test_an_answer_about_the_model_before_is_not_taken_for_one_about_this(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gd_studio.gui.plots.depth.AT_ONCE", 0)
    gate = threading.Event()
    plot = DepthPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(net())
    asked = plot.is_computing
    monkeypatch.undo()
    plot.set_frame(replace(net(hidden=(3,)), run_number=2))
    assert (asked, plot.is_computing) == (True, False), "what three layers do says nothing of two"
    gate.set()
    assert len(plot.layers) == 2
    assert all(activity is not None for _, activity in plot.layers)
