"""The zone of learning rates at which plain descent is stable: its words, and how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gd_studio.gui.numbers import exact
from gd_studio.gui.theme import Theme


@dataclass(frozen=True)
class StableZone:
    """Up to which rate plain descent is stable, by the sharpness λmax; why that may not apply.

    `beyond` is what goes beyond plain descent ("momentum", "Adam"); `trouble` says why nothing
    was measured. Without both and with a `limit`, the zone is drawn in full.
    """

    sharpness: float = math.nan
    limit: float = math.nan
    is_exact: bool = True
    beyond: str = ""
    trouble: str = ""

    @property
    def has_mark(self) -> bool:
        """Whether there is a rate to mark."""
        return math.isfinite(self.limit)

    def words(self, rate: float) -> str:
        """Say in a few words how a rate stands to the zone."""
        if self.trouble:
            return f"stable zone {self.trouble}"
        if not self.has_mark:
            endless = "nothing bends upwards here: no rate is too high"
            return "no stable zone: not finite here" if math.isnan(self.limit) else endless
        limit = exact(self.limit, 3)
        if self.beyond:
            return f"{limit}: theory for plain descent"
        if rate > self.limit:
            return f"stable below {limit}: too high here"
        if rate > self.limit / 2:
            return f"stable below {limit}: jumps over the bottom"
        return f"stable below {limit}"

    def explanation(self) -> str:
        """Say where the zone comes from, with the exact numbers."""
        if self.trouble or not self.has_mark:
            return self.words(0.0)
        about = "" if self.is_exact else "about "
        numbers = (
            f"The steepest curvature here is λmax = {about}{exact(self.sharpness, 7)}, so plain "
            f"descent is stable below 2/λmax = {about}{exact(self.limit, 7)}."
        )
        if self.beyond:
            return f"{numbers} With {self.beyond} that is a landmark only, not the edge."
        return (
            f"{numbers} Above half of that it jumps over the bottom and still comes nearer. "
            "Measured on all training rows; smaller batches are noisier."
        )


def draw_zone(
    painter: QPainter,
    zone: StableZone,
    theme: Theme,
    x_of: Callable[[float], float],
    y: float,
    ends: tuple[float, float],
    thick: float = 4.0,
) -> None:
    """Draw the zone's three parts along a line at height y, and the tick at its limit."""
    left, right = ends
    half, limit = x_of(zone.limit / 2), x_of(zone.limit)
    parts: tuple[tuple[float, float, str, list[float]], ...] = (
        (left, half, theme.accent, []),
        (half, limit, theme.edge, [1.5, 0.5]),
        (limit, right, theme.too_high, [0.6, 0.6]),
    )
    if zone.beyond:
        parts = ((left, right, theme.line_strong, []),)
    for start, end, color, dashes in parts:
        pen = QPen(QColor(color), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if dashes:
            pen.setDashPattern(dashes)
        painter.setPen(pen)
        if end > start:
            painter.drawLine(QPointF(start, y), QPointF(end, y))
    painter.setPen(QPen(QColor(theme.muted if zone.beyond else theme.text), 1))
    painter.drawLine(QPointF(limit, y - 2 * thick), QPointF(limit, y + 2 * thick))
