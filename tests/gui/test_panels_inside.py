"""Inside this step: the ledger of one row and one weight, chosen there as anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.background import open_gate
from gd_studio.gui.numbers import exact
from gd_studio.gui.panels.inside_panel import InsidePanel
from gd_studio.gui.selection import Selection
from gd_studio.gui.summary import Chosen, RowOfFrame
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.experiment.ledger.arithmetic import read
from tests.gui.desk import Desk
from tests.gui.frames import frame_of, trained


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
        assert RowOfFrame(selection).chosen(desk.frame).number == number


def test_a_weight_chosen_there_is_selected_everywhere(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    box = desk.find("inside.parameter", QComboBox)
    box.setCurrentIndex(30)
    box.activated.emit(30)
    assert desk.window.selection.parameter == 30
    adjust = desk.window.desk.inside.folds["Adjust"]
    assert adjust.title.full_text == desk.frame.hypothesis.said_name(30)


def test_a_selection_is_kept_inside_smaller_data_and_models(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.window.selection.set_row(300)
    desk.window.selection.set_parameter(90)
    desk.edit("data.samples", 60)
    desk.edit("model.hidden", [2])
    desk.wait(lambda: desk.frame.hypothesis.network.size < 90)
    assert desk.window.selection.row < 60
    assert desk.window.selection.parameter < desk.frame.hypothesis.network.size




CASES: dict[str, dict[str, Any]] = {
    "numbers": {"data": {"kind": "line"}, "model": {"kind": "linear"}},
    "many inputs": {"data": {"kind": "diabetes"}, "model": {"kind": "mlp"}},
    "many classes": {"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [64]}},
    "columns of words": {"data": {"kind": "loan_applicants"}, "model": {"kind": "logistic"}},
    "adam": {"optimizer": {"kind": "adam", "learning_rate": 0.01}},
    "momentum": {"optimizer": {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.9}},
    "penalties": {"penalty": {"l1": 0.001, "l2": 0.01}},
    "squared error of classes": {"loss": {"kind": "mse"}},
    "newton": {"optimizer": {"kind": "newton"}, "training": {"batch_size": None}},
    "conjugate gradient": {
        "optimizer": {"kind": "conjugate_gradient"},
        "training": {"batch_size": None},
    },
    "lbfgs": {"optimizer": {"kind": "lbfgs"}, "training": {"batch_size": None}},
    "hinge": {"loss": {"kind": "hinge"}},
    "a landscape": {"model": {"kind": "landscape", "function": "bowl"}},
    "eight layers of sixteen": {"model": {"kind": "mlp", "hidden": [16] * 8}},
}


def selected() -> Selection:
    """Return a selection of the sixth row and the second parameter."""
    selection = Selection()
    selection.set_row(5)
    selection.set_parameter(1)
    return selection


def chosen_in(frame: Frame) -> Chosen:
    return RowOfFrame(selected()).chosen(frame)


def panel_of(qtbot: QtBot, frame: Frame) -> InsidePanel:
    """Return a shown panel that shows a frame."""
    panel = InsidePanel(LIGHT, selected(), open_gate())
    qtbot.addWidget(panel)
    panel.resize(326, 800)
    panel.show()
    qtbot.waitExposed(panel)
    panel.set_frame(frame, chosen_in(frame))
    return panel


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("whole", [False, True])
def test_guess_check_and_adjust_are_written_at_every_step(
    qtbot: QtBot, case: str, whole: bool
) -> None:
    for steps in (0, 1, 12):
        panel = panel_of(qtbot, trained(CASES[case], steps))
        for fold in panel.folds.values():
            if whole:
                fold.button.click()
            assert fold.text().strip()
            assert "nan" not in fold.text()


def test_what_is_written_is_what_the_step_did(qtbot: QtBot) -> None:
    frame = trained(CASES["momentum"], 8)
    panel = panel_of(qtbot, frame)
    line = next(x for x in panel.text().split("\n") if x.startswith("new"))
    assert line.endswith(f"= {exact(float(frame.parameters[1]), 5)}")
    assert f"new = {exact(float(frame.previous[1]), 5)} − 0.1·" in line
    panel.folds["Adjust"].button.click()
    whole = next(x for x in panel.text().split("\n") if x.startswith("new"))
    assert whole.endswith(f"= {exact(float(frame.parameters[1]), 6)}")
    assert f"new = {exact(float(frame.previous[1]), 6)} − 0.1·" in whole


def test_a_section_unfolds_to_every_line_on_the_way(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, trained(CASES["momentum"], 8))
    adjust = panel.folds["Adjust"]
    brief = adjust.text().split("\n")
    adjust.button.click()
    whole = adjust.text().split("\n")
    named = [{line.split(" = ")[0] for line in lines} for lines in (brief, whole)]
    assert named[0] < named[1]
    assert any(line.startswith("v = 0.9·") for line in whole)
    assert adjust.button.accessibleName() == "Adjust, in full"
    adjust.button.click()
    assert adjust.text().split("\n") == brief


def test_a_long_sum_stands_in_letters_until_it_is_unfolded(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, trained({}, 3))
    guess, adjust = panel.folds["Guess"], panel.folds["Adjust"]
    assert "z = Σ w·h + b = " in guess.text()
    assert " = (Σ w·δ)·0." in adjust.text()
    for fold in (guess, adjust):
        fold.button.click()
        assert "Σ" not in fold.text()
        assert "more)" in fold.text()
    assert ")·(1 − " in adjust.text()  # the slope of tanh, with its numbers


def test_the_truth_gives_way_in_a_narrow_place_but_for_its_number(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, trained({}, 3))
    title = panel.folds["Guess"].title
    metrics = title.fontMetrics()
    title.resize(metrics.horizontalAdvance("truth 1 (class 1)") + 2, title.height())
    assert title.text() in ("truth 0 (class 0)", "truth 1 (class 1)")
    title.resize(metrics.horizontalAdvance("truth 1 (cla"), title.height())
    assert title.text() in ("truth 0", "truth 1")
    assert title.full_text in title.toolTip()


def test_a_short_sum_is_told_by_its_numbers_at_once(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, trained({"data": {"kind": "line"}, "model": {"kind": "linear"}}, 3))
    line = panel.folds["Guess"].text().split("\n")[1]
    assert "Σ" not in line
    assert "·" in line


def test_the_same_can_be_told_in_words(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, trained({}, 3))
    panel.words.click()
    assert "The model thinks" in panel.text()
    assert "This weight moved" in panel.text()
    assert panel.words.text() == "Formulas"
    panel.words.click()
    assert "row loss = " in panel.text()


def test_the_copied_text_gives_the_new_weight_to_the_last_digit(qtbot: QtBot) -> None:
    frame = trained(CASES["adam"], 6)
    panel = panel_of(qtbot, frame)
    panel.copy.click()
    lines = read(QGuiApplication.clipboard().text())
    assert lines[-1].name == "new"
    assert abs(lines[-1].found - float(frame.parameters[1])) < 1e-12
    assert lines[-1].stated == float(frame.parameters[1])


def test_a_hover_tells_meaning_letters_and_the_exact_number(qtbot: QtBot) -> None:
    frame = trained({}, 3)
    panel = panel_of(qtbot, frame)
    sheet = panel.folds["Adjust"].sheet
    tip = sheet.tip_at(sheet.sizeHint().height() - 2)
    assert tip.startswith("new = old − η·g\n")
    assert f"exactly {float(frame.parameters[1])!r}" in tip


def test_the_sheet_does_not_shrink_while_the_loop_goes_on(qtbot: QtBot) -> None:
    run = Run(Experiment.from_dict({"optimizer": {"kind": "adam"}}))
    run.step()
    panel = panel_of(qtbot, frame_of(run))
    heights = []
    for _ in range(40):
        run.step()
        frame = frame_of(run)
        racing = replace(frame, memory=None, previous_memory=None, playing=True)
        panel.set_frame(racing, chosen_in(racing))
        heights.append(panel.folds["Adjust"].sheet.sizeHint().height())
    assert heights == sorted(heights)


def test_no_line_is_wider_than_the_sheet(qtbot: QtBot) -> None:
    cases = ("momentum", "many classes", "conjugate gradient", "lbfgs", "eight layers of sixteen")
    for case in cases:
        panel = panel_of(qtbot, trained(CASES[case], 3))
        for fold in panel.folds.values():
            fold.button.click()
        for fold in panel.folds.values():
            assert fold.sheet.text_width() <= fold.sheet.width() + 1, (case, fold.word)


def test_a_hidden_panel_makes_no_ledger_until_it_is_shown(qtbot: QtBot) -> None:
    frame = trained({}, 2)
    selection = Selection()
    panel = InsidePanel(LIGHT, selection, open_gate())
    qtbot.addWidget(panel)
    panel.set_frame(frame, RowOfFrame(selection).chosen(frame))
    assert panel.text() == ""
    panel.show()
    qtbot.waitExposed(panel)
    assert "new = " in panel.text()


def test_lines_that_take_long_come_while_the_loop_pauses(qtbot: QtBot) -> None:
    frame = trained(CASES["newton"], 3)
    panel = panel_of(qtbot, replace(frame, playing=True))
    panel.folds["Adjust"].button.click()
    assert not panel.is_busy
    assert "change = " in panel.text()
    assert "takes a moment: pause" in panel.text()
    panel.set_frame(frame, chosen_in(frame))
    qtbot.waitUntil(lambda: not panel.is_busy)
    assert "change = " not in panel.text()
    assert "λ = " in panel.text()
    assert "takes a moment" not in panel.text()
    panel.shutdown()


def test_the_curve_has_the_row_its_slope_and_exact_numbers_on_hover(qtbot: QtBot) -> None:
    frame = trained({}, 3)
    panel = panel_of(qtbot, frame)
    view = panel.folds["Check"].curve
    assert view is not None
    assert not view.isVisible()
    panel.folds["Check"].button.click()
    assert not view.isHidden()
    curve = view.curve
    assert curve is not None
    chosen = chosen_in(frame)
    assert curve.at == pytest.approx(float(chosen.explanation.outputs[0]), abs=1e-12)
    assert curve.here == pytest.approx(chosen.explanation.loss, abs=1e-12)
    assert curve.slope == pytest.approx(float(chosen.explanation.error[0]), abs=1e-12)
    assert np.interp(curve.at, curve.z, curve.loss) == pytest.approx(curve.here, abs=0.02)
    assert "loss" in view.hover_text(view.width() / 2)
    assert "The row is at z = " in view.accessibleDescription()
    assert not view.grab().isNull()


def test_a_landscape_has_no_curve_and_no_row(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, trained(CASES["a landscape"], 2))
    panel.folds["Check"].button.click()
    view = panel.folds["Check"].curve
    assert view is not None
    assert not view.isVisible()
    assert not panel.row.isVisible()


def test_a_ledger_made_before_it_is_shown_is_the_one_that_is_shown(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = trained({}, 3), trained({}, 4)
    panel = panel_of(qtbot, first)
    before, expected = panel.text(), panel_of(qtbot, second).text()
    chosen = chosen_in(second)
    panel.prepare(second, chosen)
    assert panel.text() == before
    monkeypatch.setattr("gd_studio.gui.panels.inside_panel._short_ledger", None)  # not once more
    panel.set_frame(second, chosen)
    assert panel.text() == expected != before
