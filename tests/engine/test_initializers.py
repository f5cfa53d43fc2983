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
    "uniform": lambda inputs, outputs: 0.7**2 / 3,
    "glorot": lambda inputs, outputs: 2 / (inputs + outputs),
    "glorot_normal": lambda inputs, outputs: 2 / (inputs + outputs),
    "he": lambda inputs, outputs: 2 / inputs,
    "he_uniform": lambda inputs, outputs: 2 / inputs,
    "orthogonal": lambda inputs, outputs: 1 / max(inputs, outputs),
}
OLD = {
    "normal": [0.13700245379384882, -0.06567112290403107],
    "glorot": [-1.1476788166679235, 0.9714404310622529],
    "he": [0.27400490758769763, -0.13134224580806214],
}


@pytest.mark.parametrize("init", INITIALIZERS)
def test_every_initializer_has_the_variance_of_its_formula(init: str) -> None:
    theta = initial_parameters(WIDE, init, 0.7, seed=5)
    for layer in WIDE.layers[:2]:
        weight = layer.weight(theta)
        expected = VARIANCE[init](layer.inputs, layer.outputs)
        assert weight.var() == pytest.approx(expected, rel=0.03)
        assert weight.mean() == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("init", ["uniform", "glorot", "he_uniform"])
def test_what_is_uniform_fills_the_room_within_its_limits(init: str) -> None:
    layer = WIDE.layers[0]
    weight = layer.weight(initial_parameters(WIDE, init, 0.7, 0))
    limit = np.sqrt(3 * VARIANCE[init](layer.inputs, layer.outputs))
    assert 0.999 * limit < weight.max() <= limit
    assert -limit <= weight.min() < -0.999 * limit
    quarters, _ = np.histogram(weight, 4, (-limit, limit))
    assert quarters == pytest.approx(np.full(4, weight.size / 4), rel=0.03)


@pytest.mark.parametrize("init", ["normal", "glorot_normal", "he"])
def test_what_is_normal_has_the_tails_of_a_normal_distribution(init: str) -> None:
    layer = WIDE.layers[0]
    weight = layer.weight(initial_parameters(WIDE, init, 0.7, 0))
    spread = np.sqrt(VARIANCE[init](layer.inputs, layer.outputs))
    assert (np.abs(weight) < spread).mean() == pytest.approx(0.6827, abs=0.01)
    assert (np.abs(weight) > 3 * spread).mean() == pytest.approx(0.0027, abs=0.001)


@pytest.mark.parametrize("sizes", [(6, 6), (300, 200), (4, 9), (1, 5), (5, 1), (1, 1)])
def test_orthogonal_weights_are_orthonormal_in_the_shorter_direction(
    sizes: tuple[int, int]
) -> None:
    network = Network(sizes)
    weight = network.layers[0].weight(initial_parameters(network, "orthogonal", 1.0, 2))
    square = weight.T @ weight if sizes[0] >= sizes[1] else weight @ weight.T
    assert np.abs(square - np.eye(min(sizes))).max() < 1e-12


def test_orthogonal_weights_point_every_way_alike() -> None:
    network = Network((2, 2))
    drawn = [initial_parameters(network, "orthogonal", 1.0, seed) for seed in range(400)]
    firsts = np.array([network.layers[0].weight(theta)[0] for theta in drawn])
    turns = np.array([np.linalg.det(network.layers[0].weight(theta)) for theta in drawn])
    assert np.abs(firsts.mean(axis=0)).max() < 0.1
    assert (turns > 0).mean() == pytest.approx(0.5, abs=0.1)


def test_the_words_of_older_files_draw_the_numbers_they_always_did() -> None:
    network = Network((2, 2, 1))
    for init, first in OLD.items():
        assert initial_parameters(network, init, 0.5, 7)[:2] == pytest.approx(first, rel=1e-15)


@pytest.mark.parametrize("init", [i for i in INITIALIZERS if i not in ("normal", "uniform")])
def test_biases_start_at_zero(init: str) -> None:
    theta = initial_parameters(WIDE, init, 1.0, seed=5)
    assert not any(layer.bias(theta).any() for layer in WIDE.layers)


@pytest.mark.parametrize("init", ["normal", "uniform"])
def test_what_has_a_spread_draws_the_biases_too(init: str) -> None:
    bias = WIDE.layers[0].bias(initial_parameters(WIDE, init, 0.7, seed=5))
    assert bias.var() == pytest.approx(VARIANCE[init](300, 200), rel=0.3)


@pytest.mark.parametrize("init", [i for i in INITIALIZERS if i != "zeros"])
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
