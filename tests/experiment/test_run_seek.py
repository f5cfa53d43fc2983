"""Time travel: every step can be gone to again, byte for byte, and the past is never cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gd_studio import Experiment, GDStudioError, Run, SettingError
from gd_studio.experiment.state import Snapshots
from tests.engine.optimizers.ways import WAYS
from tests.experiment.experiments import line, prints, small, small_with

LIVE: list[dict[str, Any]] = [
    {"optimizer.learning_rate": 0.07},
    {"training.batch_size": 7},
    {"training.batch_size": None},
    {"penalty.l2": 0.2},
    {"penalty.l1": 0.01, "penalty.l2": 0.0},
    {"schedule.kind": "cosine"},
    {"schedule": {"kind": "step", "every": 3}},
    {"schedule.warmup": 5},
    {"stop.max_steps": 5000, "stop.patience": 90},
]


def walked(run: Run, steps: int) -> list[str]:
    """Go on step by step and return the fingerprint of each, the present one first."""
    found = [run.fingerprint()]
    for _ in range(steps):
        run.step()
        found.append(run.fingerprint())
    return found


def jump_about(run: Run, expected: list[str], jumps: list[int]) -> None:
    for step in jumps:
        run.seek(step)
        assert run.step_number == step
        assert run.fingerprint() == expected[step]
        if step:
            assert run.record == run.history.record(step)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_comes_back_to_every_step(way: str, precision: str) -> None:
    experiment = small_with(WAYS[way], training={"batch_size": 10, "precision": precision})
    run = Run(experiment)
    expected = walked(run, 150)
    jumps = [150, 149, 0, 1, 64, 63, 65, 128, 2, 127, 129, 150, 75]
    jump_about(run, expected, jumps)
    assert run.last_step == 150
    again = Run(experiment)
    again.advance(150)
    assert again.fingerprint() == expected[150]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(range(len(LIVE)))), max_size=5),
    st.lists(st.integers(0, 200), min_size=1, max_size=10),
)
def test_random_jumps_over_live_edits_never_change_a_byte(
    edits: list[tuple[int, int]], jumps: list[int]
) -> None:
    run = Run(small(optimizer={"kind": "adam"}))
    expected = [run.fingerprint()]
    for steps, number in edits:
        expected += walked(run, steps)[1:]
        run.edit(LIVE[number])
        expected[-1] = run.fingerprint()
    expected += walked(run, 10)[1:]
    jump_about(run, expected, [step % len(expected) for step in jumps])


@pytest.mark.parametrize("change", LIVE)
def test_a_live_edit_holds_from_the_next_step_and_is_replayed(change: dict[str, Any]) -> None:
    run = Run(small())
    plain = walked(Run(small()), 70)
    expected = walked(run, 64)
    run.edit(change)
    edited = run.in_force
    expected[64] = run.fingerprint()
    expected += walked(run, 20)[1:]
    assert expected[:64] == plain[:64]
    assert expected[65:70] != plain[65:70]
    jump_about(run, expected, [63, 64, 65, 84, 0, 84, 64])
    assert run.in_force == edited
    run.seek(63)
    assert run.in_force == run.experiment


@pytest.mark.parametrize("step", [0, 3, 64])
def test_weights_set_by_hand_are_replayed(step: int) -> None:
    run = Run(small(optimizer={"kind": "adam"}))
    expected = walked(run, step)
    run.set_weights({name: w + 0.125 for name, w in run.weights().items()})
    chosen = run.parameters
    expected[step] = run.fingerprint()
    expected += walked(run, 70)[1:]
    jump_about(run, expected, [step, step + 70, 0, step + 1, step])
    assert np.array_equal(run.parameters, chosen)


def test_weights_set_at_the_start_survive_a_live_edit_at_the_start() -> None:
    run = Run(small())
    run.set_weights({name: np.full(w.shape, 0.5) for name, w in run.weights().items()})
    run.edit({"optimizer.learning_rate": 0.03})
    assert (run.parameters == 0.5).all()
    run.advance(5)
    run.seek(0)
    assert (run.parameters == 0.5).all()
    assert run.experiment.optimizer.learning_rate == 0.03


def test_edits_of_one_step_are_replayed_in_their_order() -> None:
    run = Run(small())
    run.advance(5)
    run.edit({"schedule.kind": "step"})
    run.edit({"schedule.every": 10})
    run.edit({"schedule.kind": "cosine"})
    run.edit({"optimizer.learning_rate": 0.1})
    run.edit({"optimizer.learning_rate": 0.2})
    expected = run.in_force
    run.advance(5)
    run.seek(0)
    run.seek(8)
    assert run.in_force == expected
    rates = [act for act in run.timeline.tape.acts if "optimizer.learning_rate" in plain_of(act)]
    assert len(rates) == 1, "a slider that is dragged is one act"


def plain_of(act: object) -> dict[str, Any]:
    changes: dict[str, Any] = getattr(act, "changes", {})
    return changes


def test_the_gradient_and_rows_of_a_step_are_there_again_after_a_jump() -> None:
    run = Run(small())
    seen = []
    for _ in range(20):
        run.step()
        seen.append((run.gradient, run.previous, run.batch_rows, run.batch, run.epoch))
    for step in (20, 1, 13, 12, 6):
        run.seek(step)
        gradient, previous, rows, batch, epoch = seen[step - 1]
        assert np.array_equal(run.gradient, gradient)
        assert np.array_equal(run.previous, previous)
        assert np.array_equal(run.batch_rows, rows)
        assert (run.batch, run.epoch) == (batch, epoch)
    run.seek(0)
    assert not run.gradient.any()
    assert len(run.batch_rows) == 0


def test_looking_at_the_past_leaves_the_future_and_stepping_replays_it() -> None:
    run = Run(small())
    expected = walked(run, 40)
    totals = list(run.history["total"])
    run.seek(10)
    record = run.step()
    assert (run.step_number, run.last_step) == (11, 40)
    assert record == run.history.record(11)
    assert run.advance(100) is None
    assert run.last_step == 111
    assert list(run.history["total"])[:40] == totals
    run.seek(40)
    assert run.fingerprint() == expected[40]


@pytest.mark.parametrize("step", [-1, 11, 10**12])
def test_a_step_outside_the_run_is_refused_with_its_limits(step: int) -> None:
    run = Run(small())
    run.advance(10)
    run.seek(4)
    with pytest.raises(GDStudioError, match=f"between 0 and 10, .* it is {step}"):
        run.seek(step)
    assert run.step_number == 4


@pytest.mark.parametrize("step", [1.5, "3", None, True])
def test_a_step_that_is_no_whole_number_is_refused(step: Any) -> None:
    with pytest.raises(GDStudioError, match="whole number"):
        Run(small()).seek(step)


def test_an_edit_in_the_past_begins_another_future_and_the_old_one_comes_back() -> None:
    run = Run(small())
    old = walked(run, 80)
    old_totals = run.history["total"].tobytes()
    old_path = run.timeline.trajectory.path()
    run.seek(30)
    place = run.branch()
    run.edit({"optimizer.learning_rate": 0.01})
    assert run.last_step == 30
    new = walked(run, 20)
    new_place = run.branch()
    assert new[1:] != old[31:51]
    run.restore(place)
    assert (run.step_number, run.last_step) == (30, 80)
    assert prints(run) == old
    assert run.history["total"].tobytes() == old_totals
    assert np.array_equal(run.timeline.trajectory.path()[1], old_path[1])
    run.restore(new_place)
    assert (run.step_number, run.last_step) == (50, 50)
    assert run.fingerprint() == new[-1]
    assert run.in_force.optimizer.learning_rate == 0.01


def test_an_edit_at_the_start_changes_the_start_itself() -> None:
    run = Run(small())
    run.advance(20)
    run.seek(0)
    place = run.branch()
    run.edit({"optimizer.learning_rate": 0.01})
    assert run.experiment.optimizer.learning_rate == 0.01
    assert run.timeline.tape.acts == ()
    assert run.last_step == 0
    fresh = Run(run.experiment)
    assert walked(run, 10) == walked(fresh, 10)
    run.restore(place)
    assert run.last_step == 20
    assert prints(run) == walked(Run(small()), 20)


def test_an_edit_that_changes_nothing_cuts_nothing() -> None:
    run = Run(small())
    run.advance(20)
    run.seek(5)
    run.edit({"optimizer.learning_rate": run.in_force.optimizer.learning_rate})
    assert run.last_step == 20
    assert run.timeline.tape.acts == ()


RESTARTS: list[tuple[str, object]] = [
    ("data.samples", 30),
    ("data.kind", "xor"),
    ("preparation.standardize", False),
    ("model.hidden", [3]),
    ("model.seed", 4),
    ("model.kind", "logistic"),
    ("loss.kind", "mse"),
    ("optimizer.kind", "adam"),
    ("optimizer.momentum", 0.9),
    ("training.seed", 4),
    ("training.precision", "float32"),
    ("training.evaluate_every", 3),
]


@pytest.mark.parametrize("step", [0, 6])
@pytest.mark.parametrize(("path", "value"), RESTARTS)
def test_a_setting_that_needs_a_new_start_is_refused_in_mid_run(
    path: str, value: object, step: int
) -> None:
    run = Run(small())
    run.advance(step)
    before = run.fingerprint()
    with pytest.raises(SettingError, match=f"{path} cannot change in mid-run") as refused:
        run.edit({path: value})
    assert refused.value.path == path
    assert run.fingerprint() == before


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("optimizer.learning_rate", 0, "Learning rate .* must be above 0"),
        ("optimizer.learning_rate", float("nan"), "finite number"),
        ("optimizer.speed", 1, "no setting called 'speed'"),
        ("nothing.at.all", 1, "no setting called nothing.at.all"),
        ("training.batch_size", 2.5, "whole number"),
        ("schedule.kind", "magic", "constant, step, exponential, polynomial"),
    ],
)
def test_a_wrong_live_edit_is_refused_and_changes_nothing(
    path: str, value: object, sentence: str
) -> None:
    run = Run(small())
    run.advance(6)
    with pytest.raises(SettingError, match=sentence):
        run.edit({"penalty.l2": 0.5, path: value})
    assert run.in_force == run.experiment
    assert run.timeline.tape.acts == ()


def test_only_the_last_path_is_drawn_anew_after_many_jumps() -> None:
    run = Run(line(stop={"max_steps": None}))
    run.advance(2777)
    end = run.parameters
    for step in (10, 0, 2776):
        run.seek(step)
        steps, rows = run.timeline.trajectory.path()
        assert steps[0] == 0
        assert steps[-1] == 2777, "the path reaches to the last step wherever one looks"
        assert np.array_equal(rows[-1], end)


def test_snapshots_stay_within_their_budget_and_every_step_within_reach() -> None:
    run = Run(small())
    state = run.state()
    snapshots = Snapshots(state, budget=2 * state.size * 8)
    for step in range(64, 64 * 200, 64):
        snapshots.keep(replace(state, step=step))
    for wanted in (1, 64, 65, 5000, 12_000, 64 * 199):
        found = snapshots.before(wanted).step
        assert found < wanted
        assert wanted - found <= 64 * 200 / 4


def test_a_branch_off_the_early_steps_of_a_long_run_is_kept_densely() -> None:
    run = Run(small())
    state = run.state()
    snapshots = Snapshots(state, budget=2 * state.size * 8)
    for step in range(64, 64 * 200, 64):
        snapshots.keep(replace(state, step=step))
    branch = snapshots.cut(100)
    for step in range(128, 64 * 7, 64):
        branch.keep(replace(state, step=step))
    assert [state.step for state in branch.even()] == [128, 192, 256, 320, 384]
    assert len(snapshots.even()) <= 8
    assert snapshots.before(64 * 199).step == 64 * 198


def test_two_runs_of_the_same_experiment_are_the_same_run() -> None:
    first, second = Run(Experiment()), Run(Experiment())
    assert walked(first, 30) == walked(second, 30)


def test_notes_and_names_are_no_part_of_the_fingerprint_but_rates_are() -> None:
    first = Run(small())
    noted = Run(small(name="Other", story={"try_this": "Nothing."}, opening={"step": 5}))
    faster = Run(small(optimizer={"learning_rate": 0.7}))
    assert first.fingerprint() == noted.fingerprint()
    assert first.fingerprint() != faster.fingerprint()
