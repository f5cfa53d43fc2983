"""Dropout: who is left out is a pure function of seed and step, and the gradient knows of it."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.dropout import draw_masks
from gd_studio.engine.losses import MeanSquaredError
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.optimizers import Sgd
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.randomness import generator
from gd_studio.engine.schedules import Constant
from gd_studio.engine.trainer import Trainer
from tests.engine.gradients import measured_gradient, relative_error

NETWORK = Network((3, 6, 5, 2), "tanh")


def masks(share: float, seed: int, step: int, width: int = 200, batch: int = 50) -> list[Array]:
    drawn = [np.empty((width, batch)), np.empty((width // 2, batch))]
    draw_masks(drawn, share, generator(seed, "dropout", step))
    return drawn


def test_masks_leave_out_their_share_and_keep_the_mean() -> None:
    for mask in masks(0.25, 0, 1):
        assert set(np.unique(mask)) == {0.0, 1 / 0.75}
        assert (mask == 0).mean() == pytest.approx(0.25, abs=0.02)
        assert mask.mean() == pytest.approx(1, abs=0.03)


def test_masks_are_the_same_for_a_seed_and_step_and_others_for_others() -> None:
    first = masks(0.5, 3, 7)
    assert all((a == b).all() for a, b in zip(first, masks(0.5, 3, 7), strict=True))
    assert (first[0] != masks(0.5, 3, 8)[0]).any()
    assert (first[0] != masks(0.5, 4, 7)[0]).any()
    assert (first[0][:100] != first[1]).any()


def trainer(dropout: float, dtype: type = np.float64) -> Trainer:
    rng = np.random.default_rng(4)
    theta: Array = rng.normal(0, 0.7, NETWORK.size).astype(dtype)
    y: Array = rng.normal(size=(2, 8)).astype(dtype)
    x = with_ones(rng.normal(size=(8, 3)), dtype)
    made = Trainer(
        NETWORK, MeanSquaredError(), Sgd(learning_rate=0.1), theta, x, y, seed=9, dropout=dropout
    )
    made.adopt(made.optimizer, Constant(), Penalty(), batch=8)
    return made


def test_the_gradient_under_dropout_agrees_with_central_differences() -> None:
    dropped = trainer(0.4)
    dropped.step()
    masks_of_step = [mask.copy() for mask in dropped.passes.masks]
    assert any((mask == 0).any() for mask in masks_of_step)

    def loss(theta: Array) -> float:
        first, second, last = (layer.matrix(theta) for layer in NETWORK.layers)
        ones = np.ones((1, 8))
        a = np.vstack([np.tanh(first @ dropped.oracle.x) * masks_of_step[0], ones])
        b = np.vstack([np.tanh(second @ a) * masks_of_step[1], ones])
        return float(((last @ b - dropped.oracle.y) ** 2).mean())

    assert dropped.batch_loss == pytest.approx(loss(dropped.previous), rel=1e-14)
    measured = measured_gradient(loss, dropped.previous)
    assert relative_error(dropped.gradient, measured) < 1e-6


def test_without_dropout_nothing_is_masked() -> None:
    plain = trainer(0.0)
    plain.step()
    assert plain.passes.masks == []


def test_dropout_keeps_float32() -> None:
    dropped = trainer(0.3, np.float32)
    dropped.step()
    assert dropped.gradient.dtype == dropped.passes.masks[0].dtype == np.float32
    assert dropped.theta.dtype == np.float32
