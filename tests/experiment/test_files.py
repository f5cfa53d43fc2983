"""Project files: what is saved comes back, and what cannot be read is refused by name."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gd_studio
from gd_studio import Experiment, FileError, GDStudioError, Run, SettingError
from gd_studio.data import File
from gd_studio.experiment.files import (
    FORMAT,
    Project,
    experiment_from_text,
    experiment_text,
    load_project,
    save_project,
)
from gd_studio.experiment.tape import Edit, SetWeights, Tape
from tests.experiment.experiments import small

FULL = Experiment.from_dict(
    {
        "name": "Ünïcode — 数 »",
        "data": {"kind": "spirals", "turns": 1.5},
        "preparation": {"use": {"x": False}, "standardize_target": False},
        "model": {"kind": "polynomial", "degree": 4},
        "loss": {"kind": "mse"},
        "optimizer": {"kind": "rmsprop", "centered": True},
        "schedule": {"kind": "cosine", "warmup": 3},
        "penalty": {"l1": 1e-7},
        "training": {"batch_size": None, "precision": "float32"},
        "stop": {"max_steps": None, "patience": 3},
        "story": {"try_this": "Press Step."},
        "opening": {"step": 3, "panels": ["plot.loss"]},
    }
)


def played() -> tuple[Run, Project]:
    """Return a run with a past, and what is saved of it."""
    run = Run(small())
    run.advance(10)
    run.edit({"optimizer.learning_rate": 0.1, "penalty.l2": 0.01})
    run.advance(5)
    run.set_weights({name: w * 1.5 for name, w in run.weights().items()})
    run.edit({"training.batch_size": 7})
    run.advance(9)
    return run, Project(run.experiment, run.timeline.tape.cut(run.last_step))


def archive(**members: str | None) -> bytes:
    """Return a project file as bytes, with members changed or left out (None)."""
    parts: dict[str, str | None] = {
        "format.json": json.dumps({"format": FORMAT}),
        "experiment.json": experiment_text(Experiment()),
        "tape.json": json.dumps({"acts": [], "last_step": 0}),
    }
    parts |= {f"{name}.json": text for name, text in members.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in parts.items():
            if text is not None:
                made.writestr(name, text)
    return buffer.getvalue()


def test_a_run_comes_back_from_its_file_to_the_last_bit(tmp_path: Path) -> None:
    run, project = played()
    save_project(tmp_path / "moons.gds", project)
    assert load_project(tmp_path / "moons.gds") == project
    again = Run.load(tmp_path / "moons.gds")
    assert again.last_step == again.step_number == 24
    assert again.fingerprint() == run.fingerprint()
    assert again.timeline.tape.acts == run.timeline.tape.acts
    for step in (0, 9, 10, 15, 16, 24):
        run.seek(step)
        again.seek(step)
        assert again.fingerprint() == run.fingerprint()


@pytest.mark.parametrize("name", ["x.gds", "x.json", "x.JSON", "no ending"])
def test_every_setting_survives_a_file_of_any_name(tmp_path: Path, name: str) -> None:
    save_project(tmp_path / name, Project(FULL, Tape()))
    assert load_project(tmp_path / name).experiment == FULL
    assert gd_studio.load(tmp_path / name) == FULL


def test_a_bare_experiment_is_text_that_people_can_read_and_write(tmp_path: Path) -> None:
    save_project(tmp_path / "x.json", Project(FULL, Tape()))
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert '"name": "Ünïcode — 数 »"' in text
    assert json.loads(text)["format"] == FORMAT
    (tmp_path / "y.json").write_text('{"optimizer": {"learning_rate": 0.3}}', encoding="utf-8-sig")
    assert load_project(tmp_path / "y.json").experiment.optimizer.learning_rate == 0.3


def test_text_from_the_clipboard_is_the_same_experiment() -> None:
    assert experiment_from_text(experiment_text(FULL)) == FULL


@pytest.mark.parametrize("name", ["broken \ud83d", "caf\udce9"])
@pytest.mark.parametrize("ending", ["gds", "json"])
def test_half_a_character_does_not_stop_a_save(tmp_path: Path, name: str, ending: str) -> None:
    experiment = Experiment.from_dict({"name": name})
    save_project(tmp_path / f"x.{ending}", Project(experiment, Tape()))
    assert load_project(tmp_path / f"x.{ending}").experiment == experiment


# --- data files beside the project -----------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inside").mkdir()
    for place in (tmp_path, tmp_path / "inside"):
        (place / "rows.csv").write_text("a,b\n1,2\n2,4\n3,6\n4,8.5\n5,10\n6,12.5\n")
    return tmp_path


def on_file(path: Path | str) -> Experiment:
    return Experiment.from_dict({"data": {"kind": "file", "path": str(path)}})


def path_in(experiment: Experiment) -> str:
    assert isinstance(experiment.data, File)
    return experiment.data.path


def test_a_data_file_beside_the_project_is_named_relative_to_it(folder: Path) -> None:
    save_project(folder / "x.gds", Project(on_file(folder / "inside" / "rows.csv"), Tape()))
    with zipfile.ZipFile(folder / "x.gds") as saved:
        written = json.loads(saved.read("experiment.json"))
    assert written["data"]["path"] == "inside/rows.csv"
    found = path_in(load_project(folder / "x.gds").experiment)
    assert Path(found).samefile(folder / "inside" / "rows.csv")
    moved = folder.rename(folder.with_name("moved"))
    assert Run.load(moved / "x.gds").data.dataset.rows == 6


def test_a_data_file_elsewhere_keeps_its_full_path(folder: Path) -> None:
    save_project(folder / "inside" / "x.gds", Project(on_file(folder / "rows.csv"), Tape()))
    found = path_in(load_project(folder / "inside" / "x.gds").experiment)
    assert Path(found) == (folder / "rows.csv").resolve()


def test_saving_elsewhere_still_names_the_same_data_file(folder: Path) -> None:
    project = Project(on_file("rows.csv"), Tape())
    save_project(folder / "inside" / "x.gds", project, folder)
    run = Run.load(folder / "inside" / "x.gds")
    assert isinstance(run.experiment.data, File)
    assert (folder / run.experiment.data.path).samefile(folder / "rows.csv")


def test_a_loaded_experiment_finds_its_data_from_anywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_project(folder / "x.gds", Project(on_file(folder / "rows.csv"), Tape()))
    monkeypatch.chdir(folder / "inside")
    (folder / "inside" / "rows.csv").unlink()
    assert Run(gd_studio.load(folder / "x.gds")).data.dataset.rows == 6


def test_the_same_rows_are_the_same_run_wherever_the_project_lies(folder: Path) -> None:
    save_project(folder / "x.gds", Project(on_file(folder / "rows.csv"), Tape()))
    loaded = Run.load(folder / "x.gds")
    loaded.advance(5)
    run = Run(on_file(folder / "rows.csv"))
    run.advance(5)
    assert run.fingerprint() == loaded.fingerprint()


# --- what cannot be read ---------------------------------------------------------------------


TEXTS: list[tuple[str, str]] = [
    ("", "not valid JSON"),
    ("{", "not valid JSON"),
    ("[]", "must be an object"),
    ("3", "must be an object"),
    ('"moons"', "must be an object"),
    ('{"format": 2}', "newer GD Studio"),
    ('{"format": 99, "novel": 1}', "newer GD Studio"),
    ('{"format": 0}', "format version must be a whole number"),
    ('{"format": "1"}', "format version must be a whole number"),
    ('{"format": true}', "format version must be a whole number"),
    ('{"optimiser": {}}', "no setting called 'optimiser'"),
    ('{"optimizer": {"rate": 1}}', "no setting called 'rate' in optimizer"),
    ('{"optimizer": {"learning_rate": "fast"}}', "Learning rate .* must be a number"),
    ('{"optimizer": {"learning_rate": true}}', "Learning rate .* must be a number"),
    ('{"optimizer": {"learning_rate": 0}}', "Learning rate .* must be above 0"),
    ('{"optimizer": {"learning_rate": NaN}}', "learning_rate must be a finite number"),
    ('{"optimizer": {"learning_rate": -Infinity}}', "learning_rate must be a finite number"),
    ('{"optimizer": {"learning_rate": 1e999}}', "learning_rate must be a finite number"),
    ('{"optimizer": {"learning_rate": 1%s}}' % ("0" * 400), "Learning rate .* is wrong"),
    ('{"optimizer": {"kind": "magic"}}', "choose one of: sgd, adagrad, rmsprop, "),
    ('{"optimizer": {"kind": null}}', "optimizer.kind must be text"),
    ('{"optimizer": 3}', "optimizer must be an object"),
    ('{"optimizer": null}', "optimizer must be an object"),
    ('{"loss": {"softness": 1}}', "loss must have the key 'kind'"),
    ('{"model": {"hidden": [0]}}', r"model.hidden\[0\].* at least 1, not 0"),
    ('{"model": {"hidden": [8, -1]}}', r"model.hidden\[1\].* at least 1, not -1"),
    ('{"model": {"hidden": 8}}', "Hidden layers .* must be a list"),
    ('{"model": {"hidden": [1000000]}}', "at most 4096"),
    ('{"training": {"batch_size": 0}}', "Batch size .* at least 1"),
    ('{"training": {"precision": "half"}}', "must be one of float64, float32"),
    ('{"preparation": {"validation": 0.9, "test": 0.9}}', "at least 5 %"),
    ('{"name": 3}', "name must be text"),
    ('{"name": "%s"}' % ("x" * 201), "length of at most 200"),
    ('{"a":' * 500 + "1" + "}" * 500, "nested too deeply"),
    ("[" * 100_000, "nested too deeply|not valid JSON"),
    ('{"data":' + '{"kind":' * 990 + "1" + "}" * 991, "nested too deeply|not valid JSON|must be"),
]


@pytest.mark.parametrize(("text", "sentence"), TEXTS)
def test_an_experiment_that_is_wrong_is_refused_in_one_sentence_naming_the_file(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises((FileError, SettingError), match=f"^mine.json: .*({sentence})") as refused:
        load_project(path)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


ARCHIVES: list[tuple[bytes, str]] = [
    (archive(tape=None), "tape.json is missing"),
    (archive(experiment=None), "experiment.json is missing"),
    (archive(format=None), "format.json is missing"),
    (archive(format='{"format": 7}'), "newer GD Studio"),
    (archive(format="[]"), "format version"),
    (archive(experiment="{"), "not valid JSON"),
    (archive(experiment='{"novel": 1}'), "no setting called 'novel'"),
    (archive(tape="[]"), "tape must be an object"),
    (archive(tape='{"acts": 3}'), "tape.acts must be a list"),
    (archive(tape='{"acts": [{"act": "explode", "step": 1}]}'), r"tape.acts\[0\].act"),
    (archive(tape='{"acts": [{"act": "edit", "step": -1, "changes": {}}]}'), "at least 0"),
    (archive(tape='{"acts": [{"act": "set_weights", "step": 1, "values": [NaN]}]}'), "finite"),
    (archive(tape='{"last_step": 99999999999}'), "at most"),
    (archive()[:200], "damaged"),
    (archive()[:-10], "damaged"),
    (b"PK\x03\x04" + b"\0" * 50, "damaged"),
]


@pytest.mark.parametrize(("content", "sentence"), ARCHIVES)
def test_a_project_that_is_damaged_or_foreign_is_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "mine.gds"
    path.write_bytes(content)
    with pytest.raises((FileError, SettingError), match=f"^mine.gds: .*{sentence}"):
        load_project(path)


UNFITTING: list[dict[str, Any]] = [
    {"acts": [{"act": "edit", "step": 2, "changes": {"model.hidden": [3]}}], "last_step": 4},
    {"acts": [{"act": "edit", "step": 2, "changes": {"optimizer.kind": "adam"}}]},
    {"acts": [{"act": "edit", "step": 2, "changes": {"optimizer.learning_rate": -1}}]},
    {"acts": [{"act": "edit", "step": 2, "changes": {"no.such": 1}}]},
    {"acts": [{"act": "set_weights", "step": 2, "values": [1.0, 2.0]}]},
]


@pytest.mark.parametrize("tape", UNFITTING)
def test_a_tape_of_another_run_is_refused(tmp_path: Path, tape: dict[str, Any]) -> None:
    path = tmp_path / "mine.gds"
    path.write_bytes(archive(tape=json.dumps(tape)))
    with pytest.raises(GDStudioError, match=r"^mine.gds: "):
        Run.load(path)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"\xff\xfe\x00\x80\xff", bytes(200)])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "photo.gds").write_bytes(content)
    with pytest.raises(FileError, match=r"photo\.gds"):
        load_project(tmp_path / "photo.gds")


def test_a_file_that_is_not_there_or_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.gds", tmp_path):
        with pytest.raises(FileError, match=re.escape(f"{path} could not be read")):
            load_project(path)


WHOLE = archive(
    tape=json.dumps(
        {"acts": [{"act": "edit", "step": 2, "changes": {"penalty.l2": 0.5}}], "last_step": 3}
    )
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4))
def test_a_file_with_wrong_bytes_is_read_or_refused_but_never_breaks(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(WHOLE)
    for place, value in changes:
        content[place] = value
    (tmp_path / "mine.gds").write_bytes(content)
    assert "mine.gds" in what_happens_to(tmp_path / "mine.gds")


def what_happens_to(path: Path) -> str:
    try:
        load_project(path)
    except GDStudioError as refused:
        return str(refused)
    return f"{path.name} was read"


def test_a_compressed_archive_with_wrong_bytes_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("format.json", "experiment.json", "tape.json"):
            made.writestr(name, "{}" * 500)
    content = bytearray(buffer.getvalue())
    content[45:55] = b"\xff" * 10
    (tmp_path / "mine.gds").write_bytes(content)
    with pytest.raises(FileError, match=r"^mine.gds: "):
        load_project(tmp_path / "mine.gds")


def test_a_tape_joins_what_a_dragged_slider_did_and_nothing_else() -> None:
    tape = Tape()
    for rate in (0.1, 0.2, 0.3):
        tape = tape.with_act(Edit(step=4, changes={"optimizer.learning_rate": rate}))
    assert tape.acts == (Edit(step=4, changes={"optimizer.learning_rate": 0.3}),)
    tape = tape.with_act(Edit(step=4, changes={"penalty.l2": 0.3}))
    tape = tape.with_act(SetWeights(step=4, values=(1.0,)))
    tape = tape.with_act(Edit(step=9, changes={"penalty.l2": 0.3}))
    assert len(tape.acts) == 4
    assert tape.last_step == 9
    assert len(tape.at(4)) == 3
    assert tape.cut(8).acts == tape.acts[:3]
    assert tape.cut(8).last_step == 8
