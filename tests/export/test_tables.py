"""Tables keep every digit, start no formula, and are written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gd_studio.errors import FileError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import COLUMNS, EVALUATED_COLUMNS
from gd_studio.experiment.run import Run
from gd_studio.export.tables import export_history, export_table, history_text, table_text


@pytest.fixture(scope="module")
def run() -> Run:
    run = Run(Experiment())
    run.advance(25)
    return run


def test_a_history_has_all_columns_and_every_digit(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(history_text(run.history))))
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["step"]) for row in rows] == list(range(26))
    for name in ("loss", "total", "gradient_norm", "learning_rate"):
        read = np.array([float(row[name]) for row in rows[1:]])
        assert read.tobytes() == run.history[name].tobytes()
    for name in EVALUATED_COLUMNS:
        read = np.array([float(row[name]) for row in rows if row[name]])
        assert read.tolist() == run.history[name].tolist()
    assert rows[0]["loss"] == ""
    assert [i for i, row in enumerate(rows) if row["train_loss"]] == [0, 10, 20]


def test_a_history_without_validation_rows_leaves_their_cells_empty() -> None:
    run = Run(Experiment.from_dict({"preparation": {"validation": 0}}))
    run.advance(3)
    rows = list(csv.DictReader(io.StringIO(history_text(run.history))))
    assert rows[0]["validation_loss"] == ""
    assert float(rows[0]["train_loss"]) > 0


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'),
        ("@sum", "'@sum"),
        ("+a", "'+a"),
        ("-b", "'-b"),
        ("-5", "-5"),
        ("plain", "plain"),
        ("a,b", '"a,b"'),
        (-0.1, "-0.1"),
        (1 / 3, "0.3333333333333333"),
        (np.float64(2.5), "2.5"),
        (np.int64(7), "7"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (None, ""),
    ],
)
def test_text_starts_no_formula_and_numbers_stay_numbers(cell: object, written: str) -> None:
    text = table_text(["name", "=evil"], [[cell, 1]])  # type: ignore[list-item]
    assert text == f"name,'=evil\n{written},1\n"


def test_plot_data_is_written_as_given(tmp_path: Path) -> None:
    path = tmp_path / "loss.csv"
    export_table(path, ("step", "train"), [(0, 0.5), (1, None)])
    assert path.read_text("utf-8") == "step,train\n0,0.5\n1,\n"


# --- what cannot be written ---------------------------------------------------------------------


@pytest.mark.parametrize("place", ["missing/history.csv", "folder", "file.txt/history.csv"])
def test_a_place_that_cannot_be_written_is_named(run: Run, tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").write_text("kept", "utf-8")
    with pytest.raises(FileError, match=rf"{place} could not be written: .+\. Nothing was changed"):
        export_history(tmp_path / place, run.history)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file.txt", "folder"]
    assert list((tmp_path / "folder").iterdir()) == []
    assert (tmp_path / "file.txt").read_text("utf-8") == "kept"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "history.csv"
    path.write_text("old", "utf-8")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails)
        with pytest.raises(FileError, match="No space left on device"):
            export_history(path, run.history)
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can be mounted only by root on Linux")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk_leaves_the_old_file(run: Run, small_disk: Path) -> None:
    path = small_disk / "history.csv"
    path.write_text("old", "utf-8")
    many = [(i, i / 3) for i in range(20_000)]
    with pytest.raises(FileError, match=r"history\.csv could not be written: No space left"):
        export_table(path, ("step", "loss"), many)
    assert path.read_text("utf-8") == "old"
    assert list(small_disk.iterdir()) == [path]
    export_history(path, run.history)
    assert path.read_text("utf-8") == history_text(run.history)
