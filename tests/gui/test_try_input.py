"""Trying an input: fields in own units and words, the guess, and how it changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.forms.number_box import NumberBox
from gd_studio.gui.try_input import TryInput
from gd_studio.gui.try_input.drawing import PixelGrid
from gd_studio.gui.try_input.guesses import Guesses, changes, headline, percent
from tests.gui.frames import LINE, frame_of, trained

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
LOANS: dict[str, Any] = {"data": {"kind": "loan_applicants"}}
DIGITS: dict[str, Any] = {"data": {"kind": "digits"}}


@pytest.fixture
def panel(qtbot: QtBot) -> TryInput:
    panel = TryInput()
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    return panel


def text_of(panel: TryInput, name: str) -> str:
    return str(panel.findChild(QWidget, f"try.{name}").text())  # type: ignore[union-attr]


def box_of(panel: TryInput, name: str) -> NumberBox:
    box = panel.findChild(NumberBox, f"try.{name}")
    assert isinstance(box, NumberBox)
    return box


def type_number(qtbot: QtBot, box: NumberBox, text: str) -> None:
    box.lineEdit().selectAll()
    QTest.keyClicks(box.lineEdit(), text)
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)


def drawing_of(panel: TryInput) -> PixelGrid:
    drawing = panel.findChild(PixelGrid)
    assert isinstance(drawing, PixelGrid)
    return drawing


def test_it_begins_with_the_selected_row_and_its_truth(panel: TryInput) -> None:
    frame = trained(LOANS, steps=20)
    prepared = frame.hypothesis.prepared
    panel.set_selection(4, "train")
    panel.set_frame(frame)
    row = int(prepared.train.rows[4])
    assert panel.probe == prepared.raw_rows([row])[0]
    guess = frame.hypothesis.predict(frame.parameters, [panel.probe])[0]
    best = int(guess.argmax())
    assert text_of(panel, "guess") == f"{prepared.classes[best]} · {percent(guess[best])}"
    truth = prepared.classes[prepared.dataset.codes[row]]
    assert text_of(panel, "truth") == f"Row {row + 1} of the data says: {truth}"


def test_an_applicant_is_a_form_in_own_units_and_words(qtbot: QtBot, panel: TryInput) -> None:
    frame = trained(LOANS, steps=20)
    panel.set_frame(frame)
    names = [column.name for column in frame.hypothesis.prepared.columns_in_use]
    purpose = panel.findChild(QComboBox, "try.purpose")
    assert isinstance(purpose, QComboBox)
    assert "car" in [purpose.itemText(i) for i in range(purpose.count())]
    with qtbot.waitSignal(panel.probe_changed) as caught:
        purpose.setCurrentIndex(purpose.findText("car"))
        purpose.activated.emit(purpose.currentIndex())
    assert caught.args[0][names.index("purpose")] == "car"
    with qtbot.waitSignal(panel.probe_changed) as caught:
        type_number(qtbot, box_of(panel, "age"), "61")
    assert caught.args[0][names.index("age")] == 61
    guess = frame.hypothesis.predict(frame.parameters, [panel.probe])[0]
    assert percent(float(guess.max())) in text_of(panel, "guess")
    assert "your own" in text_of(panel, "truth")


def test_an_empty_number_is_missing_and_filled(qtbot: QtBot, panel: TryInput) -> None:
    frame = trained(LOANS, steps=5)
    panel.set_frame(frame)
    box = box_of(panel, "income")
    box.lineEdit().selectAll()
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Delete)
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    names = [column.name for column in frame.hypothesis.prepared.columns_in_use]
    assert panel.probe[names.index("income")] is None
    assert np.isfinite(frame.hypothesis.predict(frame.parameters, [panel.probe])).all()


def test_what_is_no_number_is_refused_in_a_sentence(qtbot: QtBot, panel: TryInput) -> None:
    panel.set_frame(trained())
    before = panel.probe
    with qtbot.assertNotEmitted(panel.probe_changed):
        type_number(qtbot, box_of(panel, "x"), "much")
    assert panel.probe == before
    assert panel.complaint == "x must be a number (empty: missing), not 'much'."


def test_changes_are_told_since_the_last_step_and_since_the_start(panel: TryInput) -> None:
    run = Run(Experiment.from_dict(LINE))
    run.advance(10)
    frame = frame_of(run)
    panel.set_frame(frame)
    panel.set_probe([0.5])
    now, before, first = (
        float(frame.hypothesis.predict(theta, [[0.5]])[0, 0])
        for theta in (frame.parameters, frame.previous, frame.trajectory[0])
    )
    since = text_of(panel, "since")
    assert f"{abs(now - before):.3g}" in since
    assert f"{abs(now - first):.3g}" in since
    assert f"{now:.5g}".replace("-", "−") == text_of(panel, "guess")


def test_at_step_0_nothing_has_changed_yet(panel: TryInput) -> None:
    panel.set_frame(trained())
    assert text_of(panel, "since").splitlines() == [
        "Since the last step: no step yet", "Since step 0: this is the start",
    ]  # fmt: skip


def test_a_sampled_path_says_that_the_start_is_not_available(panel: TryInput) -> None:
    frame = trained(steps=3)
    panel.set_frame(replace(frame, trajectory_parameters=np.arange(5)))
    assert "Since step 0: not available" in text_of(panel, "since")


def test_each_frame_brings_its_own_guess_for_the_same_input(panel: TryInput) -> None:
    run = Run(Experiment())
    panel.set_frame(frame_of(run))
    panel.set_probe([0.3, 0.4])
    before = text_of(panel, "guess")
    run.advance(100)
    panel.set_frame(frame_of(run))
    assert panel.probe == [0.3, 0.4]
    assert text_of(panel, "guess") != before


def test_nothing_is_computed_while_hidden(panel: TryInput) -> None:
    panel.hide()
    panel.set_frame(trained(steps=3))
    assert text_of(panel, "guess") == ""
    panel.show()
    assert "%" in text_of(panel, "guess")


def test_set_probe_is_silent_and_fills_the_fields(qtbot: QtBot, panel: TryInput) -> None:
    panel.set_frame(trained())
    with qtbot.assertNotEmitted(panel.probe_changed):
        panel.set_probe([1.23456789, -0.5])
    assert box_of(panel, "x").value == 1.23457
    assert panel.probe == [1.23457, -0.5]


def test_a_row_is_taken_by_its_number(qtbot: QtBot, panel: TryInput) -> None:
    frame = trained(LOANS)
    panel.set_frame(frame)
    with qtbot.waitSignal(panel.probe_changed) as caught:
        type_number(qtbot, box_of(panel, "row"), "17")
    assert caught.args[0] == frame.hypothesis.prepared.raw_rows([16])[0]
    assert text_of(panel, "truth").startswith("Row 17 of the data")
    type_number(qtbot, box_of(panel, "row"), "100000")
    assert "500" in panel.complaint


def test_the_selected_row_can_be_taken_again(qtbot: QtBot, panel: TryInput) -> None:
    frame = trained()
    panel.set_frame(frame)
    panel.set_probe([0.0, 0.0])
    panel.set_selection(2, "validation")
    take = panel.findChild(QPushButton, "try.take")
    assert isinstance(take, QPushButton)
    QTest.mouseClick(take, LEFT)
    row = frame.hypothesis.prepared.validation.rows[2]
    assert panel.probe == pytest.approx(frame.hypothesis.prepared.raw_rows([row])[0], rel=1e-5)


def test_another_model_on_the_same_data_keeps_what_was_typed(panel: TryInput) -> None:
    panel.set_frame(trained())
    panel.set_probe([0.25, 0.75])
    panel.set_frame(trained({"model": {"kind": "logistic"}}))
    assert panel.probe == [0.25, 0.75]
    panel.set_frame(trained({"data": {"kind": "xor"}}))
    assert panel.probe != [0.25, 0.75]


def test_a_digit_is_drawn_and_erased_with_the_mouse(qtbot: QtBot, panel: TryInput) -> None:
    panel.set_frame(trained(DIGITS, steps=5))
    drawing = drawing_of(panel)
    clear = panel.findChild(QPushButton, "try.clear")
    assert isinstance(clear, QPushButton)
    QTest.mouseClick(clear, LEFT)
    assert panel.probe == [0.0] * 64
    place = drawing.cell_center(3, 4).toPoint()
    with qtbot.waitSignal(panel.probe_changed) as caught:
        QTest.mousePress(drawing, LEFT, pos=place)
    QTest.mouseRelease(drawing, LEFT, pos=place)
    assert caught.args[0][3 * 8 + 4] == 16
    assert drawing.pixels[3, 3] > 0
    QTest.mousePress(drawing, RIGHT, pos=place)
    assert panel.probe[3 * 8 + 4] == 0


def test_a_digit_is_drawn_from_the_keyboard(qtbot: QtBot, panel: TryInput) -> None:
    panel.set_frame(trained(DIGITS))
    drawing = drawing_of(panel)
    drawing.clear()
    drawing.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
        QTest.keyClick(drawing, key)
    assert panel.probe[8 + 2] == 16
    assert drawing.accessibleDescription() == "row 2, column 3: 16"
    QTest.keyClick(drawing, Qt.Key.Key_Delete)
    assert panel.probe == [0.0] * 64


def test_a_press_beside_the_image_draws_nothing(qtbot: QtBot, panel: TryInput) -> None:
    panel.set_frame(trained(DIGITS))
    drawing = drawing_of(panel)
    drawing.clear()
    drawing.resize(300, 100)
    QTest.mousePress(drawing, LEFT, pos=QPoint(2, 50))
    assert panel.probe == [0.0] * 64


def test_the_ten_digits_are_bars_sorted_by_probability(panel: TryInput) -> None:
    frame = trained(DIGITS, steps=30)
    panel.set_frame(frame)
    said = panel.bars.words()
    p = frame.hypothesis.predict(frame.parameters, [panel.probe])[0]
    assert len(said) == 10
    assert [word.split(":")[0] for word in said] == [str(i) for i in np.argsort(-p, kind="stable")]
    assert panel.bars.accessibleDescription() == ", ".join(said)


def test_two_classes_keep_their_order() -> None:
    guesses = Guesses(np.array([0.2, 0.8]), np.array([0.7, 0.3]), None, 4, ("no", "yes"))
    assert guesses.order == [0, 1]
    assert headline(guesses) == f"yes · {percent(0.8)}"
    assert changes(guesses)[0] == f"+50.00 points (was {percent(0.3)}, when no was likelier)"


def test_more_than_ten_classes_leave_a_rest(qtbot: QtBot) -> None:
    from gd_studio.gui.try_input.bars import ProbabilityBars

    p = np.arange(1, 13) / 78
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.set_guesses(Guesses(p, p, p, 1, tuple("abcdefghijkl")))
    assert bars.words()[0] == f"l: {percent(12 / 78)}"
    assert bars.words()[-1] == f"2 more: {percent(3 / 78)}"


def test_a_diverged_run_says_so_instead_of_a_number(panel: TryInput) -> None:
    frame = trained(steps=2)
    panel.set_frame(replace(frame, parameters=np.full_like(frame.parameters, np.nan)))
    assert "diverged" in text_of(panel, "guess")
    panel.grab()


def test_very_many_columns_are_made_a_few_at_a_time(panel: TryInput, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    head = ",".join(f"c{i}" for i in range(300))
    rows = "\n".join(",".join(f"{v:.3f}" for v in row) for row in rng.normal(size=(30, 300)))
    path = tmp_path / "wide.csv"
    path.write_text(f"{head}\n{rows}\n")
    change = {"data": {"kind": "file", "path": str(path)}, "model": {"kind": "linear"}}
    panel.set_frame(trained(change))
    assert len(panel.findChildren(NumberBox)) < 100
    more = panel.findChild(QPushButton, "try.more")
    assert isinstance(more, QPushButton)
    assert more.text() == "239 more columns…"
    QTest.mouseClick(more, LEFT)
    assert more.text() == "179 more columns…"
    assert len(panel.probe) == 299


def test_the_run_is_never_touched(qtbot: QtBot, panel: TryInput) -> None:
    run = Run(Experiment())
    run.advance(10)
    before = run.fingerprint()
    panel.set_frame(frame_of(run))
    type_number(qtbot, box_of(panel, "x"), "2")
    panel.take_row(3)
    assert run.fingerprint() == before


def test_every_field_is_named_and_teaches(panel: TryInput) -> None:
    panel.set_frame(trained(LOANS))
    for widget in panel.findChildren(QWidget):
        own = widget.objectName().startswith("try.")
        if own and widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName(), widget.objectName()
            if widget.objectName() != "try.fields":
                assert widget.toolTip(), widget.objectName()


def test_a_negative_number_has_a_true_minus_and_may_be_typed_with_a_hyphen(
    qtbot: QtBot, panel: TryInput
) -> None:
    panel.set_frame(trained())
    panel.set_probe([-0.404626, 0.5])
    box = box_of(panel, "x")
    assert box.lineEdit().text() == "−0.404626"
    type_number(qtbot, box, "-0.25")
    assert (box.value, box.lineEdit().text()) == (-0.25, "−0.25")
    box.lineEdit().selectAll()
    QApplication.clipboard().setText("−1e-3")
    box.lineEdit().paste()
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert panel.probe == [-0.001, 0.5]
    assert box.lineEdit().text() == "−0.001"


def test_scrolled_out_of_sight_it_is_written_when_the_frames_have_paused(qtbot: QtBot) -> None:
    column, panel = QScrollArea(), TryInput()
    column.setWidgetResizable(True)
    inside = QWidget()
    rows = QVBoxLayout(inside)
    above = QPushButton()
    above.setFixedHeight(2000)
    rows.addWidget(above)
    rows.addWidget(panel)
    column.setWidget(inside)
    qtbot.addWidget(column)
    column.resize(300, 300)
    column.show()
    qtbot.waitExposed(column)
    above.setFocus()
    run = Run(Experiment())
    panel.set_frame(frame_of(run))
    qtbot.waitUntil(lambda: panel._step.text() == "at step 0", timeout=2000)  # noqa: SLF001
    run.step()
    panel.set_frame(frame_of(run))
    assert panel._step.text() == "at step 0"  # noqa: SLF001
    qtbot.waitUntil(lambda: panel._step.text() == "at step 1", timeout=2000)  # noqa: SLF001


@pytest.mark.parametrize("change", [DIGITS, LOANS])
def test_it_makes_its_column_no_wider_than_the_other_cards(
    panel: TryInput, change: dict[str, Any]
) -> None:
    panel.set_frame(trained(change, steps=1))
    assert panel.minimumSizeHint().width() < panel.fontMetrics().horizontalAdvance("0" * 36)
