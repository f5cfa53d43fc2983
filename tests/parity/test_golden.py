"""The engine makes the steps that PyTorch made, without PyTorch."""

from __future__ import annotations

import pytest

from tests.parity.cases import RECORDED, STEPS, Case, cases
from tests.parity.engine import Engine, deviation
from tests.parity.golden import golden

CASES = [case for case in cases() if case.recorded]


def test_every_case_is_recorded() -> None:
    assert {case.name for case in CASES} == set(golden()), "record anew: tests/parity/record.py"


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_the_engine_makes_the_recorded_steps(case: Case) -> None:
    numbers = golden()[case.name]
    after, chaotic = numbers["after"], "before" in numbers
    starts = {what: vectors for what, vectors in numbers.items() if what != "after"}
    engine = Engine(case)
    for number in range(1, STEPS + 1):
        if chaotic and number in RECORDED[1:]:
            start = {what: rows[RECORDED.index(number) - 1] for what, rows in starts.items()}
            engine.start_from(start.pop("before"), start)
        engine.step()
        if number in RECORDED:
            apart = deviation(engine.trainer.theta, after[RECORDED.index(number)])
            assert apart < (1e-12 if chaotic else 1e-10), number
