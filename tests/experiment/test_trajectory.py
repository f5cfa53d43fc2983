"""The path through parameter space: few steps kept, the right ones, never written to again."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio import Run
from gd_studio.experiment.trajectory import MOST_PARAMETERS, MOST_STEPS, Trajectory
from tests.experiment.experiments import line


def walk(trajectory: Trajectory, first: int, last: int) -> None:
    for step in range(first, last + 1):
        trajectory.record(step, np.array([float(step), -step]))
    trajectory.finish(last, np.array([float(last), -last]))


@pytest.mark.parametrize("last", [0, 1, 64, 1999, 2000, 2001, 4001, 10_000, 50_001])
def test_no_more_than_two_thousand_steps_are_kept_with_first_and_last(last: int) -> None:
    trajectory = Trajectory(np.zeros(2), 0)
    walk(trajectory, 1, last)
    steps, rows = trajectory.path()
    assert len(steps) == len(rows) <= MOST_STEPS
    assert (steps[0], steps[-1]) == (0, last)
    assert (np.diff(steps) > 0).all()
    assert np.array_equal(rows[:, 0], steps)
    assert np.array_equal(rows[:, 1], -steps)
    if last >= 2000:
        assert len(steps) >= MOST_STEPS / 2
        assert np.diff(steps).max() <= 2 * np.diff(steps)[:-1].min()


def test_steps_at_which_something_was_done_are_always_kept() -> None:
    trajectory = Trajectory(np.zeros(2), 0)
    done = list(range(37, 9000, 91))
    start = 1
    for step in done:
        walk(trajectory, start, step)
        trajectory.force(step, np.array([float(step), -step]))
        start = step + 1
    walk(trajectory, start, 30_000)
    steps, rows = trajectory.path()
    assert set(done) <= set(steps.tolist())
    assert len(steps) <= MOST_STEPS
    assert np.array_equal(rows[:, 0], steps)


def test_a_view_handed_out_never_changes_and_cannot_be_written_to() -> None:
    trajectory = Trajectory(np.zeros(2), 0)
    views = []
    for last in range(100, 9000, 700):
        walk(trajectory, last - 99, last)
        steps, rows = trajectory.path()
        views.append((steps, rows, rows.copy()))
        trajectory.force(last, np.array([0.5, 0.5]))
    for steps, rows, copy in views:
        assert len(steps) == len(copy)
        assert np.array_equal(rows, copy)
        with pytest.raises(ValueError, match="read-only"):
            rows[0] = 1


def test_a_branch_has_rows_of_its_own() -> None:
    trajectory = Trajectory(np.zeros(2), 0)
    walk(trajectory, 1, 500)
    branch = trajectory.cut(200)
    for step in range(201, 400):
        branch.record(step, np.array([-7.0, -7.0]))
    branch.finish(399, np.array([-7.0, -7.0]))
    assert trajectory.path()[1][300, 0] == 300
    assert branch.path()[0].tolist() == list(range(400))
    assert (branch.path()[1][201:] == -7).all()


def test_of_very_many_parameters_a_seeded_part_is_kept() -> None:
    theta = np.arange(MOST_PARAMETERS + 50.0)
    trajectory = Trajectory(theta, 3)
    assert trajectory.parameters is not None
    assert len(trajectory.parameters) == MOST_PARAMETERS
    assert np.array_equal(trajectory.path()[1][0], trajectory.parameters)
    again = Trajectory(theta, 3)
    assert again.parameters is not None
    assert np.array_equal(again.parameters, trajectory.parameters)


def test_a_runs_path_holds_the_parameters_of_its_steps() -> None:
    run = Run(line())
    expected = [run.parameters]
    for _ in range(60):
        run.step()
        expected.append(run.parameters)
    steps, rows = run.timeline.trajectory.path()
    assert steps.tolist() == list(range(61))
    assert np.array_equal(rows, np.array(expected))


def test_a_path_is_copied_once_for_all_who_hold_it_and_anew_when_it_grows() -> None:
    run = Run(line(stop={"max_steps": None}))
    run.advance(2101)  # beyond the kept steps, so that the last one is joined to them
    steps, rows = run.timeline.trajectory.path()
    assert steps[-1] == 2101
    assert not rows.flags.writeable
    assert run.timeline.trajectory.path()[1].base is rows.base
    run.seek(50)
    assert run.timeline.trajectory.path()[1].base is rows.base
    run.seek(2101)
    run.step()
    grown = run.timeline.trajectory.path()[1]
    assert grown.base is not rows.base
    assert np.array_equal(grown[-1], run.parameters)
    assert np.array_equal(rows[-1], run.previous)
