"""Stop rules: when each fires, what it says, and what is remembered between evaluations."""

from __future__ import annotations

import math

import pytest

from gd_studio.engine.stopping import Stop, StopMemory, stop_after_evaluation, stop_by_budget
from gd_studio.settings import describe

OFF = Stop(max_steps=None)


def remembered(*totals: float) -> StopMemory:
    memory = StopMemory()
    for step, total in enumerate(totals):
        memory = memory.after(step, total, total)
    return memory


def test_no_rule_means_no_end() -> None:
    assert stop_by_budget(OFF, 10**9, 10**9, 1e9) is None
    assert stop_after_evaluation(OFF, remembered(1, 2, 3, 4), 3, 0.0, "training") is None


@pytest.mark.parametrize(
    ("stop", "spent", "kind", "words"),
    [
        (Stop(max_steps=7), (7, 0, 0.0), "max_steps", ["7 steps"]),
        (Stop(max_steps=None, max_epochs=3), (90, 3, 0.0), "max_epochs", ["3 epochs", "90 steps"]),
        (
            Stop(max_steps=None, max_seconds=2.5),
            (40, 0, 2.5),
            "max_seconds",
            ["2.5 seconds", "40 steps"],
        ),
    ],
)
def test_a_spent_budget_ends_the_run_and_says_its_values(
    stop: Stop, spent: tuple[int, int, float], kind: str, words: list[str]
) -> None:
    reason = stop_by_budget(stop, *spent)
    assert reason is not None
    assert (reason.kind, reason.step) == (kind, spent[0])
    assert all(word in reason.message for word in words)
    step, epochs, seconds = spent
    assert stop_by_budget(stop, step - 1, epochs - 1, seconds - 0.1) is None


def test_a_target_reached_ends_the_run_and_says_both_losses() -> None:
    stop = Stop(target_loss=0.25)
    reason = stop_after_evaluation(stop, remembered(1, 0.2), 12, 0.2, "validation")
    assert reason is not None
    assert (reason.kind, reason.step) == ("target_loss", 12)
    assert "0.2 " in reason.message
    assert "0.25" in reason.message
    assert "step 12" in reason.message
    assert stop_after_evaluation(stop, remembered(1), 12, 0.2500001, "validation") is None


def test_patience_counts_evaluations_without_a_better_one() -> None:
    stop = Stop(patience=3)
    assert stop_after_evaluation(stop, remembered(5, 4, 6, 7), 3, 7, "validation") is None
    reason = stop_after_evaluation(stop, remembered(5, 4, 6, 7, 4), 4, 4, "validation")
    assert reason is not None
    assert reason.kind == "patience"
    assert "validation loss has not improved for 3 evaluations" in reason.message
    assert "4 at step 1" in reason.message
    assert stop_after_evaluation(stop, remembered(5, 4, 6, 7, 3), 4, 3, "validation") is None


def test_the_best_is_the_lowest_watched_loss_and_its_first_step() -> None:
    memory = remembered(5, 2, 3, 2, 4)
    assert (memory.first_loss, memory.best_loss, memory.best_step) == (5, 2, 1)


def test_a_loss_above_three_times_the_first_for_five_evaluations_is_too_high() -> None:
    assert not remembered(1, 3.1, 3.1, 3.1, 3.1).is_too_high
    assert remembered(1, 3.1, 3.1, 3.1, 3.1, 3.1).is_too_high
    assert not remembered(1, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0).is_too_high
    assert not remembered(1, 4, 4, 4, 4, 3, 4, 4, 4, 4).is_too_high


def test_a_loss_that_is_no_number_is_never_the_best() -> None:
    memory = remembered(5, math.nan, math.inf)
    assert memory.best_loss == 5
    assert memory.without_improvement == 2


def test_every_rule_explains_itself_and_may_change_in_mid_run() -> None:
    for setting in describe(Stop):
        assert setting.live
        assert setting.optional or setting.default is False, "every rule can be off"
        assert setting.help.endswith(".")
