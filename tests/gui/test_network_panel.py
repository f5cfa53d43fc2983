"""The network panel: what it shows, says, selects and edits."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.engine.layers import Layer
from gd_studio.engine.network import Network
from gd_studio.experiment.tape import SetWeights
from gd_studio.gui.network import NetworkPanel
from gd_studio.gui.network.maps import BROKEN, NodeMaps, is_signed
from gd_studio.gui.network.picture import middle_of
from gd_studio.gui.numbers import exact
from gd_studio.gui.selection import Selection
from gd_studio.session.frame import Frame
from tests.gui.desk import Desk
from tests.gui.frames import LINE, trained

Key = Qt.Key


@cache
def moons() -> Frame:
    return trained({}, 30)


def shown(qtbot: QtBot, frame: Frame, selected: int = 0) -> NetworkPanel:
    selection = Selection()
    selection.set_parameter(selected)
    panel = NetworkPanel(selection)
    qtbot.addWidget(panel)
    panel.resize(330, 340)
    panel.show()
    panel.set_frame(frame)
    panel.grab()
    return panel


def middle(panel: NetworkPanel, parameter: int) -> QPointF:
    assert panel.view.places is not None
    found = middle_of(panel.view.places, parameter)
    assert found is not None
    return found


def click(panel: NetworkPanel, at: QPointF) -> None:
    QTest.mouseClick(
        panel.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint()
    )


def layer_of(frame: Frame, parameter: int) -> Layer:
    network = frame.hypothesis.network
    assert isinstance(network, Network)
    return network.layer_of(parameter)


def typed(panel: NetworkPanel, text: str, key: Key = Key.Key_Return) -> None:
    QTest.keyClicks(panel.view.editor, text)
    QTest.keyClick(panel.view.editor, key)


# --- what is shown and said -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {},
        LINE,
        {"data": {"kind": "plane"}, "model": {"kind": "linear"}},
        {"data": {"kind": "circles"}, "model": {"kind": "polynomial", "degree": 8}},
        {"data": {"kind": "digits"}, "model": {"kind": "logistic"}},
        {"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [128, 32]}},
        {"data": {"kind": "iris"}, "model": {"kind": "mlp", "hidden": [8]}},
        {"data": {"kind": "loan_applicants"}, "model": {"kind": "mlp", "hidden": [4]}},
        {"model": {"kind": "mlp", "hidden": [4] * 30}},
    ],
)
def test_every_kind_of_model_is_drawn_and_summed_up(qtbot: QtBot, change: dict[str, Any]) -> None:
    frame = trained(change, 2)
    panel = shown(qtbot, frame)
    picture = panel.view.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, 300, 3) for y in range(0, 200, 3)}
    assert len(colours) > 5
    assert "Network at step 2" in panel.summary
    assert frame.hypothesis.said_name(0) in panel.summary
    assert panel.name.full_text == frame.hypothesis.said_name(0)


def test_a_link_is_named_with_its_value_gradient_and_change(qtbot: QtBot) -> None:
    frame = moons()
    panel = shown(qtbot, frame)
    text = panel.view.hover_text(middle(panel, 21) + QPointF(0, 0))
    index = panel.view.parameter_at(middle(panel, 21))
    assert index is not None
    value = float(frame.parameters[index])
    change = value - float(frame.previous[index])
    assert frame.hypothesis.said_name(index) in text
    assert f"value {exact(value)}" in text
    assert f"gradient {exact(float(frame.gradient[index]), 4)}" in text
    assert f"change {exact(change, 4)}" in text


def test_a_node_says_its_activation_on_the_selected_row_and_its_bias(qtbot: QtBot) -> None:
    frame = moons()
    selection = Selection()
    selection.set_row(7)
    panel = NetworkPanel(selection)
    qtbot.addWidget(panel)
    panel.resize(330, 340)
    panel.show()
    panel.set_frame(frame)
    panel.grab()
    weights = frame.hypothesis.network.weights(frame.parameters)
    prepared = frame.hypothesis.prepared
    z = prepared.train.x[7] @ weights["hidden 1.weight"] + weights["hidden 1.bias"]
    bias = frame.hypothesis.network.parameter_index("hidden 1.bias[2]")
    text = panel.view.hover_text(middle(panel, bias))
    assert text.startswith("hidden 1: 3\n")
    number = int(prepared.train.rows[7]) + 1
    assert f"activation on row {number}: {exact(float(np.tanh(z[2])), 4)}" in text
    assert f"bias {exact(float(weights['hidden 1.bias'][2]))}" in text
    assert panel.view.parameter_at(middle(panel, bias)) == bias


def test_the_map_of_the_output_is_the_prediction_s_own(qtbot: QtBot) -> None:
    frame = moons()
    panel = shown(qtbot, frame)
    assert panel.view.places is not None
    maps = NodeMaps().over_rows(frame, panel.view.places.nodes, Selection())
    assert maps.are_maps
    assert is_signed(frame)
    output = maps.levels[-1]
    # The upper moon lies at the left and top, the lower one at the right and bottom.
    assert output[4, 8] < 128 < output[18, 16]
    low, high = maps.reach[-1]
    assert low == -high


def test_without_two_features_nodes_show_the_selected_row(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "iris"}, "model": {"kind": "mlp", "hidden": [5]}}, 3)
    panel = shown(qtbot, frame)
    assert panel.view.places is not None
    maps = NodeMaps().over_rows(frame, panel.view.places.nodes, Selection())
    assert not maps.are_maps
    outputs = frame.hypothesis.outputs(frame.parameters, frame.hypothesis.prepared.train.x[:1])[0]
    assert maps.reach[-1] == pytest.approx((outputs.min(), outputs.max()))
    assert sorted({int(v) for v in maps.levels[-3:].ravel()})[::2] == [0, 255]


def test_what_is_left_out_is_said(qtbot: QtBot) -> None:
    digits = trained({"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [32]}}, 1)
    panel = shown(qtbot, digits)
    assert panel.note.isVisible()
    said = "16 of 64 inputs, 16 of 32 in hidden 1: those with the largest weights going out"
    assert said in panel.note.text()
    qtbot.waitUntil(lambda: panel.note.height() >= panel.note.height_of(panel.note.text()))
    assert said in panel.summary
    deep = shown(qtbot, trained({"model": {"kind": "mlp", "hidden": [3] * 20}}, 1))
    assert "14 layers in the middle not drawn" in deep.note.text()
    assert not shown(qtbot, moons()).note.isVisible()


def test_what_is_not_a_number_is_marked_and_said(qtbot: QtBot) -> None:
    frame = moons()
    theta = frame.parameters.copy()
    theta[6] = np.nan
    panel = shown(qtbot, replace(frame, parameters=theta))
    assert panel.view.places is not None
    maps = NodeMaps().over_rows(panel.frame or frame, panel.view.places.nodes, Selection())
    third = next(i for i, n in enumerate(panel.view.places.nodes) if (n.place, n.unit) == (1, 2))
    assert (maps.levels[third] == BROKEN).all()
    assert (maps.levels[third - 1] != BROKEN).all()
    assert "1 parameter not a number" in panel.summary


def test_one_layer_can_be_lit(qtbot: QtBot) -> None:
    panel = shown(qtbot, moons())
    before = panel.view.grab().toImage()
    panel.set_lit(2)
    lit = panel.view.grab().toImage()
    places = panel.view.places
    assert places is not None
    for layer, changes in ((1, True), (2, False)):
        of = places.layers == layer
        left = int(places.curves.starts[of, 0].max()) + 2
        right = int(places.curves.ends[of, 0].min()) - 2
        spots = [(x, y) for x in range(left, right, 3) for y in range(10, 200, 3)]
        assert any(before.pixel(*spot) != lit.pixel(*spot) for spot in spots) == changes
    panel.set_lit(None)
    assert panel.view.grab().toImage() == before


def test_a_hidden_panel_draws_when_it_is_shown(qtbot: QtBot) -> None:
    panel = shown(qtbot, moons())
    panel.hide()
    later = trained({}, 31)
    panel.set_frame(later)
    assert "step 30" in panel.summary
    panel.show()
    assert "step 31" in panel.summary


# --- selecting and editing ------------------------------------------------------------------------


def test_a_click_selects_and_a_second_one_edits(qtbot: QtBot) -> None:
    frame = moons()
    panel = shown(qtbot, frame)
    at = middle(panel, 100)
    index = panel.view.parameter_at(at)
    assert index is not None
    click(panel, at)
    assert panel.view.parameter == index
    assert panel.view.editor.isHidden()
    assert panel.name.full_text == frame.hypothesis.said_name(index)
    panel.grab()
    click(panel, at)
    assert panel.view.editor.isVisible()
    edits: list[tuple[int, float]] = []
    panel.value_edited.connect(lambda i, v: edits.append((i, v)))
    panel.view.editor.setText("−0,5")
    QTest.keyClick(panel.view.editor, Key.Key_Return)
    assert edits == [(index, -0.5)]
    assert panel.view.editor.isHidden()


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_F2])
def test_the_selected_parameter_is_edited_from_the_keyboard(qtbot: QtBot, key: Key) -> None:
    panel = shown(qtbot, moons(), 20)
    QTest.keyClick(panel.view, key)
    assert panel.view.editor.isVisible()
    assert panel.view.editor.accessibleName() == "Value of hidden 1: bias → 7"
    edits: list[tuple[int, float]] = []
    panel.value_edited.connect(lambda i, v: edits.append((i, v)))
    typed(panel, "1.5", Key.Key_Escape)
    assert edits == []
    assert panel.view.editor.isHidden()


def test_what_is_no_number_is_refused_with_a_sentence(qtbot: QtBot) -> None:
    panel = shown(qtbot, moons(), 20)
    panel.view.edit_selected()
    edits: list[Any] = []
    panel.value_edited.connect(lambda i, v: edits.append((i, v)))
    typed(panel, "abc")
    assert edits == []
    assert panel.view.editor.isVisible()
    assert panel.view.hover.text() == "A weight must be a number such as 0.5, not 'abc'."
    typed(panel, "2")
    assert edits == [(20, 2.0)]


def test_arrow_keys_go_from_link_to_link_and_layer_to_layer(qtbot: QtBot) -> None:
    frame = moons()
    panel = shown(qtbot, frame, 0)
    seen = []
    keys = (Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Left)
    for key in keys:
        QTest.keyClick(panel.view, key)
        seen.append(layer_of(frame, panel.view.parameter).name)
    assert seen == ["hidden 1", "hidden 1", "hidden 2", "output", "output", "hidden 2"]
    for _ in range(200):
        QTest.keyClick(panel.view, Key.Key_Down)
    assert panel.view.parameter == frame.hypothesis.network.layers[2].offset - 1


def test_a_parameter_selected_elsewhere_comes_into_the_picture(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [64]}}, 1)
    panel = shown(qtbot, frame)
    index = frame.hypothesis.network.parameter_index("hidden 1.weight[0,63]")
    panel._selection.set_parameter(index)  # noqa: SLF001
    panel.grab()
    assert panel.view.places is not None
    assert panel.view.places.link_of(index) is not None


def test_a_field_that_is_left_as_it_was_changes_nothing(qtbot: QtBot) -> None:
    frame = moons()
    panel = shown(qtbot, frame, 20)
    edits: list[Any] = []
    panel.value_edited.connect(lambda i, v: edits.append((i, v)))
    panel.view.edit_selected()
    assert panel.view.editor.text() == exact(float(frame.parameters[20]), 6)
    QTest.keyClick(panel.view.editor, Key.Key_Return)
    assert edits == []
    assert panel.view.editor.isHidden()


# --- in the window --------------------------------------------------------------------------------


def test_a_typed_weight_is_an_edit_of_the_run_and_can_be_undone(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    panel: NetworkPanel = desk.find("panel.network")
    desk.window.selection.set_parameter(6)
    desk.window.desk.docks.hide()
    panel.view.grab()
    before = desk.frame.parameters
    panel.view.edit_selected()
    typed(panel, "0.5")
    desk.wait(lambda: desk.frame.parameters[6] == 0.5)
    assert desk.window.document.undo_name == "hidden 1: x → 3 = 0.5"
    assert np.flatnonzero(desk.frame.parameters != before).tolist() == [6]
    assert isinstance(desk.frame.tape.acts[-1], SetWeights)
    desk.act("undo")
    desk.wait(lambda: np.array_equal(desk.frame.parameters, before))


def test_escape_leaves_the_run_alone(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(1)
    panel: NetworkPanel = desk.find("panel.network")
    panel.view.grab()
    panel.view.setFocus()
    panel.view.edit_selected()
    desk.wait(panel.view.editor.hasFocus)
    QTest.keyClicks(panel.view.editor, "7")
    QTest.keyClick(panel.view.editor, Key.Key_Escape)
    assert panel.view.editor.isHidden()
    assert desk.window.document.undo_name is None
    assert desk.frame.tape.acts == ()


def test_arrow_keys_belong_to_the_network_while_it_has_the_focus(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(1)
    panel: NetworkPanel = desk.find("panel.network")
    panel.view.grab()
    desk.focus("network.view")
    desk.key(Key.Key_Right)
    layer = layer_of(desk.frame, desk.window.selection.parameter)
    assert layer.name == "hidden 2"
    assert desk.frame.step == 1
    desk.window.setFocus()
    desk.key(Key.Key_Right)
    desk.at(2)


def test_a_landscape_has_no_network(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"data": {"kind": "none"}, "model": {"kind": "landscape"}})
    assert desk.find("panel.network").isHidden()
