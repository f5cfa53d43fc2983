"""Losses of many parameter vectors at once equal those of each alone, in bounded memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from gd_studio.engine import landscape
from gd_studio.engine.arrays import Array
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.landscape import total_losses, total_losses_in_blocks
from gd_studio.engine.losses import LOSSES
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.penalties import Penalty
from tests.engine.test_trainer import TASKS, problem


@pytest.mark.parametrize("block", [1, 20, 150, 10**6])
@pytest.mark.parametrize(("kind", "task", "outputs"), TASKS)
def test_many_at_once_equal_one_by_one(
    kind: str, task: str, outputs: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landscape, "BLOCK_SUMS", block)
    network, loss, theta, x, y = problem((4, 3), "tanh", kind, task, outputs)
    penalty = Penalty(l1=0.1, l2=0.2)
    thetas = theta + np.random.default_rng(0).normal(size=(70, theta.size))
    oracle = BatchOracle(network, loss, penalty, x, y)
    expected = [oracle.loss(one) for one in thetas]
    found = total_losses(network, loss, penalty, thetas, x, y)
    assert found == pytest.approx(np.array(expected), rel=1e-13)


def test_blocks_come_in_order_and_cover_every_vector_once() -> None:
    network, loss, theta, x, y = problem((4,), "relu", "mse", "regression", 1)
    thetas = np.tile(theta, (200, 1))
    done, blocks = 0, 0
    for first, part in total_losses_in_blocks(network, loss, Penalty(), thetas, x, y):
        assert first == done
        done += len(part)
        blocks += 1
    assert blocks > 3
    assert done == 200


def test_rows_without_end_are_cut_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landscape, "BLOCK_SUMS", 30)
    network, loss, theta, x, y = problem((4,), "tanh", "mse", "regression", 1)
    parts = list(total_losses_in_blocks(network, loss, Penalty(), theta[None], x, y))
    assert [len(part) for _, part in parts] == [0, 1]


def test_memory_does_not_grow_with_the_number_of_vectors() -> None:
    network = Network((2, 64, 64, 1))
    rng = np.random.default_rng(0)
    x, y = with_ones(rng.normal(size=(5000, 2))), rng.normal(size=(1, 5000))
    loss = LOSSES["mse"]()

    def peak(count: int) -> int:
        thetas = np.zeros((count, network.size))
        tracemalloc.start()
        total_losses(network, loss, Penalty(), thetas, x, y)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(2), peak(12)
    assert many < few + 100_000
    assert many < 30 * 2**20


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_losses_beyond_all_numbers_are_infinite_without_a_warning(dtype: type) -> None:
    network, loss, theta, x, y = problem((4, 3), "relu", "mse", "regression", 1)
    thetas: Array = (theta[None] * 1e30).astype(dtype)
    small: list[Array] = [a.astype(dtype) for a in (x, y)]
    far = np.vstack([thetas, thetas * dtype(1e8)])
    if dtype is np.float64:
        far *= 1e90
    found = total_losses(network, loss, Penalty(l1=1, l2=1), far, small[0], small[1])
    assert not np.isfinite(found).all()
