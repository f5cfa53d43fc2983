"""Lines cut to the part that can be seen: a point at 1e149 would upset every painter."""

from __future__ import annotations

from typing import Any

import numpy as np

Bounds = tuple[float, float, float, float]  # left, right, bottom, top


def is_within(x: float, y: float, bounds: Bounds) -> bool:
    """Return whether a point lies within bounds; one that is not finite does not."""
    return bool(bounds[0] <= x <= bounds[1] and bounds[2] <= y <= bounds[3])


def cut(path: Any, bounds: Bounds) -> tuple[Any, Any]:
    """Return the pieces of a path (n, 2) within bounds as (m, 4) x, y, x2, y2, and their places."""
    path = np.asarray(path, dtype=np.float64)
    if len(path) < 2:
        return np.empty((0, 4)), np.empty(0, np.intp)
    low, high = (bounds[0], bounds[2]), (bounds[1], bounds[3])
    if ((path >= low) & (path <= high)).all():
        return np.hstack([path[:-1], path[1:]]), np.arange(len(path) - 1)
    enter, leave = _shares(path[:-1], path[1:], bounds)
    seen = np.flatnonzero(enter <= leave)
    first, second = path[seen], path[seen + 1]
    ends = [_between(first, second, share[seen]) for share in (enter, leave)]
    return np.hstack([np.clip(end, low, high) for end in ends]), seen


def dotted(pieces: Any, apart: float) -> Any:
    """Return points (k, 2) along pieces (m, 4) x, y, x2, y2, no farther apart than so much.

    The end of a piece, where most often another begins, is none of its points.
    """
    first, way = pieces[:, :2], pieces[:, 2:] - pieces[:, :2]
    counts = np.maximum(np.ceil(np.hypot(way[:, 0], way[:, 1]) / apart), 1).astype(np.intp)
    of = np.repeat(np.arange(len(pieces)), counts)
    at = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    return first[of] + (at / counts[of])[:, None] * way[of]


def _shares(first: Any, second: Any, bounds: Bounds) -> tuple[Any, Any]:
    """Return at which share of its length each segment enters and leaves the bounds."""
    low, high = np.array([bounds[0], bounds[2]]), np.array([bounds[1], bounds[3]])
    with np.errstate(all="ignore"):
        way = second - first
        to_low, to_high = (low - first) / way, (high - first) / way
    inside = (first >= low) & (first <= high)
    still = way == 0
    enter = np.where(still, np.where(inside, 0.0, 2.0), np.minimum(to_low, to_high))
    leave = np.where(still, np.where(inside, 1.0, -1.0), np.maximum(to_low, to_high))
    enter, leave = np.maximum(enter.max(axis=1), 0.0), np.minimum(leave.min(axis=1), 1.0)
    broken = ~(np.isfinite(first) & np.isfinite(second) & np.isfinite(way)).all(axis=1)
    return np.where(broken, 2.0, enter), np.where(broken, -1.0, leave)


def _between(first: Any, second: Any, share: Any) -> Any:
    """Return the points at a share of the way; the ends themselves are met exactly."""
    way = first + share[:, None] * (second - first)
    return np.where(share[:, None] == 1, second, way)
