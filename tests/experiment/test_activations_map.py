"""The outputs of all nodes: the same numbers as a forward pass written out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio.engine.network import Network
from gd_studio.experiment.activations_map import (
    MOST_PRODUCTS,
    RESOLUTIONS,
    NodeOutputs,
    resolution_for,
)
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run

BENDS: dict[str, Any] = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def run_of(change: dict[str, Any], steps: int = 5) -> Run:
    run = Run(Experiment.from_dict(change))
    run.advance(steps)
    return run


@pytest.mark.parametrize("activation", sorted(BENDS))
@pytest.mark.parametrize("hidden", [[8, 8], [3], [5, 4, 3, 2]])
def test_every_node_puts_out_what_a_pass_by_hand_gives(activation: str, hidden: list[int]) -> None:
    run = run_of({"model": {"kind": "mlp", "hidden": hidden, "activation": activation}})
    x = np.random.default_rng(0).normal(size=(30, 2))
    found = NodeOutputs(run.hypothesis, x)(run.parameters)
    weights = run.weights()
    names = [f"hidden {i + 1}" for i in range(len(hidden))]
    a = x
    assert np.array_equal(found[0], x.T)
    for place, name in enumerate(names):
        a = BENDS[activation](a @ weights[f"{name}.weight"] + weights[f"{name}.bias"])
        assert np.abs(found[place + 1] - a.T).max() < 1e-12
    z = a @ weights["output.weight"] + weights["output.bias"]
    assert np.abs(found[-1] - z.T).max() < 1e-12
    assert [len(f) for f in found] == [2, *hidden, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"kind": "plane"}, "model": {"kind": "linear"}},
        {"data": {"kind": "circles"}, "model": {"kind": "polynomial", "degree": 4}},
        {"data": {"kind": "digits"}, "model": {"kind": "logistic"}},
        {"data": {"kind": "iris"}, "model": {"kind": "logistic"}},
        {"training": {"precision": "float32"}},
    ],
)
def test_inputs_and_outputs_are_those_of_the_model(change: dict[str, Any]) -> None:
    run = run_of(change)
    x = run.data.train.x[:7]
    found = NodeOutputs(run.hypothesis, x)(run.parameters)
    assert len(found[0]) == len(run.hypothesis.inputs)
    assert np.array_equal(found[-1].T, run.hypothesis.outputs(run.parameters, x))


def test_another_call_follows_other_parameters() -> None:
    run = run_of({})
    nodes = NodeOutputs(run.hypothesis, run.data.train.x[:9])
    first = nodes(run.parameters)[-1].copy()
    run.step()
    second = nodes(run.parameters)[-1]
    assert not np.array_equal(first, second)
    assert np.array_equal(
        second.T, run.hypothesis.outputs(run.parameters, run.data.train.x[:9])
    )


def test_a_diverged_network_says_so_in_its_nodes() -> None:
    run = run_of({})
    theta = run.parameters.copy()
    theta[3] = np.nan
    found = NodeOutputs(run.hypothesis, run.data.train.x[:4])(theta)
    assert np.isnan(found[1][1]).all()
    assert not np.isnan(found[1][0]).any()


def test_a_wider_network_gets_coarser_maps_and_a_very_wide_one_none() -> None:
    found = [resolution_for(Network((2, w, w, 1))) for w in (8, 90, 150, 200, 270, 1000)]
    assert found == [24, 24, 16, 12, 8, None]
    for width in (90, 150, 200, 270):
        network = Network((2, width, width, 1))
        chosen = resolution_for(network)
        assert chosen is not None
        assert chosen**2 * network.size <= MOST_PRODUCTS
        finer = [n for n in RESOLUTIONS if n > chosen]
        assert all(n * n * network.size > MOST_PRODUCTS for n in finer)
