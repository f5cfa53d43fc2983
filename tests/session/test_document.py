"""The document: edits are validated, named, undone and redone, and nothing gets lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from gd_studio.data import File
from gd_studio.errors import FileError, GDStudioError, SettingError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.files import load_trace
from gd_studio.experiment.run import Run
from gd_studio.experiment.story import Story
from gd_studio.session.commands import Back, Seek, StepOnce
from gd_studio.session.consequences import continuation
from gd_studio.session.document import Document
from gd_studio.session.edits import MOST_UNDO
from gd_studio.settings import value_at
from tests.session.inline import LINE, Inline, document_on, run_of

RATE = "optimizer.learning_rate"


@pytest.fixture
def inline(qapp: object) -> Inline:
    return Inline()


def rate_of(experiment: Experiment) -> float:
    return experiment.optimizer.learning_rate


def batch_of(experiment: Experiment) -> int | None:
    return experiment.training.batch_size


def steps(inline: Inline, count: int) -> None:
    for _ in range(count):
        inline.do(StepOnce())


# --- edits --------------------------------------------------------------------------------------


def test_an_edit_is_named_by_its_setting_and_reaches_the_run(inline: Inline) -> None:
    document = document_on(inline)
    document.edit({RATE: 0.5})
    assert document.undo_name == "Learning rate 0.1 → 0.5"
    assert document.redo_name is None
    assert rate_of(inline.frame.experiment) == 0.5
    assert document.dirty


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({RATE: -1.0}, "Learning rate"),
        ({RATE: float("inf")}, "finite"),
        ({RATE: "fast"}, "Learning rate"),
        ({"optimizer.speed": 1}, "speed"),
        ({"model.kind": "cnn"}, "cnn"),
        ({RATE: 0.5, "training.batch_size": 0}, "Batch size"),
    ],
)
def test_a_refused_edit_leaves_everything_as_it_is(
    inline: Inline, change: dict[str, Any], word: str
) -> None:
    document = document_on(inline)
    before, frames = document.experiment, len(inline.frames)
    with pytest.raises(SettingError, match=word):
        document.edit(change)
    assert document.experiment is before
    assert len(inline.frames) == frames
    assert not document.dirty
    assert document.undo_name is None


def test_an_edit_that_changes_nothing_is_none(inline: Inline) -> None:
    document = document_on(inline)
    document.edit({RATE: 0.1})
    assert document.undo_name is None
    assert not document.dirty


def test_a_live_edit_goes_on_and_any_other_starts_again(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 3)
    first = inline.frame.run_number
    document.edit({RATE: 0.05})
    assert (inline.frame.run_number, inline.frame.step) == (first, 3)
    document.edit({"data.noise": 0.5})
    assert (inline.frame.run_number, inline.frame.step) == (first + 1, 0)
    assert rate_of(inline.frame.start) == 0.05


@pytest.mark.parametrize(
    ("path", "value", "live"),
    [
        (RATE, 0.5, True),
        ("training.batch_size", None, True),
        ("penalty.l2", 0.1, True),
        ("stop.max_steps", 99, True),
        ("schedule.kind", "cosine", True),
        ("optimizer.kind", "adam", False),
        ("loss.kind", "mae", False),
        ("model.kind", "polynomial", False),
        ("data.noise", 0.5, False),
        ("training.precision", "float32", False),
    ],
)
def test_rates_penalties_batches_and_budgets_may_change_in_mid_run(
    inline: Inline, path: str, value: object, live: bool
) -> None:
    document = document_on(inline)
    steps(inline, 2)
    before = inline.frame
    document.edit({path: value})
    assert inline.refusals == []
    assert (inline.frame.run_number == before.run_number) is live
    assert inline.frame.step == (2 if live else 0)
    assert inline.frame.experiment == document.experiment


def test_data_of_another_task_brings_a_model_and_a_loss_that_suit_it(inline: Inline) -> None:
    change = {"data": {"kind": "moons"}, "model": {"kind": "logistic"}}
    document = document_on(inline, {**change, "loss": {"kind": "cross_entropy"}})
    document.edit({"data.kind": "diabetes"})
    after = document.experiment
    assert type(after.model).__name__ == "Linear"
    assert after.loss is None
    assert inline.frame.hypothesis.classes == ()
    assert document.undo_name == (
        "Data: Diabetes, model → linear regression, loss → the usual loss, "
        "learning rate 0.6 → 0.05"
    )
    document.undo()
    assert type(document.experiment.model).__name__ == "Logistic"
    assert document.experiment.loss is not None
    assert len(inline.frame.hypothesis.classes) == 2


MOONS = {"data": {"kind": "moons"}, "model": {"kind": "mlp"}, "optimizer": {"learning_rate": 0.6}}


def test_an_optimizer_of_the_full_batch_brings_it_along_and_says_so(inline: Inline) -> None:
    document = document_on(inline, {**MOONS, "training": {"batch_size": 20}})
    steps(inline, 3)
    document.edit({"optimizer.kind": "newton"})
    assert inline.refusals == []
    assert batch_of(document.experiment) is None
    assert rate_of(document.experiment) == 1.0
    assert document.undo_name == "Optimizer: Newton's method, batch size 20 → all rows"
    steps(inline, 2)
    assert inline.frame.step == 2
    document.undo()
    assert batch_of(document.experiment) == 20
    assert rate_of(document.experiment) == 0.6
    assert inline.frame.step == 3


def test_all_that_is_in_the_way_of_an_optimizer_gives_way_by_name(inline: Inline) -> None:
    document = document_on(
        inline,
        {
            **MOONS,
            "model": {"kind": "mlp", "dropout": 0.2},
            "penalty": {"l1": 0.01},
            "training": {"batch_size": None, "clip_norm": 1.0},
        },
    )
    document.edit({"optimizer.kind": "levenberg_marquardt"})
    assert inline.refusals == []
    assert document.undo_name == (
        "Optimizer: Levenberg–Marquardt, dropout 0.2 → 0, loss → squared error, "
        "L1 penalty 0.01 → 0, clip gradient at 1 → off"
    )
    steps(inline, 2)
    assert inline.frame.step == 2


def test_data_of_another_task_keeps_an_optimizer_by_a_loss_that_suits_it(inline: Inline) -> None:
    document = document_on(inline, LINE)
    document.edit({"optimizer.kind": "levenberg_marquardt"})
    before = document.experiment.loss
    document.edit({"data.kind": "moons"})
    assert before is None
    assert inline.refusals == []
    assert type(document.experiment.loss).__name__ == "MeanSquaredError"
    assert document.undo_name == (
        "Data: Two moons, model → logistic regression, loss → squared error"
    )


def test_what_an_edit_carries_along_is_said_and_only_then(inline: Inline) -> None:
    document = document_on(inline, {**MOONS, "loss": {"kind": "hinge"}})
    heard: list[str] = []
    document.carried.connect(heard.append)
    document.edit({"optimizer.kind": "levenberg_marquardt"})
    assert heard == [
        "Optimizer: Levenberg–Marquardt. Changed along with it: loss → squared error, "
        "batch size 32 → all rows. Undo takes all of it back."
    ]
    document.edit({"optimizer.kind": "adam"})
    document.undo()
    document.undo()
    assert len(heard) == 1
    document.edit({"data.kind": "diabetes"})
    assert heard[1].startswith("Data: Diabetes. Changed along with it: loss → the usual loss, ")


def test_a_landscape_says_what_it_takes_the_place_of(inline: Inline) -> None:
    document = document_on(inline, MOONS)
    heard: list[str] = []
    document.carried.connect(heard.append)
    document.edit({"model.kind": "landscape"})
    [sentence] = heard
    assert sentence.startswith("Model: Landscape f(x, y). Changed along with it: data → no data")
    assert "batch size 32 → all rows" in sentence


def test_nothing_is_said_to_come_along_with_what_was_refused(inline: Inline) -> None:
    document = document_on(inline, MOONS)
    document.edit({"optimizer.kind": "levenberg_marquardt"})
    heard: list[str] = []
    document.carried.connect(heard.append)
    document.edit({"data.kind": "none"})
    assert len(inline.refusals) == 1
    assert heard == []


def test_a_batch_size_that_the_optimizer_cannot_have_is_refused_with_its_reason(
    inline: Inline,
) -> None:
    document = document_on(inline, MOONS)
    document.edit({"optimizer.kind": "lbfgs"})
    steps(inline, 2)
    heard: list[tuple[str, str]] = []
    document.failed.connect(lambda sentence, path: heard.append((sentence, path)))
    document.edit({"training.batch_size": 20})
    assert document.experiment.training.batch_size is None
    assert inline.frame.step == 2
    [(sentence, path)] = heard
    assert path == "training.batch_size"
    assert sentence.startswith("L-BFGS needs the whole training set in each step, because")


def own_table(folder: Path) -> Path:
    path = folder / "own.csv"
    rows = [f"{i},{i % 7},{'yes' if i % 3 else 'no'}" for i in range(60)]
    path.write_text("\n".join(["age,visits,bought", *rows]), encoding="utf-8")
    return path


def test_another_target_resets_task_and_positive_class_in_the_same_edit(
    inline: Inline, tmp_path: Path
) -> None:
    document = document_on(inline)
    heard: list[str] = []
    document.carried.connect(heard.append)
    document.take_data(File(path=str(own_table(tmp_path)), positive="no"))
    assert inline.frame.hypothesis.classes == ("yes", "no")
    assert document.undo_name == "Import data, model → logistic regression"
    assert heard == [
        "Import data. Changed along with it: model → logistic regression. "
        "Undo takes all of it back."
    ]
    document.edit({"data.target": "age"})
    data = document.experiment.data
    assert isinstance(data, File)
    assert (data.target, data.task, data.positive) == ("age", None, None)
    assert inline.frame.hypothesis.task == "regression"
    document.undo()
    assert document.experiment.data == File(path=str(own_table(tmp_path)), positive="no")
    assert inline.frame.hypothesis.classes == ("yes", "no")


def test_columns_switched_off_in_other_data_do_not_stand_in_the_way(inline: Inline) -> None:
    document = document_on(inline, {"data": {"kind": "loan_applicants"}, "model": {"kind": "mlp"}})
    document.edit({"preparation.use": {"income": False}})
    names = inline.frame.hypothesis.prepared.columns_in_use
    assert "income" not in [column.name for column in names]
    document.edit({"data.kind": "iris"})
    assert inline.refusals == []
    assert inline.frame.hypothesis.prepared.dataset.name.lower().startswith("iris")


# --- undo and redo ------------------------------------------------------------------------------


def test_undoing_an_edit_at_step_k_returns_to_step_k_of_the_run_without_it(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 4)
    untouched = inline.frame.parameters
    document.edit({RATE: 0.02})
    steps(inline, 6)
    assert inline.frame.step == 10
    edited = inline.frame.parameters
    document.undo()
    assert inline.frame.step == 4
    assert np.array_equal(inline.frame.parameters, untouched)
    assert rate_of(document.experiment) == 0.1
    assert document.redo_name == "Learning rate 0.1 → 0.02"
    steps(inline, 2)
    assert np.array_equal(inline.frame.parameters, run_of(LINE, 6).parameters)
    document.redo()
    assert inline.frame.step == 10
    assert np.array_equal(inline.frame.parameters, edited)
    assert rate_of(document.experiment) == 0.02


def test_undo_of_a_branch_brings_the_old_future_back(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 8)
    end = inline.frame.parameters
    inline.do(Seek(3))
    document.edit({RATE: 0.3})
    assert (inline.frame.step, inline.frame.last_step) == (3, 3)
    document.undo()
    assert (inline.frame.step, inline.frame.last_step) == (3, 8)
    inline.do(Seek(8))
    assert np.array_equal(inline.frame.parameters, end)


def test_reset_returns_to_the_same_initial_weights_and_can_be_undone(inline: Inline) -> None:
    document = document_on(inline, {"data": {"kind": "moons"}})
    start = inline.frame.parameters
    steps(inline, 5)
    there = inline.frame.parameters
    document.edit({RATE: 0.2})
    document.reset()
    assert document.undo_name == "Reset"
    assert inline.frame.step == 0
    assert inline.frame.tape.acts == ()
    assert rate_of(inline.frame.start) == 0.2
    assert np.array_equal(inline.frame.parameters, start)
    document.undo()
    assert inline.frame.step == 5
    assert np.array_equal(inline.frame.parameters, there)


def test_new_weights_are_other_weights_and_can_be_undone(inline: Inline) -> None:
    document = document_on(inline, {"data": {"kind": "moons"}})
    start, seed = inline.frame.parameters, value_at(document.experiment, "model.seed")
    document.new_weights()
    assert document.undo_name == "New initial weights"
    assert value_at(document.experiment, "model.seed") == seed + 1
    assert not np.array_equal(inline.frame.parameters, start)
    document.undo()
    assert np.array_equal(inline.frame.parameters, start)


def test_every_kind_of_edit_comes_back_through_undo_to_the_last_bit(inline: Inline) -> None:
    document = document_on(inline, {"data": {"kind": "moons"}})
    acts: list[Callable[[], None]] = [
        lambda: document.edit({RATE: 0.1}),
        lambda: document.edit({"training.batch_size": 8}),
        lambda: document.edit({"optimizer.kind": "adam"}),
        lambda: document.edit({"model.hidden": [4]}),
        document.reset,
        document.new_weights,
        lambda: document.edit({"penalty.l2": 0.01}),
        lambda: document.edit({"schedule.kind": "cosine"}),
    ]
    places = []
    for act in acts:
        steps(inline, 3)
        places.append((inline.frame, document.experiment))
        act()
    for frame, experiment in reversed(places):
        document.undo()
        assert document.experiment == experiment
        assert (inline.frame.step, inline.frame.last_step) == (frame.step, frame.last_step)
        assert np.array_equal(inline.frame.parameters, frame.parameters)
    assert document.undo_name is None
    assert not document.dirty
    for _ in acts:
        document.redo()
    assert document.redo_name is None


def test_undo_with_nothing_to_undo_does_nothing(inline: Inline) -> None:
    document = document_on(inline)
    frames = len(inline.frames)
    document.undo()
    document.redo()
    assert len(inline.frames) == frames


def test_a_new_edit_after_undo_forgets_what_was_undone(inline: Inline) -> None:
    document = document_on(inline)
    document.edit({RATE: 0.2})
    document.undo()
    document.edit({RATE: 0.3})
    assert document.redo_name is None
    document.undo()
    assert rate_of(document.experiment) == 0.1


def test_the_undo_list_is_bounded_and_the_unsaved_mark_knows_of_it(inline: Inline) -> None:
    document = document_on(inline)
    for i in range(MOST_UNDO + 3):
        document.edit({RATE: 0.01 + i / 1000})
    for _ in range(MOST_UNDO):
        document.undo()
    assert document.undo_name is None
    assert rate_of(document.experiment) == pytest.approx(0.012)
    assert document.dirty  # three edits can no longer be undone


def test_undoing_a_note_leaves_the_settings_in_force_alone(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 2)
    document.edit({RATE: 0.5})
    steps(inline, 2)
    document.set_story(Story(what_this_is="mine"))
    inline.do(Seek(1))
    assert rate_of(document.experiment) == 0.1
    document.undo()
    assert document.experiment.story == Story()
    assert rate_of(document.experiment) == 0.1
    document.redo()
    assert document.experiment.story.what_this_is == "mine"
    assert rate_of(document.experiment) == 0.1


def test_a_note_never_touches_the_run(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 2)
    frames = len(inline.frames)
    document.set_story(Story(what_this_is="mine", try_this="this", look_for="that"))
    assert len(inline.frames) == frames
    assert document.dirty
    assert document.undo_name == "Edit note"
    steps(inline, 1)
    assert document.experiment.story.what_this_is == "mine"


# --- the forms follow the frames ----------------------------------------------------------------


def test_forms_show_the_settings_in_force_at_the_shown_step(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 3)
    document.edit({RATE: 0.4})
    steps(inline, 3)
    inline.do(Seek(2))
    assert rate_of(document.experiment) == 0.1
    inline.do(Seek(5))
    assert rate_of(document.experiment) == 0.4
    inline.do(Seek(3), Back())
    assert rate_of(document.experiment) == 0.1


def test_frames_from_before_an_edit_never_flip_the_forms(inline: Inline) -> None:
    document = document_on(inline)
    steps(inline, 2)
    stale = inline.frame
    inline.held = True
    document.edit({RATE: 0.7})
    inline.frame_changed.emit(stale)
    assert rate_of(document.experiment) == 0.7
    inline.release()
    assert rate_of(document.experiment) == 0.7


def test_frames_from_before_an_undo_never_flip_the_forms(inline: Inline) -> None:
    document = document_on(inline)
    document.edit({RATE: 0.7})
    stale = inline.frame
    inline.held = True
    document.undo()
    inline.frame_changed.emit(stale)
    assert rate_of(document.experiment) == 0.1
    document.redo()
    inline.frame_changed.emit(stale)
    assert rate_of(document.experiment) == 0.7
    inline.release()
    assert rate_of(document.experiment) == 0.7


def test_frames_of_the_run_before_never_flip_what_was_opened(
    inline: Inline, tmp_path: Path
) -> None:
    document = document_on(inline)
    path = tmp_path / "moons.json"
    document.save(path)
    document.edit({"data.kind": "iris"})
    stale = inline.frame
    inline.held = True
    document.open(path)
    inline.frame_changed.emit(stale)
    assert type(document.experiment.data).__name__ == "Line"
    with pytest.raises(GDStudioError, match="still beginning"):
        document.save(tmp_path / "other.gds")
    inline.release()
    assert type(document.experiment.data).__name__ == "Line"


NO_COLUMN = (
    '{"format": 1, "data": {"kind": "line"}, "model": {"kind": "linear"}, '
    '"preparation": {"use": {"x": false}}}'
)


# --- what only the run can refuse ---------------------------------------------------------------


def refusals(document: Document) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    document.failed.connect(lambda sentence, path: told.append((sentence, path)))
    return told


def test_an_edit_that_the_run_refuses_is_taken_back(inline: Inline) -> None:
    document = document_on(inline)
    told = refusals(document)
    steps(inline, 3)
    document.edit({"model.kind": "logistic"})
    assert type(document.experiment.model).__name__ == "Linear"
    assert "classes" in told[0][0] or "logistic" in told[0][0]
    assert told[0][1] == "model.kind"
    assert inline.frame.step == 3
    assert not document.dirty
    assert document.undo_name is None
    document.edit({RATE: 0.9})
    assert rate_of(document.experiment) == 0.9


def test_undo_before_the_run_has_answered_with_a_refusal_is_harmless(inline: Inline) -> None:
    document = document_on(inline)
    told = refusals(document)
    steps(inline, 2)
    inline.held = True
    document.edit({"model.kind": "logistic"})
    document.undo()
    inline.release()
    assert len(told) == 1
    assert (document.undo_name, document.redo_name) == (None, None)
    assert inline.frame.step == 2


def test_a_file_that_only_the_run_can_refuse_leaves_what_was_there(
    inline: Inline, tmp_path: Path
) -> None:
    path, kept = tmp_path / "bad.json", tmp_path / "kept.gds"
    path.write_text(NO_COLUMN)
    document = document_on(inline)
    steps(inline, 2)
    document.save(kept)
    document.edit({RATE: 0.3})
    told = refusals(document)
    document.open(path)
    assert len(told) == 1
    assert document.path == kept
    assert rate_of(document.experiment) == 0.3
    assert document.undo_name == "Learning rate 0.1 → 0.3"
    assert document.dirty
    document.undo()
    assert rate_of(inline.frame.experiment) == 0.1
    assert not document.dirty


def test_two_files_opened_at_once_of_which_the_second_is_refused(
    inline: Inline, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text('{"format": 1, "data": {"kind": "iris"}}')
    bad.write_text(NO_COLUMN)
    document = document_on(inline)
    inline.held = True
    document.open(good)
    document.open(bad)
    inline.release()
    assert document.path == good
    assert type(document.experiment.data).__name__ == "Iris"
    inline.held = True
    document.open(bad)
    document.open(good)
    inline.release()
    assert document.path == good
    assert not document.dirty


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ('{"format": 1, "speed": 3}', "speed"),
        ('{"format": 99}', "newer"),
        ('{"format": 1, "optimizer": {"kind": "sgd", "learning_rate": 0}}', "Learning rate"),
        ('{"format": 1, "data": {"kind": "file", "path": "nowhere.csv"}}', "nowhere.csv"),
        ('{"format": 1, "data": {"kind": "line"}, "model": {"kind": "logistic"}}', "logistic"),
    ],
)
def test_a_broken_file_is_refused_before_anything_changes(
    inline: Inline, tmp_path: Path, text: str, word: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    document = document_on(inline)
    document.edit({RATE: 0.3})
    frames = len(inline.frames)
    with pytest.raises(GDStudioError, match=word):
        document.open(path)
    assert document.path is None
    assert document.undo_name is not None
    assert len(inline.frames) == frames


# --- files and text -----------------------------------------------------------------------------


def test_a_saved_project_opens_with_its_tape_at_the_step_shown(
    inline: Inline, tmp_path: Path
) -> None:
    document = document_on(inline, {"data": {"kind": "moons"}})
    steps(inline, 7)
    document.edit({RATE: 0.2})
    steps(inline, 5)
    document.edit({"training.batch_size": 10})
    steps(inline, 5)
    last = inline.frame.parameters
    inline.do(Seek(9))
    shown = inline.frame
    path = tmp_path / "run.gds"
    document.save(path, ("plot.loss",))
    assert not document.dirty
    assert document.path == path

    other = Inline()
    opened = document_on(other)
    opened.open(path)
    assert opened.experiment.opening.panels == ("plot.loss",)
    assert (other.frame.step, other.frame.last_step) == (9, 17)
    assert np.array_equal(other.frame.parameters, shown.parameters)
    assert rate_of(opened.experiment) == 0.2
    assert not opened.dirty
    other.do(Seek(17))
    assert np.array_equal(other.frame.parameters, last)
    assert np.array_equal(Run.load(path).parameters, last)


def test_a_saved_project_can_be_verified_wherever_one_looked(
    inline: Inline, tmp_path: Path
) -> None:
    document = document_on(inline, {"data": {"kind": "moons"}})
    steps(inline, 7)
    document.edit({RATE: 0.2})
    steps(inline, 5)
    path = tmp_path / "run.gds"
    for step in (12, 3):
        inline.do(Seek(step))
        document.save(path)
        found = Run.verify(path)
        assert (found.verdict, found.last_step) == ("identical", 12)
        kept = load_trace(path)
        assert kept is not None
        assert 12 in kept.fingerprints


def test_while_the_run_is_busy_the_project_is_saved_all_the_same(
    inline: Inline, tmp_path: Path
) -> None:
    document = document_on(inline)
    steps(inline, 4)
    inline.held = True
    path = tmp_path / "run.gds"
    document.save(path)
    assert Run.verify(path).verdict == "unrecorded"
    assert Run.load(path).last_step == 4
    inline.release()


def test_saving_clears_the_unsaved_mark_and_undo_past_it_sets_it_again(
    inline: Inline, tmp_path: Path
) -> None:
    document = document_on(inline)
    document.edit({RATE: 0.2})
    document.save(tmp_path / "a.gds")
    marks = [document.dirty]
    for act in (document.undo, document.redo):
        act()
        marks.append(document.dirty)
    assert marks == [False, True, False]


def test_a_failed_save_keeps_the_mark_and_the_name(inline: Inline, tmp_path: Path) -> None:
    document = document_on(inline)
    document.edit({RATE: 0.2})
    with pytest.raises(FileError):
        document.save(tmp_path / "missing" / "a.gds")
    assert document.dirty
    assert document.path is None


def test_an_example_asks_for_a_name_when_it_is_saved(inline: Inline, tmp_path: Path) -> None:
    path = tmp_path / "example.json"
    document = document_on(inline)
    document.save(path)
    document.open(path, keep_path=False)
    assert document.path is None
    assert not document.dirty


def test_text_pasted_elsewhere_is_the_same_experiment_as_an_edit(inline: Inline) -> None:
    document = document_on(inline, {"data": {"kind": "xor"}, "penalty": {"l2": 0.01}})
    document.set_story(Story(what_this_is="A note with “quotes” and ŷ"))
    text = document.text()
    other = Inline()
    pasted = document_on(other)
    pasted.paste(text)
    assert pasted.experiment == document.experiment
    assert pasted.undo_name == "Paste experiment"
    pasted.undo()
    assert type(pasted.experiment.data).__name__ == "Line"


def test_pasted_nonsense_is_refused_and_changes_nothing(inline: Inline) -> None:
    document = document_on(inline)
    before = document.experiment
    for text in ("", "hello", "[1]", '{"format": 1, "modle": {}}'):
        with pytest.raises(GDStudioError):
            document.paste(text)
    assert document.experiment is before
    assert not document.dirty


def test_a_data_file_in_the_project_s_folder_is_found_again_when_both_move(
    inline: Inline, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    document = document_on(inline)
    document.take_data(File(path=str(own_table(first))))
    document.save(first / "own.gds")
    first.rename(second)
    other = Inline()
    opened = document_on(other)
    opened.open(second / "own.gds")
    assert other.refusals == []
    opened.edit({"data.target": "age"})
    assert other.frame.hypothesis.task == "regression"
    opened.save(tmp_path / "moved.gds")
    opened.edit({"data.target": "visits"})
    assert other.frame.hypothesis.prepared.target_name == "visits"
    opened.open(tmp_path / "moved.gds")
    assert other.frame.hypothesis.prepared.target_name == "age"


def test_signals_tell_of_changes_once(inline: Inline) -> None:
    document = document_on(inline)
    changed: list[Experiment] = []
    document.changed.connect(changed.append)
    document.edit({RATE: 0.2})
    assert [rate_of(e) for e in changed] == [0.2]
    steps(inline, 3)
    assert len(changed) == 1


@pytest.mark.parametrize(
    ("stop", "kind", "change"),
    [
        ({"max_steps": 100}, "max_steps", {"stop.max_steps": 200}),
        ({"max_epochs": 3}, "max_epochs", {"stop.max_epochs": 6}),
        ({"max_seconds": 1.5}, "max_seconds", {"stop.max_seconds": 3.0}),
        ({"patience": 3}, "patience", {"stop.patience": None}),
        ({"target_loss": 0.1}, "target_loss", {"stop.target_loss": None}),
        ({"max_steps": 100}, "diverged", {}),
    ],
)
def test_continue_doubles_a_budget_and_drops_any_other_rule(
    stop: dict[str, Any], kind: str, change: dict[str, Any]
) -> None:
    experiment = Experiment.from_dict({"stop": stop})
    assert continuation(experiment, kind) == change


def test_an_experiment_in_force_keeps_name_note_and_opening(inline: Inline) -> None:
    document = document_on(inline)
    named = msgspec.structs.replace(inline.frame.experiment, name="another")
    inline.frame_changed.emit(replace(inline.frame, experiment=named))
    assert document.experiment.name != "another"


def test_moving_the_point_of_a_landscape_is_an_edit_with_a_name(inline: Inline) -> None:
    document = document_on(inline, {"model": {"kind": "landscape"}})
    inline.do(StepOnce(), StepOnce())
    before = inline.frame.parameters
    document.move_to({"x": 0.5, "y": -0.25}, "Move to (0.5, −0.25)")
    assert document.undo_name == "Move to (0.5, −0.25)"
    assert document.dirty
    assert inline.frame.parameters.tolist() == [0.5, -0.25]
    assert (inline.frame.step, inline.frame.last_step) == (2, 2)
    assert [act.step for act in document.project().tape.acts] == [2]
    document.undo()
    assert np.array_equal(inline.frame.parameters, before)
    document.redo()
    assert inline.frame.parameters.tolist() == [0.5, -0.25]


def test_a_place_that_cannot_be_is_refused_and_leaves_no_edit(inline: Inline) -> None:
    document = document_on(inline, {"model": {"kind": "landscape"}})
    failures: list[str] = []
    document.failed.connect(lambda sentence, _: failures.append(sentence))
    document.move_to({"x": float("nan"), "y": 0.0}, "Move")
    assert failures == ["weights['x'] must be finite numbers."]
    assert document.undo_name is None
    assert not document.dirty


def test_another_landscape_has_another_name_and_no_old_note(inline: Inline) -> None:
    document = document_on(inline, {"model": {"kind": "landscape"}})
    document.set_story(Story(what_this_is="A bowl."))
    document.edit({"model.function": "beale"})
    assert document.experiment.name == "Beale"
    assert not document.experiment.story
    document.edit({"data.kind": "moons"})
    assert document.experiment.name == "Two moons"
    assert inline.frame.hypothesis.task == "classification"


def test_elsewhere_on_a_landscape_is_another_start(inline: Inline) -> None:
    document = document_on(inline, {"model": {"kind": "landscape"}})
    start = inline.frame.parameters
    document.new_weights()
    assert str(document.undo_name).startswith("Start at (")
    assert not np.array_equal(inline.frame.parameters, start)
    document.undo()
    assert np.array_equal(inline.frame.parameters, start)
