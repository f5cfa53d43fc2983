"""How a run ends: by every rule, with the values in the sentence, and how it goes on."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gd_studio import Experiment, Run
from gd_studio.experiment import stepper as stepper_module
from gd_studio.experiment.files import Project, load_project, save_project
from gd_studio.experiment.tape import Stopped
from tests.experiment.experiments import line, prints, small

TOO_FAST: dict[str, Any] = {"optimizer": {"learning_rate": 1.05}}


class Clock:
    """Seconds that pass only when they are asked for."""

    def __init__(self, each: float) -> None:
        self.now, self.each = 0.0, each

    def __call__(self) -> float:
        self.now += self.each
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give runs a clock by which every look takes an eighth of a second."""
    clock = Clock(0.125)
    monkeypatch.setattr(stepper_module, "time", SimpleNamespace(perf_counter=clock))
    return clock


def test_a_budget_of_steps_ends_the_run_at_exactly_that_step() -> None:
    run = Run(small(stop={"max_steps": 7}))
    reason = run.advance(100)
    assert reason is not None
    assert (reason.kind, reason.step, run.step_number) == ("max_steps", 7, 7)
    assert "7 steps" in reason.message


def test_a_budget_of_epochs_ends_the_run_with_its_last_batch() -> None:
    run = Run(small(stop={"max_steps": None, "max_epochs": 3}))
    reason = run.advance(100)
    assert reason is not None
    assert (reason.kind, reason.step) == ("max_epochs", 15)
    assert "3 epochs" in reason.message
    assert "15 steps" in reason.message


def test_a_target_loss_ends_the_run_at_the_evaluation_that_reaches_it() -> None:
    run = Run(line(stop={"target_loss": 0.3}))
    reason = run.advance(1000)
    assert reason is not None
    assert reason.kind == "target_loss"
    reached = float(run.history["train_loss"][-1])
    assert reached <= 0.3 < run.history["train_loss"][-2]
    assert f"{reached:.6g}" in reason.message
    assert "target of 0.3" in reason.message


def test_patience_ends_the_run_after_so_many_evaluations_without_a_better_one() -> None:
    run = Run(small(stop={"patience": 3}, optimizer={"learning_rate": 3.0}))
    reason = run.advance(5000)
    assert reason is not None
    assert reason.kind == "patience"
    held_out = run.history["validation_loss"]
    best = int(np.argmin(held_out))
    assert len(held_out) - 1 - best == 3
    step = int(run.history["evaluated_step"][best])
    assert f"{held_out[best]:.6g} at step {step}" in reason.message
    assert run.stop_memory.best_step == step


def early_stopping(**stop: Any) -> Experiment:
    settings = {"patience": 3, "restore_best": True, **stop}
    return small(stop=settings, optimizer={"learning_rate": 3.0}, model={"dropout": 0.2})


def test_early_stopping_brings_the_best_weights_back() -> None:
    run = Run(early_stopping())
    reason = run.advance(5000)
    assert reason is not None
    best = run.stop_memory.best_step
    assert 0 < best < run.step_number == run.last_step == reason.step
    assert reason.message.endswith(f"The weights of step {best} are back.")
    assert run.evaluate("validation")["total"] == run.history["validation_loss"].min()
    restored = run.parameters
    run.seek(best)
    assert (run.parameters == restored).all()
    run.seek(run.last_step)
    assert (run.parameters == restored).all()
    assert run.advance(10) == reason
    assert len(run.timeline.tape.acts) == 1


def test_early_stopping_by_single_steps_ends_the_same_way() -> None:
    run, stepped = Run(early_stopping()), Run(early_stopping())
    run.advance(5000)
    while stepped.stop_reason is None:
        stepped.step()
    assert stepped.fingerprint() == run.fingerprint()
    assert stepped.stop_reason == run.stop_reason


def test_restored_weights_are_replayed_from_a_file(tmp_path: Path) -> None:
    run = Run(early_stopping())
    reason = run.advance(5000)
    tape = run.timeline.tape.cut(run.last_step)
    save_project(tmp_path / "x.gds", Project(run.experiment, tape))
    again = Run.load(tmp_path / "x.gds")
    assert again.fingerprint() == run.fingerprint()
    assert again.stop_reason == reason
    assert again.advance(10) == reason
    assert again.timeline.tape.acts == run.timeline.tape.acts


def test_the_user_may_go_on_from_the_restored_weights() -> None:
    run = Run(early_stopping())
    run.advance(5000)
    restored, last = run.parameters, run.last_step
    run.step()
    assert run.step_number == last + 1
    assert (run.previous == restored).all()
    run.seek(last - 1)
    run.seek(last + 1)
    assert (run.previous == restored).all()


def test_nothing_comes_back_where_it_is_not_wanted() -> None:
    run = Run(early_stopping(restore_best=False))
    reason = run.advance(5000)
    assert reason is not None
    assert "are back" not in reason.message
    assert run.timeline.tape.acts == ()


def test_without_validation_rows_patience_watches_the_training_loss() -> None:
    run = Run(
        small(
            stop={"patience": 2},
            optimizer={"learning_rate": 5.0},
            preparation={"validation": 0.0},
        )
    )
    reason = run.advance(5000)
    assert reason is not None
    assert "The training loss has not improved for 2 evaluations" in reason.message


def test_a_budget_of_seconds_ends_the_run_and_its_replay_too(clock: Clock, tmp_path: Path) -> None:
    run = Run(small(stop={"max_steps": None, "max_seconds": 2.0}))
    reason = run.advance(1000)
    assert reason is not None
    assert reason.kind == "max_seconds"
    assert 0 < reason.step == run.last_step < 30
    assert "2 seconds" in reason.message
    assert f"{reason.step} steps" in reason.message
    assert [type(act) for act in run.timeline.tape.acts] == [Stopped]
    save_project(
        tmp_path / "x.gds",
        Project(run.experiment, run.timeline.tape.cut(run.last_step)),
    )
    clock.each = 0.0
    again = Run.load(tmp_path / "x.gds")
    assert again.stop_reason == reason
    assert again.fingerprint() == run.fingerprint()
    assert again.advance(10) == reason


def test_a_replay_counts_the_seconds_of_its_own_steps(clock: Clock) -> None:
    run = Run(small())
    run.replay((), 200)
    seconds = run.history.clock()[:, 2]
    assert len(seconds) > 2
    assert seconds[0] == 0
    assert (np.diff(seconds) >= 0).all()
    assert 0 < seconds[-1] == run.seconds <= 200 * 0.125


def test_seconds_belong_to_the_run_they_were_spent_on(clock: Clock) -> None:
    run = Run(small())
    for _ in range(10):
        run.step()
    spent = run.seconds
    assert spent == pytest.approx(10 * 0.125)
    run.seek(4)
    run.step()
    assert run.seconds == spent, "a step seen again takes no time of the run"
    place = run.branch()
    run.edit({"optimizer.learning_rate": 0.1})
    assert run.seconds == pytest.approx(5 * 0.125)
    run.restore(place)
    assert run.seconds == spent
    run.seek(0)
    run.edit({"optimizer.learning_rate": 0.1})
    assert run.seconds == 0


def test_after_a_stop_step_goes_on_and_advance_returns_the_same_reason() -> None:
    run = Run(small(stop={"max_steps": 7}))
    reason = run.advance(100)
    assert run.advance(100) == reason
    assert run.step_number == 7
    record = run.step()
    assert (record.step, run.last_step) == (8, 8)
    assert run.advance(100) == reason
    assert run.step_number == 8


def test_before_its_end_a_stopped_run_has_no_reason_and_advance_replays_up_to_it() -> None:
    run = Run(small(stop={"max_steps": 7}))
    reason = run.advance(100)
    run.seek(3)
    assert run.stop_reason is None
    assert run.advance(100) == reason
    assert run.step_number == 7


def test_a_budget_lifted_lets_the_run_go_on() -> None:
    run = Run(small(stop={"max_steps": 7}))
    run.advance(100)
    run.edit({"stop.max_steps": 12})
    assert run.stop_reason is None
    reason = run.advance(100)
    assert reason is not None
    assert (reason.step, reason.message) == (12, "The budget of 12 steps is spent.")


def test_a_diverged_run_keeps_its_last_finite_state_and_says_so() -> None:
    run = Run(line(optimizer={"learning_rate": 300.0}))
    reason = run.advance(100_000)
    assert reason is not None
    assert reason.kind == "diverged"
    assert reason.step == run.last_step + 1
    assert f"At step {reason.step}" in reason.message
    assert "learning rate of 300" in reason.message
    assert f"The weights of step {run.last_step}" in reason.message
    assert np.isfinite(run.parameters).all()
    assert np.isfinite(run.history["total"]).all()
    assert math.isfinite(run.evaluate()["total"])
    assert run.advance(100) == reason
    assert run.stop_reason == reason


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("batch", [10, None])
@pytest.mark.parametrize("kind", ["relu", "identity"])
def test_nothing_recorded_of_a_diverged_run_is_infinite(
    kind: str, batch: int | None, precision: str
) -> None:
    run = Run(
        line(
            model={"kind": "mlp", "hidden": [4, 4], "activation": kind},
            optimizer={"learning_rate": 200.0},
            training={"batch_size": batch, "precision": precision},
        )
    )
    reason = run.advance(10_000)
    assert reason is not None
    assert reason.kind == "diverged"
    for name in ("total", "gradient_norm", "update_norm", "train_loss", "validation_loss"):
        assert np.isfinite(run.history[name]).all(), name
    assert len(run.history) == run.last_step
    assert run.history["evaluated_step"][-1] <= run.last_step
    assert np.isfinite(run.parameters).all()


def test_a_diverged_run_can_be_walked_through_like_any_other() -> None:
    run = Run(line(optimizer={"learning_rate": 300.0}))
    reason = run.advance(100_000)
    expected = prints(run)
    run.seek(0)
    run.seek(run.last_step - 1)
    run.step()
    assert run.fingerprint() == expected[-1]
    record = run.step()
    assert not math.isfinite(record.total + record.gradient_norm + record.update_norm)
    assert run.step_number == run.last_step == len(expected) - 1
    assert run.fingerprint() == expected[-1]
    assert run.stop_reason == reason


def test_a_diverged_run_is_saved_by_a_lower_rate() -> None:
    run = Run(line(optimizer={"learning_rate": 300.0}))
    run.advance(100_000)
    run.seek(2)
    run.edit({"optimizer.learning_rate": 0.1})
    assert run.advance(200) is None
    assert run.evaluate()["total"] < run.history["train_loss"][0]


def test_weights_set_beyond_all_bounds_end_the_run_at_once() -> None:
    run = Run(line())
    run.step()
    run.set_weights({name: np.full(w.shape, 1e300) for name, w in run.weights().items()})
    reason = run.advance(10)
    assert reason is not None
    assert reason.kind == "diverged"
    assert run.last_step == 1
    assert (run.parameters == 1e300).all()


def test_a_loss_above_three_times_the_first_counts_as_too_high_though_finite() -> None:
    run = Run(line(**TOO_FAST))
    while not run.stop_memory.is_too_high:
        run.step()
        assert run.step_number < 200
    losses = run.history["train_loss"]
    assert (losses[-5:] > 3 * losses[0]).all()
    assert losses[-6] <= 3 * losses[0]
    assert run.stop_reason is None
    run.seek(run.step_number - 1)
    assert not run.stop_memory.is_too_high


def test_a_rule_that_fired_is_written_to_no_tape_but_fires_again(tmp_path: Path) -> None:
    run = Run(small(stop={"max_steps": None, "patience": 2}, optimizer={"learning_rate": 5.0}))
    reason = run.advance(5000)
    assert run.timeline.tape.acts == ()
    save_project(
        tmp_path / "x.gds", Project(run.experiment, run.timeline.tape.cut(run.last_step))
    )
    again = Run(load_project(tmp_path / "x.gds").experiment)
    assert again.advance(5000) == reason
    assert again.fingerprint() == run.fingerprint()
