"""Inside this step: the row and the weight that are chosen there are chosen everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from gd_studio.gui.panels.ledger import ledger
from gd_studio.gui.selection import Selection
from gd_studio.gui.summary import chosen_row
from tests.gui.desk import Desk
from tests.gui.frames import trained


def test_a_row_typed_there_is_selected_by_its_number_in_the_data(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    box = desk.find("inside.row", QSpinBox)
    prepared = desk.frame.hypothesis.prepared
    for split in (prepared.train, prepared.validation):
        number = int(split.rows[7]) + 1
        box.setValue(number)
        selection = desk.window.selection
        name = "train" if split is prepared.train else "validation"
        assert (selection.split, selection.row) == (name, 7)
        assert chosen_row(desk.frame, selection).number == number


def test_a_weight_chosen_there_is_selected_everywhere(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    box = desk.find("inside.parameter", QComboBox)
    box.setCurrentIndex(30)
    box.activated.emit(30)
    assert desk.window.selection.parameter == 30
    assert desk.frame.hypothesis.said_name(30) in desk.window.desk.inside.text.text()


def test_a_selection_is_kept_inside_smaller_data_and_models(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.window.selection.set_row(300)
    desk.window.selection.set_parameter(90)
    desk.edit("data.samples", 60)
    desk.edit("model.hidden", [2])
    desk.wait(lambda: desk.frame.hypothesis.network.size < 90)
    assert desk.window.selection.row < 60
    assert desk.window.selection.parameter < desk.frame.hypothesis.network.size


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"kind": "line"}, "model": {"kind": "linear"}},
        {"data": {"kind": "diabetes"}, "model": {"kind": "mlp"}},
        {"data": {"kind": "digits"}, "model": {"kind": "logistic"}},
        {"data": {"kind": "loan_applicants"}, "model": {"kind": "logistic"}},
        {"optimizer": {"kind": "adam", "learning_rate": 0.01}},
        {"optimizer": {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.9}},
        {"penalty": {"l1": 0.001, "l2": 0.01}},
        {"loss": {"kind": "mse"}},
        {"loss": {"kind": "hinge"}},
        {"loss": {"kind": "cross_entropy", "label_smoothing": 0.2, "class_weights": [1, 3]}},
    ],
)
def test_the_ledger_has_guess_check_and_adjust_at_every_step(change: dict[str, object]) -> None:
    for steps in (0, 1, 12):
        frame = trained(change, steps)
        selection = Selection()
        selection.set_row(5)
        lines = ledger(frame, chosen_row(frame, selection), 1)
        assert [line.word for line in lines if line.word] == ["Guess", "Check", "Adjust"]
        assert all(line.text.strip() for line in lines)
        assert not any("nan" in line.text for line in lines)


def test_the_printed_move_of_plain_descent_is_the_engine_s_own() -> None:
    frame = trained({"penalty": {"l2": 0.05}}, 8)
    assert frame.record is not None
    moved = frame.previous - frame.record.learning_rate * frame.gradient
    assert abs(moved - frame.parameters).max() < 1e-12


def test_a_row_loss_is_a_logarithm_only_where_nothing_else_counts() -> None:
    selection = Selection()
    selection.set_row(5)
    for loss, plain in (({}, True), ({"label_smoothing": 0.2}, False)):
        frame = trained({"loss": {"kind": "cross_entropy", **loss}})
        lines = ledger(frame, chosen_row(frame, selection), 1)
        assert any("−ln" in line.text for line in lines) == plain
