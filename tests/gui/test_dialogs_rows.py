"""The rows dialog: what a frame knows of every row and column, and nothing computed unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.data import Column
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.dialogs.rows import RowsDialog
from gd_studio.gui.dialogs.rows_filter import matching
from gd_studio.gui.dialogs.rows_model import RowsModel
from tests.gui.frames import frame_of, trained

LOANS: dict[str, Any] = {"data": {"kind": "loan_applicants"}, "preparation": {"test": 0.1}}


@pytest.fixture
def dialog(qtbot: QtBot) -> RowsDialog:
    dialog = RowsDialog()
    qtbot.addWidget(dialog)
    return dialog


def headings(model: Any) -> list[str]:
    count = model.columnCount()
    shown = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(count)]
    return [word.strip() for word in shown]


def line(model: Any, row: int) -> list[str]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_a_row_shows_inputs_output_guess_and_loss_of_the_shown_step(dialog: RowsDialog) -> None:
    frame = trained(steps=30, shown=20)
    dialog.set_frame(frame)
    dialog.show()
    model = dialog.table.model()
    assert headings(model) == ["Row", "Split", "x", "y", "→ class", "Guess", "Loss"]
    assert model.rowCount() == 400
    train = frame.hypothesis.prepared.train
    first = int(train.rows[0])
    shown = line(model, first)
    losses = frame.hypothesis.row_losses(frame.parameters, train)
    guess = frame.hypothesis.guess(frame.parameters, train.x[:1])[0]
    assert shown[:2] == [str(first + 1), "train"]
    assert shown[-1] == f"{losses[0]:.3f}"
    assert shown[-2] == f"class {guess.argmax()} · {100 * guess.max():.1f} %"
    assert "step 20" in dialog.step.full_text


def test_the_mean_of_the_training_rows_loss_is_the_training_loss(dialog: RowsDialog) -> None:
    frame = trained(steps=5)
    dialog.set_frame(frame)
    dialog.show()
    model = dialog.table.model()
    shown = [line(model, i) for i in range(model.rowCount())]
    train = [float(cells[-1]) for cells in shown if cells[1] == "train"]
    assert np.mean(train) == pytest.approx(frame.evaluation.train["loss"], abs=1e-3)


def test_nothing_is_drawn_while_closed(dialog: RowsDialog) -> None:
    dialog.set_frame(trained())
    assert dialog.table.model().rowCount() == 0
    dialog.show()
    assert dialog.table.model().rowCount() == 400


def test_another_step_of_the_run_changes_guesses_only(dialog: RowsDialog) -> None:
    run = Run(Experiment())
    dialog.set_frame(frame_of(run))
    dialog.show()
    model = dialog.table.model()
    before = line(model, 7)
    run.advance(50)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    dialog.set_frame(frame_of(run))
    after = line(model, 7)
    assert resets == []
    assert after[:-2] == before[:-2]
    assert after[-1] != before[-1]


def test_rows_can_be_sorted_by_loss_and_stay_sorted(dialog: RowsDialog) -> None:
    run = Run(Experiment())
    dialog.set_frame(frame_of(run))
    dialog.show()
    model = dialog.table.model()
    dialog.table.sortByColumn(model.columnCount() - 1, Qt.SortOrder.DescendingOrder)
    run.advance(40)
    dialog.set_frame(frame_of(run))
    losses = [float(line(model, i)[-1]) for i in range(model.rowCount())]
    assert losses == sorted(losses, reverse=True)


def test_sorting_keeps_the_selected_row(dialog: RowsDialog) -> None:
    dialog.set_frame(trained())
    dialog.show()
    dialog.set_selection(12, "train")
    chosen = line(dialog.table.model(), dialog.table.currentIndex().row())[0]
    dialog.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert line(dialog.table.model(), dialog.table.currentIndex().row())[0] == chosen


def test_selecting_a_row_names_it_within_its_split(qtbot: QtBot, dialog: RowsDialog) -> None:
    frame = trained()
    dialog.set_frame(frame)
    dialog.show()
    held = int(frame.hypothesis.prepared.validation.rows[3])
    with qtbot.waitSignal(dialog.row_selected) as caught:
        dialog.table.selectRow(held)
    assert caught.args == [3, "validation"]


def test_set_selection_is_silent(qtbot: QtBot, dialog: RowsDialog) -> None:
    frame = trained()
    dialog.set_frame(frame)
    dialog.show()
    with qtbot.assertNotEmitted(dialog.row_selected):
        dialog.set_selection(5, "train")
    rows = dialog.table.selectionModel().selectedRows()
    assert [index.row() for index in rows] == [int(frame.hypothesis.prepared.train.rows[5])]


def test_a_test_row_is_shown_but_not_selected_for_the_window(
    qtbot: QtBot, dialog: RowsDialog
) -> None:
    frame = trained(LOANS)
    dialog.set_frame(frame)
    dialog.show()
    row = int(frame.hypothesis.prepared.test.rows[0])
    assert dialog.table.model().index(row, 1).data() == "test"
    with qtbot.assertNotEmitted(dialog.row_selected):
        dialog.table.selectRow(row)


def test_the_filter_shows_some_rows_and_says_how_many(qtbot: QtBot, dialog: RowsDialog) -> None:
    dialog.set_frame(trained(LOANS))
    dialog.show()
    QTest.keyClicks(dialog.filter, "purpose = car, train")
    model = dialog.table.model()
    place = headings(model).index("purpose")
    assert 0 < model.rowCount() < 500
    assert {model.index(i, place).data() for i in range(model.rowCount())} == {"car"}
    assert dialog.count.full_text == f"{model.rowCount()} of 500 rows"
    dialog.filter.clear()
    assert model.rowCount() == 500


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("train", [0, 2]),
        ("age > 30", [1, 3]),
        ("age<=30", [0]),
        ("age = missing", [2]),
        ("home = rent", [0, 3]),
        ("home != rent, age > 30", [1]),
        ("ow", [1]),
        ("40", [1]),
        ("age > much", []),
        ("nothing like it", []),
    ],
)
def test_filters_find_words_splits_and_comparisons(text: str, rows: list[int]) -> None:
    age = Column("age", "number", np.array([30.0, 40.0, np.nan, 50.0]))
    home = Column("home", "category", np.array(["rent", "own", None, "rent"], dtype=object))
    splits = np.array(["train", "validation", "train", "test"])
    found = matching(text, {"age": age, "home": home}, splits)
    assert list(np.flatnonzero(found)) == rows


def test_many_rows_are_checked_only_as_they_come_into_sight(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[int] = []
    original = RowsModel._checked  # noqa: SLF001

    def counted(self: RowsModel, positions: Any) -> Any:
        checked.append(len(positions))
        return original(self, positions)

    monkeypatch.setattr(RowsModel, "_checked", counted)
    dialog = RowsDialog()
    qtbot.addWidget(dialog)
    dialog.set_frame(trained({"data": {"kind": "moons", "samples": 20_000}}))
    dialog.show()
    last = dialog.table.model().columnCount() - 1
    dialog.table.model().index(19_999, last).data()
    assert 0 < sum(checked) < 2_000
    dialog.table.sortByColumn(last, Qt.SortOrder.AscendingOrder)
    assert sum(checked) < 2_000
    assert "5000" in dialog.table.model().headerData(
        last, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )


def test_the_columns_tell_type_counts_and_treatment(dialog: RowsDialog) -> None:
    frame = trained(LOANS)
    dialog.set_frame(frame)
    dialog.show()
    model = dialog.columns.model()
    shown = {line(model, i)[1]: line(model, i) for i in range(model.rowCount())}
    assert shown["purpose"][2] == "category"
    assert "switched off" in shown["application"][-1]
    assert shown["age"][-1] == frame.hypothesis.prepared.treatment_of("age")
    assert "→ decision" in shown
    for sentence in frame.hypothesis.prepared.treatments:
        assert sentence in dialog.treatments.toPlainText()


def test_the_use_switch_is_a_wish_and_follows_the_run(qtbot: QtBot, dialog: RowsDialog) -> None:
    dialog.set_frame(trained(LOANS))
    dialog.show()
    model = dialog.columns.model()
    names = [line(model, i)[1] for i in range(model.rowCount())]
    role = Qt.ItemDataRole.CheckStateRole
    index = model.index(names.index("age"), 0)
    with qtbot.waitSignal(dialog.edited) as caught:
        model.setData(index, Qt.CheckState.Unchecked, role)
    assert caught.args == ["preparation.use", {"age": False}]
    assert index.data(role) == Qt.CheckState.Checked
    dialog.set_frame(trained({**LOANS, "preparation": {"use": {"age": False}}}))
    index = model.index(names.index("age"), 0)
    assert index.data(role) == Qt.CheckState.Unchecked
    with qtbot.waitSignal(dialog.edited) as caught:
        model.setData(index, Qt.CheckState.Checked, role)
    assert caught.args == ["preparation.use", {}]


def test_a_switch_can_be_pressed_with_the_space_bar(qtbot: QtBot, dialog: RowsDialog) -> None:
    dialog.set_frame(trained(LOANS))
    dialog.show()
    dialog.tabs.setCurrentIndex(1)
    dialog.columns.setCurrentIndex(dialog.columns.model().index(2, 0))
    with qtbot.waitSignal(dialog.edited) as caught:
        QTest.keyClick(dialog.columns, Qt.Key.Key_Space)
    assert caught.args == ["preparation.use", {"age": False}]


def test_the_target_has_no_switch(dialog: RowsDialog) -> None:
    dialog.set_frame(trained(LOANS))
    dialog.show()
    model = dialog.columns.model()
    last = model.index(model.rowCount() - 1, 0)
    assert not model.flags(last) & Qt.ItemFlag.ItemIsUserCheckable
    assert model.rowCount(QModelIndex()) == 11


def test_a_note_on_the_file_is_said_once(dialog: RowsDialog, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    rows = [f"{'much' if i % 20 == 3 else i},{i % 2}" for i in range(60)]
    path.write_text("\n".join(["weight,y", *rows]) + "\n", "utf-8")
    dialog.set_frame(trained({"data": {"kind": "file", "path": str(path)}}))
    dialog.show()
    said = dialog.treatments.toPlainText().splitlines()
    assert sum("weight: 3 cells" in sentence for sentence in said) == 1
    assert len(said) == len(set(said))
