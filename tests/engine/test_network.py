"""The network's shape: names and views of its parameters, one network or many at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.engine.network import Network, Pass, with_ones

NETWORK = Network((2, 3, 4, 1), "sigmoid")


def test_the_default_moons_network_has_its_well_known_size() -> None:
    assert Network((2, 8, 8, 1)).size == 2 * 8 + 8 + 8 * 8 + 8 + 8 + 1


def test_weights_are_named_views_from_inputs_to_outputs() -> None:
    theta = np.zeros(NETWORK.size)
    named = NETWORK.weights(theta)
    assert {name: view.shape for name, view in named.items()} == {
        "hidden 1.weight": (2, 3),
        "hidden 1.bias": (3,),
        "hidden 2.weight": (3, 4),
        "hidden 2.bias": (4,),
        "output.weight": (4, 1),
        "output.bias": (1,),
    }
    named["hidden 2.weight"][2, 1] = 5
    assert theta[NETWORK.parameter_index("hidden 2.weight[2,1]")] == 5
    assert np.count_nonzero(theta) == 1


def test_every_parameter_has_a_name_of_its_own_that_leads_back_to_it() -> None:
    names = [NETWORK.parameter_name(i) for i in range(NETWORK.size)]
    assert len(set(names)) == NETWORK.size
    assert [NETWORK.parameter_index(name) for name in names] == list(range(NETWORK.size))


@pytest.mark.parametrize(
    "name",
    ["", "output", "output.bias[1]", "output.weight[4,0]", "hidden 3.bias[0]", "output.bias[-1]"],
)
def test_a_parameter_that_is_not_there_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        NETWORK.parameter_index(name)


@pytest.mark.parametrize("index", [-1, NETWORK.size])
def test_an_index_outside_the_vector_is_an_index_error(index: int) -> None:
    with pytest.raises(IndexError):
        NETWORK.layer_of(index)


def test_the_mask_of_weights_leaves_out_biases_only() -> None:
    mask = NETWORK.is_weight()
    for i, chosen in enumerate(mask):
        assert bool(chosen) == (".weight" in NETWORK.parameter_name(i))


def test_the_forward_pass_is_sums_of_products_with_a_bend() -> None:
    rng = np.random.default_rng(0)
    theta, rows = rng.normal(size=NETWORK.size), rng.normal(size=(5, 2))
    outputs = Pass(NETWORK, theta, np.empty_like(theta), 5).forward(with_ones(rows))
    named = NETWORK.weights(theta)
    for row, found in zip(rows, outputs[0], strict=True):
        a = [float(v) for v in row]
        for layer in ("hidden 1", "hidden 2"):
            weight, bias = named[f"{layer}.weight"], named[f"{layer}.bias"]
            z = [
                sum(a[i] * weight[i, j] for i in range(len(a))) + bias[j] for j in range(len(bias))
            ]
            a = [1 / (1 + math.exp(-v)) for v in z]
        last = sum(a[i] * named["output.weight"][i, 0] for i in range(4)) + named["output.bias"][0]
        assert found == pytest.approx(last, rel=1e-13)


def test_many_networks_at_once_give_each_ones_outputs_and_gradient() -> None:
    rng = np.random.default_rng(1)
    thetas, x = rng.normal(size=(6, NETWORK.size)), with_ones(rng.normal(size=(5, 2)))
    gradients = np.empty_like(thetas)
    together = Pass(NETWORK, thetas, gradients, 5)
    outputs = together.forward(x).copy()
    together.deltas[-1][:] = 1
    together.backward(x)
    for k, theta in enumerate(thetas):
        gradient = np.empty_like(theta)
        alone = Pass(NETWORK, theta, gradient, 5)
        assert outputs[k] == pytest.approx(alone.forward(x), rel=1e-14)
        alone.deltas[-1][:] = 1
        alone.backward(x)
        assert gradients[k] == pytest.approx(gradient, rel=1e-12)
