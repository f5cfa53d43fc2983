"""How the losses of a map become shades: a share from 0 (dark, better) to 1 (bright, worse).

*Linear* lets the steep rim run out above the brightest colour, and the bar says so. *Logarithmic*
gives each factor the same room, *rank* each colour the same area: neither cuts anything off.
*Stretched* shows the floor of a valley whose walls are a hundred times as high.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gd_studio.experiment.surface import Surface

SCALES = {
    "linear": "Linear",
    "log": "Logarithmic",
    "rank": "Rank (equal areas)",
    "stretched": "Stretched (shows the bottom)",
}
CONTOURS = 12
EVEN, LEAST_POWER = 0.35, 0.2  # where half of a stretched map lies in its colours, and the limit
RIM = 92  # per cent of the map that are told apart on a linear scale
FLOOR = 1e-4  # of the usual height: what a logarithm begins at where losses are not above zero


@dataclass(frozen=True, eq=False)
class Shades:
    """shares (v, u) within 0 … 1, NaN where a loss is not finite; what the ends stand for.

    `low`, `middle`, `high` are the losses at the darkest, the middle and the brightest shade,
    `most` the greatest finite loss on the map, `contours` the shares at which lines are drawn.
    """

    scale: str
    shares: Any
    low: float
    middle: float
    high: float
    most: float
    contours: Any

    @property
    def runs_over(self) -> bool:
        """Whether there are losses beyond the brightest shade."""
        return self.most > self.high

    @cached_property
    def unknown(self) -> float:
        """The share of the map where the loss is not a finite number."""
        return float(np.isnan(self.shares).mean())


def shades(surface: Surface, scale: str) -> Shades:
    """Return the shades of a surface on a scale of SCALES."""
    values = np.where(np.isfinite(surface.values), surface.values, np.nan)
    known = np.isfinite(values)
    if not known.any():
        return Shades(scale, values, 0.0, 0.5, 1.0, 1.0, np.empty(0))
    with np.errstate(all="ignore"):
        return _SHADES[scale](surface, values)


def color_levels(surface: Surface) -> tuple[float, float]:
    """Return the losses at the dark and the bright end: the steep rim does not wash out the rest.

    The start and the present point are always within.
    """
    finite = surface.values[np.isfinite(surface.values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(np.percentile(finite, RIM))
    marked = [v for v in (surface.start.map, surface.now.map) if np.isfinite(v)]
    low, high = min([low, *marked]), max([high, *(v for v in marked if v <= 10 * high)])
    return low, high if high > low else low + max(abs(low), 1.0) * 1e-6


def evening(shares: Any) -> float:
    """Return the power that makes colours of shares (0 to 1) even where most of them are small.

    Beside a wall a hundred times as high, the floor of a valley would else have but one colour.
    """
    middle = float(np.median(shares))
    if not 0 < middle < EVEN:
        return 1.0
    return max(float(np.log(EVEN) / np.log(middle)), LEAST_POWER)


def _linear(surface: Surface, values: Any) -> Shades:
    low, high = color_levels(surface)
    # As shares of the scale: losses themselves can be larger than 32 bits can hold.
    shares = np.clip((values - low) / (high - low), 0, 1)
    most = float(np.nanmax(values))
    middle = low + 0.5 * (high - low)
    return Shades("linear", shares, low, middle, high, most, _evenly() ** 2)


def _stretched(surface: Surface, values: Any) -> Shades:
    plain = _linear(surface, values)
    power = evening(plain.shares[np.isfinite(plain.shares)])
    middle = plain.low + 0.5 ** (1 / power) * (plain.high - plain.low)
    shares = plain.shares**power
    return Shades(
        "stretched", shares, plain.low, middle, plain.high, plain.most, plain.contours
    )


def _log(surface: Surface, values: Any) -> Shades:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    usual = float(np.nanpercentile(values, RIM))
    zero = 0.0 if low > 0 else low - (FLOOR * (usual - low) or 1.0)
    bottom, top = np.log(low - zero), np.log(high - zero)
    reach = (top - bottom) or 1.0
    shares = (np.log(values - zero) - bottom) / reach
    middle = zero + float(np.exp((bottom + top) / 2))
    return Shades("log", np.clip(shares, 0, 1), low, middle, high, high, _evenly())


def _rank(surface: Surface, values: Any) -> Shades:
    in_order = np.sort(values[np.isfinite(values)])
    below = np.searchsorted(in_order, values, side="left")
    shares = np.where(np.isfinite(values), below / max(len(in_order) - 1, 1), np.nan)
    low, middle, high = (float(in_order[int(s * (len(in_order) - 1))]) for s in (0, 0.5, 1))
    return Shades("rank", shares, low, middle, high, high, _evenly())


def _evenly() -> Any:
    return np.arange(1, CONTOURS + 1) / (CONTOURS + 1)


_SHADES: dict[str, Callable[[Surface, Any], Shades]] = {
    "linear": _linear,
    "log": _log,
    "rank": _rank,
    "stretched": _stretched,
}
