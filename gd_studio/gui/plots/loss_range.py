"""How much of the loss plot's height is shown: its curves, and the baseline beside them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gd_studio.gui.plots.axes import round_up
from gd_studio.gui.plots.canvas import finite_range
from gd_studio.gui.plots.curves import Line
from gd_studio.gui.plots.ghosts import GHOSTS
from gd_studio.gui.plots.samples import Numbers

OWN = ("train", "validation")
SPIKES = [2, 98]  # percentiles of the batch losses that are surely shown
TALLER = 3  # times as much height as the run itself needs may be given to pinned ones


def heights(
    lines: Mapping[str, Line], baseline: float | None, is_score: bool, is_log: bool
) -> tuple[float, float]:
    """Return (bottom, top) of the axis, on a log scale as logarithms."""
    drawn = [lines[n].y for n in OWN if n in lines]
    batch = lines.get("batch")
    if batch is not None and not batch.is_empty:
        drawn.append(percentiles(batch.y))
    low, high = finite_range(drawn) or (0.0, 1.0)
    high = max(high, _of_pinned(lines, low, high))
    if is_score:
        low = min(low, baseline if baseline is not None else 0.0, 0.0)
        return (max(low, -1.0) if high > -1 else low) - 0.02, max(1.0, high) + 0.04
    if is_log:
        if baseline is not None and baseline > 0:
            high = max(high, float(np.log10(baseline)))
        return float(np.floor(low - 0.05)), float(np.ceil(high + 0.05))
    if baseline is not None and baseline < 4 * max(high, 1e-12):
        high = max(high, baseline)
    if low < 0:  # as a landscape's height may be
        room = 0.04 * (high - low) or 0.04 * abs(low)
        return low - room, high + room
    top = round_up(high * 1.04)
    return -0.015 * top, top


def percentiles(values: Numbers) -> Numbers:
    """Return those of SPIKES, as `np.nanpercentile` does, which takes seven times as long."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return known
    return np.interp(np.multiply(SPIKES, 0.01 * (len(known) - 1)), np.arange(len(known)), known)


def higher_words(lines: Mapping[str, Line], top: float) -> str:
    """Say which earlier runs have losses above the top of the axis; empty if none has."""
    higher = [
        str(number or "the run before")
        for number, name in enumerate(GHOSTS)
        if name in lines and (finite_range([lines[name].y]) or (top, top))[1] > top
    ]
    return f"Partly higher than shown: {', '.join(higher)}." if higher else ""


def lower_words(lines: Mapping[str, Line], bottom: float) -> str:
    """Say which of the run's own curves have values below the axis; empty if none has."""
    found = {name: finite_range([lines[name].y]) for name in OWN if name in lines}
    lower = [name for name, ends in found.items() if ends is not None and ends[0] < bottom]
    return f"Partly lower than shown: {', '.join(lower)}." if lower else ""


def _of_pinned(lines: Mapping[str, Line], low: float, high: float) -> float:
    """Return how high the pinned runs reach, as far as that leaves the run itself in sight."""
    found = finite_range([lines[name].y for name in GHOSTS[1:] if name in lines])
    return min(found[1], low + TALLER * (high - low)) if found else high
