"""Randomness is a function of seed, purpose and index, and of nothing else."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from gd_studio.engine.randomness import Stream, generator


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


def test_a_stream_gives_the_numbers_of_its_indices_in_any_order_of_asking() -> None:
    stream = Stream(5, "batch order")
    for index in (0, 1, 7, 10**6, 3, 3):
        stream.at(index).integers(3)  # leaves half a number behind
        drawn = stream.at(index).normal(size=5)
        assert np.array_equal(drawn, generator(5, "batch order", index).normal(size=5))
    numbers = np.random.Philox(key=[5, zlib.crc32(b"batch order")], counter=[0, 0, 0, 9])
    assert stream.at(9).random() == np.random.Generator(numbers).random()
