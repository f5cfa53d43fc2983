"""A fork: a run with the same past as another, and a future of its own.

That a fork without a change goes on like the run it came from is held in test_time_travel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio import GDStudioError, Run, SettingError
from gd_studio.engine.schedules import Cosine
from gd_studio.experiment.state import Snapshots
from tests.experiment.experiments import prints, small

FASTER = {"optimizer.learning_rate": 0.01}


def state_of(run: Run) -> tuple[Any, ...]:
    """Return what a fork must leave as it was."""
    steps, rows = run.timeline.trajectory.path()
    history = {name: run.history[name].tobytes() for name in ("total", "train_loss")}
    acts = run.timeline.tape.acts
    return run.step_number, run.last_step, run.fingerprint(), acts, history, list(steps), rows[-1]


def test_a_fork_shares_the_past_and_leaves_the_run_as_it_is() -> None:
    run = Run(small(optimizer={"kind": "adam"}))
    run.advance(100)
    run.seek(70)
    before, past = state_of(run), prints(run)
    run.seek(70)
    fork = run.fork(40, FASTER)
    assert fork.data is run.data
    assert prints(fork)[:40] == past[:40]
    fork.advance(200)
    fork.set_weights({name: w + 1 for name, w in fork.weights().items()})
    fork.advance(10)
    after = state_of(run)
    assert after[:-1] == before[:-1]
    assert np.array_equal(after[-1], before[-1])
    assert prints(run) == past
    assert fork.last_step == 250
    assert list(fork.history["total"][:41]) == list(run.history["total"][:41])


def test_a_change_is_an_act_at_the_fork_like_an_edit_there() -> None:
    run, edited = Run(small()), Run(small())
    run.advance(90)
    edited.advance(40)
    edited.edit(FASTER)
    edited.advance(50)
    fork = run.fork(40, FASTER)
    fork.advance(50)
    assert fork.timeline.tape.acts == edited.timeline.tape.acts
    assert prints(fork) == prints(edited)


def test_a_change_at_the_start_changes_the_start_itself() -> None:
    run = Run(small())
    run.advance(30)
    fork = run.fork(0, FASTER)
    fork.advance(30)
    fresh = Run(run.experiment.edit(FASTER))
    fresh.advance(30)
    assert fork.experiment == fresh.experiment
    assert fork.fingerprint() == fresh.fingerprint()
    assert run.experiment.optimizer.learning_rate != 0.01


def test_acts_after_the_fork_belong_to_the_old_future_alone() -> None:
    run = Run(small())
    run.advance(20)
    run.edit(FASTER)
    run.advance(20)
    run.edit({"penalty.l2": 0.5})
    run.advance(20)
    fork = run.fork(30)
    fork.advance(30)
    assert [act.step for act in fork.timeline.tape.acts] == [20]
    assert fork.in_force.penalty.l2 == 0
    assert prints(fork)[:40] == prints(run)[:40]
    assert fork.fingerprint() != run.fingerprint()


@pytest.mark.parametrize("change", [None, {}])
def test_a_run_that_had_stopped_has_stopped_in_its_fork_too(change: dict[str, Any] | None) -> None:
    run = Run(small(stop={"max_steps": 50}))
    run.advance(100)
    run.step()
    for step in (50, 51):
        fork = run.fork(step, change)
        assert fork.advance(10) == run.stop_reason
        assert fork.last_step == step
    fork = run.fork(49)
    assert fork.stop_reason is None
    assert fork.advance(10) == run.stop_reason


def test_a_fork_of_a_fork_and_a_fork_at_the_end_go_their_own_ways() -> None:
    run = Run(small())
    run.advance(65)
    first = run.fork(65, FASTER)
    second = first.fork(65, {"optimizer.learning_rate": 0.3})
    for each in (run, first, second):
        each.advance(20)
    assert len({each.fingerprint() for each in (run, first, second)}) == 3
    assert run.timeline.tape.acts == ()


def test_a_fork_costs_no_new_data(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(small())
    run.advance(10)
    monkeypatch.setattr("gd_studio.experiment.run.prepare", None)
    assert run.fork(5).step_number == 5


@pytest.mark.parametrize("step", [-1, 11, 1.5, "3", None, True])
def test_a_step_where_no_fork_can_be_is_refused(step: Any) -> None:
    run = Run(small())
    run.advance(10)
    with pytest.raises(GDStudioError, match=r"^step must be .*(between 0 and 10|whole number)"):
        run.fork(step)


@pytest.mark.parametrize(
    ("change", "in_force"),
    [
        ({"schedule.kind": "cosine", "schedule.steps": 10}, {"schedule": Cosine(steps=10)}),
        ({"schedule": {"kind": "cosine", "steps": 10}}, {"schedule": Cosine(steps=10)}),
        ({"penalty": {"l2": 0.1}}, {"penalty.l2": 0.1}),
        ({"model.hidden": [4], "penalty.l2": 0.1}, {"penalty.l2": 0.1}),
    ],
)
@pytest.mark.parametrize("step", [0, 3])
def test_a_change_is_judged_by_what_differs_and_its_kind_may_come_with_its_settings(
    change: dict[str, Any], in_force: dict[str, Any], step: int
) -> None:
    run = Run(small())
    run.advance(10)
    fork = run.fork(step, change)
    assert fork.in_force == run.in_force.edit(in_force)
    fork.advance(5)
    replayed = Run(fork.experiment)
    replayed.replay(fork.timeline.tape.acts, fork.last_step)
    assert replayed.fingerprint() == fork.fingerprint()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"optimizer.kind": "adam"}, "optimizer.kind cannot change in mid-run"),
        ({"optimizer": {"kind": "adam"}}, "optimizer cannot change in mid-run"),
        ({"model.hidden": [3]}, "model.hidden cannot change in mid-run"),
        ({"model": {"kind": "linear"}}, "model cannot change in mid-run"),
        ({"penalty.l2": 0.1, "loss.kind": "hinge"}, "loss.kind cannot change in mid-run"),
        ({"optimizer.learning_rate": -1}, "Learning rate .* must be above 0"),
        ({"nothing": 1}, "no setting called 'nothing'"),
    ],
)
@pytest.mark.parametrize("step", [0, 6])
def test_a_change_that_cannot_be_made_is_refused_with_the_reason(
    change: dict[str, Any], sentence: str, step: int
) -> None:
    run = Run(small())
    run.advance(10)
    before = state_of(run)[:-1]
    with pytest.raises(SettingError, match=sentence):
        run.fork(step, change)
    assert state_of(run)[:-1] == before


def test_a_fork_in_parts_is_the_same_and_the_run_may_go_on_meanwhile() -> None:
    run = Run(small())
    run.advance(90)
    at_once = run.fork(40, FASTER)
    work, parts = run.forking(40, FASTER), 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            fork = done.value
            break
        parts += 1
        run.step()
    assert parts == 1 + 40 % Snapshots.EVERY  # the start, and the steps since the last snapshot
    assert run.step_number == 90 + parts
    assert fork.fingerprint() == at_once.fingerprint()
    at_once.advance(20)
    fork.advance(20)
    assert fork.fingerprint() == at_once.fingerprint()
