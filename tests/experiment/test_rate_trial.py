"""Trying rates: each ends where a run at that rate would, and the run they start from stays."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from gd_studio import GDStudioError, Run
from gd_studio.engine.optimizers import OPTIMIZERS, Rprop
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.rate_trial import RateTrial, TriedRates, make_trial, prepare_trial
from tests.experiment.experiments import line, small, small_with

RATES = (0.001, 0.05, 0.5)


def made(trial: RateTrial) -> tuple[TriedRates, int]:
    """Return what became of a trial, and after how many pauses."""
    work, pauses = make_trial(trial), 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value, pauses
        pauses += 1


ADAM = {"optimizer": {"kind": "adam"}, "penalty": {"l2": 0.01}}


@pytest.mark.parametrize("change", [{}, ADAM, {"optimizer": {"momentum": 0.9}}])
def test_each_rate_ends_where_a_run_at_that_rate_would(change: dict[str, Any]) -> None:
    run = Run(small(**change))
    run.advance(13)
    before = run.fingerprint()
    found, pauses = made(prepare_trial(run, RATES, 60))
    assert run.fingerprint() == before
    assert pauses >= 60
    assert found.before == pytest.approx(run.evaluate()["total"], rel=1e-12)
    for rate, loss in zip(RATES, found.losses, strict=True):
        alone = run.fork(13, {"optimizer.learning_rate": rate})
        alone.advance(60)
        assert loss == pytest.approx(alone.evaluate()["total"], rel=1e-8)


def test_a_trial_may_be_made_while_its_run_goes_on() -> None:
    run, still = Run(small()), Run(small())
    expected, _ = made(prepare_trial(still, RATES))
    trial = prepare_trial(run, RATES)
    answers: list[TriedRates] = []
    thread = threading.Thread(target=lambda: answers.append(made(trial)[0]))
    thread.start()
    run.advance(400)
    thread.join()
    still.advance(400)
    assert answers[0].losses == pytest.approx(expected.losses, rel=1e-12)
    assert run.fingerprint() == still.fingerprint()


def test_diverged_worse_and_best_are_told_apart() -> None:
    found, _ = made(prepare_trial(Run(line()), [0.01, 0.3, 50.0], 400))
    assert found.diverged.tolist() == [False, False, True]
    assert found.worse.tolist() == [False, False, False]
    assert found.best == 1
    few, _ = made(prepare_trial(Run(line()), [0.01, 50.0], 3))
    assert few.worse.tolist() == [False, True]
    none = TriedRates(np.ones(2), np.array([2.0, np.nan]), 1.0, 200, 0)
    assert none.best is None


def test_a_landscape_tries_rates_too() -> None:
    run = Run(Experiment.from_dict({"model": {"kind": "landscape", "function": "bowl"}}))
    found, _ = made(prepare_trial(run, RATES, 50))
    alone = run.fork(0, {"optimizer.learning_rate": RATES[1]})
    alone.advance(50)
    assert found.losses[1] == pytest.approx(alone.evaluate()["total"], rel=1e-9)


@pytest.mark.parametrize("kind", [k for k, c in OPTIMIZERS.items() if c.full_batch])
def test_methods_that_choose_their_own_step_are_refused_with_the_reason(kind: str) -> None:
    run = Run(small_with(OPTIMIZERS[kind](), loss={"kind": "mse"}))
    with pytest.raises(GDStudioError, match="works out by itself how far each step goes"):
        prepare_trial(run, RATES)


def test_rprop_is_refused_once_its_rate_no_longer_counts() -> None:
    run = Run(small_with(Rprop()))
    prepare_trial(run, RATES)
    run.advance(1)
    with pytest.raises(GDStudioError, match="in the first step only"):
        prepare_trial(run, RATES)
