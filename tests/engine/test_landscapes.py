"""The known landscapes, and what stands in a network's place to descend them."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.analytic import Height, Landscape
from gd_studio.engine.arrays import Array
from gd_studio.engine.differentiation import derivative
from gd_studio.engine.expressions import X, Y
from gd_studio.engine.formula_text import formula_text
from gd_studio.engine.formulas import read_formula
from gd_studio.engine.landscape import total_losses
from gd_studio.engine.landscapes import LANDSCAPES, NamedFunction
from gd_studio.engine.optimizers import AbstractOptimizer, Adam, Sgd
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.program import Program
from gd_studio.engine.schedules import Constant
from gd_studio.engine.trainer import Trainer
from tests.engine.gradients import measured_gradient, relative_error

ROWS = np.ones((1, 1)), np.zeros((1, 1))
named = pytest.mark.parametrize("function", LANDSCAPES.values(), ids=LANDSCAPES)


def points(function: NamedFunction, count: int = 12) -> Array:
    low_x, high_x, low_y, high_y = function.view
    rng = np.random.default_rng(5)
    return rng.uniform((low_x, low_y), (high_x, high_y), (count, 2))


def trainer_on(landscape: Landscape, theta: Array, optimizer: AbstractOptimizer) -> Trainer:
    x, y = (rows.astype(theta.dtype) for rows in ROWS)
    trainer = Trainer(landscape, Height(), optimizer, theta.copy(), x, y, seed=0)
    trainer.adopt(optimizer, Constant(), Penalty(l1=1.0, l2=1.0), batch=32)
    return trainer


@named
def test_gradients_and_hessians_agree_with_central_differences(function: NamedFunction) -> None:
    oracle = Landscape(function.formula).oracle(Height(), Penalty(), *ROWS)
    for theta in points(function):
        assert relative_error(oracle.gradient(theta), measured_gradient(oracle.loss, theta)) < 1e-6
        step = 1e-4
        for unit in step * np.eye(2):
            near = oracle.gradient(theta + unit) - oracle.gradient(theta - unit)
            far = oracle.gradient(theta + 2 * unit) - oracle.gradient(theta - 2 * unit)
            product = oracle.hessian_product(theta, unit / step)
            assert product == pytest.approx((8 * near - far) / (12 * step), rel=1e-6, abs=1e-6)


@named
def test_known_minima_have_the_known_height_and_no_slope(function: NamedFunction) -> None:
    oracle = Landscape(function.formula).oracle(Height(), Penalty(), *ROWS)
    assert function.minima
    for minimum in function.minima:
        theta = np.array(minimum)
        assert oracle.loss(theta) == pytest.approx(function.lowest, abs=1e-12)
        if function.title == "Ackley":  # which ends in a point
            assert np.isnan(oracle.gradient(theta)).all()
        else:
            assert np.abs(oracle.gradient(theta)).max() < 1e-9
            product = [oracle.hessian_product(theta, unit) for unit in np.eye(2)]
            assert np.linalg.eigvalsh(np.array(product)).min() > 0


@named
def test_nothing_in_view_is_lower_than_the_known_minimum(function: NamedFunction) -> None:
    thetas = points(function, 20_000)
    heights = total_losses(Landscape(function.formula), Height(), Penalty(), thetas, *ROWS)
    assert heights.min() >= function.lowest - 1e-12


@named
def test_start_and_minima_lie_in_view(function: NamedFunction) -> None:
    low_x, high_x, low_y, high_y = function.view
    for x, y in (function.start, *function.minima):
        assert low_x < x < high_x
        assert low_y < y < high_y


@named
def test_from_its_start_at_its_rate_plain_descent_gets_down(function: NamedFunction) -> None:
    trainer = trainer_on(
        Landscape(function.formula), np.array(function.start), Sgd(learning_rate=function.rate)
    )
    trainer.step()
    first = trainer.batch_loss
    for _ in range(1500):
        trainer.step()
    assert np.isfinite(trainer.theta).all()
    assert trainer.batch_loss < first - 0.5 * min(1.0, first - function.lowest)


@named
def test_a_landscape_and_its_derivatives_written_out_read_back(function: NamedFunction) -> None:
    height = read_formula(function.formula)
    thetas = points(function)
    for expression in (height, derivative(height, X), derivative(derivative(height, X), Y)):
        again = read_formula(formula_text(expression))
        found, expected = (Program(e)(thetas[:, 0], thetas[:, 1])[0] for e in (again, expression))
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)


@named
def test_a_landscape_has_all_its_words(function: NamedFunction) -> None:
    assert function.title
    assert function.source
    assert function.lesson.endswith(".")
    assert function.rate > 0


def test_a_step_of_plain_descent_is_the_gradient_times_the_rate() -> None:
    start = np.array([-1.2, 1.0])
    trainer = trainer_on(
        Landscape(LANDSCAPES["rosenbrock"].formula), start, Sgd(learning_rate=0.001)
    )
    trainer.step()
    gradient = np.array([-2 * (1 + 1.2) + 400 * 1.2 * (1 - 1.44), 200 * (1 - 1.44)])
    assert trainer.gradient == pytest.approx(gradient, rel=1e-14)
    assert trainer.theta == pytest.approx(start - 0.001 * gradient, rel=1e-14)
    assert trainer.batch_loss == pytest.approx(24.2, rel=1e-14)
    assert trainer.penalty_value == 0  # a place has no price


def test_float32_stays_float32() -> None:
    trainer = trainer_on(
        Landscape("exp(x)*y^2 + pi"), np.array([0.5, 0.5], np.float32), Adam(learning_rate=0.1)
    )
    trainer.step()
    assert trainer.theta.dtype == trainer.gradient.dtype == np.float32


def test_many_points_at_once_give_what_each_gives_alone() -> None:
    landscape = Landscape(LANDSCAPES["beale"].formula)
    thetas = points(LANDSCAPES["beale"], 7)
    gradients = np.empty_like(thetas)
    together = landscape.bind(thetas, gradients, 3)
    assert together.forward(ROWS[0]).shape == (7, 1, 3)
    together.deltas[-1].fill(1 / 3)
    together.backward(ROWS[0])
    oracle = landscape.oracle(Height(), Penalty(), *ROWS)
    for theta, gradient, outputs in zip(thetas, gradients, together.sums[-1], strict=True):
        assert outputs == pytest.approx(np.full((1, 3), oracle.loss(theta)), rel=1e-14)
        assert gradient == pytest.approx(oracle.gradient(theta), rel=1e-14)


def test_its_parameters_are_called_x_and_y() -> None:
    landscape = Landscape("x*y")
    theta = np.array([3.0, 4.0])
    views = landscape.weights(theta)
    assert {name: view.shape for name, view in views.items()} == {"x": (), "y": ()}
    views["y"][...] = 5
    assert theta.tolist() == [3, 5]
    assert [landscape.parameter_name(i) for i in range(2)] == ["x", "y"]
    assert landscape.parameter_index("y") == 1
    with pytest.raises(KeyError):
        landscape.parameter_index("z")


def test_where_there_is_no_number_the_step_has_none_and_nothing_is_raised() -> None:
    trainer = trainer_on(Landscape("log(x)"), np.array([-1.0, 0.0]), Sgd(learning_rate=0.1))
    trainer.step()
    assert np.isnan(trainer.batch_loss)
