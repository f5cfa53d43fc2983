"""Activations: value, slope and curvature agree with one another, at any size of number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.engine.activations import ACTIVATIONS, sigmoid
from gd_studio.engine.arrays import Array

BENT = [name for name, a in ACTIVATIONS.items() if a.curvature(np.ones(1), np.ones(1)) is not None]
POINTS = np.array([-7.0, -2.5, -1.0, -0.3, 0.2, 0.9, 1.7, 3.0, 8.0])
STEP = 1e-5


def value(name: str, z: Array) -> Array:
    out = np.full_like(z, np.nan)
    ACTIVATIONS[name].value(z, out)
    return out


def slope(name: str, z: Array) -> Array:
    out = np.full_like(z, np.nan)
    ACTIVATIONS[name].slope(z, value(name, z), out)
    return out


def test_the_values_are_those_of_the_formulas() -> None:
    z = POINTS
    assert value("identity", z) == pytest.approx(z, rel=0)
    assert value("tanh", z) == pytest.approx([math.tanh(v) for v in z], rel=1e-15)
    assert value("relu", z) == pytest.approx([max(0, v) for v in z], rel=0)
    assert value("leaky_relu", z) == pytest.approx([v if v > 0 else v * 0.01 for v in z], rel=0)
    bell = [0.5 * (1 + math.erf(v / math.sqrt(2))) for v in z]
    logistic = [1 / (1 + math.exp(-v)) for v in z]
    assert value("elu", z) == pytest.approx([v if v > 0 else math.expm1(v) for v in z], rel=1e-15)
    assert value("gelu", z) == pytest.approx(z * bell, rel=1e-15, abs=1e-15)
    assert value("silu", z) == pytest.approx(z * logistic, rel=1e-15)
    assert value("softplus", z) == pytest.approx([math.log1p(math.exp(v)) for v in z], rel=1e-15)
    assert value("sigmoid", z) == pytest.approx(logistic, rel=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_is_the_derivative_of_the_value(name: str) -> None:
    measured = (value(name, POINTS + STEP) - value(name, POINTS - STEP)) / (2 * STEP)
    assert slope(name, POINTS) == pytest.approx(measured, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", BENT)
def test_the_curvature_is_the_derivative_of_the_slope(name: str) -> None:
    measured = (slope(name, POINTS + STEP) - slope(name, POINTS - STEP)) / (2 * STEP)
    curvature = ACTIVATIONS[name].curvature(POINTS, value(name, POINTS))
    assert curvature == pytest.approx(measured, rel=1e-6, abs=1e-9)


def test_only_the_broken_lines_have_no_curvature() -> None:
    assert ACTIVATIONS.keys() - set(BENT) == {"relu", "leaky_relu"}


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_the_slope_at_the_kink_is_that_of_the_left_side(name: str) -> None:
    assert slope(name, np.zeros(1))[0] == slope(name, -np.ones(1))[0]


@pytest.mark.parametrize("name", ["gelu", "silu", "softplus", "elu"])
def test_the_slope_at_zero_is_that_of_its_neighbours(name: str) -> None:
    near = slope(name, np.array([-1e-12, -1e-300, 0.0, 1e-300, 1e-12]))
    assert near == pytest.approx(np.full(5, near[2]), abs=1e-11)
    assert near[2] == (1 if name == "elu" else 0.5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_huge_sums_give_finite_numbers_of_the_same_precision(name: str, dtype: type) -> None:
    most = float(np.finfo(dtype).max)
    sizes = [0.0, 1e-30, 25, 100, 800, 1e4, 1e20, most]
    z: Array = np.array([-v for v in sizes] + sizes, dtype)
    with np.errstate(over="ignore"):
        curvature = ACTIVATIONS[name].curvature(z, value(name, z))
        for found in (value(name, z), slope(name, z), curvature):
            if found is not None:
                assert found.dtype == dtype
                assert np.isfinite(found).all()


def test_softplus_is_exact_far_out_on_both_sides() -> None:
    z = np.array([-700.0, -40.0, 0.0, 30.0, 80.0, 81.0, 1e300])
    expected = [math.exp(-700), math.exp(-40), math.log(2), 30 + math.exp(-30), 80, 81, 1e300]
    assert value("softplus", z) == pytest.approx(expected, rel=1e-15)
    assert slope("softplus", z[:3]) == pytest.approx([*expected[:2], 0.5], rel=1e-14)


def test_sigmoid_is_exact_far_out_on_both_sides() -> None:
    z = np.array([-700.0, -40.0, 0.0, 40.0, 800.0, -800.0])
    out = np.empty_like(z)
    with np.errstate(over="ignore"):
        sigmoid(z, out)
    assert out[:5] == pytest.approx([math.exp(-700), math.exp(-40), 0.5, 1, 1], rel=1e-14)
    assert out[5] == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_a_name_for_the_screen(name: str) -> None:
    assert ACTIVATIONS[name].title
