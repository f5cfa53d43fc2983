"""Gradient clipping: the direction stays under a limit on the norm, entries under one on values."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.clipping import Clipping


def clipped(clipping: Clipping, gradient: Array) -> Array:
    out = np.empty_like(gradient)
    clipping.clip(gradient, np.sqrt((gradient * gradient).sum(axis=-1)), out)
    return out


def test_a_long_gradient_is_shortened_and_keeps_its_direction() -> None:
    gradient = np.array([30.0, -40.0])
    found = clipped(Clipping(norm=5.0), gradient)
    assert found == pytest.approx(gradient * (5.0 / (50.0 + 1e-6)), rel=1e-15)
    assert gradient.tolist() == [30.0, -40.0], "the gradient itself stays as it is"


def test_a_short_gradient_passes_untouched() -> None:
    gradient = np.array([0.3, -0.4])
    assert clipped(Clipping(norm=5.0, value=1.0), gradient).tolist() == gradient.tolist()
    assert clipped(Clipping(norm=5.0), np.zeros(2)).tolist() == [0.0, 0.0]


def test_entries_are_cut_after_the_norm() -> None:
    found = clipped(Clipping(norm=25.0, value=12.0), np.array([30.0, -40.0]))
    assert found == pytest.approx([12.0, -12.0])


def test_each_of_many_models_is_clipped_by_its_own_length() -> None:
    gradients = np.array([[3.0, 4.0], [0.3, 0.4]], np.float32)
    found = clipped(Clipping(norm=1.0), gradients)
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[0.6, 0.8], [0.3, 0.4]]), abs=1e-6)


def test_without_limits_it_is_off() -> None:
    assert not Clipping().active
    assert Clipping(norm=1.0).active
    assert Clipping(value=1.0).active
