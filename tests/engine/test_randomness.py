"""Randomness is a function of seed, purpose and index, and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.randomness import batch_order, generator


def test_the_same_words_draw_the_same_numbers_in_any_order() -> None:
    first = generator(3, "weights", 1).normal(size=5)
    generator(3, "weights", 0).normal(size=50)
    assert np.array_equal(first, generator(3, "weights", 1).normal(size=5))


@pytest.mark.parametrize("other", [(4, "weights", 1), (3, "plane", 1), (3, "weights", 2)])
def test_another_seed_purpose_or_index_draws_others(other: tuple[int, str, int]) -> None:
    first = generator(3, "weights", 1).normal(size=500)
    second = generator(*other).normal(size=500)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.15


def test_long_draws_of_neighbouring_indices_share_nothing() -> None:
    first = generator(0, "batch order", 1).integers(0, 2**63, 10_000)
    second = generator(0, "batch order", 2).integers(0, 2**63, 10_000)
    assert not np.intersect1d(first, second).size


@pytest.mark.parametrize("rows", [1, 2, 1000])
def test_a_batch_order_names_every_row_once(rows: int) -> None:
    assert sorted(batch_order(5, 3, rows)) == list(range(rows))
