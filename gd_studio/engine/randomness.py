"""Randomness as a pure function of (seed, purpose, index).

There is no generator state to save: the batch order of epoch 7 can be drawn at any time, in any
order. Philox is counter-based (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"),
so every (seed, purpose, index) names a stream of its own.
"""

from __future__ import annotations

import zlib

import numpy as np


class Stream:
    """The generators of one seed and purpose, such as "batch order", for any index in turn.

    The same numbers as a new generator gives, at a fifth of its cost: one is moved about. It is
    good until the next is asked for, and belongs to one thread.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        key = [seed & 0xFFFFFFFFFFFFFFFF, zlib.crc32(purpose.encode())]
        self._bits = np.random.Philox(key=key)
        self._start = self._bits.state
        self._counter = self._start["state"]["counter"]
        self._generator = np.random.Generator(self._bits)

    def at(self, index: int) -> np.random.Generator:
        """Return the generator that belongs to an index."""
        self._counter[3] = index
        self._bits.state = self._start
        return self._generator


def generator(seed: int, purpose: str, index: int = 0) -> np.random.Generator:
    """Return the generator that belongs to a seed, a purpose such as "weights", and an index."""
    return Stream(seed, purpose).at(index)
