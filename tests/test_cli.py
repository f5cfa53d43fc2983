"""The command line does what the window does, says what it did, and ends with the right code."""

from __future__ import annotations

import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gd_studio.__main__ import (
    COMMANDS,
    display_answers,
    has_display,
    open_window,
    wants_window,
)
from gd_studio.cli import app, run_command
from gd_studio.experiment.examples import find_example
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.files import Project, load_project, save_project
from gd_studio.experiment.headless import train
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import Edit, SetWeights, Stopped, Tape

CHECKOUT = Path(__file__).resolve().parents[1]


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return (exit code, stdout, stderr) of a command run in this process."""
    capsys.readouterr()
    code = run_command(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one sentence by which a wrong call is refused."""
    code, _, complaint = call(capsys, *arguments)
    assert code == 2
    assert "Traceback" not in complaint
    assert complaint.startswith("gd-studio: ")
    assert complaint.count("\n") == 1
    return complaint.removeprefix("gd-studio: ").strip()


def fingerprint(said: str) -> str:
    return next(line for line in said.splitlines() if line.startswith("fingerprint: "))[13:]


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.Popen(
        [sys.executable, "-m", "gd_studio", *arguments],
        env=kept | {"PYTHONPATH": str(CHECKOUT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that put the tests into the background has its children ignore Ctrl+C.
        preexec_fn=heed_interrupts if sys.platform != "win32" else None,
    )


def heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def edited(tmp_path: Path) -> tuple[Path, Run]:
    """Return a project as the window saves it, edited twice in mid-run, and its run."""
    run = Run(Experiment())
    run.advance(120)
    run.edit({"optimizer.learning_rate": 0.2, "training.batch_size": 50})
    run.advance(100)
    run.edit({"penalty.l2": 0.001, "schedule.kind": "exponential"})
    run.advance(80)
    path = tmp_path / "edited.gds"
    tape = Tape(acts=run.timeline.tape.acts, last_step=run.last_step)
    save_project(path, Project(run.experiment, tape))
    return path, run


# --- training -----------------------------------------------------------------------------------


def test_training_a_project_gives_the_windows_bytes(
    edited: tuple[Path, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, window = edited
    out = tmp_path / "new" / "out"
    code, said, _ = call(capsys, "train", str(path), "--steps", "300", "--out", str(out))
    assert code == 0
    assert fingerprint(said) == window.fingerprint()
    with np.load(out / "weights.npz", allow_pickle=False) as file:
        for name, value in window.weights().items():
            assert file[name].tobytes() == value.tobytes()
    assert Run.load(out / "experiment.gds").fingerprint() == window.fingerprint()
    rows = list(csv.DictReader((out / "history.csv").read_text("utf-8").splitlines()))
    losses = np.array([float(row["loss"]) for row in rows[1:]])
    assert losses.tobytes() == window.history["loss"].tobytes()


def test_training_goes_on_after_the_last_act_until_a_rule_fires(
    edited: tuple[Path, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    path, window = edited
    window.advance(10_000)
    code, said, _ = call(capsys, "train", str(path))
    assert (code, fingerprint(said)) == (0, window.fingerprint())
    assert "Stopped at step 1500, epoch " in said
    assert "The budget of 1500 steps is spent." in said


def test_fewer_steps_end_before_the_later_acts(edited: tuple[Path, Run]) -> None:
    path, window = edited
    for steps in (0, 119, 120, 121, 219, 220, 299):
        project = load_project(path)
        run = Run(project.experiment)
        train(run, project.tape, steps, lambda _: None)
        window.seek(steps)
        assert run.fingerprint() == window.fingerprint(), steps


def test_more_steps_than_the_budget_raise_it_as_an_act(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("train", "moons", "--set", "stop.max_steps=50")
    code, said, _ = call(capsys, *arguments, "--steps", "80", "--out", str(tmp_path))
    assert code == 0
    assert "Stopped at step 80" in said
    project = load_project(tmp_path / "experiment.gds")
    assert project.tape.acts == (Edit(step=50, changes={"stop.max_steps": 80}),)
    assert Run.load(tmp_path / "experiment.gds").fingerprint() == fingerprint(said)


def test_other_rules_still_stop_a_run_with_steps() -> None:
    run = Run(find_example("when-to-stop").experiment)
    reason = train(run, Tape(), 20_000, lambda _: None)
    assert reason is not None
    assert reason.kind == "patience"


def test_a_stop_by_the_clock_is_replayed_from_the_tape() -> None:
    tape = Tape(acts=(Stopped(step=40, kind="max_seconds", message="Time."),), last_step=40)
    run = Run(Experiment().edit({"stop.max_seconds": 1000}))
    reason = train(run, tape, None, lambda _: None)
    assert (run.step_number, reason and reason.kind) == (40, "max_seconds")


def test_the_steps_shown_rise_to_the_last() -> None:
    shown: list[int] = []
    train(Run(Experiment()), Tape(), 1000, shown.append)
    assert shown == sorted(shown)
    assert shown[-1] == 1000


def test_settings_change_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sets = ["optimizer.kind=adam", "optimizer.learning_rate=0.02", "model.hidden=[4]", "name=Mine"]
    arguments = [word for change in sets for word in ("--set", change)]
    code, said, _ = call(
        capsys, "train", "moons", *arguments, "--steps", "20", "--out", str(tmp_path)
    )
    assert code == 0
    assert said.startswith("Mine\n")
    experiment = load_project(tmp_path / "experiment.gds").experiment
    assert experiment.to_dict()["optimizer"]["learning_rate"] == 0.02
    run = Run(experiment)
    run.advance(20)
    assert run.fingerprint() == fingerprint(said)
    assert run.hypothesis.network.sizes == (2, 4, 1)


def test_an_example_is_trained_by_number_and_says_how_good_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, said, complaints = call(capsys, "train", "2", "--steps", "100")
    assert (code, complaints) == (0, "")
    assert "Loan applicants: 400 training, 100 validation rows; decision from 8 columns" in said
    run = Run(find_example("loan-applicants").experiment)
    run.advance(100)
    assert fingerprint(said) == run.fingerprint()
    lines = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert lines["validation"][-1] == f"{run.evaluate('validation')['accuracy']:.6g}"
    assert lines["train"][0] == f"{run.evaluate()['loss']:.6g}"
    assert "baseline: always guessing 55 %" in said


def test_all_weight_formats_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formats = ("npz", "safetensors", "json", "csv")
    words = [word for key in formats for word in ("--weights", key)]
    code, said, _ = call(
        capsys, "train", "one-line", "--steps", "3", "--out", str(tmp_path), *words
    )
    written = {path.name for path in tmp_path.iterdir()}
    assert code == 0
    assert written == {f"weights.{key}" for key in formats} | {"history.csv", "experiment.gds"}
    assert said.count("wrote ") == 6
    assert json.loads((tmp_path / "weights.json").read_text("utf-8"))["step"] == 3


def test_a_diverged_run_is_done_and_keeps_its_last_finite_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = ("--set", "optimizer.learning_rate=900", "--set", "stop.max_steps=5000")
    code, said, complaint = call(capsys, "train", "one-line", *sets, "--out", str(tmp_path))
    assert code == 0
    assert complaint.startswith("gd-studio: The run diverged. At step ")
    assert "Stopped at step" in said
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as file:
        assert all(np.isfinite(file[name]).all() for name in file.files if name != "model")


def test_a_loss_far_too_high_is_said_though_all_is_finite(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rate = ("--set", "optimizer.learning_rate=1.3")
    code, said, complaint = call(capsys, "train", "one-line", *rate, "--steps", "200")
    assert code == 0
    assert complaint.startswith("gd-studio: The loss is too high. The training loss ")
    assert complaint.count("\n") == 1
    assert "above 3 times the first" in complaint
    loss = next(line.split()[1] for line in said.splitlines() if line.startswith("train "))
    assert f"The training loss {float(loss):.4g} has" in complaint


def test_a_diverged_run_is_not_called_finite_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    sets = ("--set", "optimizer.learning_rate=3", "--set", "stop.max_steps=5000")
    complaint = call(capsys, "train", "one-line", *sets)[2]
    assert complaint.startswith("gd-studio: The run diverged. At step ")
    assert complaint.count("\n") == 1
    assert "All is still finite" not in complaint


def test_a_batch_larger_than_the_data_works_with_a_note(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, said, _ = call(
        capsys, "train", "moons", "--steps", "2", "--set", "training.batch_size=1000"
    )
    assert code == 0
    assert "The batch size 1000 is larger than the training rows" in said


# --- a file of one's own ------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "my rows.csv"
    path.parent.mkdir()
    lines = [f"{i};{i % 7 or '?'};{'own' if i % 3 else 'rent'};{i % 2}" for i in range(60)]
    path.write_text("\n".join(["id;age;home;approved", *lines]) + "\n", "utf-8")
    return path


def test_a_table_is_trained_on_wherever_one_stands(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(table.parent)
    sets = ("--set", "data.kind=file", "--set", "data.path=my rows.csv")
    out = tmp_path / "out"
    code, said, _ = call(capsys, "train", "moons", *sets, "--steps", "30", "--out", str(out))
    assert code == 0
    assert said.startswith("Own file\nmy rows.csv: 48 training, 12 validation rows; approved from")
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "train", "out/experiment.gds", "--steps", "30")[1].count(fingerprint(said))
    assert str(tmp_path) in zipfile.ZipFile(out / "experiment.gds").read("experiment.json").decode()


def test_a_project_beside_its_table_may_move_with_it(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = table.parent / "mine.gds"
    data = {"kind": "file", "path": str(table)}
    save_project(project, Project(Experiment.from_dict({"data": data}), Tape()))
    before = fingerprint(call(capsys, "train", str(project), "--steps", "20")[1])
    moved = table.parent.rename(tmp_path / "elsewhere")
    assert fingerprint(call(capsys, "train", str(moved / "mine.gds"), "--steps", "20")[1]) == before
    again = tmp_path / "again.gds"
    loaded = load_project(moved / "mine.gds")
    save_project(again, loaded)
    run = Run(load_project(again).experiment)
    run.advance(20)
    assert run.fingerprint() == before


def test_a_table_is_inspected(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, complaints = call(capsys, "data", "inspect", str(table))
    assert (code, complaints) == (0, "")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[:5] == [
        "my rows.csv",
        "encoding utf-8",
        "delimiter semicolon",
        "header yes",
        "rows 60",
    ]
    assert any(line.startswith("id identifier 60 0 ") and "switched off" in line for line in lines)
    assert any(line.startswith("age number 6 9 3.41176 gaps filled") for line in lines)
    assert any(line.startswith("home category 2 0 own one feature of 0 or 1") for line in lines)
    assert any(line.startswith("approved number 2 0 0.5 target") for line in lines)
    assert "target approved (proposed)" in lines
    assert "task classification: 0, 1 (proposed)" in lines
    assert f"data.path={table}'" in lines[-1]


@pytest.mark.parametrize("shape", ["plane", "product", "heavy tails"])
def test_the_call_proposed_for_a_regression_table_learns(
    shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3)) * [1, 10, 1000] + [0, 50, 20_000]
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    y = {
        "plane": 3 * x[:, 0] + x[:, 2] / 300,
        "product": 1e5 * z[:, 0] * z[:, 1],
        "heavy tails": z[:, 0] + np.exp(1.5 * z[:, 1]),
    }[shape]
    path = tmp_path / "houses.csv"
    lines = [",".join(f"{v:.6g}" for v in row) for row in np.column_stack([x, y])]
    path.write_text("\n".join(["a,b,c,price", *lines]) + "\n", "utf-8")
    said = call(capsys, "data", "inspect", str(path))[1]
    proposed = shlex.split(said.splitlines()[-1].partition("gd-studio ")[2])
    assert proposed[-1] == "optimizer.learning_rate=0.05"
    code, said, complaints = call(capsys, *proposed)
    assert (code, complaints) == (0, "")
    r2 = next(float(x.split()[-1]) for x in said.splitlines() if x.startswith("train "))
    assert r2 > 0.85


def test_a_table_that_cannot_be_trained_on_is_refused_before_anything_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "same.csv"
    path.write_text("a,b\n" + "".join(f"{i},x\n" for i in range(9)), "utf-8")
    code, said, complaint = call(capsys, "data", "inspect", str(path))
    assert (code, said) == (2, "")
    assert "one class only" in complaint
    assert complaint.count("\n") == 1


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("train", "nope"), "There is no file nope. There is no example 'nope'; the examples are"),
        (("train", ""), "train needs the name of a file or of an example"),
        (("train", "nope.gds"), "There is no file nope.gds."),
        (("train", "moons", "--set", "optimizer.learning_rate=0"), "Learning rate"),
        (("train", "moons", "--set", "optimizer.learning_rate=NaN"), "optimizer.learning_rate"),
        (("train", "moons", "--set", "model.hidden=[0]"), "Hidden layers (model.hidden[0])"),
        (("train", "moons", "--set", "model.nope=1"), "There is no setting called 'nope' in model"),
        (("train", "moons", "--set", "nope.a=1"), "There is no setting called nope.a."),
        (("train", "moons", "--set", "steps"), "--set needs PATH=VALUE, not 'steps'."),
        (("train", "one-line", "--set", "data.kind=iris"), "Model 'linear' cannot learn this data"),
        (("train", "one-line", "--set", "loss.kind=cross_entropy"), "Loss 'cross_entropy'"),
        (("train", "moons", "--set", "stop.max_steps=null"), "No stop rule is on"),
        (("train", "moons", "--weights", "npz"), "--weights needs --out"),
        (("train", "moons", "--weights", "pth"), "There is no weight format 'pth'"),
        (("data", "inspect", "none.csv"), "The file "),
    ],
)
def test_a_wrong_call_is_refused_in_one_sentence(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, *arguments).startswith(sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not valid JSON"),
        (b"\xff\x00\x80", "is neither a project"),
        (b"PK\x03\x04broken", "is damaged"),
        (b"[]", "must be an object"),
        (b'{"format": 99}', "newer GD Studio"),
        (b'{"format": 1, "nope": 1}', "There is no setting called 'nope'"),
        (b'{"format": 1, "stop": {"max_steps": "many"}}', "stop.max_steps"),
        (b'{"format": 1, "optimizer": {"learning_rate": 1e999}}', "finite"),
    ],
)
def test_a_broken_experiment_is_refused_by_name(
    content: bytes, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    complaint = refused(capsys, "train", str(path))
    assert "broken.json" in complaint
    assert sentence in complaint


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (SetWeights(step=2, values=(1.0,)), "are 1, but the model has 105 parameters"),
        (Edit(step=2, changes={"model.hidden": [3]}), "model.hidden cannot change in mid-run"),
        (Edit(step=2, changes={"optimizer.learning_rate": -1}), "Learning rate"),
    ],
)
def test_a_tape_that_does_not_fit_is_refused(
    act: Any, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "strange.gds"
    save_project(path, Project(Experiment(), Tape(acts=(act,), last_step=5)))
    assert sentence in refused(capsys, "train", str(path))


def test_a_table_given_as_an_experiment_says_how_to_train_on_it(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--set data.kind=file --set 'data.path=" in refused(capsys, "train", str(table))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("train",), "gd-studio train needs FILE|EXAMPLE; see gd-studio train --help."),
        (("train", "moons", "--steps", "abc"), "--steps must be a whole number from 0 on, not 'a"),
        (("train", "moons", "--steps", "-3"), "--steps must be a whole number from 0 on, not '-3'"),
        (("train", "moons", "--steps", "1.5"), "--steps must be a whole number"),
        (("train", "moons", "--steps"), "Option '--steps' requires an argument"),
        (("train", "moons", "--nope"), "gd-studio train has no option --nope; see gd-studio train"),
        (("train", "moons", "more"), "Got unexpected extra argument"),
        (("foo", "bar"), "No such command 'foo'; see gd-studio --help."),
        (("data",), "Missing command; see gd-studio data --help."),
        (("data", "inspect"), "gd-studio data inspect needs FILE; see gd-studio data inspect"),
    ],
)
def test_wrong_usage_is_refused_in_one_sentence_too(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, complaint = call(capsys, *arguments)
    assert (code, said) == (2, "")
    assert refused(capsys, *arguments).startswith(sentence), complaint


def test_an_interrupt_outside_of_training_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gd_studio.cli.looking.list_examples", interrupt)
    assert call(capsys, "examples") == (1, "", "gd-studio: Interrupted.\n")


@pytest.mark.parametrize("command", [("train",), ("data", "inspect")])
def test_a_folder_is_called_a_folder(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, complaint = call(capsys, *command, str(tmp_path))
    assert (code, said) == (2, "")
    assert complaint.startswith(f"gd-studio: {tmp_path} is a folder; choose ")


def test_a_folder_that_cannot_be_written_is_refused_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("kept", "utf-8")
    complaint = refused(capsys, "train", "moons", "--out", str(tmp_path / "file"))
    assert f"--out {tmp_path / 'file'} cannot be written to" in complaint


@pytest.mark.parametrize(
    "change",
    ["model.kind=linear", "optimizer.kind=newton", "optimizer.learning_rate=-1", "stop.max_steps="],
)
def test_an_experiment_that_is_refused_leaves_no_folder_behind(
    change: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "out"
    refused(capsys, "train", "moons", "--set", change, "--out", str(out))
    assert list(tmp_path.iterdir()) == []


def test_nothing_after_the_sign_empties_what_may_be_empty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    newton = ("train", "moons", "--steps", "1", "--set", "optimizer.kind=newton", "--set")
    assert "training.batch_size empty (null: all rows)." in refused(capsys, *newton[:-1])
    code, said, _ = call(capsys, *newton, "training.batch_size=")
    assert code == 0
    assert said == call(capsys, *newton, "training.batch_size=null")[1]
    assert "(model.seed) must be a whole number, not ''" in refused(capsys, *newton, "model.seed=")
    assert "no setting called" in refused(capsys, *newton, "model.nothing=")


def test_a_disk_that_fails_ends_with_code_1_and_keeps_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "weights.npz").write_text("old", "utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, _, complaint = call(capsys, "train", "moons", "--steps", "1", "--out", str(tmp_path))
    assert code == 1
    assert "weights.npz could not be written: No space left on device." in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]
    assert (tmp_path / "weights.npz").read_text("utf-8") == "old"


def test_a_full_disk_is_refused_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk can be mounted only by root on Linux")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        # As much as there is room for: what the small disk was made with.
        (tmp_path / "rest").write_bytes(bytes(65536))
        code, said, complaint = call(capsys, "train", "moons", "--out", str(tmp_path))
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert (code, said) == (2, "")
    assert complaint.count("\n") == 1
    assert "cannot be written to: No space left on device" in complaint


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_ends_with_code_1_and_one_line(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start("train", "moons", "--steps", "900000000", "--out", str(out))
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Two moons"), "said when training begins"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaint.startswith("gd-studio: Interrupted")
    assert complaint.count("\n") == 1
    assert list(out.iterdir()) == []


# --- the rest -----------------------------------------------------------------------------------


def test_the_examples_are_listed_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = call(capsys, "examples")
    assert code == 0
    stems = [line.split()[0] for line in said.splitlines() if line[:1].isdigit()]
    assert stems[0] == "01-one-line"
    assert stems[9] == "10-moons"
    assert len(stems) == 13


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version")[:2] == (0, "gd-studio 0.1.0\n")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = call(capsys, "--help")
    assert code == 0
    assert all(f"\n  {command} " in said for command in COMMANDS)


def test_the_start_knows_every_command() -> None:
    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    assert commands | {group.name for group in app.registered_groups} == set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "window"),
    [([], True), (["my.gds"], True), (["train"], False), (["--help"], False), (["a", "b"], False)],
)
def test_no_command_means_the_window(arguments: list[str], window: bool) -> None:
    assert wants_window(arguments) is window


@pytest.mark.parametrize(
    ("platform", "environment", "shown"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("linux", {"QT_QPA_PLATFORM": "xcb"}, False),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_only_linux_can_be_without_a_display(
    platform: str, environment: dict[str, str], shown: bool
) -> None:
    assert has_display(platform, environment) is shown


@pytest.mark.parametrize(
    ("environment", "answers"),
    [
        ({"DISPLAY": ":64321"}, False),
        ({"DISPLAY": ":64321.0", "QT_QPA_PLATFORM": "xcb"}, False),
        ({"DISPLAY": ":64321", "QT_QPA_PLATFORM": "offscreen"}, True),
        ({"DISPLAY": ":64321", "WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": "far.example:0"}, True),
    ],
)
def test_a_local_display_where_nobody_listens_is_none(
    environment: dict[str, str], answers: bool
) -> None:
    assert display_answers(environment) is answers


def test_a_file_that_is_not_there_opens_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert open_window("nowhere.gds") == 2
    assert "There is no file nowhere.gds" in capsys.readouterr().err


def test_a_library_that_only_the_window_reads_is_named_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("libGL.so.1: no such file")

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("gd_studio.app._build_window", missing)
    assert open_window(None) == 1
    said = capsys.readouterr().err
    assert said.startswith("gd-studio: The window needs a library that is missing here: libGL")
    monkeypatch.setattr("gd_studio.app.create_window", missing)
    code, _, complaint = call(capsys, "demo", "--out", str(tmp_path))
    assert code == 1
    assert "The pictures need a library that is missing: libGL" in complaint


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a display")
def test_without_a_display_the_window_says_so_in_one_line() -> None:
    process = start()
    said, complaint = process.communicate(timeout=30)
    assert (process.returncode, said) == (1, "")
    assert complaint.startswith("gd-studio: There is no display here")
    assert complaint.count("\n") == 1


def test_the_window_is_opened_without_what_the_command_line_needs() -> None:
    code = (
        "import sys; from gd_studio.__main__ import wants_window, open_window;"
        "wants_window([]), open_window('nowhere.gds');"
        "print(*{'typer', 'rich', 'gd_studio.cli'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_training_loads_no_qt() -> None:
    code = (
        "import sys; from gd_studio.cli import run_command;"
        "run_command(['train', 'moons', '--steps', '5']);"
        "found = {'PySide6', 'pyqtgraph', 'rich', 'safetensors'} & set(sys.modules);"
        "print(*found, file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""


def test_the_demo_leaves_numbers_and_pictures(tmp_path: Path) -> None:
    process = start("demo", "--out", str(tmp_path))
    said, complaints = process.communicate(timeout=90)
    assert (process.returncode, complaints) == (0, "")
    for name in ("weights.npz", "weights.json", "history.csv", "experiment.gds", "window.png"):
        assert f"wrote {tmp_path / name}" in said
        assert (tmp_path / name).stat().st_size > 1000
    run = Run(Experiment())
    run.advance(10_000)
    assert fingerprint(said) == run.fingerprint()
    pictures = {path.name for path in tmp_path.iterdir() if path.suffix in (".png", ".svg")}
    assert {"loss.png", "loss.svg", "surface.png", "prediction.svg"} <= pictures
