"""Which nodes are drawn: all of a small network, of a large one those with the largest weights."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from gd_studio.engine.network import Network
from gd_studio.gui.network.places import lay_out
from gd_studio.gui.network.units import MOST_LAYERS, MOST_UNITS, shown_units


def theta_of(network: Network, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=network.size)


@pytest.mark.parametrize("sizes", [(2, 8, 8, 1), (16,) * 9, (1, 1), (4, 3)])
def test_up_to_eight_layers_of_sixteen_nodes_are_drawn_in_full(sizes: tuple[int, ...]) -> None:
    network = Network(sizes)
    shown = shown_units(network.layers, theta_of(network), 0)
    assert [c.units.tolist() for c in shown.columns] == [list(range(s)) for s in sizes]
    assert shown.left_out == 0
    assert not any(c.is_cut for c in shown.columns)
    places = lay_out(network.layers, shown, QRectF(0, 0, 300, 250), 22)
    weights = np.flatnonzero(network.is_weight())
    assert sorted(places.parameters.tolist()) == weights.tolist()


def test_of_a_wide_column_the_nodes_with_the_largest_outgoing_weights_are_drawn() -> None:
    network = Network((64, 40, 20))
    theta = theta_of(network)
    selected = network.parameter_index("hidden 1.weight[0,0]")
    shown = shown_units(network.layers, theta, network.size - 1)
    weights = network.weights(theta)
    leaving = np.abs(weights["hidden 1.weight"]).sum(axis=1)
    assert shown.columns[0].units.tolist() == sorted(np.argsort(-leaving)[:MOST_UNITS].tolist())
    coming = np.abs(weights["output.weight"]).sum(axis=0)
    expected = set(np.argsort(-coming)[:MOST_UNITS].tolist())
    assert len(set(shown.columns[2].units.tolist()) & expected) >= MOST_UNITS - 1
    assert [len(c.units) for c in shown.columns] == [16, 16, 16]
    with_selected = shown_units(network.layers, theta, selected)
    assert 0 in with_selected.columns[0].units
    assert 0 in with_selected.columns[1].units


def test_nodes_stay_where_they_are_while_weights_change() -> None:
    network = Network((64, 40, 3))
    before = shown_units(network.layers, theta_of(network), 0)
    after = shown_units(network.layers, theta_of(network, 1), 0, before)
    assert after.key() == before.key()
    hidden = network.parameter_index("hidden 1.weight[63,39]")
    moved = shown_units(network.layers, theta_of(network, 1), hidden, before)
    assert 63 in moved.columns[0].units
    assert moved.columns[2].units.tolist() == [0, 1, 2]


def test_of_a_deep_network_both_ends_are_drawn_and_the_rest_is_counted() -> None:
    network = Network((2, *(4,) * 30, 1))
    assert len(network.layers) > MOST_LAYERS
    shown = shown_units(network.layers, theta_of(network), 0)
    assert [c.place for c in shown.columns] == [0, 1, 2, 3, 28, 29, 30, 31]
    assert shown.left_out == 24
    places = lay_out(network.layers, shown, QRectF(0, 0, 300, 250), 22)
    assert set(places.layers.tolist()) == {0, 1, 2, 28, 29, 30}
    assert places.gap is not None


def test_a_weight_that_is_not_a_number_does_not_decide() -> None:
    network = Network((40, 2))
    theta = theta_of(network)
    theta[3] = np.nan
    shown = shown_units(network.layers, theta, network.size - 1)
    assert len(shown.columns[0].units) == MOST_UNITS


@pytest.mark.parametrize("sizes", [(2, 8, 8, 1), (16,) * 9, (2, *(16,) * 20, 10)])
def test_nodes_lie_inside_the_picture_and_not_on_one_another(sizes: tuple[int, ...]) -> None:
    network = Network(sizes)
    shown = shown_units(network.layers, theta_of(network), 0)
    area = QRectF(10, 2, 280, 220)
    places = lay_out(network.layers, shown, area, 22)
    squares = [node.square for node in places.nodes]
    for i, square in enumerate(squares):
        assert area.adjusted(-1, -1, 1, 1).contains(square)
        assert not any(square.intersects(other) for other in squares[i + 1 :])


def test_every_link_ends_at_its_two_nodes_and_is_found_by_its_parameter() -> None:
    network = Network((2, 3, 2))
    shown = shown_units(network.layers, theta_of(network), 0)
    places = lay_out(network.layers, shown, QRectF(0, 0, 300, 250), 22)
    index = network.parameter_index("hidden 1.weight[1,2]")
    link = places.link_of(index)
    assert link is not None
    by_node = {(n.place, n.unit): n for n in places.nodes}
    source, target = by_node[0, 1].square, by_node[1, 2].square
    assert places.curves.starts[link].tolist() == [source.right(), source.center().y()]
    assert places.curves.ends[link].tolist() == [target.left(), target.center().y()]
    assert by_node[1, 2].bias == network.parameter_index("hidden 1.bias[2]")
    assert by_node[0, 1].bias is None
    assert places.link_of(network.parameter_index("output.bias[0]")) is None
