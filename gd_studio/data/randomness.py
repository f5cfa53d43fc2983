"""Random numbers as a pure function of a seed and what they are for.

Two purposes never share numbers, so adding a setting to one generator leaves the others' data,
and every split, as they were.
"""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return the random numbers of one seed and purpose, the same on every call."""
    digest = hashlib.sha256(purpose.encode()).digest()
    key = np.array([seed, int.from_bytes(digest[:8], "little")], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))
