"""How finely and how exactly a map is computed: as far as the model and its rows allow in time.

A map of a small network is a matter of a moment. That of a large one would come too late to be of
use while racing, and takes a core for minutes at the fineness of a small one's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gd_studio.engine.landscape import work_of
from gd_studio.experiment.surface_points import MOST_ROWS

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.experiment.surface import Surface

COARSE, RESOLUTION, IDLE_RESOLUTION = 25, 101, 201
# Sums of a whole map, of which a slow machine makes 300 million a second in single precision.
RACING_SUMS, EXACT_SUMS, IDLE_SUMS = 150_000_000, 500_000_000, 4_000_000_000


def racing_resolution(hypothesis: Hypothesis) -> int:
    """Return the points each way of a map that is ready within about half a second."""
    points = RACING_SUMS / _sums(hypothesis)
    return min(max(math.isqrt(int(points)), COARSE), RESOLUTION)


def may_refine(hypothesis: Hypothesis) -> bool:
    """Return whether the finest map takes seconds, and not minutes."""
    return _sums(hypothesis) * IDLE_RESOLUTION**2 <= IDLE_SUMS


def may_be_finer(surface: Surface | None) -> bool:
    """Return whether there is a map, and a finer one is made at rest."""
    return surface is not None and len(surface.u) < IDLE_RESOLUTION


def is_light(hypothesis: Hypothesis, resolution: int) -> bool:
    """Return whether a map takes seconds at most in double precision."""
    return _sums(hypothesis) * resolution**2 <= EXACT_SUMS


def _sums(hypothesis: Hypothesis) -> int:
    """Return the sums in the loss of one point of the map."""
    rows = min(len(hypothesis.prepared.train.rows), MOST_ROWS)
    return max(rows, 1) * work_of(hypothesis.network)
