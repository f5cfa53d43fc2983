"""Curvature: against differences of gradients, and one way of asking against another."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.arrays import Array
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.losses import LOSSES, MeanSquaredError
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.penalties import Penalty
from gd_studio.errors import GDStudioError
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


CASES = pytest.mark.parametrize(
    ("depth", "activation", "kind", "task", "outputs"),
    [(*shape, *task) for shape in product([(), (4, 3)], ACTIVATIONS) for task in TASKS],
)
SQUARES = pytest.mark.parametrize(
    ("activation", "kind", "task", "outputs"),
    [(a, *task) for a in ACTIVATIONS for task in TASKS if LOSSES[task[0]].least_squares],
)


def oracle_on(
    depth: tuple[int, ...],
    activation: str,
    kind: str,
    task: str,
    outputs: int,
    penalty: Penalty = Penalty(l2=0.2),  # noqa: B008 (frozen)
    dtype: type = np.float64,
) -> tuple[BatchOracle, Array]:
    network, loss, theta, x, y = problem(depth, activation, kind, task, outputs)
    oracle = BatchOracle(network, loss, penalty, x.astype(dtype), y.astype(dtype))
    return oracle, theta.astype(dtype)


@CASES
def test_the_hessian_holds_the_products_with_the_axes_and_is_symmetric(
    depth: tuple[int, ...], activation: str, kind: str, task: str, outputs: int
) -> None:
    oracle, theta = oracle_on(depth, activation, kind, task, outputs)
    hessian = oracle.hessian(theta)
    assert np.array_equal(hessian, hessian.T)
    scale = max(1.0, float(np.abs(hessian).max()))
    for row, unit in zip(hessian, np.eye(theta.size), strict=True):
        assert np.abs(row - oracle.hessian_product(theta, unit)).max() <= 1e-14 * scale
    directions = np.random.default_rng(1).normal(size=(3, theta.size))
    together = oracle.hessian_product(theta, directions)
    assert np.abs(together - directions @ hessian).max() <= 1e-13 * scale


@CASES
def test_float32_stays_float32(
    depth: tuple[int, ...], activation: str, kind: str, task: str, outputs: int
) -> None:
    oracle, theta = oracle_on(depth, activation, kind, task, outputs, dtype=np.float32)
    assert oracle.gradient(theta).dtype == np.float32
    assert oracle.hessian_product(theta, theta).dtype == np.float32
    assert oracle.hessian(theta).dtype == np.float32
    if oracle.least_squares:
        assert oracle.residuals(theta).dtype == np.float32
        assert oracle.jacobian(theta).dtype == np.float32


@SQUARES
def test_half_the_squared_residuals_are_the_loss_and_the_jacobian_gives_its_gradient(
    activation: str, kind: str, task: str, outputs: int
) -> None:
    oracle, theta = oracle_on((4, 3), activation, kind, task, outputs)
    residuals, jacobian = oracle.residuals(theta), oracle.jacobian(theta)
    weights = int(oracle.network.is_weight().sum())
    assert jacobian.shape == (7 * outputs + weights, theta.size)
    assert residuals @ residuals / 2 == pytest.approx(oracle.loss(theta), rel=1e-14)
    assert relative_error(residuals @ jacobian, oracle.gradient(theta)) < 1e-13


@SQUARES
def test_the_jacobian_agrees_with_differences_of_residuals(
    activation: str, kind: str, task: str, outputs: int
) -> None:
    oracle, theta = oracle_on((4, 3), activation, kind, task, outputs)
    jacobian = oracle.jacobian(theta)
    step = 1e-4
    for i, unit in enumerate(np.eye(theta.size) * step):
        near = oracle.residuals(theta + unit) - oracle.residuals(theta - unit)
        far = oracle.residuals(theta + 2 * unit) - oracle.residuals(theta - 2 * unit)
        measured = (8 * near - far) / (12 * step)
        assert np.abs(jacobian[:, i] - measured).max() < 1e-9


def test_for_a_linear_model_gauss_newton_is_the_hessian() -> None:
    oracle, theta = oracle_on((), "tanh", "mse", "regression", 2)
    jacobian = oracle.jacobian(theta)
    assert relative_error(jacobian.T @ jacobian, oracle.hessian(theta)) < 1e-14


@pytest.mark.parametrize("penalty", [Penalty(), Penalty(l1=0.1)])
@pytest.mark.parametrize("kind", ["cross_entropy", "mae"])
def test_what_is_no_sum_of_squares_has_no_residuals(kind: str, penalty: Penalty) -> None:
    task = LOSSES[kind].tasks[0]
    oracle, theta = oracle_on((4,), "tanh", kind, task, 1, penalty)
    assert not oracle.least_squares
    for ask in (oracle.residuals, oracle.jacobian):
        with pytest.raises(GDStudioError, match="squared error"):
            ask(theta)


@pytest.mark.parametrize(
    ("depth", "activation", "kind", "penalty", "smooth"),
    [
        ((4,), "tanh", "mse", Penalty(l2=0.1), True),
        ((4,), "sigmoid", "huber", Penalty(), True),
        ((4,), "relu", "mse", Penalty(), False),
        ((), "relu", "mse", Penalty(), True),
        ((4,), "tanh", "mae", Penalty(), False),
        ((4,), "tanh", "mse", Penalty(l1=0.1), False),
    ],
)
def test_the_oracle_says_where_a_second_derivative_is_missing(
    depth: tuple[int, ...], activation: str, kind: str, penalty: Penalty, smooth: bool
) -> None:
    oracle, _ = oracle_on(depth, activation, kind, "regression", 1, penalty)
    assert oracle.twice_differentiable is smooth


def test_the_oracle_answers_for_the_rows_and_the_theta_it_is_asked_about() -> None:
    oracle, theta = oracle_on((4,), "tanh", "mse", "regression", 1)
    x, y, direction = oracle.x, oracle.y, np.ones(theta.size)
    before = oracle.hessian_product(theta, direction)
    theta += 0.5  # in place, as optimizers move
    moved = oracle.hessian_product(theta, direction)
    assert not np.array_equal(before, moved)
    oracle.look_at(x[:, :3], y[:, :3])
    fresh = BatchOracle(oracle.network, MeanSquaredError(), oracle.penalty, x[:, :3], y[:, :3])
    assert oracle.loss(theta) == fresh.loss(theta)
    assert np.array_equal(oracle.gradient(theta), fresh.gradient(theta))
    assert np.array_equal(
        oracle.hessian_product(theta, direction), fresh.hessian_product(theta, direction)
    )


def test_a_gradient_handed_out_is_the_askers_own() -> None:
    oracle, theta = oracle_on((4,), "tanh", "mse", "regression", 1)
    first = oracle.gradient(theta)
    expected = first.copy()
    first.fill(np.nan)
    assert np.array_equal(oracle.gradient(theta), expected)


def test_many_products_at_one_theta_share_its_passes() -> None:
    oracle, theta = oracle_on((4,), "tanh", "mse", "regression", 1)
    first = oracle.at(theta)
    oracle.hessian_product(theta, theta)
    oracle.gradient(theta.copy())
    assert oracle.at(theta) is first
    assert oracle.at(np.nextafter(theta, np.inf)) is not first
