"""The plateau's memory: when the rate falls, by how much, and what is not counted."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.schedules import Plateau


def factors(losses: Sequence[float], settings: Plateau) -> list[float]:
    memory, found = PlateauMemory(), []
    for loss in losses:
        memory = memory.after(loss, settings)
        found.append(memory.factor)
    return found


def test_the_rate_falls_when_more_than_patience_evaluations_were_not_better() -> None:
    settings = Plateau(gamma=0.5, patience=2)
    assert factors([5, 4, 4, 4, 4, 4, 4, 4], settings) == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25]


def test_a_better_loss_begins_the_count_anew() -> None:
    settings = Plateau(gamma=0.5, patience=1)
    assert factors([5, 5, 4, 4, 3, 3, 3], settings) == [1, 1, 1, 1, 1, 1, 0.5]


def test_only_a_loss_that_is_better_by_the_threshold_counts() -> None:
    settings = Plateau(gamma=0.5, patience=0, threshold=0.1)
    assert factors([100, 91, 89], settings) == [1, 0.5, 0.5]
    assert PlateauMemory().after(100, settings).after(91, settings).best == 100


def test_evaluations_in_the_cooldown_are_not_counted() -> None:
    settings = Plateau(gamma=0.5, patience=0, cooldown=2)
    assert factors([1] * 8, settings) == [1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]


def test_a_better_loss_in_the_cooldown_is_the_new_best() -> None:
    settings = Plateau(gamma=0.5, patience=0, cooldown=1)
    memory = PlateauMemory().after(2, settings).after(2, settings).after(1, settings)
    assert memory == PlateauMemory(best=1, bad=0, cooldown=0, factor=0.5)


def test_the_rate_never_falls_below_the_minimum() -> None:
    settings = Plateau(gamma=0.1, patience=0, minimum=0.03)
    assert factors([1] * 5, settings) == [1, 0.1, 0.03, 0.03, 0.03]


def test_a_cut_too_small_to_matter_is_not_made() -> None:
    settings = Plateau(gamma=0.1, patience=0)
    assert factors([1] * 20, settings)[-1] == pytest.approx(1e-8, rel=1e-14)


def test_a_raised_minimum_does_not_raise_the_rate() -> None:
    memory = PlateauMemory(best=1, factor=0.01)
    assert memory.after(1, Plateau(patience=0, minimum=0.5)).factor == 0.01


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_not_better(loss: float) -> None:
    memory = PlateauMemory().after(3, Plateau()).after(loss, Plateau())
    assert (memory.best, memory.bad) == (3, 1)
