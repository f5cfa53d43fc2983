"""Initial weights: the spread that each rule promises, and the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gd_studio.engine.initializers import INITIALIZERS, initial_parameters
from gd_studio.engine.network import Network

WIDE = Network((300, 200, 100, 1))
VARIANCE: dict[str, Callable[[int, int], float]] = {
    "zeros": lambda inputs, outputs: 0.0,
    "normal": lambda inputs, outputs: 0.7**2,
    "glorot": lambda inputs, outputs: 2 / (inputs + outputs),
    "he": lambda inputs, outputs: 2 / inputs,
}


@pytest.mark.parametrize("init", INITIALIZERS)
def test_every_initializer_has_the_variance_of_its_formula(init: str) -> None:
    theta = initial_parameters(WIDE, init, 0.7, seed=5)
    for layer in WIDE.layers[:2]:
        weight = layer.weight(theta)
        expected = VARIANCE[init](layer.inputs, layer.outputs)
        assert weight.var() == pytest.approx(expected, rel=0.03)
        assert weight.mean() == pytest.approx(0, abs=0.01)


def test_glorot_stays_within_its_limits() -> None:
    layer = WIDE.layers[0]
    weight = layer.weight(initial_parameters(WIDE, "glorot", 1.0, 0))
    assert np.abs(weight).max() <= np.sqrt(6 / (layer.inputs + layer.outputs))


@pytest.mark.parametrize("init", ["zeros", "glorot", "he"])
def test_biases_start_at_zero(init: str) -> None:
    theta = initial_parameters(WIDE, init, 1.0, seed=5)
    assert not any(layer.bias(theta).any() for layer in WIDE.layers)


def test_normal_draws_the_biases_too() -> None:
    bias = WIDE.layers[0].bias(initial_parameters(WIDE, "normal", 0.7, seed=5))
    assert bias.std() == pytest.approx(0.7, rel=0.15)


@pytest.mark.parametrize("init", ["normal", "glorot", "he"])
def test_a_seed_draws_the_same_weights_and_another_seed_others(init: str) -> None:
    first = initial_parameters(WIDE, init, 1.0, 1)
    assert first.tobytes() == initial_parameters(WIDE, init, 1.0, 1).tobytes()
    assert not np.array_equal(first, initial_parameters(WIDE, init, 1.0, 2))


def test_layers_draw_from_streams_of_their_own() -> None:
    network = Network((4, 4, 4))
    theta = initial_parameters(network, "normal", 1.0, 0)
    first, second = (layer.matrix(theta) for layer in network.layers)
    assert not np.array_equal(first, second)
    deeper = Network((4, 4, 4, 2))
    same = deeper.layers[0].matrix(initial_parameters(deeper, "normal", 1.0, 0))
    assert np.array_equal(first, same), "a layer added behind does not change those before it"
