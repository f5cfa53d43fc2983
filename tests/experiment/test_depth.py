"""Layer by layer: norms that add up, activations recomputed, dead and saturated units found."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.experiment.depth import (
    MOST_ROWS,
    Activities,
    ActivityRequest,
    activities,
    has_depth,
    layer_norms,
)
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from tests.experiment.experiments import small


def deep(activation: str, hidden: list[int], **data: Any) -> Run:
    model = {"kind": "mlp", "hidden": hidden, "activation": activation}
    return Run(small(model=model, data={"kind": "moons", "samples": 60, **data}))


def measured(run: Run, theta: Array | None = None) -> Activities:
    theta = run.parameters if theta is None else theta
    work = activities(ActivityRequest(run.hypothesis, theta, run.step_number))
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: Activities = done.value
            return found


def by_hand(run: Run, theta: Array, function: Any) -> list[Array]:
    """Return the activations (rows, units) of every layer, the output's sums last."""
    a = run.data.train.x
    found = []
    layers = run.hypothesis.network.layers
    for layer in layers:
        z = a @ layer.weight(theta) + layer.bias(theta)
        a = z if layer is layers[-1] else function(z)
        found.append(a)
    return found


def test_squared_norms_of_the_layers_add_up_to_the_whole() -> None:
    run = deep("tanh", [5, 4, 3])
    run.advance(7)
    layers = layer_norms(run.hypothesis, run.gradient, run.parameters, run.previous)
    record = run.record
    assert record is not None
    assert [layer.name for layer in layers] == ["hidden 1", "hidden 2", "hidden 3", "output"]
    assert math.hypot(*(x.gradient for x in layers)) == pytest.approx(record.gradient_norm, 1e-12)
    assert math.hypot(*(x.update for x in layers)) == pytest.approx(record.update_norm, 1e-12)
    whole = float(np.linalg.norm(run.parameters))
    assert math.hypot(*(x.weights for x in layers)) == pytest.approx(whole, 1e-12)


def test_the_ratio_is_the_update_over_the_weights_before_it() -> None:
    run = deep("tanh", [5])
    run.advance(3)
    first = layer_norms(run.hypothesis, run.gradient, run.parameters, run.previous)[0]
    count = 5 * 3
    change = np.linalg.norm((run.parameters - run.previous)[:count])
    wanted = float(change / np.linalg.norm(run.previous[:count]))
    assert first.ratio == pytest.approx(wanted, 1e-12)


def test_a_layer_of_zeros_has_an_infinite_ratio_and_no_step_has_none() -> None:
    run = deep("tanh", [5])
    zeros, ones = np.zeros(run.hypothesis.network.size), np.ones(run.hypothesis.network.size)
    moved = layer_norms(run.hypothesis, ones, ones, zeros)
    assert all(layer.ratio == math.inf for layer in moved)
    assert all(math.isnan(layer.ratio) for layer in layer_norms(run.hypothesis, ones, zeros, zeros))


def test_norms_of_huge_numbers_do_not_overflow() -> None:
    run = deep("tanh", [5])
    huge = np.full(run.hypothesis.network.size, 1e200)
    first = layer_norms(run.hypothesis, huge, huge, huge)[0]
    assert first.gradient == pytest.approx(1e200 * math.sqrt(15))
    broken = np.full(run.hypothesis.network.size, np.nan)
    assert math.isnan(layer_norms(run.hypothesis, broken, huge, huge)[0].gradient)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("tanh", np.tanh),
        ("relu", lambda z: np.maximum(z, 0)),
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
    ],
)
def test_mean_and_deviation_are_those_of_a_pass_by_hand(name: str, function: Any) -> None:
    run = deep(name, [6, 5])
    run.advance(5)
    found = measured(run)
    for activity, a in zip(found.layers, by_hand(run, run.parameters, function), strict=True):
        assert activity.mean == pytest.approx(float(a.mean()), abs=1e-12)
        assert activity.deviation == pytest.approx(float(a.std()), abs=1e-12)
    assert (found.rows, found.all_rows) == (len(run.data.train.rows),) * 2


def test_blocks_give_the_same_as_all_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = deep("tanh", [6, 5])
    at_once = measured(run).layers
    monkeypatch.setattr("gd_studio.experiment.depth.BLOCK_SUMS", 70)
    for one, other in zip(measured(run).layers, at_once, strict=True):
        assert one.mean == pytest.approx(other.mean, abs=1e-13)
        assert one.deviation == pytest.approx(other.deviation, abs=1e-13)
        assert one.saturated == other.saturated


def test_a_dead_unit_is_counted_and_a_living_one_is_not() -> None:
    run = deep("relu", [4, 3])
    theta = run.parameters.copy()
    first, second, _ = run.hypothesis.network.layers
    theta[:] = 0.1
    first.bias(theta)[2] = -1000.0
    second.bias(theta)[:] = 0.5
    first.weight(theta)[:, :2] *= -1
    found = measured(run, theta)
    hidden = by_hand(run, theta, lambda z: np.maximum(z, 0))
    assert [x.inactive for x in found.layers[:2]] == [
        int((a <= 0).all(axis=0).sum()) for a in hidden[:2]
    ]
    assert found.layers[0].inactive == 1
    assert found.layers[1].inactive == 0
    assert found.layers[2].inactive is None
    assert found.layers[0].saturated is None


@pytest.mark.parametrize(("name", "low", "high"), [("tanh", -0.97, 0.97), ("sigmoid", 0.03, 0.97)])
def test_the_saturated_share_counts_activations_in_the_flat_ends(
    name: str, low: float, high: float
) -> None:
    run = deep(name, [4])
    theta = run.parameters.copy()
    first = run.hypothesis.network.layers[0]
    first.bias(theta)[:] = (50.0, -50.0, 0.0, 0.0)
    first.weight(theta)[:] = 0.1
    found = measured(run, theta).layers
    assert found[0].saturated == pytest.approx(0.5, abs=1e-12)
    assert found[0].inactive is None
    assert found[1].saturated is None
    function = np.tanh if name == "tanh" else lambda z: 1 / (1 + np.exp(-z))
    first.weight(theta)[:] = 2.0
    a = by_hand(run, theta, function)[0]
    share = float(((a < low) | (a > high)).mean())
    assert measured(run, theta).layers[0].saturated == share


def test_what_is_no_number_is_neither_dead_nor_dropped() -> None:
    run = deep("relu", [4])
    theta = run.parameters.copy()
    run.hypothesis.network.layers[0].bias(theta)[1] = np.nan
    found = measured(run, theta).layers[0]
    assert math.isnan(found.mean)
    assert math.isnan(found.deviation)
    alive = np.delete(by_hand(run, run.parameters, lambda z: np.maximum(z, 0))[0], 1, axis=1)
    assert found.inactive == int((alive <= 0).all(axis=0).sum())


def test_many_rows_are_sampled_and_counted() -> None:
    run = deep("tanh", [3], samples=6000)
    found = measured(run)
    assert found.rows == MOST_ROWS
    assert found.all_rows == len(run.data.train.rows) > MOST_ROWS
    assert measured(run).layers == found.layers


def test_a_hundred_layers_are_measured() -> None:
    run = deep("tanh", [8] * 99)
    assert len(measured(run).layers) == 100


def test_a_landscape_has_no_depth() -> None:
    settings = {"data": {"kind": "none"}, "model": {"kind": "landscape"}}
    landscape = Run(Experiment.from_dict(settings))
    assert not has_depth(landscape.hypothesis)
    assert has_depth(deep("tanh", [3]).hypothesis)
