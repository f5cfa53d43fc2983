"""The parameters of the best evaluation: those of that very step, wherever the run goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gd_studio import Run
from gd_studio.experiment.files import Project, load_project, save_project
from gd_studio.experiment.state import RunState, Snapshots
from tests.experiment.experiments import small


def rising(steps: int = 200) -> Run:
    """Return a run that leaps about, so that its best lies behind it."""
    run = Run(small(optimizer={"learning_rate": 3.0}, training={"evaluate_every": 3}))
    run.advance(steps)
    return run


def is_the_best(run: Run) -> bool:
    """Whether the parameters have the loss that is remembered, to the last bit."""
    rows = run.data.validation
    found = run.hypothesis.evaluate(run.best_parameters, rows)["total"]
    return found == run.stop_memory.best_loss


def test_they_have_the_best_loss_and_are_those_of_its_step() -> None:
    run = rising()
    assert is_the_best(run)
    best, kept = run.stop_memory.best_step, run.best_parameters
    assert 0 < best < 200
    assert not kept.flags.writeable
    run.seek(best)
    assert np.array_equal(run.parameters, kept)


@pytest.mark.parametrize("step", [0, 1, 64, 65, 131, 200])
def test_after_a_jump_they_are_those_of_then(step: int) -> None:
    run, fresh = rising(), Run(rising(0).experiment)
    run.seek(step)
    fresh.advance(step)
    assert run.stop_memory.best_step == fresh.stop_memory.best_step
    assert np.array_equal(run.best_parameters, fresh.best_parameters)


def test_a_branch_and_its_undo_have_each_their_own() -> None:
    run = rising()
    best, kept = run.stop_memory.best_step, run.best_parameters
    before = max(best - 1, 1)
    fork = run.fork(before, {"optimizer.learning_rate": 0.05})
    fork.advance(300)
    assert is_the_best(fork)
    assert not np.array_equal(fork.best_parameters, kept)
    run.seek(before)
    run.edit({"optimizer.learning_rate": 0.05})
    run.advance(300)
    assert np.array_equal(run.best_parameters, fork.best_parameters)


def test_weights_that_were_set_are_the_best_since_then() -> None:
    run = rising()
    run.set_weights({name: 2 * value for name, value in run.weights().items()})
    assert np.array_equal(run.best_parameters, run.parameters)
    run.seek(150)
    assert is_the_best(run)
    run.seek(200)
    assert np.array_equal(run.best_parameters, run.parameters)


def test_a_saved_run_finds_them_again(tmp_path: Path) -> None:
    run = rising()
    file = tmp_path / "run.gds"
    save_project(file, Project(run.experiment, run.timeline.whole_tape))
    loaded = Run.load(file)
    assert load_project(file).tape.last_step == 200
    assert np.array_equal(loaded.best_parameters, run.best_parameters)


def test_states_that_remember_the_same_step_share_them() -> None:
    run = rising(66)
    states: list[RunState] = []
    for _ in range(2):
        run.step()
        states.append(run.state())
    assert len({state.stop_memory.best_step for state in states}) == 1
    assert states[0].best is states[1].best


def test_the_state_of_the_best_step_keeps_them_once() -> None:
    run = Run(small(training={"batch_size": None}))
    run.advance(20 * Snapshots.EVERY)  # all the way down: each snapshot is the best so far
    states = run.timeline.snapshots.even()
    assert len(states) == 20
    assert {state.stop_memory.best_step for state in states} == {state.step for state in states}
    assert all(state.best is state.theta for state in states)
    run.set_weights({name: 2 * value for name, value in run.weights().items()})
    state = run.state()
    assert np.array_equal(state.theta, run.parameters)
    assert np.array_equal(state.best, run.best_parameters)
