"""The worker, called directly: each wish leads to frames, records and stop reasons."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.session.commands import (
    AskHistory,
    AskRates,
    Back,
    Begin,
    EditLive,
    ForgetGhost,
    GoAfter,
    GoBefore,
    Live,
    Pause,
    Play,
    Seek,
    StepEpoch,
    StepOnce,
)
from gd_studio.session.frame import Frame
from tests.session.inline import LINE, Inline, run_of

RATE = "optimizer.learning_rate"
TOO_HIGH = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 1.05}, "stop": {"max_steps": 40}}
TOO_HIGH = {**TOO_HIGH, "training": {"batch_size": None}}
DIVERGES = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 50.0}}


@pytest.fixture
def inline(qapp: object) -> Inline:
    return Inline()


def begun(inline: Inline, change: dict[str, Any] | None = None) -> Frame:
    return inline.do(Begin(Experiment.from_dict(change or LINE)))


# --- going on, and to and fro -------------------------------------------------------------------


def test_a_frame_knows_where_the_next_step_leads_before_it_is_made(inline: Inline) -> None:
    frame = begun(inline, {**LINE, "optimizer": {"kind": "adam"}})
    for _ in range(3):
        assert frame.ahead is not None
        assert not frame.ahead.flags.writeable
        after = inline.do(StepOnce())
        assert np.array_equal(after.parameters, frame.ahead)
        frame = after


def test_a_run_begins_at_step_0_with_something_to_show(inline: Inline) -> None:
    frame = begun(inline)
    assert (frame.step, frame.last_step, frame.epoch, frame.batch) == (0, 0, 0, 0)
    assert frame.record is None
    assert frame.evaluation.train["total"] == frame.first
    assert np.array_equal(frame.previous, frame.parameters)
    assert np.any(frame.gradient != 0)
    assert len(frame.curves["train_loss"].steps) == 1
    assert frame.live


def test_step_back_and_epoch_make_the_frames_that_a_plain_run_would(inline: Inline) -> None:
    change = {"data": {"kind": "moons"}}
    begun(inline, change)
    for _ in range(3):
        inline.do(StepOnce())
    run = run_of(change, 3)
    assert np.array_equal(inline.frame.parameters, run.parameters)
    assert inline.frame.record == run.record
    inline.do(Back())
    assert (inline.frame.step, inline.frame.last_step) == (2, 3)
    assert inline.frame.record == run.history.record(2)
    inline.do(StepEpoch())
    assert inline.frame.batch == inline.frame.batches
    assert (inline.frame.step, inline.frame.epoch) == (run.batch[1], 1)
    inline.do(StepEpoch())
    assert (inline.frame.step, inline.frame.epoch) == (2 * run.batch[1], 2)


def test_back_at_the_start_stays_there(inline: Inline) -> None:
    begun(inline)
    assert inline.do(Back()).step == 0


def test_an_epoch_over_a_change_of_batch_size_ends_where_the_epoch_ends(inline: Inline) -> None:
    begun(inline, {"data": {"kind": "moons"}})
    inline.do(StepOnce(), StepOnce(), EditLive({"training.batch_size": 100}, 1))
    frame = inline.do(StepEpoch())
    assert frame.batch == frame.batches == 4
    inline.do(Seek(0))
    frame = inline.do(StepEpoch())
    assert (frame.step, frame.last_step) == (2, 6)  # the edit ended that epoch early


def test_a_seek_outside_the_run_goes_to_its_nearest_end(inline: Inline) -> None:
    begun(inline)
    inline.do(StepOnce(), StepOnce())
    assert inline.do(Seek(99)).step == 2
    assert inline.do(Seek(-5)).step == 0
    assert inline.do(Live()).step == 2


def test_of_seeks_in_a_row_only_the_last_is_done(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 5)
    made = len(inline.frames)
    assert inline.do(Seek(1), Seek(4), Seek(2)).step == 2
    assert len(inline.frames) == made + 1


def test_a_seek_before_an_edit_is_not_overtaken_by_one_after_it(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 5)
    frame = inline.do(Seek(2), EditLive({RATE: 0.3}, 1), Seek(0))
    assert (frame.step, frame.last_step) == (0, 2)
    assert [act.step for act in frame.tape.acts] == [2]


def test_wishes_before_any_run_are_ignored(inline: Inline) -> None:
    inline.do(StepOnce(), Seek(3), Play(), GoBefore(1, 2))
    assert inline.frames == []
    assert begun(inline).step == 0


def test_undo_of_an_edit_that_is_not_known_does_nothing(inline: Inline) -> None:
    begun(inline)
    inline.do(StepOnce())
    frame = inline.do(GoBefore(7, 8), GoAfter(9, 10))
    assert (frame.step, frame.obeyed) == (1, 10)


def test_every_step_is_told_while_stepping(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 4)
    assert [record.step for record in inline.records] == [1, 2, 3, 4]
    assert inline.records[-1] == inline.frame.record


def test_playing_at_a_paced_speed_steps_until_the_rule_and_tells_every_step(
    inline: Inline,
) -> None:
    inline.control.rate = 60.0
    begun(inline, {**LINE, "stop": {"max_steps": 6}})
    frame = inline.do(Play())
    assert [record.step for record in inline.records] == [1, 2, 3, 4, 5, 6]
    assert [stop.kind for stop in inline.stops] == ["max_steps"]
    assert not frame.playing
    assert frame.stop is inline.stops[0]


def test_racing_stops_by_the_rule_and_tells_no_single_steps(inline: Inline) -> None:
    inline.control.rate = None
    begun(inline, {**LINE, "stop": {"max_steps": 5000}})
    frame = inline.do(Play())
    assert (frame.step, frame.playing) == (5000, False)
    assert inline.records == []
    assert np.array_equal(
        frame.parameters, run_of({**LINE, "stop": {"max_steps": None}}, 5000).parameters
    )
    assert all(made.playing for made in inline.frames[1:-2])


def test_play_after_a_stop_tells_the_reason_again_and_step_goes_on(inline: Inline) -> None:
    inline.control.rate = None
    begun(inline, {**LINE, "stop": {"max_steps": 10}})
    inline.do(Play())
    inline.do(Play())
    assert [stop.kind for stop in inline.stops] == ["max_steps", "max_steps"]
    assert inline.do(StepOnce()).step == 11
    assert inline.frame.stop is not None


def test_play_in_the_past_replays_to_the_end_and_stops_there(inline: Inline) -> None:
    inline.control.rate = None
    begun(inline, {**LINE, "stop": {"max_steps": 300}})
    inline.do(Play())
    end = inline.frame
    inline.do(Seek(20))
    frame = inline.do(Play())
    assert (frame.step, frame.last_step) == (300, 300)
    assert np.array_equal(frame.parameters, end.parameters)


@pytest.mark.parametrize("rate", [0.5, 2.0, 29.0, 61.0, 100.0, 999.0])
def test_the_pace_is_the_speed_aimed_at(
    inline: Inline, rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(inline, until=8.0)
    monkeypatch.setattr("gd_studio.session.runner.time.perf_counter", clock.now)
    inline.control.woken = clock
    begun(inline, {**LINE, "stop": {"max_steps": None}})
    inline.control.rate = rate
    inline.do(Play())
    assert inline.frame.last_step == pytest.approx(8.0 * rate, rel=0.02, abs=1)
    playing = [f for f in inline.frames if f.playing]
    assert playing[-1].reached_rate == pytest.approx(rate, rel=0.05)


class Clock(threading.Event):
    """A clock that moves only while the worker waits, and pauses it in the end."""

    def __init__(self, inline: Inline, until: float) -> None:
        super().__init__()
        self.time, self.until, self.inline = 0.0, until, inline

    def now(self) -> float:
        return self.time

    def wait(self, timeout: float | None = None) -> bool:
        if self.time + (timeout or 0.0) > self.until:
            self.inline.control.post(Pause())
            return True
        self.time += timeout or 0.0
        return False


# --- edits, branches, ghosts --------------------------------------------------------------------


def test_a_live_edit_is_on_the_tape_and_a_plain_run_repeats_it(inline: Inline) -> None:
    begun(inline, {"data": {"kind": "moons"}})
    inline.do(*[StepOnce()] * 4, EditLive({RATE: 0.05}, 1), *[StepOnce()] * 4)
    run = run_of({"data": {"kind": "moons"}}, 4)
    run.edit({RATE: 0.05})
    run.advance(4)
    assert np.array_equal(inline.frame.parameters, run.parameters)
    replay = Run(inline.frame.start)
    replay.replay(inline.frame.tape.acts, 8)
    assert replay.fingerprint() == run.fingerprint()


def test_a_run_that_never_stepped_leaves_no_ghost(inline: Inline) -> None:
    begun(inline)
    assert begun(inline, {"data": {"kind": "sine"}, "model": {"kind": "linear"}}).ghost is None


def test_the_run_before_stays_as_a_ghost_named_by_what_was_different(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 3)
    before = inline.frame
    frame = begun(inline, {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 0.4}})
    ghost = frame.ghost
    assert ghost is not None
    assert (ghost.label, ghost.step) == ("rate 0.1", 3)
    assert ghost.loss == before.evaluation.train["total"]
    assert np.array_equal(ghost.parameters, before.parameters)
    assert ghost.steps.tolist() == [0, 1, 2, 3]
    again = begun(inline).ghost  # the run between never stepped
    assert again is not None
    assert again.label == "the same settings"
    assert np.array_equal(again.parameters, ghost.parameters)
    assert inline.do(ForgetGhost()).ghost is None


def test_the_old_future_becomes_the_ghost_when_the_past_is_changed(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 9)
    end = inline.frame
    frame = inline.do(Seek(4), EditLive({RATE: 0.4}, 1))
    assert (frame.step, frame.last_step) == (4, 4)
    assert frame.ghost is not None
    assert (frame.ghost.label, frame.ghost.step) == ("rate 0.1", 9)
    assert np.array_equal(frame.ghost.parameters, end.parameters)
    assert frame.ghost.loss == end.evaluation.train["total"]
    assert inline.do(GoBefore(1, 2)).ghost is None
    back = inline.do(GoAfter(1, 3)).ghost
    assert back is not None
    assert (back.label, back.step) == (frame.ghost.label, frame.ghost.step)
    assert np.array_equal(back.parameters, frame.ghost.parameters)


def test_an_edit_at_the_newest_step_leaves_no_ghost(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 3)
    assert inline.do(EditLive({RATE: 0.4}, 1)).ghost is None


def test_a_refused_edit_is_answered_and_changes_nothing(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 3)
    before = inline.frame
    frame = inline.do(EditLive({"model.kind": "mlp"}, 5))
    assert [wish for wish, _ in inline.refusals] == [5]
    assert frame.obeyed == 5
    assert frame.experiment == before.experiment
    assert (frame.step, frame.run_number) == (3, before.run_number)


def test_a_refused_start_keeps_the_run_that_is_there(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 3)
    before = inline.frame
    wrong = Experiment.from_dict({"data": {"kind": "line"}, "model": {"kind": "logistic"}})
    frame = inline.do(Begin(wrong, wish=3, undoable=True))
    assert [wish for wish, _ in inline.refusals] == [3]
    assert "logistic" in inline.refusals[0][1]
    assert (frame.run_number, frame.step, frame.obeyed) == (before.run_number, 3, 3)
    assert frame.ghost is None
    assert inline.do(StepOnce()).step == 4


def test_a_tape_for_another_model_is_refused(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 2)
    other = Run(Experiment.from_dict({"data": {"kind": "moons"}}))
    other.advance(3)
    other.set_weights(other.weights())
    frame = inline.do(Begin(Experiment.from_dict(LINE), tape=other.timeline.tape, wish=1))
    assert "parameters" in inline.refusals[0][1]
    assert frame.step == 2


# --- how runs end -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stop", "kind"),
    [
        ({"max_steps": 25}, "max_steps"),
        ({"max_steps": None, "max_epochs": 2}, "max_epochs"),
        ({"max_steps": None, "target_loss": 1.0}, "target_loss"),
        ({"max_steps": 20000, "patience": 3}, "patience"),
        ({"max_steps": None, "max_seconds": 0.05}, "max_seconds"),
    ],
)
def test_each_rule_ends_a_run_and_says_so_with_its_values(
    inline: Inline, stop: dict[str, Any], kind: str
) -> None:
    inline.control.rate = None
    begun(inline, {**LINE, "stop": stop})
    frame = inline.do(Play())
    assert frame.stop is not None
    assert frame.stop.kind == kind
    assert frame.stop.step == frame.step
    assert any(character.isdigit() for character in frame.stop.message)
    assert not frame.playing


def test_a_diverged_run_keeps_its_last_finite_step_and_says_so(inline: Inline) -> None:
    inline.control.rate = None
    begun(inline, DIVERGES)
    frame = inline.do(Play())
    assert frame.stop is not None
    assert frame.stop.kind == "diverged"
    assert frame.step == frame.stop.step - 1 == frame.last_step
    assert np.isfinite(frame.parameters).all()
    assert np.isfinite(frame.gradient).all()
    assert "finite" in frame.stop.message
    assert len(inline.stops) == 1


def test_a_loss_far_above_the_first_is_a_finding_though_all_is_finite(inline: Inline) -> None:
    begun(inline, TOO_HIGH)
    inline.control.rate = None
    frame = inline.do(Play())
    assert [finding.kind for finding in frame.findings] == ["too_high"]
    assert "3 times" in frame.findings[0].evidence
    assert f"{frame.first:.4g}" in frame.findings[0].evidence
    assert np.isfinite(frame.parameters).all()
    assert frame.stop is not None
    assert frame.stop.kind == "max_steps"
    assert inline.do(Seek(1)).findings == ()


# --- frames -------------------------------------------------------------------------------------


def arrays_in(thing: object) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Find the arrays of a frame; hypothesis and settings are frozen by themselves."""
    if isinstance(thing, np.ndarray):
        yield "array", thing
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from ((f"{key}.{n}", a) for n, a in arrays_in(value))
    elif dataclasses.is_dataclass(thing) and type(thing).__module__ in (
        "gd_studio.session.frame",
        "gd_studio.experiment.history",
    ):
        for field in dataclasses.fields(thing):
            found = arrays_in(getattr(thing, field.name))
            yield from ((f"{field.name}.{n}", a) for n, a in found)


def test_every_array_of_a_frame_is_read_only(inline: Inline) -> None:
    begun(inline)
    first = inline.frame
    inline.do(*[StepOnce()] * 5, Seek(2), EditLive({RATE: 0.3}, 1), StepOnce())
    for frame in (first, inline.frame):
        found = list(arrays_in(frame))
        assert len(found) > 15
        assert [name for name, array in found if array.flags.writeable] == []
    assert any(name.startswith("ghost") for name, _ in arrays_in(inline.frame))


def test_a_frame_stays_as_it_was_while_the_run_goes_on(inline: Inline) -> None:
    begun(inline, {"data": {"kind": "moons"}})
    inline.do(*[StepOnce()] * 3)
    frame = inline.frame
    before = {name: array.copy() for name, array in arrays_in(frame)}
    inline.control.rate = None
    inline.do(EditLive({"stop.max_steps": 4500}, 1), Play())
    inline.do(Seek(100), EditLive({RATE: 0.2}, 2))
    assert inline.frame.last_step == 100
    assert all(np.array_equal(array, before[name]) for name, array in arrays_in(frame))


def test_while_racing_no_frame_is_made_until_the_last_was_drawn(inline: Inline) -> None:
    in_flight: list[int] = []
    inline.runner.frame_made.connect(lambda frame: in_flight.append(frame.step))
    inline.runner.frame_made.connect(lambda _: inline.control.ready.clear())
    inline.control.rate = None
    begun(inline, {**LINE, "stop": {"max_steps": 20_000}})
    in_flight.clear()
    inline.do(Play())
    # The window never says that it has drawn: only what must be told (Play, the end) comes.
    assert in_flight == [0, 20_000]


def test_frame_and_run_numbers_only_rise(inline: Inline) -> None:
    begun(inline)
    inline.do(StepOnce())
    inline.do(EditLive({RATE: 0.2}, 1))
    begun(inline)
    inline.do(StepOnce(), Back())
    numbers = [(frame.number, frame.run_number) for frame in inline.frames]
    assert numbers == sorted(numbers)
    assert len({number for number, _ in numbers}) == len(numbers)


def test_a_racing_frame_of_big_data_says_which_step_its_numbers_belong_to(
    inline: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gd_studio.session.framing.CHEAP_SUMS", 0)
    inline.control.rate = None
    change = {"data": {"kind": "moons"}, "penalty": {"l2": 0.05}, "stop": {"max_steps": 3000}}
    begun(inline, change)
    inline.do(Play())
    racing = [f for f in inline.frames if f.playing and f.evaluation.step != f.step]
    assert racing
    run = run_of(change, racing[-1].evaluation.step)
    for split in ("train", "validation"):
        numbers = getattr(racing[-1].evaluation, split)
        assert numbers == pytest.approx(run.evaluate(split), rel=1e-9)
    last = inline.frame
    assert last.evaluation.step == last.step


def test_the_history_asked_for_is_a_copy(inline: Inline) -> None:
    begun(inline)
    inline.do(*[StepOnce()] * 3, AskHistory(), StepOnce())
    assert len(inline.histories[0]) == 3
    assert inline.histories[0]["loss"].tolist() == run_of(LINE, 3).history["loss"].tolist()


def test_an_experiment_opens_at_the_step_it_names(inline: Inline) -> None:
    frame = inline.do(Begin(Experiment.from_dict(LINE), show_step=12))
    assert (frame.step, frame.last_step) == (12, 12)


def test_a_bug_is_told_with_its_traceback_and_the_next_wish_is_obeyed(
    inline: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    inline.runner.broke.disconnect()
    inline.runner.broke.connect(told.append)
    begun(inline)
    with monkeypatch.context() as broken:
        broken.setattr(Run, "step", lambda run: 1 / 0)
        inline.do(StepOnce(), EditLive({RATE: 0.5}, 1))
    assert "ZeroDivisionError" in told[0]
    frame = inline.do(StepOnce())
    assert (frame.step, frame.obeyed, len(told)) == (1, 1, 1)


# --- the optimizer's memory ---------------------------------------------------------------------

MOMENTUM = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 0.01, "momentum": 0.9}}


def test_a_frame_has_the_optimizers_memory_before_and_after_its_step(inline: Inline) -> None:
    begun(inline, MOMENTUM)
    for _ in range(3):
        frame = inline.do(StepOnce())
    shown = [frame, inline.do(Back()), inline.do(Seek(3)), inline.do(Seek(0))]
    for frame in shown:
        before = run_of(MOMENTUM, max(0, frame.step - 1)).trainer.memory
        assert frame.memory is not None
        assert frame.previous_memory is not None
        assert np.array_equal(frame.previous_memory, before)
        assert np.array_equal(frame.memory, run_of(MOMENTUM, frame.step).trainer.memory)
        assert not frame.memory.flags.writeable


def test_the_memory_before_a_step_is_found_after_an_edit_and_after_a_race(inline: Inline) -> None:
    begun(inline, MOMENTUM)
    inline.do(StepOnce())
    inline.do(EditLive({RATE: 0.02}, 1))
    frame = inline.do(StepOnce())
    assert frame.previous_memory is not None
    assert np.array_equal(frame.previous_memory, run_of(MOMENTUM, 1).trainer.memory)
    run = run_of(MOMENTUM, 100)
    print_before = run.fingerprint()
    assert np.array_equal(run.memory_before(), run_of(MOMENTUM, 99).trainer.memory)
    assert (run.step_number, run.last_step, run.fingerprint()) == (100, 100, print_before)


def test_a_racing_frame_carries_no_memory(inline: Inline) -> None:
    begun(inline, {**MOMENTUM, "stop": {"max_steps": 3000}})
    inline.control.rate = None
    inline.do(Play())
    racing = [frame for frame in inline.frames if frame.playing]
    assert racing
    assert all(frame.memory is frame.previous_memory is None for frame in racing)
    assert inline.do(Pause()).memory is not None


def test_a_trial_of_rates_is_prepared_without_touching_the_run() -> None:
    inline = Inline()
    trials: list[Any] = []
    inline.runner.trial_made.connect(trials.append)
    inline.do(Begin(Experiment.from_dict(LINE)), StepOnce(), StepOnce())
    before = inline.frame
    after = inline.do(AskRates((0.01, 0.1)))
    assert trials[0].rates.tolist() == [0.01, 0.1]
    assert trials[0].from_step == 2
    assert trials[0].trainer.theta.tolist() == [list(before.parameters)] * 2
    assert after.step == after.last_step == 2
    assert (after.parameters == before.parameters).all()


def test_a_trial_that_makes_no_sense_is_answered_by_a_sentence() -> None:
    inline = Inline()
    trials: list[Any] = []
    inline.runner.trial_made.connect(trials.append)
    newton = {**LINE, "optimizer": {"kind": "newton"}, "training": {"batch_size": None}}
    inline.do(Begin(Experiment.from_dict(newton)), AskRates((0.01, 0.1)))
    assert "works out by itself" in trials[0]
    assert inline.refusals == []


def test_what_is_wrong_is_told_where_a_drag_rests_not_where_it_passes_by() -> None:
    inline = Inline()
    too_high = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 1.3}}
    found = inline.do(Begin(Experiment.from_dict(too_high), show_step=60)).findings
    assert [finding.kind for finding in found] == ["too_high"]
    frame = inline.do(Seek(1, passing=True))
    assert (frame.step, frame.findings) == (1, found)
    assert inline.do(Seek(1)).findings == ()


def test_a_step_made_by_hand_is_shown_before_it_is_diagnosed() -> None:
    inline = Inline()
    too_high = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 1.3}}
    inline.do(Begin(Experiment.from_dict(too_high)))
    while not inline.frame.findings:
        before = len(inline.frames)
        inline.do(StepOnce())
        assert inline.frame.step < 60
    shown, told, *_ = inline.frames[before:]
    assert (shown.step, shown.findings) == (told.step, ())
    assert [finding.kind for finding in told.findings] == ["too_high"]
    # While something is said, it is of the very step that is shown.
    before = len(inline.frames)
    inline.do(StepOnce())
    assert all(frame.findings for frame in inline.frames[before:])


def test_what_is_beside_the_run_keeps_still_from_a_wish_until_it_is_drawn(inline: Inline) -> None:
    begun(inline)
    inline.control.calm.set()  # as the window does when it has drawn
    at_step: list[bool] = []
    inline.runner.stepped.connect(lambda _: at_step.append(inline.control.calm.is_set()))
    inline.do(StepOnce())
    assert at_step == [False]
    assert not inline.control.calm.is_set()


def test_a_wish_that_may_take_long_holds_up_nothing_beside_it(inline: Inline) -> None:
    begun(inline)
    inline.control.calm.set()
    inline.do(StepEpoch(), StepOnce())
    assert inline.control.calm.is_set()


def test_a_bug_leaves_nothing_kept_still(
    inline: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    inline.runner.broke.disconnect()
    begun(inline)
    monkeypatch.setattr(Run, "step", lambda run: 1 / 0)
    inline.do(StepOnce())
    assert inline.control.calm.is_set()
    assert not inline.control.obeying


def test_nothing_is_kept_still_for_long_if_a_wish_shows_nothing(inline: Inline) -> None:
    inline.do(StepOnce())  # before any run
    assert inline.frames == []
    assert inline.control.calm.is_set()
