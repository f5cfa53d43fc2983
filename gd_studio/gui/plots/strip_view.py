"""The loss strip of one parameter: what other values of it would do, all others held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont

from gd_studio.experiment.rays import Strip
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.canvas import Range, finite_range
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.labels import Label, Tag, show_apart
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.theme import Theme

ROOM = 0.08
RIGHT_FIRST = ((-0.15, 1.1), (-0.15, -0.1), (1.15, 1.1), (1.15, -0.1), (0.5, 1.6))
LEFT_FIRST = ((1.15, 1.1), (1.15, -0.1), (-0.15, 1.1), (-0.15, -0.1), (0.5, 1.6))
HELPS = {
    "loss": "The loss of all training rows, were the parameter another one and no other.",
    "slope": "The line along the gradient: how the loss begins to change.",
    "now": "The parameter as it is at the shown step.",
    "before": "The parameter as it was before the step.",
}
TANGENT = 0.35  # of the strip's width, that the tangent reaches to each side


class StripView:
    """All items of the strip; x is the value of the parameter."""

    def __init__(self, plot_item: Any) -> None:
        self._view = plot_item.getViewBox()
        self._line = pg.PlotCurveItem(connect="finite", antialias=True)
        self._tangent = pg.PlotCurveItem(antialias=True)
        self._before = pg.ScatterPlotItem(pxMode=True, size=10, symbol="o")
        self._now = pg.ScatterPlotItem(pxMode=True, size=12, symbol="o")
        self.items = (self._tangent, self._line, self._before, self._now)
        for z, item in enumerate(self.items):
            item.setZValue(z)
            plot_item.addItem(item, ignoreBounds=True)
        self._tags = {name: Tag(plot_item) for name in ("now", "before", "slope")}
        self._theme: Theme | None = None
        self._strip: Strip | None = None

    def set_theme(self, theme: Theme) -> None:
        """Colour the line, its tangent and the two values."""
        self._theme = theme
        self._line.setPen(pen(theme, "train", 2))
        self._tangent.setPen(pen(theme, "good", 1.5, "dotted"))
        self._before.setPen(pen(theme, "train", 2))
        self._before.setBrush(colour(theme, "card"))
        self._now.setPen(pen(theme, "card", 1.5))
        self._now.setBrush(colour(theme, "point"))
        for tag in self._tags.values():
            tag.set_background(colour(theme, "card", 200))

    def hide(self) -> None:
        """Take everything away."""
        self._strip = None
        for item in (*self.items, *self._tags.values()):
            item.hide()

    def entries(self) -> list[Entry]:
        """Return what of it the legend can hide."""
        assert self._theme is not None
        theme = self._theme
        found = [
            Entry("loss", "total loss", pg.mkPen(self._line.opts["pen"]), HELPS["loss"]),
            Entry("slope", "slope", pg.mkPen(self._tangent.opts["pen"]), HELPS["slope"]),
            Entry("now", "now", pen(theme, "point"), HELPS["now"], sign="●"),
        ]
        if self._strip is not None and self._strip.before is not None:
            look = pen(theme, "train")
            found.append(Entry("before", "before", look, HELPS["before"], sign="○"))
        return found

    def show(self, strip: Strip, shows: Callable[[str], bool]) -> Range:
        """Draw a strip of which the legend `shows(name)`; return the range to show."""
        self._strip = strip
        if not np.isfinite(strip.values).all():
            strip_range = (0.0, 1.0, 0.0, 1.0)
            self.hide()
            return strip_range
        self._line.setData(strip.values, strip.losses)
        self._line.setVisible(shows("loss"))
        left, right = float(strip.values[0]), float(strip.values[-1])
        ends = strip.value + TANGENT * (right - left) * np.array([-1.0, 1.0])
        heights = strip.loss + strip.slope * (ends - strip.value)
        self._show(self._tangent, ends, heights, shows("slope"))
        self._show(self._now, np.array([strip.value]), np.array([strip.loss]), shows("now"))
        before = np.nan if strip.before is None else strip.before
        had = np.array([before]), np.array([strip.loss_before])
        self._show(self._before, *had, shows("before"))
        low, high = finite_range([strip.losses]) or (0.0, 1.0)
        room = ROOM * (high - low) or max(abs(high), 1.0) * 1e-6
        return left, right, low - room, high + room

    def _show(self, item: Any, x: Any, y: Any, is_wanted: bool) -> None:
        item.setVisible(bool(is_wanted and np.isfinite(x).all() and np.isfinite(y).all()))
        if item.isVisible():
            item.setData(x, y)

    def write(self, font: QFont) -> None:
        """Name the present value, the one before, and the tangent."""
        strip = self._strip
        if strip is None or self._theme is None:
            return
        words = {"now": "now", "before": "before", "slope": f"slope {exact(strip.slope, 3)}"}
        right = float(strip.values[-1] - strip.values[0]) * TANGENT * 0.9
        places = {
            "now": (strip.value, strip.loss, self._now),
            "before": (strip.before, strip.loss_before, self._before),
            "slope": (strip.value + right, strip.loss + strip.slope * right, self._tangent),
        }
        # The names of two values that are close together stand away from each other.
        leftmost = "now" if strip.before is not None and strip.value < strip.before else "before"
        labels = []
        for name, (x, y, item) in places.items():
            if not item.isVisible() or x is None:
                self._tags[name].hide()
                continue
            token = "good" if name == "slope" else "text"
            anchors = LEFT_FIRST if name == leftmost else RIGHT_FIRST
            wished = [(f" {words[name]} ", float(x), float(y), anchor) for anchor in anchors]
            labels.append(Label(self._tags[name], colour(self._theme, token), wished))
        show_apart(labels, font, self._view)

    def hover(self, x: float, name: str) -> str:
        """Return the exact loss at the computed value nearest to a place."""
        strip = self._strip
        if strip is None:
            return ""
        at = int(np.argmin(np.abs(strip.values - x)))
        value, loss = float(strip.values[at]), float(strip.losses[at])
        return f"{name} = {exact(value)}\ntotal loss {exact(loss)}"
