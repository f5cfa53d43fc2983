"""Epochs: every row once, in an order that can be had again at any time."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.epochs import Epochs
from gd_studio.engine.network import with_ones


def rows(count: int) -> tuple[Array, Array]:
    """Return rows that say which they are: x (2, count) and y (1, count)."""
    numbers = np.arange(float(count))
    return with_ones(numbers[:, None]), -numbers[None, :]


@pytest.mark.parametrize("size", [1, 3, 4, 12, 50])
def test_an_epoch_holds_every_row_once_with_its_own_target(size: int) -> None:
    epochs = Epochs(*rows(12), seed=5)
    epochs.cut(size)
    for epoch in (1, 2, 3):
        seen: list[float] = []
        while not seen or not epochs.done:
            batch = epochs.take()
            assert epochs.epoch == epoch
            assert batch.x.shape == (2, batch.count)
            assert (batch.x[1] == 1).all()
            assert (batch.y[0] == -batch.x[0]).all()
            assert list(epochs.taken_rows) == list(batch.x[0])
            seen += list(batch.x[0])
        assert sorted(seen) == list(range(12))
        assert epochs.completed == epochs.passed == epoch
        assert epochs.taken_number == epochs.taken_of


def test_any_moment_can_be_gone_to() -> None:
    first, second = Epochs(*rows(10), seed=1), Epochs(*rows(10), seed=1)
    for epochs in (first, second):
        epochs.cut(4)
    for _ in range(7):
        first.take()
    second.go_to(first.epoch, first.cursor)
    for _ in range(5):
        assert list(first.take().x[0]) == list(second.take().x[0])


def test_another_batch_size_and_back_gives_the_same_rows() -> None:
    epochs = Epochs(*rows(10), seed=1)
    epochs.cut(5)
    before = [list(epochs.take().x[0]) for _ in range(2)]
    epochs.cut(10)
    epochs.go_to(0, 10)
    assert list(epochs.take().x[0]) == list(range(10))
    epochs.cut(5)
    epochs.go_to(0, 10)
    assert [list(epochs.take().x[0]) for _ in range(2)] == before


def test_more_batches_than_views_are_kept_for_are_still_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gd_studio.engine.epochs.MOST_VIEWS", 2)
    few = Epochs(*rows(9), seed=2)
    few.cut(2)
    monkeypatch.undo()
    many = Epochs(*rows(9), seed=2)
    many.cut(2)
    for _ in range(12):
        assert list(few.take().x[0]) == list(many.take().x[0])


def test_before_the_first_batch_no_rows_are_taken() -> None:
    epochs = Epochs(*rows(10), seed=1)
    epochs.cut(4)
    assert len(epochs.taken_rows) == 0
    assert (epochs.taken_number, epochs.taken_of) == (0, 3)
    assert epochs.passed == epochs.completed == 0
