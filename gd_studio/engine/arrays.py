"""The two array types of the engine: floats of either precision, and whole numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Integers = NDArray[np.intp]


def read_only(array: Array) -> Array:
    """Return a read-only copy, safe to hand to another thread."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


# A Python number makes a small array's operation take twice as long; one of these does not.
ONE: dict[np.dtype[Any], Array] = {np.dtype(kind): np.ones((), kind) for kind in ("f4", "f8")}


@cache
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """Return so many ones, read-only: the product with them is the quickest sum."""
    found: Array = np.ones(count, dtype)
    found.flags.writeable = False
    return found
