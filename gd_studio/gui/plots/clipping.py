"""Lines cut to the part that can be seen: a point at 1e149 would upset every painter."""

from __future__ import annotations

from typing import Any

import numpy as np

Bounds = tuple[float, float, float, float]  # left, right, bottom, top


def is_within(x: float, y: float, bounds: Bounds) -> bool:
    """Return whether a point lies within bounds; one that is not finite does not."""
    return bool(bounds[0] <= x <= bounds[1] and bounds[2] <= y <= bounds[3])


def grown_by(bounds: Bounds, share: float) -> Bounds:
    """Return bounds with a margin on each side, as a share of their size."""
    left, right, bottom, top = bounds
    across, upwards = share * (right - left), share * (top - bottom)
    return left - across, right + across, bottom - upwards, top + upwards


def clipped(path: Any, bounds: Bounds) -> tuple[Any, Any, Any]:
    """Return the parts of a path (n, 2) within bounds as one drawable curve (x, y, joined)."""
    if len(path) < 2:
        empty = np.empty(0)
        return empty, empty, np.empty(0, dtype=np.int32)
    path = np.asarray(path, dtype=np.float64)
    enter, leave = _shares(path[:-1], path[1:], bounds)
    seen = np.flatnonzero(enter <= leave)
    first, second, enter, leave = path[seen], path[seen + 1], enter[seen], leave[seen]
    ends = np.stack([_between(first, second, enter), _between(first, second, leave)], axis=1)
    ends = np.clip(ends, (bounds[0], bounds[2]), (bounds[1], bounds[3]))
    continues = np.zeros(len(seen), dtype=bool)
    continues[1:] = (np.diff(seen) == 1) & (leave[:-1] == 1) & (enter[1:] == 0)
    # A segment that continues the one before shares its first point.
    kept = np.stack([~continues, np.ones_like(continues)], axis=1)
    joined = np.ones((len(seen), 2), dtype=np.int32)
    joined[:, 1] = np.append(continues[1:], False)
    return ends[kept][:, 0], ends[kept][:, 1], joined[kept]


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
