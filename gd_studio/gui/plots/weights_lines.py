"""Which parameters are drawn over time: the few that moved most, and a fair number of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_LINES = 200
# Over all grey lines together: what can be drawn in a few milliseconds, and in one while racing.
GREY_POINTS, RACING_POINTS = 8000, 4000
NAMED = 5

Numbers = np.ndarray[Any, np.dtype[np.float64]]


def largest_movers(trajectory: Numbers, now: Numbers, count: int = NAMED) -> list[int]:
    """Return the parameters farthest from where they started, the farthest first."""
    moved = np.abs(now - trajectory[0])
    moved = np.where(np.isfinite(moved), moved, 0.0)
    count = min(count, len(moved))
    if not moved.any():
        return list(range(count))
    nearly = np.argpartition(-moved, count - 1)[:count]
    return [int(i) for i in nearly[np.argsort(-moved[nearly], kind="stable")]]


def in_places(movers: Sequence[int], before: Sequence[int]) -> list[int]:
    """Return the movers so that each that was among them before keeps its place, its colour."""
    kept = {place: column for place, column in enumerate(before) if column in movers}
    kept = {place: column for place, column in kept.items() if place < len(movers)}
    new = iter([column for column in movers if column not in kept.values()])
    return [kept[place] if place in kept else next(new) for place in range(len(movers))]


def fair_share(total: int, named: Sequence[int], most: int = MOST_LINES) -> list[int]:
    """Return the parameters to draw in grey: all others, or evenly spaced ones if too many."""
    if total <= most:
        chosen = range(total)
    else:
        chosen = np.unique(np.linspace(0, total - 1, most).round().astype(int)).tolist()
    left_out = set(named)
    return [i for i in chosen if i not in left_out]


@dataclass(frozen=True)
class Joined:
    """Many lines as one: points, and whether each is joined to the next."""

    x: Numbers
    y: Numbers
    joined: np.ndarray[Any, np.dtype[np.int32]]


def join(steps: Numbers, lines: Numbers) -> Joined:
    """Return the columns of `lines` (steps, n) as one drawable curve."""
    count, n = lines.shape
    joined = np.ones((n, count), dtype=np.int32)
    joined[:, -1] = 0
    y = lines.T.ravel()
    finite = np.isfinite(y)
    flat = joined.ravel()
    flat[:-1] &= finite[:-1] & finite[1:]
    return Joined(np.tile(steps, n), np.where(finite, y, 0.0), flat)


def thinned(count: int, most: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return at most `most` evenly spaced places of `count`, first and last included."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, max(most, 2)).round().astype(np.intp))
