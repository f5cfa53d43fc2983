"""One input: the points and the curve that the model draws through them, in own units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots import grid as grids
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.contours import Outline
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.outlines import Outlines
from gd_studio.gui.plots.points import Group, Points, by_class
from gd_studio.gui.plots.prediction_legend import earlier_entries, row_entries
from gd_studio.gui.plots.samples import (
    SPLITS,
    Sample,
    is_date,
    own_units,
    own_word,
    wide_range,
)
from gd_studio.gui.plots.view import Found, View, legend, row_number

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

CURVE_POINTS = 240


class FitView(View):
    """For values: points and fit. For two classes: points at 0 and 1, and the probability."""

    def __init__(self, panel: PlotPanel) -> None:
        super().__init__(panel)
        item = panel.plot_item
        self.points = Points(item)
        self._curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self.outlines = Outlines(panel)
        self._miss = pg.PlotCurveItem(antialias=True)
        for z, thing in ((2, self._miss), (14, self._curve)):
            thing.setZValue(z)
            thing.hide()
            item.addItem(thing, ignoreBounds=True)
        self._range: tuple[Any, Any] = ((0.0, 1.0), (0.0, 1.0))
        self._sample: Sample | None = None
        self._grouped: list[Group] = []

    def set_theme(self) -> None:
        theme = self.panel.theme
        self._curve.setPen(pen(theme, "accent", 2.5))
        self._miss.setPen(pen(theme, "negative", 1.5))

    def draw(self, frame: Frame, sample: Sample) -> None:
        prepared = frame.hypothesis.prepared
        if sample is not self._sample:
            self._sample = sample
            self._range, self._grouped = ranges(sample), groups(sample)
        self.show_points(self.points, sample.number, self._grouped)
        x, y = self._line(frame.hypothesis, frame.parameters)
        self._curve.setData(x, y)
        self._curve.setVisible(self.panel.legend.shows("fit"))
        self._draw_outlines(frame)
        self._draw_selected(frame)
        name = prepared.target_name
        if prepared.task == "classification":
            name = f"P({prepared.classes[-1]})"
        across = Scale(prepared.features[0].name, ends=True, dates=is_date(prepared, 0))
        self.panel.set_scales(across, Scale(name, ends=True))
        (left, right), (bottom, top) = self._range
        self.panel.want_range(left, right, bottom, top)
        self.panel.say(*legend(frame))

    def hide(self) -> None:
        self.points.hide()
        self.outlines.hide()
        for thing in (self._curve, self._miss):
            thing.hide()

    def give_way(self) -> None:
        self.outlines.give_way()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        guess = self.guess_at(frame, x)
        prepared = frame.hypothesis.prepared
        said = f"{prepared.features[0].name} {own_word(prepared, 0, x, 5)}\nguess {exact(guess)}"
        near = self.points.nearest(x, y, self.panel.pixel_size())
        if near is None:
            return said
        return f"row {row_number(frame, near[0], near[1])}, {near[0]}\n{said}"

    def guess_at(self, frame: Frame, x: float) -> float:
        """Return the height of the curve at an input."""
        grid = grids.over_one(frame.hypothesis.prepared, 0, (x, x), 1)
        return float(frame.hypothesis.guess(frame.parameters, grid.rows)[0, -1])

    def row_at(self, x: float, y: float) -> Found | None:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        return None if near is None else (near[0], near[1])

    def entries(self, frame: Frame) -> list[Entry]:
        theme = self.panel.theme
        fit = Entry("fit", "fit", pen(theme, "accent", 2.5), "What the model guesses now.")
        return [fit, *row_entries(theme, frame), *earlier_entries(theme, frame)]

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        prepared = frame.hypothesis.prepared
        rows: list[list[Any]] = []
        for split in SPLITS:
            x = own_units(prepared, sample.x(split), 0)
            guess = frame.hypothesis.guess(frame.parameters, sample.x(split))[:, -1]
            for a, t, g in zip(x, sample.targets(split), guess, strict=True):
                rows.append([split, float(a), float(t), float(g)])
        x, y = self._line(frame.hypothesis, frame.parameters)
        rows += [["curve", float(a), "", float(g)] for a, g in zip(x, y, strict=True)]
        return ["part", prepared.features[0].name, prepared.target_name, "guess"], rows

    def _line(self, hypothesis: Any, theta: Any) -> tuple[Any, Any]:
        grid = grids.over_one(hypothesis.prepared, 0, self._range[0], CURVE_POINTS)
        guess = hypothesis.guess(theta, grid.rows)[:, -1]
        # A value far outside the plot draws nothing but can upset the painter.
        low, high = self._range[1]
        reach = 20 * (high - low)
        guess = np.where(np.isfinite(guess), guess, np.nan)
        return grid.x, np.clip(guess, low - reach, high + reach)

    def _draw_outlines(self, frame: Frame) -> None:
        """Draw the curves of the start and of earlier runs."""

        def line(hypothesis: Any, theta: Any) -> Outline:
            return Outline(*self._line(hypothesis, theta), "finite")

        self.outlines.show(frame, self._range, line)

    def _draw_selected(self, frame: Frame) -> None:
        selection = self.panel.selection
        place = self.points.select(selection.split, selection.row, self.panel.theme)
        self._miss.setVisible(place is not None)
        if place is not None:
            guess = self.guess_at(frame, place[0])
            if np.isfinite(guess):
                self._miss.setData([place[0], place[0]], [place[1], guess])


def ranges(sample: Sample) -> tuple[Any, Any]:
    """Return the ranges of input and output in own units."""
    x = np.concatenate([own_units(sample.prepared, sample.x(s), 0) for s in SPLITS])
    if sample.prepared.task == "classification":
        return wide_range(x), (-0.1, 1.1)
    return wide_range(x), wide_range(np.concatenate([sample.targets(s) for s in SPLITS]))


def groups(sample: Sample) -> list[Group]:
    """Return the rows as points: values, or for classes 0 and 1 (the last class)."""
    prepared = sample.prepared
    found: list[Group] = []
    for split in SPLITS:
        x = own_units(prepared, sample.x(split), 0)
        y, rows = sample.targets(split), sample.rows[split]
        if prepared.task == "regression":
            found.append(Group(x, y, rows, split))
            continue
        last = len(prepared.classes) - 1
        heights = (y == last).astype(np.float64)
        found += by_class(x, heights, y, rows, split, len(prepared.classes))
    return found
