"""Looking at the step to come: the run's own numbers, and no trace of having looked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.ledger import copied, ledger
from gd_studio.experiment.run import Run
from gd_studio.experiment.under_way import UnderWay
from tests.experiment.experiments import line, small
from tests.experiment.ledger.moments import moment_of

CASES: dict[str, Experiment] = {
    "a network": small(),
    "dropout": small(model={"hidden": [4], "dropout": 0.4}),
    "momentum and penalties": small(
        optimizer={"kind": "sgd", "momentum": 0.9}, penalty={"l1": 0.01, "l2": 0.1}
    ),
    "a rate that stalls": small(schedule={"kind": "plateau", "patience": 0}),
    "all rows": line(),
    "a landscape": Experiment.from_dict({"model": {"kind": "landscape", "function": "bowl"}}),
}


def all_of(run: Run) -> tuple[Any, ...]:
    trainer = run.trainer
    return (
        run.fingerprint(),
        run.step_number,
        run.last_step,
        len(run.history),
        run.batch,
        run.batch_rows.tolist(),
        run.gradient.tolist(),
        run.previous.tolist(),
        run.record,
        trainer.rate_factor,
    )


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", [(0, 0), (1, 1), (7, 7), (70, 70), (70, 30), (12, 11)])
def test_a_look_ahead_finds_the_next_steps_numbers_and_leaves_no_trace(
    case: str, place: tuple[int, int]
) -> None:
    last, step = place
    run = Run(CASES[case])
    run.advance(last)
    run.seek(step)
    before = all_of(run)
    coming = run.peek()
    assert all_of(run) == before
    record = run.step()
    assert (coming.step, coming.epoch) == (record.step, record.epoch)
    assert (coming.loss, coming.penalty) == (record.loss, record.penalty)
    assert np.array_equal(coming.batch_rows, run.batch_rows)
    assert (coming.batch, coming.batches) == run.batch
    plain = Run(CASES[case])
    plain.advance(step + 1)
    assert run.fingerprint() == plain.fingerprint()
    assert len(run.history) == max(last, step + 1)


def test_a_look_ahead_after_weights_were_set_starts_from_them() -> None:
    run = Run(small())
    run.advance(5)
    run.set_weights({name: value * 0.5 for name, value in run.weights().items()})
    before = all_of(run)
    coming = run.peek()
    assert all_of(run) == before
    assert coming.loss == run.step().loss


def test_guess_and_check_of_a_step_under_way_are_those_it_will_have() -> None:
    run = Run(small(model={"hidden": [4], "dropout": 0.4}, penalty={"l2": 0.1}))
    run.advance(6)
    coming = run.peek()
    moment = UnderWay(moment_of(run), coming)
    told = ledger(moment, run.data.train, int(coming.batch_rows[0]), 3, "check")
    run.step()
    whole = ledger(moment_of(run), run.data.train, int(coming.batch_rows[0]), 3)
    for early, late in zip(told.sections, whole.sections, strict=False):
        assert [(e.name, e.value) for e in early.entries] == [
            (e.name, e.value) for e in late.entries
        ]
    assert len(told.sections) == 2


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("steps", [0, 3])
def test_the_whole_ledger_of_a_step_under_way_is_foreseen(case: str, steps: int) -> None:
    run = Run(CASES[case])
    run.advance(steps)
    foreseen = UnderWay(moment_of(run), run.peek()).foreseen
    early = copied(ledger(foreseen, run.data.train, 0, 1))
    run.step()
    assert early == copied(ledger(moment_of(run), run.data.train, 0, 1))


@pytest.mark.parametrize("case", CASES)
def test_a_first_step_too_large_to_be_foreseen_has_the_lines_of_its_move(case: str) -> None:
    run = Run(CASES[case])
    coming = replace(run.peek(), outcome=None)
    early = ledger(UnderWay(moment_of(run), coming).foreseen, run.data.train, 0, 1, whole=False)
    run.step()
    made = ledger(moment_of(run), run.data.train, 0, 1, whole=False)
    assert [s.title for s in early.sections] == [s.title for s in made.sections]
    for foreseen, late in zip(early.sections, made.sections, strict=True):
        assert [e.name for e in foreseen.brief] == [e.name for e in late.brief]
        assert len(foreseen.notes) == len(late.notes)
