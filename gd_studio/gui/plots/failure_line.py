"""Failure with one input: the curve, and from each row a bar to it, coloured by the row's loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gd_studio.gui.plots import grid as grids
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import pen, pen_of
from gd_studio.gui.plots.contours import Outline
from gd_studio.gui.plots.failure_scale import SHADES
from gd_studio.gui.plots.fit_view import CURVE_POINTS, ranges
from gd_studio.gui.plots.samples import Numbers, Sample, is_date

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.session.frame import Frame

STEPS = 8  # of colour along the bars: each is a curve of its own


class FailureLine:
    """The curve of a model of one input, and the error bars of its rows."""

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        self._curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self._curve.setZValue(5)
        self._bars = [pg.PlotCurveItem(connect="pairs") for _ in range(STEPS)]
        for item in (self._curve, *self._bars):
            item.hide()
            panel.plot_item.addItem(item, ignoreBounds=True)
        self._sample: Sample | None = None
        self._ranges: Any = ((0.0, 1.0), (0.0, 1.0))

    def set_theme(self, brushes: Any) -> None:
        """Colour the curve and the bars; `brushes` are those of the losses' shades."""
        self._curve.setPen(pen(self._panel.theme, "accent", 2))
        for k, bar in enumerate(self._bars):
            bar.setPen(pen_of(brushes[(2 * k + 1) * SHADES // (2 * STEPS)].color(), 1.5))

    def show(
        self, frame: Frame, sample: Sample, x: Numbers, y: Numbers, guess: Numbers, shades: Any
    ) -> None:
        """Draw the curve, and bars from rows at (x, y) to their guesses."""
        if sample is not self._sample:
            self._sample, self._ranges = sample, ranges(sample)
        (left, right), (low, high) = self._ranges
        line = self.outline(frame.hypothesis, frame.parameters)
        self._curve.setData(line.x, line.y)
        self._curve.show()
        guess = _drawable(guess, low, high)
        steps = shades * STEPS // SHADES
        for k, bar in enumerate(self._bars):
            these = np.flatnonzero((steps == k) & np.isfinite(guess))
            ends = np.stack([y[these], guess[these]], axis=1).ravel()
            bar.setData(np.repeat(x[these], 2), ends)
            bar.show()
        self._set_axes(frame)
        self._panel.want_range(left, right, low, high)

    def outline(self, hypothesis: Hypothesis, theta: Numbers) -> Outline:
        """Return the curve that other parameters would draw."""
        (left, right), (low, high) = self._ranges
        grid = grids.over_one(hypothesis.prepared, 0, (left, right), CURVE_POINTS)
        guess = hypothesis.guess(theta, grid.rows)[:, -1]
        return Outline(grid.x, _drawable(guess, low, high), "finite")

    def hide(self) -> None:
        """Take everything away."""
        for item in (self._curve, *self._bars):
            item.hide()

    def _set_axes(self, frame: Frame) -> None:
        prepared = frame.hypothesis.prepared
        name = f"P({prepared.classes[-1]})" if prepared.classes else prepared.target_name
        across = Scale(prepared.features[0].name, ends=True, dates=is_date(prepared, 0))
        self._panel.set_scales(across, Scale(name, ends=True))


def _drawable(values: Numbers, low: float, high: float) -> Numbers:
    """Return values no further away than a painter bears; NaN where there is none."""
    reach = 20 * (high - low)
    return np.clip(np.where(np.isfinite(values), values, np.nan), low - reach, high + reach)
