"""The bars of the depth view: one for each layer, side by side from the inputs to the output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.canvas import Range
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.depth_measures import LATER, NONE, Layers, Measure
from gd_studio.gui.plots.labels import Tag
from gd_studio.gui.theme import Theme

WIDTH = 0.7
LEAST_DECADES = 1.0
NO_NUMBER = "✕"


@dataclass(frozen=True)
class Bar:
    """A bar from `low` to `high` in the axis' own numbers.

    `words` stand where there is none; it `is_broken` where the number is infinite or none.
    """

    low: float
    high: float
    middle: float
    words: str = ""
    is_broken: bool = False


class DepthBars:
    """Draws bars and remembers where they are."""

    def __init__(self, plot_item: Any) -> None:
        self._bars = pg.BarGraphItem(x=[], height=[], width=WIDTH)
        self._middles = pg.PlotCurveItem(connect="pairs")
        self._ring = pg.BarGraphItem(x=[], height=[], width=WIDTH)
        for z, item in enumerate((self._bars, self._middles, self._ring)):
            item.setZValue(z)
            plot_item.addItem(item, ignoreBounds=True)
        self._plot = plot_item
        self._tags: list[Tag] = []
        self._theme: Theme | None = None
        self.bars: list[Bar] = []

    def set_theme(self, theme: Theme) -> None:
        """Colour the bars."""
        self._theme = theme
        self._bars.setOpts(brush=colour(theme, "muted", 110), pen=pen(theme, "muted"))
        self._ring.setOpts(brush=None, pen=pen(theme, "text", 2))
        self._middles.setPen(pen(theme, "text", 2))

    def hide(self) -> None:
        """Take all bars away."""
        self.bars = []
        for item in (self._bars, self._middles, self._ring):
            item.hide()
        for tag in self._tags:
            tag.hide()

    def show(self, layers: Layers, measure: Measure, selected: int, font: QFont) -> Range:
        """Draw a measure of all layers, ring the selected layer; return the range to show."""
        values = [measure.value(*layer) for layer in layers]
        spreads = [a.deviation if a and measure.spread else 0.0 for _, a in layers]
        if measure.log:
            self.bars, bottom, top = _log_bars(values)
        else:
            self.bars, bottom, top = _linear_bars(values, spreads, measure.spread)
        self.bars = [
            bar if value is not None or measure.why(*layer) else replace(bar, words=LATER)
            for bar, value, layer in zip(self.bars, values, layers, strict=True)
        ]
        place = np.arange(1, len(layers) + 1)
        low = np.array([bar.low for bar in self.bars])
        high = np.array([bar.high for bar in self.bars])
        self._bars.setOpts(x=place, y0=low, height=high - low, width=WIDTH)
        self._bars.show()
        self._draw_middles(place, measure.spread)
        ring = self.bars[selected]
        self._ring.setOpts(x=[selected + 1], y0=[ring.low], height=[ring.high - ring.low])
        self._ring.setVisible(not ring.words)
        self._write(font, bottom)
        return 0.4, len(layers) + 0.6, bottom, top

    def _draw_middles(self, place: Any, shown: bool) -> None:
        self._middles.setVisible(shown)
        if shown:
            ends = np.stack([place - WIDTH / 2, place + WIDTH / 2], axis=1).ravel()
            heights = np.repeat([bar.middle for bar in self.bars], 2)
            self._middles.setData(ends, heights)

    def _write(self, font: QFont, bottom: float) -> None:
        """Write what has no bar where its bar would stand, or a cross where words have no room."""
        assert self._theme is not None
        room = self._plot.getViewBox().width() / len(self.bars)
        metrics = QFontMetricsF(font)
        said = []
        for place, bar in enumerate(self.bars, 1):
            fits = metrics.horizontalAdvance(bar.words) + 4 <= room
            words = bar.words if fits else NO_NUMBER if bar.is_broken else ""
            said += [(place, words)] if words else []
        while len(self._tags) < len(said):
            self._tags.append(Tag(self._plot))
        for tag, (place, words) in zip(self._tags, said, strict=False):
            tag.show(words, place, bottom, colour(self._theme, "muted"), font, (0.5, 1.0))
        for tag in self._tags[len(said) :]:
            tag.hide()


def _log_bars(values: Sequence[float | None]) -> tuple[list[Bar], float, float]:
    logs = [math.log10(v) for v in values if v is not None and 0 < v < math.inf]
    low, high = (min(logs), max(logs)) if logs else (0.0, 0.0)
    bottom = math.floor(low - 0.15)
    top = max(high + 0.08 * max(high - bottom, 1), bottom + LEAST_DECADES)
    bars = []
    for value in values:
        if value is not None and 0 < value < math.inf:
            at = math.log10(value)
            bars.append(Bar(bottom, at, at))
        else:
            bars.append(_without_bar(bottom, value))
    return bars, bottom, top


def _linear_bars(
    values: Sequence[float | None], spreads: Sequence[float], around: bool
) -> tuple[list[Bar], float, float]:
    bars = []
    for value, spread in zip(values, spreads, strict=True):
        if value is None or not math.isfinite(value) or not math.isfinite(spread):
            bars.append(_without_bar(0.0, value))
        elif around:
            bars.append(Bar(value - spread, value + spread, value))
        else:
            bars.append(Bar(0.0, value, value, "0" if value == 0 else ""))
    low = min([0.0, *(bar.low for bar in bars)])
    high = max([0.0, *(bar.high for bar in bars)])
    room = 0.06 * (high - low) or 1.0
    return bars, low - (room if low < 0 else 0.0), high + room


def _without_bar(at: float, value: float | None) -> Bar:
    if value is None:
        return Bar(at, at, at, NONE)
    return Bar(at, at, at, exact(value, 3), not math.isfinite(value))
