"""The Hessian-vector product, against differences of gradients."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.losses import MeanSquaredError
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.penalties import Penalty
from tests.engine.gradients import relative_error
from tests.engine.test_trainer import DEPTHS, TASKS, problem


@pytest.mark.parametrize(("kind", "task", "outputs"), TASKS)
@pytest.mark.parametrize(("depth", "activation"), list(product(DEPTHS, ACTIVATIONS)))
def test_the_hessian_product_agrees_with_differences_of_gradients(
    depth: tuple[int, ...], activation: str, kind: str, task: str, outputs: int
) -> None:
    network, loss, theta, x, y = problem(depth, activation, kind, task, outputs)
    oracle = BatchOracle(network, loss, Penalty(l1=0.1, l2=0.2), x, y)
    direction = np.random.default_rng(0).normal(size=theta.size)
    step = 1e-4 * direction
    near = oracle.gradient(theta + step) - oracle.gradient(theta - step)
    far = oracle.gradient(theta + 2 * step) - oracle.gradient(theta - 2 * step)
    measured = (8 * near - far) / 12e-4
    assert relative_error(oracle.hessian_product(theta, direction), measured) < 1e-6


def test_the_hessian_of_a_linear_model_is_that_of_its_normal_equations() -> None:
    rng = np.random.default_rng(4)
    x, y = with_ones(rng.normal(size=(20, 2))), rng.normal(size=(1, 20))
    oracle = BatchOracle(Network((2, 1)), MeanSquaredError(), Penalty(l2=0.5), x, y)
    expected = 2 / 20 * (x @ x.T) + 0.5 * np.diag([1, 1, 0])
    found = [oracle.hessian_product(np.zeros(3), unit) for unit in np.eye(3)]
    assert np.array(found) == pytest.approx(expected, rel=1e-14)
