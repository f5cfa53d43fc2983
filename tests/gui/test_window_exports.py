"""What leaves the window: weights, plots, their numbers and the history, by the menus' dialogs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.desk import Desk


def dialog_of(desk: Desk, name: str) -> QDialog:
    dialog: QDialog = desk.find(name, QDialog)
    desk.wait(dialog.isVisible)
    return dialog


@pytest.mark.parametrize("ending", ["npz", "safetensors", "json", "csv"])
def test_the_weights_of_the_shown_step_are_written_in_every_format(
    qtbot: QtBot, tmp_path: Path, ending: str
) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    desk.act("back")
    shown = desk.at(2, 3)
    desk.act("export_weights")
    dialog = dialog_of(desk, "dialog.export_weights")
    dialog.file.set_format(ending)  # type: ignore[attr-defined]
    path = tmp_path / f"weights.{ending}"
    dialog.file.line.setText(str(path))  # type: ignore[attr-defined]
    desk.find("export.accept").click()
    desk.wait(path.exists)
    assert f"weights.{ending}" in desk.window.desk.status.text("right")
    expected = shown.hypothesis.network.weights(shown.parameters)["hidden 1.weight"]
    if ending == "npz":
        with np.load(path) as written:
            assert np.array_equal(written["hidden 1.weight"], expected)
    elif ending == "json":
        assert expected.tolist() in values_in(json.loads(path.read_text(encoding="utf-8")))
    assert path.stat().st_size > 500


def values_in(tree: object) -> list[object]:
    """Return every list in a tree of plain values."""
    found: list[object] = []
    if isinstance(tree, dict):
        for value in tree.values():
            found += values_in(value)
    elif isinstance(tree, list):
        found.append(tree)
        for value in tree:
            found += values_in(value)
    return found


@pytest.mark.parametrize("plot", ["prediction", "loss", "surface", "weights"])
def test_every_plot_is_written_as_a_picture_and_as_numbers(
    qtbot: QtBot, tmp_path: Path, plot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    desk.window.export_plot(f"plot.{plot}", "picture")
    dialog = dialog_of(desk, "dialog.export_plot")
    picture = tmp_path / f"{plot}.png"
    dialog.file.line.setText(str(picture))  # type: ignore[attr-defined]
    desk.find("export.accept").click()
    desk.wait(picture.exists)
    assert picture.read_bytes().startswith(b"\x89PNG")
    surface = desk.find("plot.surface")
    desk.wait(lambda: not surface.is_computing)
    table = tmp_path / f"{plot}.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(table), ""))
    desk.window.export_plot(f"plot.{plot}", "data")
    assert len(table.read_text(encoding="utf-8").splitlines()) > 1


def test_the_history_is_written_with_every_step(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    desk.step(4)
    path = tmp_path / "history.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    desk.act("export_history")
    desk.wait(path.exists)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("step,")
    assert len(lines) >= 5


def test_a_table_is_never_written_under_a_pictures_ending(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    desk.step(1)
    path, written = tmp_path / "history.png", tmp_path / "history.png.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    desk.act("export_history")
    desk.wait(written.exists)
    assert not path.exists()
    assert "history.png.csv" in desk.window.desk.status.text("right")
    written.write_text("mine")
    desk.act("export_history")
    desk.wait(desk.window.desk.banner.isVisible)
    assert "history.png.csv exists already" in desk.window.desk.banner.message
    assert written.read_text() == "mine"


def test_a_failed_export_leaves_the_old_file_and_says_why(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    path = tmp_path / "history.csv"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    desk.act("export_history")
    desk.wait(desk.window.desk.banner.isVisible)
    assert "No space left" in desk.window.desk.banner.message
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("history")] == ["history.csv"]
