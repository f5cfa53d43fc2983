"""Acts in mid-run: what they leave of stops, of the best, and of what was recorded."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio import Run
from tests.experiment.experiments import small


def test_another_batch_size_and_back_is_replayed_to_the_byte() -> None:
    run = Run(small())
    run.advance(5)
    run.edit({"training.batch_size": 16})
    run.edit({"training.batch_size": 10})
    run.advance(20)
    last = run.fingerprint()
    run.seek(0)
    run.seek(25)
    assert run.fingerprint() == last


def test_weights_that_were_set_are_evaluated_and_count_as_a_new_start() -> None:
    run = Run(small(training={"evaluate_every": 10}))
    for step in (0, 30, 35):
        run.advance(step - run.step_number)
        run.set_weights({name: 2 * value for name, value in run.weights().items()})
        assert run.history["evaluated_step"][-1] == step
        assert run.history["train_loss"][-1] == run.evaluate()["total"]
        assert run.history["validation_score"][-1] == run.evaluate("validation")["accuracy"]
        assert run.stop_memory.first_loss == run.evaluate()["total"]
        assert run.stop_memory.best_step == step
    assert list(run.history["evaluated_step"]) == [0, 10, 20, 30, 35]
    memory, last = run.stop_memory, run.fingerprint()
    run.seek(12)
    run.seek(35)
    assert run.stop_memory == memory
    assert run.fingerprint() == last


def test_early_stopping_never_brings_back_what_was_set_over() -> None:
    run = Run(small(stop={"patience": 3, "restore_best": True}, training={"evaluate_every": 10}))
    run.advance(50)
    run.set_weights({name: 8 * value for name, value in run.weights().items()})
    run.edit({"optimizer.learning_rate": 5.0})
    reason = run.advance(5000)
    assert reason is not None
    after = run.history["evaluated_step"] >= 50
    best = run.history["validation_loss"][after].min()
    assert run.evaluate("validation")["total"] == best


def test_a_fork_knows_a_stop_that_was_cleared_later() -> None:
    run = Run(
        small(
            training={"evaluate_every": 1},
            stop={"patience": 1, "restore_best": True},
            optimizer={"learning_rate": 3.0},
        )
    )
    assert run.advance(100) is not None
    stopped = run.step_number
    for _ in range(20):
        run.step()
    run.edit({"penalty.l2": 0.01})
    for step in range(stopped + 1, stopped + 20):
        fork = run.fork(step)
        while fork.step_number < stopped + 20:
            fork.step()
        run.seek(stopped + 20)
        # The fork has not made the edit that came after the last of these steps.
        assert (fork.parameters == run.parameters).all(), step


def test_an_edit_at_a_spent_budget_makes_no_step_more_until_there_is_more_budget() -> None:
    run = Run(small(stop={"max_steps": 20}))
    run.advance(100)
    run.edit({"optimizer.learning_rate": 0.2})
    reason = run.advance(100)
    assert reason is not None
    assert (reason.kind, run.step_number) == ("max_steps", 20)
    run.edit({"stop.max_steps": 25})
    run.advance(100)
    assert run.step_number == 25


def test_a_live_edit_has_the_patience_anew() -> None:
    run = Run(small(stop={"patience": 3}, optimizer={"learning_rate": 3.0}))
    reason = run.advance(5000)
    assert reason is not None
    checks = len(run.history["evaluated_step"])
    run.edit({"optimizer.learning_rate": 1e-9})
    assert run.advance(5000) is not None
    assert len(run.history["evaluated_step"]) == checks + 3


@pytest.mark.parametrize("away", [0, 7])
def test_what_is_done_with_the_trainer_from_outside_leaves_the_run_as_it_was(away: int) -> None:
    run, untouched = Run(small()), Run(small())
    for one in (run, untouched):
        one.advance(10)
        one.seek(10 - away)
    trainer = run.trainer
    trainer.next_batch()
    trainer.forward()
    assert trainer.passes.units[0].shape == (4, trainer.outputs.shape[1])
    run.step()
    untouched.step()
    trainer.step()
    trainer.step()
    run.advance(12)
    untouched.advance(12)
    assert run.fingerprint() == untouched.fingerprint()
    assert run.last_step == untouched.last_step
    assert np.array_equal(run.history["total"], untouched.history["total"])


def test_a_record_holds_plain_numbers_in_float32_too() -> None:
    run = Run(small(training={"precision": "float32"}, penalty={"l2": 0.1, "l1": 0.01}))
    record = run.step()
    assert type(record.penalty) is float
    assert type(record.total) is float
    assert record.total == run.history["total"][0]
