"""Schedules: exact values, with and without a warm-up."""

from __future__ import annotations

import math

import pytest

from gd_studio.engine.schedules import (
    SCHEDULES,
    AbstractSchedule,
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    OneCycle,
    Plateau,
    Polynomial,
    StepDecay,
)
from gd_studio.settings import describe, kind_of

VALUES: list[tuple[AbstractSchedule, dict[int, float]]] = [
    (Constant(), {0: 1, 1: 1, 10**6: 1}),
    (Constant(warmup=4), {0: 0.25, 1: 0.5, 2: 0.75, 3: 1, 4: 1, 99: 1}),
    (StepDecay(every=10, gamma=0.5), {0: 1, 9: 1, 10: 0.5, 19: 0.5, 20: 0.25, 30: 0.125}),
    (StepDecay(every=10, gamma=0.5, warmup=2), {0: 0.5, 1: 1, 2: 1, 11: 1, 12: 0.5, 22: 0.25}),
    (Exponential(gamma=0.5), {0: 1, 1: 0.5, 2: 0.25, 10: 2**-10}),
    (Exponential(gamma=0.5, warmup=1), {0: 1, 1: 1, 2: 0.5, 3: 0.25}),
    (Cosine(steps=4), {0: 1, 1: (1 + math.sqrt(0.5)) / 2, 2: 0.5, 4: 0, 5: 0, 10**6: 0}),
    (Cosine(steps=4, minimum=0.2), {0: 1, 2: 0.6, 4: 0.2, 400: 0.2}),
    (Cosine(steps=4, minimum=0.2, warmup=5), {0: 0.2, 4: 1, 5: 1, 7: 0.6, 9: 0.2, 10: 0.2}),
    (Polynomial(steps=4), {0: 1, 1: 0.75, 3: 0.25, 4: 0, 5: 0, 10**6: 0}),
    (Polynomial(steps=4, power=3.0, warmup=2), {0: 0.5, 2: 1, 3: 27 / 64, 4: 0.125, 6: 0, 7: 0}),
    (CosineRestarts(period=4), {0: 1, 2: 0.5, 4: 1, 6: 0.5, 4 * 10**6: 1, 4 * 10**6 + 2: 0.5}),
    (
        # Periods of 2, 6, 18 steps: restarts at 2, 8, 26.
        CosineRestarts(period=2, growth=3, minimum=0.2),
        {0: 1, 1: 0.6, 2: 1, 5: 0.6, 8: 1, 17: 0.6, 26: 1, 53: 0.6},
    ),
    (CosineRestarts(period=2, growth=100, warmup=3), {0: 1 / 3, 3: 1, 4: 0.5, 5: 1, 105: 0.5}),
    (
        # The peak is at step 0.5 · 10 - 1 = 4, the end at step 9.
        OneCycle(steps=10, pct_start=0.5, div_factor=4.0, final_div_factor=10.0),
        {0: 0.25, 2: 0.625, 4: 1, 9: 0.025, 10: 0.025, 10**6: 0.025},
    ),
    (
        # The peak lies between two steps.
        OneCycle(steps=6, pct_start=0.25, div_factor=2.0, final_div_factor=5.0),
        {
            0: 0.5,
            1: 0.1 + 0.9 * (1 + math.cos(math.pi / 9)) / 2,
            3: 0.1 + 0.9 * (1 + math.cos(math.pi * 5 / 9)) / 2,
            5: 0.1,
        },
    ),
    (OneCycle(steps=10, pct_start=0.0), {9: 1 / 25 / 1e4, 11: 1 / 25 / 1e4}),
    (OneCycle(steps=10, pct_start=0.1), {0: 1, 9: 1 / 25 / 1e4}),
    (OneCycle(steps=10, pct_start=1.0), {0: 1 / 25, 9: 1, 99: 1}),
    (OneCycle(steps=1), {0: 1 / 25 / 1e4, 1: 1 / 25 / 1e4}),
    (OneCycle(steps=1, pct_start=1.0), {0: 1, 1: 1}),
    (Plateau(warmup=2), {0: 0.5, 1: 1, 2: 1, 10**6: 1}),
]


def test_every_schedule_is_tried_here() -> None:
    assert {kind_of(schedule) for schedule, _ in VALUES} == set(SCHEDULES)


@pytest.mark.parametrize(("schedule", "values"), VALUES)
def test_a_schedule_has_exactly_these_factors(
    schedule: AbstractSchedule, values: dict[int, float]
) -> None:
    found = {t: schedule.factor(t) for t in values}
    assert found == pytest.approx(values, rel=1e-15, abs=1e-16)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_schedule_reaches_the_full_rate_and_never_exceeds_it(kind: str) -> None:
    schedule = SCHEDULES[kind]()
    factors = [schedule.factor(t) for t in range(4000)]
    assert max(factors) == 1
    assert factors[0] == (1 if kind != "one_cycle" else pytest.approx(1 / 25, rel=1e-14))
    assert all(0 <= factor <= 1 for factor in factors)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_schedule_explains_all_its_settings(kind: str) -> None:
    chosen = SCHEDULES[kind]
    assert chosen.title
    assert {s.name for s in describe(chosen)} == set(chosen.__struct_fields__)
    assert all(s.title and s.help.endswith(".") and s.live for s in describe(chosen))
    assert sum(not s.more for s in describe(chosen)) <= 4, "the form shows five rows with the kind"


def test_a_very_long_exponential_schedule_ends_at_zero_without_an_error() -> None:
    assert Exponential(gamma=1e-3).factor(10**7) == 0
