"""The error function, against the standard library's on a dense grid."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.erf import erf


def found(x: Array) -> Array:
    out = np.full_like(x, np.nan)
    erf(x, out)
    return out


@pytest.mark.parametrize("x", [np.linspace(0.001, 7, 70_003), np.geomspace(1e-300, 1e308, 5_001)])
def test_the_error_function_is_right_to_the_last_digit(x: Array) -> None:
    expected = np.array([math.erf(v) for v in x])
    assert (np.abs(found(x) - expected) / expected).max() < 2.3e-16
    assert found(-x).tobytes() == (-found(x)).tobytes()


def test_the_ends_and_the_middle_are_exact() -> None:
    assert found(np.array([0.0, np.inf, -np.inf])).tolist() == [0, 1, -1]
    with np.errstate(invalid="ignore"):
        assert np.isnan(found(np.array([np.nan])))[0]


def test_float32_is_rounded_once_and_any_shape_will_do() -> None:
    x: Array = np.random.default_rng(0).normal(size=(2, 3, 5)).astype(np.float32)
    expected = found(x.astype(np.float64)).astype(np.float32)
    assert found(x).dtype == np.float32
    assert np.array_equal(found(x), expected)


def test_a_number_may_be_replaced_by_its_error_function_in_place() -> None:
    x = np.linspace(-3, 3, 11)
    expected = found(x)
    erf(x, x)
    assert np.array_equal(x, expected)
