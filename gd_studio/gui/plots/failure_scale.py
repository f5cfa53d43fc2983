"""From losses to colours: dark is good, bright is bad, and what lies beyond the scale is said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtGui import QBrush, QColor

from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.numbers import counted, exact, percent
from gd_studio.gui.plots.axes import round_up
from gd_studio.gui.plots.samples import Numbers

SHADES = 32
LEAST_BASELINES = 2.0  # the scale holds at least so many times what always guessing the same costs


@dataclass(frozen=True)
class LossScale:
    """Losses from 0 to `high`; colours follow their square root, so that small ones differ too."""

    high: float

    def shares(self, losses: Any) -> Any:
        """Return each loss' place among the colours, 0 to 1; what is not a number is at the top."""
        with np.errstate(invalid="ignore"):
            shares = np.clip(np.asarray(losses, dtype=np.float64) / self.high, 0.0, 1.0)
        return np.sqrt(np.nan_to_num(shares, nan=1.0))

    def shades(self, losses: Any) -> Any:
        """Return the number of each loss' shade, 0 to SHADES - 1."""
        return np.minimum((self.shares(losses) * SHADES).astype(np.intp), SHADES - 1)

    def ends(self, exceeded: bool) -> tuple[str, str]:
        """Return what stands at the upper and at the lower end of the colour bar."""
        reach = "≥ " if exceeded else ""
        return f"worse\n{reach}{exact(self.high, 3)}", "0\nbetter"

    def beyond(self, losses: Numbers, cells: Numbers | None = None) -> str:
        """Say which rows, and which share of a map's cells, lie beyond the scale; "" for none."""
        finite = np.isfinite(losses)
        above, lost = int((losses[finite] > self.high).sum()), int((~finite).sum())
        said = []
        if above:
            worst = exact(float(losses[finite].max()), 4)
            said.append(f"{counted(above, 'row')} (worst {worst})")
        if lost:
            said.append(f"{counted(lost, 'row')} of no finite loss (✕)")
        share = 0.0 if cells is None else float(np.mean(~(cells <= self.high)))
        if share:
            said.append(f"{percent(share, 0 if share >= 0.01 else 1)} of the map")
        return ", ".join(said)


def loss_scale(losses: Numbers, baseline: float | None) -> LossScale:
    """Return a scale with a round end: 95 % of the rows, and twice the baseline, lie within."""
    finite = losses[np.isfinite(losses)]
    high = float(np.percentile(finite, 95)) if finite.size else 0.0
    if baseline is not None and math.isfinite(baseline):
        high = max(high, LEAST_BASELINES * baseline)
    return LossScale(round_up(high) if high > 0 else 1.0)


def shade_brushes() -> Any:
    """Return the brush of each shade (SHADES,), the colours of the map."""
    colors = surface_colors(SHADES)
    brushes = np.empty(SHADES, dtype=object)
    brushes[:] = [QBrush(QColor(*(int(part) for part in color))) for color in colors]
    return brushes
