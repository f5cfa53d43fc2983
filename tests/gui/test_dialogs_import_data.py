"""The import dialog: what was worked out is shown, can be corrected, and only then is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.data import File
from gd_studio.gui.dialogs.import_data import ImportDialog
from gd_studio.gui.dialogs.preview import FIRST_ROWS

ROWS = "".join(
    f"A{i:03d};{20 + i % 40 if i % 9 else '?'};{['car', 'house', 'trip'][i % 3]};"
    f"{i % 7};{['no', 'yes'][i % 2] if i % 20 else ''}\n"
    for i in range(100)
)
TABLE = f"id;age;purpose;age;approved\n{ROWS}"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "loans.csv"
    path.write_text(TABLE, "utf-8")
    return path


@pytest.fixture
def dialog(qtbot: QtBot, table: Path) -> ImportDialog:
    return opened(qtbot, table)


def opened(qtbot: QtBot, path: Path) -> ImportDialog:
    dialog = ImportDialog(path)
    qtbot.addWidget(dialog)
    dialog.show()
    wait_for(qtbot, dialog)
    return dialog


def wait_for(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.status.full_text.startswith("Reading"))


def choose(qtbot: QtBot, dialog: ImportDialog, combo: QComboBox, word: str) -> None:
    place = combo.findText(word)
    assert place >= 0, [combo.itemText(i) for i in range(combo.count())]
    combo.setCurrentIndex(place)
    combo.activated.emit(place)
    wait_for(qtbot, dialog)


def test_what_was_worked_out_is_shown(dialog: ImportDialog) -> None:
    assert dialog.status.full_text == "100 rows · 5 columns"
    assert dialog.encoding.currentText() == "utf-8 (worked out)"
    assert dialog.delimiter.currentText() == "semicolon (worked out)"
    assert dialog.header.isChecked()
    model = dialog.preview.model()
    assert model.rowCount() == FIRST_ROWS
    shown = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert shown == ["id", "age", "purpose", "age (2)", "approved"]
    assert model.index(0, 1).data() == "missing"
    assert model.index(1, 1).data() == "21"


def test_target_task_and_positive_class_are_proposed_with_reasons(dialog: ImportDialog) -> None:
    assert dialog.target.currentText() == "approved"
    assert dialog.target_reason.full_text == "proposed by its name"
    assert dialog.task.currentData() == "classification"
    assert dialog.positive.isVisible()
    assert dialog.positive.currentText() == "yes"


def test_the_notes_tell_of_everything_that_is_changed(dialog: ImportDialog) -> None:
    notes = dialog.notes.toPlainText()
    assert "age" in notes
    assert "approved: 5 rows have no label and will be left out." in notes
    assert "id: looks like an identifier" in notes
    assert "age: 12 missing values to be filled." in notes


def test_import_brings_the_settings_with_all_corrections(
    qtbot: QtBot, dialog: ImportDialog, table: Path
) -> None:
    choose(qtbot, dialog, dialog.positive, "no")
    with qtbot.waitSignal(dialog.imported) as caught:
        QTest.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    file = caught.args[0]
    assert file == File(path=str(table), target="approved", positive="no")
    assert file.load().classes == ("yes", "no")
    assert not dialog.isVisible()


def test_another_target_brings_its_own_task(qtbot: QtBot, dialog: ImportDialog) -> None:
    choose(qtbot, dialog, dialog.target, "age")
    assert dialog.task.currentData() == "regression"
    assert dialog.target_reason.full_text == "your choice"
    assert not dialog.positive.isVisible()
    assert dialog.file.target == "age"


def test_without_a_header_the_columns_are_numbered(qtbot: QtBot, dialog: ImportDialog) -> None:
    QTest.mouseClick(dialog.header, Qt.MouseButton.LeftButton, pos=_on_box(dialog.header))
    wait_for(qtbot, dialog)
    model = dialog.preview.model()
    assert model.headerData(0, Qt.Orientation.Horizontal) == "column 1"
    assert model.index(0, 0).data() == "id"
    assert dialog.status.full_text == "101 rows · 5 columns"
    assert dialog.file.header is False


def test_a_wrong_delimiter_is_told_inside_and_can_be_corrected(
    qtbot: QtBot, dialog: ImportDialog
) -> None:
    choose(qtbot, dialog, dialog.delimiter, "pipe")
    assert dialog.error.isVisible()
    assert "one column only" in dialog.error.text()
    assert not dialog.import_button.isEnabled()
    assert dialog.preview.model().rowCount() == 0
    choose(qtbot, dialog, dialog.delimiter, "semicolon (worked out)")
    assert not dialog.error.isVisible()
    assert dialog.import_button.isEnabled()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n1,\x00\n2,3\n", "NUL"),
        (b"a\n1\n2\n", "one column"),
        (b"a,b\n1,x\n2,x\n", "one class only"),
        (b"a,b\n1,\n2,?\n", "missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    qtbot: QtBot, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    dialog = opened(qtbot, path)
    assert dialog.error.isVisible()
    assert said in dialog.error.text()
    assert "odd.csv" in dialog.error.text()
    assert "\n" not in dialog.error.text()
    assert not dialog.import_button.isEnabled()


def test_a_missing_file_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, tmp_path / "nowhere.csv")
    assert "nowhere.csv" in dialog.error.text()
    assert dialog.status.full_text == "not read"


def test_an_unusable_target_keeps_the_preview_and_the_choice(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "same.csv"
    path.write_text("a,b\n1,x\n2,x\n3,x\n4,x\n")
    dialog = opened(qtbot, path)
    assert dialog.preview.model().rowCount() == 4
    choose(qtbot, dialog, dialog.target, "a")
    assert not dialog.error.isVisible()
    assert dialog.import_button.isEnabled()


def test_another_encoding_is_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("größe,y\n1,0\n2,1\n3,0\n4,1\n5,0\n", "utf-16")
    dialog = opened(qtbot, path)
    assert dialog.encoding.currentText() == "utf-16 (worked out)"
    choose(qtbot, dialog, dialog.encoding, "latin-1")
    assert dialog.error.isVisible()
    choose(qtbot, dialog, dialog.encoding, "utf-16 (worked out)")
    assert not dialog.error.isVisible()


def test_only_the_newest_wish_is_answered(qtbot: QtBot, dialog: ImportDialog, table: Path) -> None:
    other = table.with_name("other.csv")
    other.write_text("a,b\n1,2\n3,4.5\n5,6\n")
    dialog.set_path(table)
    dialog.set_path(other)
    wait_for(qtbot, dialog)
    assert dialog.status.full_text == "3 rows · 2 columns"


def test_closing_while_it_reads_leaves_nothing_running(qtbot: QtBot, table: Path) -> None:
    dialog = ImportDialog(table)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.close()
    assert not dialog.isVisible()
    assert dialog.status.full_text == "Reading …"


def test_cancel_tells_nobody(qtbot: QtBot, dialog: ImportDialog) -> None:
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
    with qtbot.assertNotEmitted(dialog.imported):
        QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_everything_that_takes_the_keyboard_is_named_and_teaches(dialog: ImportDialog) -> None:
    for widget in dialog.findChildren(QWidget):
        own = widget.objectName().startswith("import.")
        if own and widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName(), widget.objectName()


def _on_box(check: QWidget) -> QPoint:
    return QPoint(8, check.height() // 2)
