"""Methods that ask for the whole loss: in how few steps they are down, and where they stay."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.losses import LOSSES, CrossEntropy, MeanSquaredError
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.optimizers import (
    AbstractOptimizer,
    ConjugateGradient,
    Lbfgs,
    LevenbergMarquardt,
    Newton,
    Sgd,
)
from gd_studio.engine.penalties import Penalty
from tests.engine.optimizers.ways import WAYS, Descent, Parabola, Problem, Rosenbrock

SECOND_ORDER = {name: way for name, way in WAYS.items() if way.full_batch}
# Two moves are too few to learn curvatures that differ by a million.
STRONG = pytest.mark.parametrize("way", [w for w in SECOND_ORDER if w != "lbfgs of two"])
EVERY = pytest.mark.parametrize("way", SECOND_ORDER)


class Saddle(Problem):
    """1 + x² - y² + y⁴ / 4: flat at (0, 0), where it bends down along y."""

    start = np.zeros(2)
    bottom = np.array([0.0, math.sqrt(2)])

    def loss(self, theta: Array) -> float:
        x, y = (float(v) for v in theta)
        return 1 + x * x - y * y + y**4 / 4

    def gradient(self, theta: Array) -> Array:
        x, y = theta
        return np.array([2 * x, -2 * y + y**3])

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        result: Array = np.array([2.0, -2 + 3 * theta[1] ** 2]) * direction
        return result


class Broken(Parabola):
    """A parabola about which one question has no answer."""

    def __init__(self, question: str, answer: Any) -> None:
        setattr(self, question, lambda theta: answer)


def network_problem(
    activation: str = "tanh", dtype: type = np.float64, outputs: int = 1, seed: int = 0
) -> tuple[BatchOracle, Array]:
    """Return a small regression and where to start."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, (40, 2))
    y = np.array([np.sin(x[:, 0] * (1 + k)) + x[:, 1] ** 2 for k in range(outputs)])
    network = Network((2, 6, outputs), activation)
    theta: Array = rng.normal(0, 0.7, network.size).astype(dtype)
    oracle = BatchOracle(
        network, MeanSquaredError(), Penalty(l2=1e-4), with_ones(x, dtype), y.astype(dtype)
    )
    return oracle, theta


def ravine_of_lines(dtype: type = np.float64) -> tuple[BatchOracle, Array]:
    """Return a linear least-squares problem whose curvatures differ by 10⁶, and its solution."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 4)) * np.array([1000.0, 30.0, 3.0, 1.0])
    y = x @ np.array([0.01, -0.2, 3.0, -5.0]) + 2 + rng.normal(0, 0.1, 60)
    ones = with_ones(x, dtype)
    oracle = BatchOracle(
        Network((4, 1)), MeanSquaredError(), Penalty(), ones, y[None].astype(dtype)
    )
    solution: Array = np.linalg.lstsq(with_ones(x).T, y)[0]
    return oracle, solution


def loss_after(way: AbstractOptimizer, steps: int, oracle: Any, start: Array) -> float:
    descent = Descent(way, start, oracle)
    descent.descend(steps)
    return float(oracle.loss(descent.theta))


@pytest.mark.parametrize("precision", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("way", "steps"),
    [
        ("newton undamped", 1),
        ("gauss newton", 1),
        ("newton", 3),
        ("levenberg_marquardt", 3),
        ("conjugate_gradient", 3),
        ("lbfgs", 12),
    ],
)
def test_a_parabola_takes_a_few_steps(way: str, steps: int, precision: type) -> None:
    descent = Descent(WAYS[way], Parabola.start.astype(precision))
    descent.descend(steps)
    near = 1e-6 if precision == np.float64 else 1e-3
    assert descent.theta == pytest.approx(Parabola.bottom, abs=near)


@STRONG
def test_each_beats_gradient_descent_where_curvatures_differ(way: str) -> None:
    oracle, solution = ravine_of_lines()
    lowest = oracle.loss(solution)
    steepest = np.linalg.eigvalsh(oracle.hessian(solution))[-1]
    start = np.zeros(5)
    plain = loss_after(Sgd(learning_rate=1.9 / steepest), 60, oracle, start)
    assert loss_after(SECOND_ORDER[way], 60, oracle, start) - lowest < 1e-6 * (plain - lowest)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@EVERY
def test_no_step_makes_the_loss_worse_than_it_is_rounded(
    way: str, dtype: type, activation: str
) -> None:
    oracle, theta = network_problem(activation, dtype)
    descent = Descent(SECOND_ORDER[way], theta, oracle)
    losses = [oracle.loss(theta)]
    for _ in range(80):
        descent.descend(1)
        losses.append(oracle.loss(descent.theta))
        assert losses[-1] <= losses[-2] + oracle.rounding(descent.theta)
    assert losses[-1] < 0.1 * losses[0]


@EVERY
def test_each_trains_a_network_far_better_than_gradient_descent(way: str) -> None:
    oracle, theta = network_problem()
    plain = min(loss_after(Sgd(learning_rate=r), 100, oracle, theta) for r in (0.03, 0.1, 0.3))
    assert loss_after(SECOND_ORDER[way], 100, oracle, theta) < 0.3 * plain


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@EVERY
def test_each_goes_on_bit_equal_from_its_memory_alone(way: str, dtype: type) -> None:
    oracle, theta = network_problem(dtype=dtype)
    straight = Descent(SECOND_ORDER[way], theta, oracle)
    straight.descend(13)
    other, _ = network_problem(dtype=dtype)
    resumed = Descent(SECOND_ORDER[way], straight.theta, other)
    resumed.memory[:] = straight.memory
    straight.descend(9)
    resumed.descend(9)
    assert straight.theta.dtype == straight.memory.dtype == dtype
    assert straight.theta.tobytes() == resumed.theta.tobytes()
    assert straight.memory.tobytes() == resumed.memory.tobytes()


@STRONG
def test_at_the_bottom_each_comes_to_rest(way: str) -> None:
    oracle, solution = ravine_of_lines()
    descent = Descent(SECOND_ORDER[way], np.zeros(5), oracle)
    descent.descend(150)
    there = descent.theta.copy()
    descent.descend(20)
    assert descent.theta == pytest.approx(there, rel=1e-12)
    assert there == pytest.approx(solution, rel=1e-7)


@EVERY
def test_a_smaller_rate_makes_the_first_step_smaller(way: str) -> None:
    oracle, theta = network_problem()
    whole, half = Descent(SECOND_ORDER[way], theta, oracle), Descent(
        SECOND_ORDER[way], theta, oracle, rate=1e-3
    )
    whole.descend(1)
    half.descend(1)
    ways = [np.linalg.norm(d.theta - theta) for d in (half, whole)]
    assert 0 < ways[0] < ways[1]


@pytest.mark.parametrize("rate", [0.2, 1.9, 3.0, 1000.0])
@EVERY
def test_no_rate_keeps_a_method_from_coming_down(way: str, rate: float) -> None:
    oracle, theta = network_problem()
    descent = Descent(SECOND_ORDER[way], theta, oracle, rate=rate)
    descent.descend(100)
    assert oracle.loss(descent.theta) < 0.1 * oracle.loss(theta)


@pytest.mark.parametrize("start", [(0.0, 0.0), (0.5, 0.0), (0.1, 1e-9), (0.0, -0.1)])
@pytest.mark.parametrize("way", ["newton", "newton undamped"])
def test_newton_leaves_a_saddle_even_from_its_very_middle(
    way: str, start: tuple[float, float]
) -> None:
    descent = Descent(WAYS[way], np.array(start), Saddle())
    descent.descend(60)
    assert np.abs(descent.theta) == pytest.approx(Saddle.bottom, abs=1e-8)


def test_newton_starts_a_network_of_zeros_whose_gradient_is_none() -> None:
    rng = np.random.default_rng(0)
    x = with_ones(rng.normal(size=(30, 2)))
    y = (x[:1] * x[1:2] > 0).astype(float)
    network = Network((2, 4, 1))
    oracle = BatchOracle(network, CrossEntropy(), Penalty(), x, y)
    theta = np.zeros(network.size)
    theta[-1] = math.log(y.mean() / (1 - y.mean()))
    assert np.abs(oracle.gradient(theta)[:-1]).max() < 1e-12
    assert loss_after(Newton(), 60, oracle, theta) < 0.6 * oracle.loss(theta)


@pytest.mark.parametrize("answer", [math.nan, math.inf])
@EVERY
def test_where_the_loss_is_no_number_each_stays(way: str, answer: float) -> None:
    descent = Descent(WAYS[way], Parabola.start, Broken("loss", answer))
    descent.descend(3)
    assert (descent.theta == Parabola.start).all()


@pytest.mark.parametrize("answer", [math.nan, math.inf])
@pytest.mark.parametrize(
    ("way", "question"),
    [
        ("newton", "hessian"),
        ("levenberg_marquardt", "jacobian"),
        ("levenberg_marquardt", "residuals"),
    ],
)
def test_a_curvature_that_is_no_number_is_no_exception(
    way: str, question: str, answer: float
) -> None:
    shape = (3,) if question == "residuals" else (3, 3)
    descent = Descent(WAYS[way], Parabola.start, Broken(question, np.full(shape, answer)))
    descent.descend(3)
    assert (descent.theta == Parabola.start).all()


@EVERY
def test_singular_matrices_are_no_exception(way: str) -> None:
    # Two equal columns and one of zeros: no curvature along two directions.
    x = np.array([[1.0, 1.0, 0.0], [2.0, 2.0, 0.0], [3.0, 3.0, 0.0]])
    y = np.array([[1.0, 2.0, 4.0]])
    oracle = BatchOracle(Network((3, 1)), MeanSquaredError(), Penalty(), with_ones(x), y)
    expected = np.linalg.lstsq(with_ones(x).T, y[0])[0]
    found = loss_after(SECOND_ORDER[way], 60, oracle, np.zeros(4))
    assert found == pytest.approx(oracle.loss(expected), rel=1e-9)


@EVERY
def test_where_nothing_has_a_slope_each_stays(way: str) -> None:
    x, y = with_ones(np.zeros((3, 1))), np.zeros((1, 3))
    oracle = BatchOracle(Network((1, 1)), MeanSquaredError(), Penalty(), x, y)
    descent = Descent(SECOND_ORDER[way], np.zeros(2), oracle)
    descent.descend(4)
    assert (descent.theta == 0).all()


def test_conjugate_gradient_ends_on_a_parabola_after_as_many_steps_as_parameters() -> None:
    rng = np.random.default_rng(6)
    x, y = with_ones(rng.normal(size=(50, 7))), rng.normal(size=(1, 50))
    oracle = BatchOracle(Network((7, 1)), MeanSquaredError(), Penalty(), x, y)
    expected = np.linalg.lstsq(x.T, y[0])[0]
    descent = Descent(ConjugateGradient(), np.zeros(8), oracle)
    descent.descend(4)
    assert np.abs(descent.theta - expected).max() > 1e-5
    descent.descend(4)
    assert descent.theta == pytest.approx(expected, abs=1e-10)


def test_newtons_steps_square_the_error_near_the_bottom() -> None:
    descent = Descent(Newton(), np.array([1.05, 1.1]), Rosenbrock())
    errors = []
    for _ in range(9):
        descent.descend(1)
        errors.append(float(np.abs(descent.theta - Rosenbrock.bottom).max()))
    assert errors[-1] < 1e-14


def test_lbfgs_remembers_as_many_moves_as_it_is_told_newest_first() -> None:
    optimizer = Lbfgs(history=3)
    assert optimizer.slots[::3] == ("move 1", "gradient change 1")
    oracle, theta = network_problem()
    descent = Descent(optimizer, theta, oracle)
    assert descent.memory.shape == (6, theta.size)
    descent.descend(5)
    before = descent.theta.copy()
    gradient = oracle.gradient(before)
    descent.descend(1)
    assert np.array_equal(descent.memory[0], descent.theta - before)
    assert np.array_equal(descent.memory[3], oracle.gradient(descent.theta) - gradient)


@pytest.mark.parametrize("outputs", [1, 3])
def test_levenberg_marquardt_learns_several_outputs(outputs: int) -> None:
    oracle, theta = network_problem(outputs=outputs)
    assert loss_after(LevenbergMarquardt(), 60, oracle, theta) < 0.05 * oracle.loss(theta)


def test_levenberg_marquardt_learns_classes_by_squared_error() -> None:
    rng = np.random.default_rng(0)
    x = with_ones(rng.normal(size=(60, 2)))
    y = (x[:1] * x[1:2] > 0).astype(float)
    network = Network((2, 6, 1))
    loss = LOSSES["mse"]().for_task("classification")
    oracle = BatchOracle(network, loss, Penalty(), x, y)
    theta = rng.normal(0, 0.5, network.size)
    assert loss_after(LevenbergMarquardt(), 60, oracle, theta) < 0.2 * oracle.loss(theta)
