"""`gd-studio verify`: one sentence, and an exit code that a script can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gd_studio import Experiment, Run
from gd_studio.cli import run_command
from gd_studio.experiment.files import Project, save_project
from gd_studio.experiment.trace import trace_of


def test_verify_says_that_a_trained_project_is_identical(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["train", "moons", "--steps", "70", "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert run_command(["verify", str(tmp_path / "experiment.gds")]) == 0
    said = capsys.readouterr()
    assert said.out == "experiment.gds: 70 of 70 steps are identical to the last bit.\n"
    assert said.err == ""


def test_verify_ends_with_1_where_a_step_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.gds"
    run = Run(Experiment())
    run.advance(20)
    other = run.experiment.edit({"optimizer.learning_rate": 0.5})
    save_project(path, Project(other, run.timeline.whole_tape), trace=trace_of(run))
    assert run_command(["verify", str(path)]) == 1
    assert "run.gds: step 1 is the first that differs" in capsys.readouterr().out


def test_verify_refuses_with_2_what_records_nothing_or_is_no_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, table = tmp_path / "bare.json", tmp_path / "rows.csv"
    Run(Experiment()).save(bare)
    table.write_text("x,y\n1,2\n")
    for path, sentence in (
        (bare, "bare.json records nothing of its run to compare a replay with"),
        (table, "rows.csv is neither a project (.gds) nor an experiment (.json)"),
        (tmp_path / "no.gds", "could not be read"),
        (tmp_path, "could not be read"),
    ):
        assert run_command(["verify", str(path)]) == 2
        said = capsys.readouterr()
        assert sentence in said.err
        assert said.out == ""
