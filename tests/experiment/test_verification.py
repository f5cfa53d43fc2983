"""A saved run can be held against its replay: the same, or where it is not, and by how much."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gd_studio import Experiment, FileError, GDStudioError, Run, SettingError
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.experiment import trace
from gd_studio.experiment.files import Project, load_trace, save_project
from tests.experiment.experiments import line, small
from tests.experiment.test_time_travel import CASES

Members = dict[str, bytes]


def edited_run(steps: int = 200) -> Run:
    run = Run(small(optimizer={"kind": "adam"}))
    run.advance(64)
    run.edit({"optimizer.learning_rate": 0.05})
    run.advance(30)
    run.edit({"training.batch_size": 7, "penalty.l2": 0.1})
    run.advance(steps - 94)
    return run


def saved(run: Run, folder: Path) -> Path:
    path = folder / "run.gds"
    run.save(path)
    return path


def rewrite(path: Path, change: Callable[[Members], None]) -> None:
    """Change the members of a project file as somebody's editor would."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def set_in(name: str, **values: Any) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        members[name] = json.dumps(json.loads(members[name]) | values).encode()

    return change


def set_member(name: str, content: bytes | None) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        del members[name]
        if content is not None:
            members[name] = content

    return change


def set_setting(path: str, value: object) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        given = json.loads(members["experiment.json"])
        edited = Experiment.from_dict({k: v for k, v in given.items() if k != "format"})
        edited = edited.edit({path: value})
        members["experiment.json"] = json.dumps(edited.to_dict()).encode()

    return change


def elsewhere(members: Members) -> None:
    note = json.loads(members["trace.json"])
    note["platform"]["numpy"] = "1.99"
    members["trace.json"] = json.dumps(note).encode()


def with_numbers(change: Callable[[Any], Any]) -> Callable[[Members], None]:
    def rewritten(members: Members) -> None:
        table = io.BytesIO()
        np.save(table, change(np.load(io.BytesIO(members["trace.npy"]))))
        members["trace.npy"] = table.getvalue()

    return rewritten


def nudged(step: int, share: float) -> Callable[[Members], None]:
    """Return a change of the recorded loss of one step by a share of it."""

    def change(numbers: Any) -> Any:
        numbers[step - 1, 0] *= 1 + share
        return numbers

    return with_numbers(change)


# --- the same -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_whatever_was_set_and_done_is_replayed_to_the_last_bit(name: str, tmp_path: Path) -> None:
    run = Run(CASES[name].experiment)
    for step, change in CASES[name].edits:
        while run.step_number < step:
            run.step()
        run.edit(change)
    for _ in range(40):
        run.step()
    found = Run.verify(saved(run, tmp_path))
    assert found.verdict == "identical"
    assert found.last_step == run.last_step
    assert found.platform == ()
    assert "are identical to the last bit" in found.message


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_run_is_identical_wherever_one_looked_when_saving(kind: str, tmp_path: Path) -> None:
    run = Run(CASES[f"optimizer {kind}"].experiment)
    run.advance(150)
    end = run.fingerprint()
    for step in (150, 149, 30, 0):
        run.seek(step)
        path = saved(run, tmp_path)
        kept = load_trace(path)
        assert kept is not None
        assert kept.fingerprints[150] == end
        assert Run.verify(path).verdict == "identical"


@pytest.mark.parametrize("steps", [0, 1, 63, 64, 65])
def test_short_runs_and_weights_set_by_hand_are_identical(steps: int, tmp_path: Path) -> None:
    run = Run(small())
    run.advance(steps)
    assert Run.verify(saved(run, tmp_path)).verdict == "identical"
    run.set_weights({name: w + 0.5 for name, w in run.weights().items()})
    assert Run.verify(saved(run, tmp_path)).verdict == "identical"
    run.advance(70)
    assert Run.verify(saved(run, tmp_path)).verdict == "identical"


def test_a_fork_and_a_diverged_run_are_identical(tmp_path: Path) -> None:
    fork = edited_run().fork(70, {"optimizer.learning_rate": 0.5})
    fork.advance(80)
    assert Run.verify(saved(fork, tmp_path)).verdict == "identical"
    wild = Run(line(optimizer={"learning_rate": 50.0}))
    reason = wild.advance(500)
    assert reason is not None
    assert reason.kind == "diverged"
    assert Run.verify(saved(wild, tmp_path)).verdict == "identical"


def test_the_steps_of_a_replay_are_told(tmp_path: Path) -> None:
    from gd_studio.experiment.verification import verify

    told: list[int] = []
    verify(saved(edited_run(), tmp_path), told.append)
    assert told[-1] == 200
    assert told == sorted(told)


# --- not the same -------------------------------------------------------------------------------

TAMPERED: list[tuple[str, Callable[[Members], None], int]] = [
    ("rate", set_setting("optimizer.learning_rate", 0.0011), 1),
    ("seed", set_setting("model.seed", 77), 1),
    ("order", set_setting("training.seed", 77), 1),
    ("penalty", set_setting("penalty.l2", 1e-9), 1),
    ("rule", set_setting("stop.patience", 400), 0),
    ("schedule", set_setting("schedule", {"kind": "step", "every": 20}), 21),
    ("recorded loss", nudged(77, 1e-15), 77),
    ("cut table", with_numbers(lambda numbers: numbers[:150]), 151),
    ("fewer steps", set_in("tape.json", last_step=190), 191),
    ("no acts", set_in("tape.json", acts=[]), 65),
    ("fingerprint", set_in("trace.json", fingerprints=[[0, "00"], [200, "00"]]), 0),
    ("last fingerprint", set_in("trace.json", fingerprints=[[200, "00"]]), 200),
]


@pytest.mark.parametrize(("what", "change", "step"), TAMPERED)
def test_the_first_step_that_differs_is_told(
    what: str, change: Callable[[Members], None], step: int, tmp_path: Path
) -> None:
    path = saved(edited_run(), tmp_path)
    rewrite(path, change)
    found = Run.verify(path)
    assert (found.verdict, found.step) == ("differs", step), what
    said = "at the start, step 0" if step == 0 else f"step {step} is the first that differs"
    if what != "last fingerprint":
        assert said in found.message
    assert found.message.startswith("run.gds: ")
    assert "platform" not in found.message


def test_where_only_a_fingerprint_differs_the_steps_between_are_told(tmp_path: Path) -> None:
    path = saved(edited_run(), tmp_path)
    kept = load_trace(path)
    assert kept is not None
    steps = sorted(kept.fingerprints)
    assert steps == [0, 32, 96, 128, 160, 192, 200], "after step 64 something was done"
    prints = [[step, "00" if step == 192 else p] for step, p in kept.fingerprints.items()]
    rewrite(path, set_in("trace.json", fingerprints=prints))
    found = Run.verify(path)
    assert (found.same_until, found.step) == (160, 192)
    assert "is one of 161 to 192" in found.message


def test_other_data_in_the_file_beside_it_differs_from_the_first_step_on(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    rows = [f"{i},{i * 2 + 1}" for i in range(40)]
    table.write_text("x,y\n" + "\n".join(rows) + "\n")
    run = Run(line(data={"kind": "file", "path": str(table)}))
    run.advance(20)
    path = saved(run, tmp_path)
    assert Run.verify(path).verdict == "identical"
    table.write_text("x,y\n" + "\n".join([*rows[:-1], "39,80"]) + "\n")
    assert Run.verify(path).step == 1


# --- another platform ---------------------------------------------------------------------------


def test_the_same_numbers_from_another_platform_are_identical(tmp_path: Path) -> None:
    path = saved(edited_run(), tmp_path)
    rewrite(path, elsewhere)
    found = Run.verify(path)
    assert found.verdict == "identical"
    assert found.platform == (f"numpy 1.99 there, {np.__version__} here",)


@pytest.mark.parametrize("share", [1e-15, 1e-9])
def test_small_differences_from_another_platform_agree_to_a_figure(
    share: float, tmp_path: Path
) -> None:
    path = saved(edited_run(), tmp_path)
    rewrite(path, elsewhere)
    rewrite(path, nudged(1, share))
    found = Run.verify(path)
    assert found.verdict == "agrees"
    assert found.agreement == pytest.approx(share, rel=0.5)
    assert f"agree to {found.agreement:.1g} of the largest" in found.message
    assert "another platform: numpy 1.99 there" in found.message


def test_large_differences_from_another_platform_differ_and_name_it(tmp_path: Path) -> None:
    path = saved(edited_run(), tmp_path)
    rewrite(path, elsewhere)
    rewrite(path, nudged(60, 1e-3))
    found = Run.verify(path)
    assert (found.verdict, found.step) == ("differs", 60)
    assert "another platform: numpy 1.99 there" in found.message


def test_another_version_whose_state_has_more_to_it_agrees_in_all_numbers(tmp_path: Path) -> None:
    path = saved(edited_run(), tmp_path)
    rewrite(path, elsewhere)
    rewrite(path, set_in("trace.json", fingerprints=[[0, "00"], [200, "00"]]))
    found = Run.verify(path)
    assert (found.verdict, found.agreement) == ("agrees", 0.0)
    assert "the numbers of 200 of 200 steps are the same" in found.message


# --- what is recorded ---------------------------------------------------------------------------


def test_a_long_run_records_every_few_steps_and_names_the_steps_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "MOST_NUMBERS", 50)
    path = saved(edited_run(), tmp_path)
    kept = load_trace(path)
    assert kept is not None
    assert (kept.every, len(kept.numbers)) == (4, 50)
    assert Run.verify(path).verdict == "identical"
    rewrite(path, nudged(9, 1e-12))
    found = Run.verify(path)
    assert (found.same_until, found.step) == (32, 36)
    assert "is one of 33 to 36" in found.message


def test_no_more_is_hashed_than_a_moment_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(small())
    run.advance(64 * 30)
    monkeypatch.setattr(trace, "MOST_HASHED", 10 * run.state().size)
    steps = sorted(trace.trace_of(run).fingerprints)
    assert len(steps) <= 11
    assert (steps[0], steps[-1]) == (0, run.last_step)


def test_a_project_without_a_trace_and_a_bare_experiment_say_so(tmp_path: Path) -> None:
    run = edited_run()
    old, bare = tmp_path / "old.gds", tmp_path / "bare.json"
    save_project(old, Project(run.experiment, run.timeline.whole_tape))
    run.save(bare)
    for path in (old, bare):
        found = Run.verify(path)
        assert found.verdict == "unrecorded"
        assert found.message.startswith(f"{path.name} records nothing of its run")
    assert Run.load(old).fingerprint() == run.fingerprint()


DAMAGED: list[tuple[Callable[[Members], None], str]] = [
    (set_member("trace.npy", b"nothing"), "trace.npy is no table"),
    (set_member("trace.npy", None), "trace.npy is missing"),
    (set_member("trace.json", b"{"), "trace.json is not valid JSON"),
    (set_in("trace.json", every=0), "trace.every must be at least 1"),
    (set_in("trace.json", colour="red"), "no setting called 'colour'"),
    (with_numbers(lambda numbers: numbers[:, :1]), r"must be numbers \(steps, 2\)"),
    (with_numbers(lambda numbers: numbers.astype(int)), r"must be numbers \(steps, 2\)"),
]


@pytest.mark.parametrize(("change", "sentence"), DAMAGED)
def test_a_damaged_trace_is_refused_by_verify_and_still_opens(
    change: Callable[[Members], None], sentence: str, tmp_path: Path
) -> None:
    run = edited_run()
    path = saved(run, tmp_path)
    rewrite(path, change)
    with pytest.raises(GDStudioError, match=rf"^run\.gds: .*{sentence}"):
        Run.verify(path)
    assert Run.load(path).fingerprint() == run.fingerprint()


def test_a_file_that_cannot_be_replayed_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="could not be read"):
        Run.verify(tmp_path / "nothing.gds")
    path = saved(edited_run(), tmp_path)
    rewrite(path, set_setting("model.hidden", [3]))
    assert Run.verify(path).step == 1
    act = {"act": "set_weights", "step": 3, "values": [0.0]}
    rewrite(path, set_in("tape.json", acts=[act]))
    with pytest.raises(SettingError, match=r"^run\.gds: .* but the model has"):
        Run.verify(path)
