"""Guesses over two features as lines: boundaries between classes, or levels of equal value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gd_studio.gui.numbers import at_spacing
from gd_studio.gui.plots.axes import round_values
from gd_studio.gui.plots.grid import Grid, Range
from gd_studio.gui.plots.samples import Numbers

LEVELS = 4  # at most about so many
# Shares of a line at which its words may stand, the best first.
SPOTS = (0.5, 0.25, 0.75, 0.1, 0.9, 0.375, 0.625, 0.175, 0.825, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Mark:
    """The value of a level, and the places (x, y) on its lines where it may be written."""

    value: str
    places: Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Outline:
    """A drawable curve: points, how they are connected, and for lines of values their marks."""

    x: Numbers
    y: Numbers
    connect: Any
    marks: Sequence[Mark] = ()


def boundary(grid: Grid, shares: Numbers) -> Outline:
    """Return the lines between classes, where the likeliest two are as likely: shares (y, x, k)."""
    from contourpy import contour_generator

    classes = shares.shape[2]
    lines: list[Numbers] = []
    for k in range(1 if classes == 2 else 0, classes):
        lead = shares[..., k] - np.delete(shares, k, axis=2).max(axis=2)
        made = contour_generator(grid.x, grid.y, np.nan_to_num(lead))
        lines += [np.asarray(line) for line in made.lines(0.0)]
    return _joined(lines)


def level_lines(grid: Grid, values: Numbers, reach: Range) -> Outline:
    """Return lines along which values (y, x) are the same round number, each with its mark.

    The levels lie within `reach`; where the values cross none of those, in their own range.
    """
    from contourpy import contour_generator

    known = np.ma.masked_invalid(values)
    if known.count() == 0:
        return _joined([])
    span = float(known.min()), float(known.max())
    levels, spacing = _levels(reach, span)
    made = contour_generator(grid.x, grid.y, known)
    lines: list[Numbers] = []
    marks = []
    for level in levels:
        found = [np.asarray(line) for line in made.lines(level) if len(line) > 1]
        if found:
            lines += found
            marks.append(Mark(at_spacing(level, spacing), _spots(max(found, key=len))))
    return Outline(*_points(lines), marks)


def _levels(reach: Range, span: Range) -> tuple[list[float], float]:
    """Return round values within `reach` that a range crosses, and how far apart they are."""
    for low, high in (reach, span):
        levels, spacing = round_values(low, high, LEVELS)
        crossed = [v for v in levels if low < v < high and span[0] < v < span[1]]
        if crossed:
            break
    return crossed, spacing


def _spots(line: Numbers) -> list[tuple[float, float]]:
    at = [int(share * (len(line) - 1)) for share in SPOTS]
    return [(float(line[k, 0]), float(line[k, 1])) for k in at]


def _joined(lines: Iterable[Numbers]) -> Outline:
    return Outline(*_points(lines))


def _points(lines: Iterable[Numbers]) -> tuple[Numbers, Numbers, Any]:
    """Return all lines as one curve: x, y, and whether each point goes on to the next."""
    points, joins = [np.empty((0, 2))], [np.empty(0, dtype=np.int32)]
    for line in lines:
        joined = np.ones(len(line), dtype=np.int32)
        joined[-1] = 0
        points.append(np.asarray(line))
        joins.append(joined)
    both = np.concatenate(points)
    return both[:, 0], both[:, 1], np.concatenate(joins)
