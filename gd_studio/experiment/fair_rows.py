"""A fair sample of many rows: seeded, so that the same data give the same sample every time."""

from __future__ import annotations

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.randomness import generator


def fair_rows(split: Split, most: int, purpose: str) -> Split:
    """Return a split itself, or `most` of its rows drawn evenly at random, in their order.

    `purpose` seeds the draw: two views draw independently, each the same rows every time.
    """
    count = len(split.rows)
    if count <= most:
        return split
    chosen = np.sort(generator(0, purpose).permutation(count)[:most])
    return Split(split.x[chosen], split.y[chosen], split.rows[chosen])
