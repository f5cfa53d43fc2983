"""The next step before it is taken: the same bits as the step then made, and the run untouched."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio import Run
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.experiment import outlook
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.outlook import Outlook, is_cheap
from tests.experiment.experiments import line, small, small_with


@pytest.mark.parametrize("kind", [k for k in OPTIMIZERS if k != "levenberg_marquardt"])
def test_every_optimizers_next_step_is_known_to_the_bit(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "MOST_WORK", 10**9)
    run, ahead = Run(small_with(OPTIMIZERS[kind]())), Outlook()
    for _ in range(12):
        before = run.fingerprint()
        wanted = ahead.next(run)
        assert wanted is not None
        assert run.fingerprint() == before
        run.step()
        assert np.array_equal(run.parameters, wanted)


def test_schedule_clipping_dropout_and_penalty_are_in_it() -> None:
    run = Run(
        small(
            schedule={"kind": "cosine"},
            model={"dropout": 0.3, "hidden": [8]},
            training={"clip_norm": 0.05},
            penalty={"l1": 0.01, "l2": 0.02},
            optimizer={"kind": "adam"},
        )
    )
    ahead = Outlook()
    for _ in range(20):
        wanted = ahead.next(run)
        run.step()
        assert wanted is not None
        assert np.array_equal(run.parameters, wanted)


def test_it_follows_jumps_edits_and_weights_that_are_set() -> None:
    run, ahead = Run(small(optimizer={"kind": "sgd", "momentum": 0.9})), Outlook()
    run.advance(23)
    ahead.next(run)
    run.seek(7)
    wanted = ahead.next(run)
    run.edit({"optimizer.learning_rate": 0.7, "training.batch_size": 4})
    edited = ahead.next(run)
    assert wanted is not None
    assert edited is not None
    assert not np.array_equal(wanted, edited)
    run.set_weights({name: value * 0.5 for name, value in run.weights().items()})
    moved = ahead.next(run)
    run.step()
    assert moved is not None
    assert np.array_equal(run.parameters, moved)
    other = Run(line())
    wanted = ahead.next(other)
    other.step()
    assert wanted is not None
    assert np.array_equal(other.parameters, wanted)


def test_a_landscapes_next_step_is_known_too() -> None:
    run, ahead = Run(Experiment.from_dict({"model": {"kind": "landscape"}})), Outlook()
    wanted = ahead.next(run)
    run.step()
    assert wanted is not None
    assert np.array_equal(run.parameters, wanted)


def test_a_step_that_diverges_lands_beyond_all_measure() -> None:
    run = Run(line(optimizer={"learning_rate": 1000.0}))
    assert run.advance(10_000) is not None
    wanted = Outlook().next(run)
    assert wanted is not None
    assert not (np.abs(wanted) < 1e100).all()


def test_what_would_take_long_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(small())
    assert is_cheap(run)
    monkeypatch.setattr(outlook, "MOST_WORK", 10)
    assert Outlook().next(run) is None
    monkeypatch.undo()
    monkeypatch.setattr(outlook, "MOST_DATA", 10)
    assert Outlook().next(run) is None
