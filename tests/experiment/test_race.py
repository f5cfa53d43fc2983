"""A race: what it finds is what each run alone would find, and its run does not notice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gd_studio as gds
from gd_studio import GDStudioError, Run
from gd_studio.engine.optimizers import OPTIMIZERS
from tests.experiment.experiments import line, small, small_with

RATES = [0.001, 0.05, 0.5]
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "adam, dropout, clipped": {
        "optimizer": {"kind": "adam"},
        "model": {"dropout": 0.3},
        "training": {"clip_norm": 0.4},
    },
    "momentum, penalty, cosine": {
        "optimizer": {"momentum": 0.9},
        "penalty": {"l1": 0.001, "l2": 0.01},
        "schedule": {"kind": "cosine", "steps": 100, "warmup": 20},
    },
}


@pytest.mark.parametrize("chosen", SETTINGS)
def test_every_rate_goes_the_way_of_a_run_at_that_rate(chosen: str) -> None:
    run = Run(small(**SETTINGS[chosen]))
    run.advance(13)
    before, last = run.fingerprint(), run.last_step
    found = gds.race(run, RATES, 40)
    assert run.fingerprint() == before
    assert run.last_step == last
    assert found.totals.shape == (3, 40)
    for k, rate in enumerate(RATES):
        alone = run.fork(13, {"optimizer.learning_rate": rate})
        alone.advance(40)
        assert found.parameters[k] == pytest.approx(alone.parameters, rel=1e-8, abs=1e-10)
        assert found.totals[k] == pytest.approx(alone.history["total"][13:], rel=1e-8)
        assert found.train_loss[k] == pytest.approx(alone.evaluate()["total"], rel=1e-8)


def test_a_rate_that_is_too_high_spoils_only_its_own_lane() -> None:
    found = gds.race(Run(line()), [0.1, 50.0], 400)
    assert np.isfinite(found.totals[0]).all()
    assert found.train_loss[0] < 1
    assert not np.isfinite(found.train_loss[1])


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_can_race(kind: str) -> None:
    run = Run(small_with(OPTIMIZERS[kind]()))
    found = gds.race(run, RATES, 3)
    alone = run.fork(0, {"optimizer.learning_rate": RATES[1]})
    alone.advance(3)
    assert found.parameters[1] == pytest.approx(alone.parameters, rel=1e-8, abs=1e-10)
    assert len(np.unique(found.train_loss)) == 3


@pytest.mark.parametrize(
    ("rates", "steps", "sentence"),
    [
        ([], 10, "rates must be a list"),
        ([0.1, 0.0], 10, "finite numbers above 0"),
        ([0.1, float("nan")], 10, "finite numbers above 0"),
        ([[0.1]], 10, "rates must be a list"),
        (["fast"], 10, "rates must be numbers"),
        ([0.1], 0, "steps must be at least 1, not 0"),
        ([0.1], 2.5, "steps must be a whole number"),
    ],
)
def test_what_cannot_race_is_refused_in_a_sentence(rates: Any, steps: Any, sentence: str) -> None:
    with pytest.raises(GDStudioError, match=sentence):
        gds.race(Run(small()), rates, steps)
