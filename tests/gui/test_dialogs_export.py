"""The export dialogs and the question before closing return values; they write nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.gui.dialogs.ask_save import AskBeforeClose, ask_before_close
from gd_studio.gui.dialogs.export_plot import ExportPlotDialog, PlotExport
from gd_studio.gui.dialogs.export_weights import ExportWeightsDialog, WeightsExport

WEIGHTS = {"npz": "NumPy", "safetensors": "Safetensors", "json": "JSON", "csv": "CSV"}
LEFT = Qt.MouseButton.LeftButton


def test_a_plot_goes_out_at_the_chosen_scale(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportPlotDialog("Loss", tmp_path / "loss")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.scale.setValue(4)
    with qtbot.waitSignal(dialog.export_requested) as caught:
        QTest.mouseClick(dialog.export, LEFT)
    assert caught.args == [PlotExport(tmp_path / "loss.png", "png", 4)]
    assert list(tmp_path.iterdir()) == []


def test_the_ending_follows_the_format_and_a_drawing_has_no_scale(
    qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ExportPlotDialog("Loss", tmp_path / "my.run.png")
    qtbot.addWidget(dialog)
    dialog.file.set_format("svg")
    assert dialog.value == PlotExport(tmp_path / "my.run.svg", "svg", 1)
    assert not dialog.scale.isEnabled()


def test_a_scale_is_from_one_to_four(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportPlotDialog("Loss", tmp_path / "loss")
    qtbot.addWidget(dialog)
    assert (dialog.scale.minimum(), dialog.scale.maximum()) == (1, 4)


@pytest.mark.parametrize("word", WEIGHTS)
def test_weights_go_out_in_each_format_offered(qtbot: QtBot, tmp_path: Path, word: str) -> None:
    dialog = ExportWeightsDialog(WEIGHTS, tmp_path / "weights", 1100)
    qtbot.addWidget(dialog)
    dialog.file.set_format(word)
    assert dialog.value == WeightsExport(tmp_path / f"weights.{word}", word)
    assert "step 1\u202f100" in dialog.what.text()


def test_a_folder_that_is_not_there_is_told_before_anything_is_tried(
    qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ExportWeightsDialog(WEIGHTS, tmp_path / "none" / "weights")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.export.isEnabled()
    assert dialog.file.note.text().startswith("There is no folder")
    dialog.file.line.setText(str(tmp_path / "weights.npz"))
    assert dialog.export.isEnabled()
    dialog.file.line.clear()
    assert dialog.file.note.text() == "Name a file."


def test_that_a_file_will_be_replaced_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(b"old")
    dialog = ExportWeightsDialog(WEIGHTS, tmp_path / "weights")
    qtbot.addWidget(dialog)
    assert "will be replaced" in dialog.file.note.text()
    assert dialog.export.isEnabled()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("loss.csv", "loss.png"),
        ("loss.TXT", "loss.png"),
        ("loss", "loss.png"),
        ("run 0.1", "run 0.1.png"),
    ],
)
def test_no_picture_is_written_under_the_ending_of_another_kind(
    qtbot: QtBot, tmp_path: Path, typed: str, written: str
) -> None:
    dialog = ExportPlotDialog("Loss", tmp_path / "loss")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.file.line.setText(str(tmp_path / typed))
    assert dialog.file.note.isVisible()
    assert dialog.file.note.text() == f"It will be called {written}, as its format asks."
    with qtbot.waitSignal(dialog.export_requested) as caught:
        QTest.mouseClick(dialog.export, LEFT)
    assert caught.args[0].path == tmp_path / written


def test_what_is_replaced_is_the_file_that_will_be_written(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "loss.png").write_bytes(b"old")
    (tmp_path / "loss.csv").write_bytes(b"another")
    dialog = ExportPlotDialog("Loss", tmp_path / "mine")
    qtbot.addWidget(dialog)
    dialog.file.line.setText(str(tmp_path / "loss.csv"))
    assert dialog.file.note.text().endswith("format asks. This file exists and will be replaced.")
    dialog.file.line.setText(str(tmp_path / "LOSS2.PNG"))
    assert dialog.value.path == tmp_path / "LOSS2.PNG"
    assert dialog.file.note.text() == ""


def test_an_ending_that_is_offered_chooses_the_format(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportPlotDialog("Loss", tmp_path / "loss")
    qtbot.addWidget(dialog)
    dialog.file.line.setText(str(tmp_path / "loss.svg"))
    assert dialog.value == PlotExport(tmp_path / "loss.svg", "svg", 1)
    assert not dialog.scale.isEnabled()
    weights = ExportWeightsDialog(WEIGHTS, tmp_path / "weights")
    qtbot.addWidget(weights)
    weights.file.line.setText(str(tmp_path / "weights.JSON"))
    assert weights.value == WeightsExport(tmp_path / "weights.JSON", "json")
    weights.file.line.setText(str(tmp_path / "weights.png"))
    assert weights.value == WeightsExport(tmp_path / "weights.json", "json")


def test_a_place_that_cannot_hold_a_file_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    dialog = ExportPlotDialog("Loss", tmp_path / "loss")
    qtbot.addWidget(dialog)
    for typed, told in (
        (tmp_path, "This is a folder; name a file in it."),
        (tmp_path / "file" / "loss.png", f"{tmp_path / 'file'} is a file, not a folder"),
        (tmp_path / "none" / "loss.png", f"There is no folder {tmp_path / 'none'}"),
        (tmp_path / ("n" * 300) / "loss.png", ("No file can have this", "There is no")),
    ):
        dialog.file.line.setText(str(typed))
        assert dialog.file.note.text().startswith(told)
        assert not dialog.export.isEnabled()


@pytest.mark.parametrize("answer", ["save", "discard", "cancel"])
def test_each_button_of_the_question_is_an_answer(qtbot: QtBot, answer: str) -> None:
    box = AskBeforeClose("Two moons")
    qtbot.addWidget(box)
    box.show()
    assert box.answer == "cancel"
    assert "Two moons" in box.text()
    QTest.mouseClick(getattr(box, answer), LEFT)
    assert box.answer == answer


def test_escape_cancels_closing(qtbot: QtBot) -> None:
    def press_escape() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, AskBeforeClose)
        QTest.keyClick(box, Qt.Key.Key_Escape)

    QTimer.singleShot(0, press_escape)
    assert ask_before_close("Two moons") == "cancel"
