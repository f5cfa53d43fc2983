"""A race in heats ends where one race of all would, and pauses before it gets long."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.experiment.diagnosis import heats
from gd_studio.experiment.diagnosis.heats import Heats, products_of_step
from gd_studio.experiment.race import race
from gd_studio.experiment.run import Run
from tests.experiment.experiments import small

RATES = np.array([0.01, 0.1, 0.5, 1.0, 2.0])


def begun() -> Run:
    run = Run(small(optimizer={"momentum": 0.9}))
    run.advance(20)
    return run


def stepped(field: Heats, steps: int) -> tuple[Array, int]:
    """Return the totals (K, steps) of every step, and the pauses it took."""
    totals, pauses = [], 0
    for _ in range(steps):
        work = field.step()
        while True:
            try:
                next(work)
            except StopIteration as done:
                totals.append(done.value)
                break
            pauses += 1
    return np.column_stack(totals), pauses


@pytest.mark.parametrize(("lanes", "heats_each"), [(1, 5), (2, 3), (5, 1), (100, 1)])
def test_heats_end_like_one_race_and_pause_after_each(
    lanes: int, heats_each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun()
    monkeypatch.setattr(heats, "MOST_PRODUCTS", lanes * products_of_step(run))
    before = run.fingerprint()
    field = Heats(run, RATES)
    totals, pauses = stepped(field, 10)
    whole = race(run, RATES, 10)
    assert pauses == 10 * heats_each
    assert totals == pytest.approx(whole.totals, rel=1e-12)
    assert field.thetas == pytest.approx(whole.parameters, rel=1e-10, abs=1e-12)
    assert run.fingerprint() == before


def test_one_model_is_the_least_of_a_heat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heats, "MOST_PRODUCTS", 1)
    assert stepped(Heats(begun(), RATES), 1)[1] == len(RATES)
