"""The two array types of the engine: floats of either precision, and whole numbers."""

from __future__ import annotations

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
