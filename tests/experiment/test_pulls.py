"""Who pulled: the rows' parts in a gradient add up to it, and can be had without a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.agreement import moments, moments_in_blocks, ratio
from gd_studio.experiment.batch_pass import StepBatch
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.explanation import explain
from gd_studio.experiment.pulls import Pulls, pulls, pulls_in_blocks
from gd_studio.experiment.run import Run
from tests.experiment.experiments import small

REGRESSION = {"data": {"kind": "sine", "samples": 60}, "model": {"kind": "mlp", "hidden": [4, 3]}}
WEIGHTED = {"kind": "cross_entropy", "class_weights": [1.0, 4.0], "label_smoothing": 0.1}
CASES: dict[str, dict[str, Any]] = {
    **{kind: {**REGRESSION, "loss": {"kind": kind}} for kind in ("mse", "mae", "huber")},
    "log_cosh": {**REGRESSION, "loss": {"kind": "log_cosh"}},
    "cross_entropy": {},
    "weighted and smoothed": {"loss": WEIGHTED},
    "balanced": {"loss": {"kind": "cross_entropy", "class_weights": "balanced"}},
    "hinge": {"loss": {"kind": "hinge", "class_weights": [3.0, 1.0]}},
    "squared probabilities": {"loss": {"kind": "mse"}},
    "three classes": {
        "data": {"kind": "iris"},
        "loss": {"kind": "cross_entropy", "class_weights": [1.0, 2.0, 0.5]},
    },
    "penalty": {"penalty": {"l1": 0.01, "l2": 0.1}},
    "dropout": {"model": {"kind": "mlp", "hidden": [6, 5], "dropout": 0.4}},
    "polynomial": {"data": {"kind": "sine", "samples": 40}, "model": {"kind": "polynomial"}},
    "logistic": {"model": {"kind": "logistic"}, "training": {"batch_size": 7}},
    "all rows": {"training": {"batch_size": None}},
}


def experiment_of(case: str) -> Experiment:
    change = CASES[case]
    if "data" in change:
        return Experiment.from_dict({"training": {"batch_size": 10}, **change})
    return small(**change)


def batch_of(run: Run) -> StepBatch:
    model = run.in_force.model
    return StepBatch(
        run.hypothesis,
        run.previous,
        run.batch_rows,
        run.step_number,
        getattr(model, "dropout", 0.0),
        run.in_force.training.seed,
    )


def stepped(case: str, steps: int = 3) -> Run:
    run = Run(experiment_of(case))
    for _ in range(steps):
        run.step()
    return run


def all_pulls(run: Run) -> list[Pulls]:
    batch = batch_of(run)
    return [pulls(batch, i) for i in range(run.hypothesis.network.size)]


@pytest.mark.parametrize("case", CASES)
def test_the_parts_of_rows_and_penalty_add_up_to_the_gradient(case: str) -> None:
    run = stepped(case)
    found = all_pulls(run)
    together = np.array([p.parts.sum() + p.penalty for p in found])
    assert np.abs(together - run.gradient).max() <= 1e-12 * max(1, np.abs(run.gradient).max())
    assert np.array_equal(together, [p.gradient for p in found])
    assert all(np.array_equal(p.rows, run.batch_rows) for p in found)
    pulled = [p for p in found if abs(p.gradient) > 1e-9]
    for one in pulled:
        shares = one.shares.sum() + one.penalty / one.gradient
        assert shares == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("case", [c for c in CASES if c != "dropout"])
def test_each_row_has_the_part_that_its_own_gradient_says(case: str) -> None:
    run = stepped(case)
    hypothesis, train = run.hypothesis, run.data.train
    found = all_pulls(run)
    total = float(found[0].weights.sum())
    for place, row in enumerate(run.batch_rows[:5]):
        own = explain(hypothesis, run.previous, train, int(row)).gradient / total
        assert np.allclose([p.parts[place] for p in found], own, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("case", [c for c in CASES if c != "dropout"])
def test_without_a_row_the_gradient_is_that_of_the_others(case: str) -> None:
    run = stepped(case)
    hypothesis, train = run.hypothesis, run.data.train
    before = run.fingerprint()
    found = all_pulls(run)
    for place in (0, len(run.batch_rows) - 1):
        rest = np.delete(run.batch_rows, place)
        x = hypothesis.network_input(train.x[rest])
        y = hypothesis.network_target(train.y[rest])
        oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)
        wanted = oracle.gradient(run.previous)
        got = np.array([p.without(place) for p in found])
        assert np.allclose(got, wanted, rtol=1e-10, atol=1e-13)
    assert run.fingerprint() == before


def test_dropout_masks_are_those_of_the_step_and_of_no_other() -> None:
    run = stepped("dropout")
    batch = batch_of(run)
    other = [pulls(replace(batch, step=2), i).gradient for i in range(len(run.gradient))]
    assert np.abs(np.array(other) - run.gradient).max() > 1e-3


def test_a_single_row_leaves_nothing_behind() -> None:
    run = Run(small(training={"batch_size": 1}))
    run.step()
    assert np.isnan(pulls(batch_of(run), 0).without(0))
    mean, deviation = moments(batch_of(run))
    assert np.array_equal(deviation, np.zeros(len(mean)))


def test_step_0_stands_for_all_training_rows() -> None:
    run = Run(experiment_of("dropout"))
    batch = replace(batch_of(run), rows=np.arange(len(run.data.train.rows)))
    got = [pulls(batch, i).gradient for i in range(len(run.gradient))]
    assert np.allclose(got, run.full_gradient(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", ["dropout", "three classes", "penalty"])
def test_block_by_block_it_comes_to_the_same(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stepped(case)
    batch = batch_of(run)
    at_once = [pulls(batch, i) for i in (0, 3, run.hypothesis.network.size - 1)]
    first, second = moments(batch)
    monkeypatch.setattr("gd_studio.experiment.batch_pass.BLOCK_PRODUCTS", 80)
    assert not batch.is_small
    for whole in at_once:
        pauses, cut = counted(pulls_in_blocks(batch, whole.parameter))
        assert pauses > 1
        assert np.allclose(cut.parts, whole.parts, rtol=1e-12, atol=1e-16)
        assert cut.penalty == whole.penalty
    pauses, (mean, deviation) = counted(moments_in_blocks(batch))
    assert pauses > 1
    assert np.allclose(mean, first, rtol=1e-10, atol=1e-14)
    assert np.allclose(deviation, second, rtol=1e-6, atol=1e-10)


def counted(work: Any) -> tuple[int, Any]:
    """Return how many pauses work in blocks makes, and what it comes to."""
    pauses = 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            return pauses, done.value
        pauses += 1


@pytest.mark.parametrize("case", ["cross_entropy", "weighted and smoothed", "mse", "three classes"])
def test_signal_and_noise_are_mean_and_deviation_of_the_rows_gradients(case: str) -> None:
    run = stepped(case)
    hypothesis, train = run.hypothesis, run.data.train
    assert isinstance(hypothesis.network, Network)
    y = hypothesis.network_target(train.y[run.batch_rows])
    count, total = len(run.batch_rows), hypothesis.loss.total_weight(y)
    rows: Array = np.array(
        [explain(hypothesis, run.previous, train, int(r)).gradient for r in run.batch_rows]
    )
    own = rows * count / total
    mean, deviation = moments(batch_of(run))
    assert np.allclose(mean, own.mean(axis=0), rtol=1e-10, atol=1e-14)
    assert np.allclose(deviation, own.std(axis=0), rtol=1e-6, atol=1e-9)
    clear = own.std(axis=0) > 1e-6
    wanted = np.abs(own.mean(axis=0)) / own.std(axis=0)
    assert np.allclose(ratio(mean, deviation)[clear], wanted[clear], rtol=1e-5)


def test_the_strongest_rows_come_first_and_lost_ones_before_them() -> None:
    parts = np.array([0.1, -0.5, np.nan, 0.3, -0.3, 0.0])
    one = Pulls(0, np.arange(6), parts, np.ones(6), 0.0)
    assert one.strongest(4).tolist() == [2, 1, 3, 4]
    assert len(one.strongest(10)) == 6
    assert one.strongest(0).tolist() == []
