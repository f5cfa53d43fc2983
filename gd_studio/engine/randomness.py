"""Randomness as a pure function of (seed, purpose, index).

There is no generator state to save: the batch order of epoch 7 can be drawn at any time, in any
order. Philox is counter-based (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"),
so every (seed, purpose, index) names a stream of its own.
"""

from __future__ import annotations

import zlib

import numpy as np

from gd_studio.engine.arrays import Integers


def generator(seed: int, purpose: str, index: int = 0) -> np.random.Generator:
    """Return the generator that belongs to a seed, a purpose such as "weights", and an index."""
    key = [seed & 0xFFFFFFFFFFFFFFFF, zlib.crc32(purpose.encode())]
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, index]))


def batch_order(seed: int, epoch: int, rows: int) -> Integers:
    """Return the order (rows,) in which an epoch visits the training rows."""
    return generator(seed, "batch order", epoch).permutation(rows)
