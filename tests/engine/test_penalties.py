"""Penalties: a price on weights, never on biases."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.network import Network
from gd_studio.engine.penalties import Penalty

NETWORK = Network((2, 3, 1))
THETA = np.random.default_rng(0).normal(0, 2, NETWORK.size)
IS_WEIGHT = NETWORK.is_weight()


def test_the_penalty_is_its_formula_over_weights() -> None:
    weights = [v for v, chosen in zip(THETA, IS_WEIGHT, strict=True) if chosen]
    expected = 0.3 * sum(abs(w) for w in weights) + 0.5 * 0.7 * sum(w * w for w in weights)
    found = Penalty(l1=0.3, l2=0.7).value(THETA, IS_WEIGHT)
    assert float(found) == pytest.approx(expected, rel=1e-14)


def test_biases_cost_nothing_and_are_not_pulled() -> None:
    moved = THETA + 1e6 * (1 - IS_WEIGHT)
    penalty = Penalty(l1=0.3, l2=0.7)
    assert penalty.value(moved, IS_WEIGHT) == penalty.value(THETA, IS_WEIGHT)
    gradient = np.zeros_like(THETA)
    penalty.add_gradient(moved, IS_WEIGHT, gradient)
    assert not gradient[IS_WEIGHT == 0].any()
    expected = 0.3 * np.sign(THETA) + 0.7 * THETA
    assert gradient[IS_WEIGHT == 1] == pytest.approx(expected[IS_WEIGHT == 1], rel=1e-15)


def test_the_pull_is_added_to_the_gradient_that_is_there() -> None:
    gradient = np.ones_like(THETA)
    Penalty(l2=0.5).add_gradient(THETA, IS_WEIGHT, gradient)
    assert gradient == pytest.approx(1 + 0.5 * THETA * IS_WEIGHT)


def test_many_parameter_vectors_have_a_price_each() -> None:
    many = np.stack([THETA, 2 * THETA, 0 * THETA])
    found = Penalty(l1=1, l2=1).value(many, IS_WEIGHT)
    assert found.shape == (3,)
    assert found[2] == 0
    assert found[1] > found[0]


def test_only_a_positive_penalty_is_active() -> None:
    assert not Penalty().active
    assert Penalty(l1=1e-9).active
    assert Penalty(l2=1e-9).active
