"""Links as ink: curves of any width, computed as numbers, all of them at once.

Drawn one by one, two thousand smooth curves take a tenth of a second. Here each curve is cut into
pixel columns, where it covers an upright span, and all spans are summed in one go: 2 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array, Integers

POSITIVE, NEGATIVE, BROKEN = range(3)
DASH, STRIDE = 5.0, 8.0  # pixels along a dashed curve: inked, and until the next dash
LEAST_HEIGHT = 1.0


def rise(t: Array) -> Array:
    """Return how far a curve has risen (0 to 1) at the share t of its way: 3t² − 2t³."""
    found: Array = t * t * (3 - 2 * t)
    return found


def slope(t: Array) -> Array:
    """Return the derivative of `rise`: 6t(1 − t)."""
    found: Array = 6 * t * (1 - t)
    return found


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves between nodes: from `starts` (n, 2) to `ends` (n, 2), level at both ends."""

    starts: Array
    ends: Array

    def heights(self, x: float) -> tuple[Array, Array]:
        """Return y (n,) and steepness dy/dx (n,) of all curves at x; NaN where a curve is not."""
        with np.errstate(divide="ignore", invalid="ignore"):
            run = self.ends[:, 0] - self.starts[:, 0]
            t = (x - self.starts[:, 0]) / run
            t = np.where((t >= 0) & (t <= 1), t, np.nan)
            climb = self.ends[:, 1] - self.starts[:, 1]
            return self.starts[:, 1] + climb * rise(t), climb * slope(t) / run

    def points(self, curve: int, count: int = 25) -> Array:
        """Return (count, 2) points along one curve."""
        t = np.linspace(0, 1, count)
        (x0, y0), (x1, y1) = self.starts[curve], self.ends[curve]
        return np.stack([x0 + (x1 - x0) * t, y0 + (y1 - y0) * rise(t)], axis=1)

    def nearest(self, x: float, y: float, widths: Array, reach: float) -> int | None:
        """Return the curve whose ink is nearest to a place, within `reach`; else None."""
        if not len(self.starts):
            return None
        height, steep = self.heights(x)
        away = np.abs(height - y) / np.sqrt(1 + steep * steep) - widths / 2
        away = np.where(np.isnan(away), np.inf, np.maximum(away, 0)) - widths * 1e-3
        best = int(np.argmin(away))
        return best if away[best] <= reach else None


class Ink:
    """What all curves leave on a picture of (height, width) pixels: (kinds, width, height) of ink.

    The layers are positive, negative (dashed) and, if there are any, broken links (dotted); ink 1
    covers a pixel wholly, and where curves cross their ink adds up. Dashes are `dash` times as long
    as usual.
    """

    def __init__(self, curves: Curves, height: int, width: int, dash: float = 1.0) -> None:
        self._shape = (height, width)
        self._kept = np.empty(0, np.float32)
        self._curve, self._x, self._y, steep, along = _samples(curves, width)
        self._stretch = np.sqrt(1 + steep * steep)
        # A steep curve covers at least what it rises within its pixel column, only thinner.
        self._least = np.maximum(np.abs(steep), LEAST_HEIGHT)
        along = along / dash
        self._dashed = (along % STRIDE < DASH).astype(np.float32)
        self._dotted = (along % (STRIDE / 2) < 1.5).astype(np.float32)

    def laid(self, widths: Array, kinds: Integers, strength: Array) -> Array:
        """Return the ink of curves of these widths (n,) in pixels, kinds (n,), strengths (n,).

        It is kept until ink is laid again.
        """
        height, width = self._shape
        room = height + 2
        thick = widths.astype(np.float32)[self._curve] * self._stretch
        span = np.maximum(thick, self._least)
        kind = kinds[self._curve]
        ink = strength.astype(np.float32)[self._curve] * thick / span
        ink *= np.choose(kind, (np.float32(1), self._dashed, self._dotted))
        laid = self._cleared(BROKEN + 1 if BROKEN in kinds else BROKEN)
        base = (kind * width + self._x) * room
        for edge, sign in ((self._y - span / 2, 1), (self._y + span / 2, -1)):
            edge = np.clip(edge, 0, height)
            at = edge.astype(np.intp)
            into = (edge - at).astype(np.float32) * ink * sign
            np.add.at(laid, base + at, ink * sign - into)
            np.add.at(laid, base + at + 1, into)
        columns = laid.reshape(-1, width, room)
        np.cumsum(columns, axis=2, out=columns)
        return columns[:, :, :height]

    def _cleared(self, kinds: int) -> Array:
        """Return room for the steps of ink of so many kinds, of which none is laid yet.

        It is used again: for a new one the system brings page after page, and that takes longer
        than all the sums.
        """
        height, width = self._shape
        size = kinds * width * (height + 2)
        if len(self._kept) < size:
            self._kept = np.empty(size, np.float32)
        self._kept[:size] = 0
        return self._kept[:size]


def _samples(curves: Curves, width: int) -> tuple[Integers, Integers, Array, Array, Array]:
    """Return curve, pixel column, y, steepness and length so far of every curve's columns."""
    parts = []
    spans = np.stack([curves.starts[:, 0], curves.ends[:, 0]], axis=1)
    # All curves between the same two columns of nodes have the same pixel columns.
    for x0, x1 in np.unique(spans, axis=0) if len(spans) else ():
        of = np.flatnonzero((spans[:, 0] == x0) & (spans[:, 1] == x1))
        x = np.arange(max(int(np.floor(x0)), 0), min(int(np.ceil(x1)), width))
        t = np.clip((x + 0.5 - x0) / (x1 - x0), 0, 1)
        y0, climb = curves.starts[of, 1], curves.ends[of, 1] - curves.starts[of, 1]
        y = y0[:, None] + climb[:, None] * rise(t)
        steep = climb[:, None] * slope(t) / (x1 - x0)
        along = np.cumsum(np.sqrt(1 + steep * steep), axis=1)
        shape = y.shape
        columns = (np.broadcast_to(of[:, None], shape), np.broadcast_to(x, shape), y, steep, along)
        parts.append([c.ravel() for c in columns])
    if not parts:
        none, nowhere = np.zeros(0, np.intp), np.zeros(0, np.float32)
        return none, none, nowhere, nowhere, nowhere
    curve, x, *rest = (np.concatenate(column) for column in zip(*parts, strict=True))
    y, steep, along = (column.astype(np.float32) for column in rest)
    return curve, x, y, steep, along
