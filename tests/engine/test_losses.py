"""Losses: values, slopes and curvatures, also where a careless formula overflows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.losses import (
    DEFAULT_LOSS,
    LOSSES,
    AbstractLoss,
    CrossEntropy,
    Huber,
    MeanAbsoluteError,
    MeanSquaredError,
    SquaredProbabilityError,
    probabilities,
)
from tests.engine.gradients import measured_gradient

Z = np.random.default_rng(1).normal(0, 2, (3, 6))
NUMBERS = np.random.default_rng(2).normal(0, 2, (3, 6))
ONE_HOT = np.eye(3)[:, [0, 1, 2, 1, 1, 0]]
BITS = np.array([[0.0, 1.0, 1.0, 0.0, 1.0, 0.0]])

CASES: list[tuple[AbstractLoss, Array, Array]] = [
    (MeanSquaredError(), Z, NUMBERS),
    (MeanAbsoluteError(), Z, NUMBERS),
    (Huber(), Z, NUMBERS),
    (Huber(delta=0.1), Z[:1], NUMBERS[:1]),
    (CrossEntropy(), Z[:1], BITS),
    (CrossEntropy(), Z, ONE_HOT),
    (SquaredProbabilityError(), Z[:1], BITS),
    (SquaredProbabilityError(), Z, ONE_HOT),
]


def slope(loss: AbstractLoss, z: Array, y: Array) -> Array:
    out = np.full_like(z, np.nan)
    loss.slope(z, y, out)
    return out


def test_the_values_are_those_of_the_formulas() -> None:
    z, y = np.array([[1.0, 3.0], [2.0, -1.0]]), np.array([[0.0, 2.5], [2.0, 1.0]])
    assert MeanSquaredError().rows(z, y) == pytest.approx([0.5, (0.25 + 4) / 2])
    assert MeanAbsoluteError().rows(z, y) == pytest.approx([0.5, 1.25])
    assert Huber(delta=1.5).rows(z, y) == pytest.approx([0.25, (0.125 + 1.5 * (2 - 0.75)) / 2])
    p = math.exp(3) / (math.exp(3) + math.exp(-1))
    chosen = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert CrossEntropy().rows(z, chosen)[1] == pytest.approx(-math.log(p), rel=1e-14)
    squared = SquaredProbabilityError().rows(z, chosen)[1]
    assert squared == pytest.approx(((p - 1) ** 2 + (1 - p) ** 2) / 2, rel=1e-13)
    binary = CrossEntropy().rows(np.array([[2.0]]), np.array([[0.0]]))
    assert binary[0] == pytest.approx(math.log(1 + math.exp(2)), rel=1e-15)


@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_the_slope_is_the_derivative_of_the_row_losses(
    loss: AbstractLoss, z: Array, y: Array
) -> None:
    def total(flat: Array) -> float:
        return float(loss.rows(flat.reshape(z.shape), y).sum())

    measured = measured_gradient(total, z.ravel())
    assert slope(loss, z, y).ravel() == pytest.approx(measured, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_the_curvature_is_the_derivative_of_the_slope(
    loss: AbstractLoss, z: Array, y: Array
) -> None:
    v = np.random.default_rng(5).normal(size=z.shape)
    step = 1e-6
    measured = (slope(loss, z + step * v, y) - slope(loss, z - step * v, y)) / (2 * step)
    found = loss.curvature(z, y, v)
    if found is None:
        assert isinstance(loss, MeanAbsoluteError)
        assert not measured.any()
    else:
        assert found == pytest.approx(measured, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_of_one_logit_is_right_at_a_thousand(dtype: type) -> None:
    z: Array = np.array([[1e3, 1e3, -1e3, -1e3, 0]], dtype)
    y: Array = np.array([[1, 0, 1, 0, 1]], dtype)
    assert CrossEntropy().rows(z, y) == pytest.approx([0, 1e3, 1e3, 0, math.log(2)], rel=1e-6)
    assert slope(CrossEntropy(), z, y) == pytest.approx(np.array([[0, 1, -1, 0, -0.5]]), abs=1e-7)
    squared = SquaredProbabilityError()
    assert squared.rows(z, y) == pytest.approx([0, 1, 1, 0, 0.25], abs=1e-7)
    assert np.isfinite(slope(squared, z, y)).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_of_many_logits_is_right_at_a_thousand(dtype: type) -> None:
    z: Array = np.array([[1e3, -1e3], [-1e3, -1e3], [0, 1e3]], dtype)
    y: Array = np.array([[1, 1], [0, 0], [0, 0]], dtype)
    assert CrossEntropy().rows(z, y) == pytest.approx([0, 2e3], rel=1e-6)
    expected = np.array([[0.0, -1.0], [0.0, 0.0], [0.0, 1.0]])
    assert slope(CrossEntropy(), z, y) == pytest.approx(expected, abs=1e-7)
    v = np.ones_like(z)
    curvature = CrossEntropy().curvature(z, y, v)
    assert curvature is not None
    assert np.isfinite(curvature).all()


@pytest.mark.parametrize("outputs", [1, 3])
def test_probabilities_are_shares_of_one(outputs: int) -> None:
    z = np.array([[-1e3, 0.0, 5.0], [1e3, 0.0, 4.0], [0.0, 0.0, 2.0]])[:outputs]
    p = np.empty_like(z)
    probabilities(z, p)
    assert ((p >= 0) & (p <= 1)).all()
    if outputs == 3:
        assert p.sum(axis=0) == pytest.approx(np.ones(3), rel=1e-15)
        assert p[:, 1] == pytest.approx(np.full(3, 1 / 3))


@pytest.mark.parametrize(("loss", "z", "y"), CASES)
def test_many_guesses_at_once_are_each_judged_alone(
    loss: AbstractLoss, z: Array, y: Array
) -> None:
    many = np.stack([z, 2 * z, -z])
    together = loss.rows(many, y)
    out = np.empty_like(many)
    loss.slope(many, y, out)
    for k, one in enumerate(many):
        assert together[k] == pytest.approx(loss.rows(one, y), rel=1e-15)
        assert out[k] == pytest.approx(slope(loss, one, y), rel=1e-15)


def test_each_loss_is_for_the_tasks_it_names() -> None:
    for task in ("regression", "classification"):
        assert task in DEFAULT_LOSS[task].tasks
    assert LOSSES["cross_entropy"].tasks == ("classification",)
    assert isinstance(MeanSquaredError().for_task("classification"), SquaredProbabilityError)
    assert isinstance(MeanSquaredError().for_task("regression"), MeanSquaredError)
    assert all(chosen.title for chosen in LOSSES.values())
