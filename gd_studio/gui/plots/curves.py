"""Which curves of a run the loss plot draws, over which x, and what a log scale cannot show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gd_studio.session.frame import Curves

Numbers = np.ndarray[Any, np.dtype[np.float64]]
NAMES = {
    "loss": {"batch": "total", "train": "train_loss", "validation": "validation_loss"},
    "score": {"train": "train_score", "validation": "validation_score"},
}


@dataclass(frozen=True)
class Line:
    """A curve ready to draw: finite points (`x`, `y`), and what could not be drawn as such."""

    x: Numbers
    y: Numbers  # logarithms to base ten on a log scale; NaN breaks the line
    bad: Numbers  # x of values that are NaN or infinite
    hidden: int  # values at or below 0, which a log scale cannot show

    @property
    def is_empty(self) -> bool:
        return not bool(np.isfinite(self.y).any())


def points(curves: Curves, name: str) -> tuple[Numbers, Numbers]:
    """Return (steps, values) of one curve; empty arrays if the run has none of that name."""
    curve = curves.by_name.get(name)
    if curve is None:
        return np.empty(0), np.empty(0)
    steps = np.asarray(curve.steps, dtype=np.float64)
    return steps, np.asarray(curve.values, dtype=np.float64)


def over(curves: Curves, steps: Numbers, unit: str) -> Numbers:
    """Return steps as places on the x axis: steps, epochs or seconds."""
    if unit == "epochs":
        return np.asarray(curves.epochs_at(steps), dtype=np.float64)
    if unit == "seconds":
        return np.asarray(curves.seconds_at(steps), dtype=np.float64)
    return steps


def step_at(curves: Curves, x: float, unit: str, last_step: int) -> int:
    """Return the step nearest to a place on the x axis."""
    steps = np.arange(last_step + 1, dtype=np.float64)
    if unit != "steps":
        if last_step > 4000:
            steps = np.unique(np.linspace(0, last_step, 4000).round())
        return int(steps[np.argmin(np.abs(over(curves, steps, unit) - x))])
    return int(min(max(round(x), 0), last_step))


def line(x: Numbers, y: Numbers, log: bool) -> Line:
    """Return a curve as it can be drawn on this scale."""
    finite = np.isfinite(y) & np.isfinite(x)
    bad = x[~finite & np.isfinite(x)]
    shown = np.where(finite, y, np.nan)
    if not log:
        return Line(x, shown, bad, 0)
    low = finite & (shown <= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(low, np.nan, np.log10(np.where(low, 1.0, shown)))
    return Line(x, logs, bad, int(low.sum()))


def last_before(line: Line, x: float) -> tuple[float, float] | None:
    """Return a curve's last point before x; None if it has one at x, or none before it."""
    if (line.x == x).any():
        return None
    before = np.flatnonzero(line.x < x)
    if not len(before) or not np.isfinite(line.y[before[-1]]):
        return None
    return float(line.x[before[-1]]), float(line.y[before[-1]])
