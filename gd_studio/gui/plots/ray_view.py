"""The loss along the gradient's ray: lines, forecast, the rate taken and where it led."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont

from gd_studio.experiment.rays import Ray
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.canvas import Range
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.labels import Label, Tag, show_apart, standing
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.theme import Theme

ROOM = 0.06
# Where the name of a line has the line beside it rather than behind it, first.
RISING = ((1.0, 1.1), (0.0, -0.1), (1.0, -0.1), (0.0, 1.1))
FALLING = ((0.0, 1.1), (1.0, -0.1), (0.0, -0.1), (1.0, 1.1))
HELPS = {
    "train": "The loss of all training rows, were the step so long.",
    "batch": "The loss of the step's own batch, of which the gradient is.",
    "forecast": "L − η‖g‖², what the slope alone promises: it holds for a short step only.",
    "rate": "The learning rate of the step that was taken.",
    "chosen": "The learning rate that is set now.",
}
NAMES = {
    "train": "training loss",
    "batch": "batch loss",
    "forecast": "forecast",
    "rate": "rate taken",
    "chosen": "rate set now",
}
MOST_SPANS = 3.0  # times the height of what matters, to which the axis of losses goes


class RayView:
    """All items of the ray; x is the rate, or its logarithm."""

    def __init__(self, plot_item: Any) -> None:
        self._view = plot_item.getViewBox()
        self._train = pg.PlotCurveItem(connect="finite", antialias=True)
        self._batch = pg.PlotCurveItem(connect="finite", antialias=True)
        self._forecast = pg.PlotCurveItem(connect="finite", antialias=True)
        self._rate, self._chosen = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90)
        self._start = pg.ScatterPlotItem(pxMode=True, size=10, symbol="o")
        self._end = pg.ScatterPlotItem(pxMode=True, size=12, symbol="o")
        self.items = (self._rate, self._chosen, self._forecast, self._batch, self._train,
                      self._start, self._end)  # fmt: skip
        for z, item in enumerate(self.items):
            item.setZValue(z)
            plot_item.addItem(item, ignoreBounds=True)
        self._tags = {
            name: Tag(plot_item) for name in ("train", "batch", "forecast", "rate", "chosen")
        }
        self._theme: Theme | None = None
        self._ray: Ray | None = None
        self._shows: Callable[[str], bool] = lambda _: True
        self._words: dict[str, str] = {}
        self._has_other = False

    def set_theme(self, theme: Theme) -> None:
        """Colour the lines: training losses ink, the batch thin, the forecast dotted."""
        self._theme = theme
        self._train.setPen(pen(theme, "train", 2))
        self._batch.setPen(pen(theme, "muted", 1, "dashed"))
        self._forecast.setPen(pen(theme, "good", 1.5, "dotted"))
        self._rate.setPen(pen(theme, "point", 1.5))
        self._chosen.setPen(pen(theme, "muted", 1, "dashed"))
        self._start.setPen(pen(theme, "train", 2))
        self._start.setBrush(colour(theme, "card"))
        self._end.setPen(pen(theme, "card", 1.5))
        self._end.setBrush(colour(theme, "point"))
        for tag in self._tags.values():
            tag.set_background(colour(theme, "card", 200))

    def hide(self) -> None:
        """Take everything away."""
        self._ray = None
        for item in (*self.items, *self._tags.values()):
            item.hide()

    def entries(self) -> list[Entry]:
        """Return what of it the legend can hide."""
        assert self._theme is not None
        pens = {
            "train": self._train.opts["pen"],
            "batch": self._batch.opts["pen"],
            "forecast": self._forecast.opts["pen"],
            "rate": self._rate.pen,
            "chosen": self._chosen.pen,
        }
        missing = set()
        if self._ray is not None and not self._ray.is_batch:
            missing.add("batch")
        if self._ray is not None and not self._has_other:
            missing.add("chosen")
        return [
            Entry(name, NAMES[name], pg.mkPen(pens[name]), HELPS[name])
            for name in HELPS
            if name not in missing
        ]

    def show(
        self, ray: Ray, chosen: float, words: dict[str, str], shows: Callable[[str], bool]
    ) -> Range:
        """Draw a ray and the rate that is `chosen` now; return the range to show.

        `shows(name)` is whether the legend shows a line.
        """
        self._ray, self._words, self._shows = ray, words, shows
        self._has_other = is_other(chosen, ray.rate)
        x = self.place(ray.rates)
        self._train.setData(x, ray.train)
        self._batch.setData(x, ray.batch)
        self._forecast.setData(x, ray.forecast(ray.rates))
        self._rate.setPos(float(self.place(ray.rate)))
        self._chosen.setPos(float(self.place(chosen)))
        for name, item in (
            ("train", self._train),
            ("forecast", self._forecast),
            ("rate", self._rate),
        ):
            item.setVisible(shows(name))
        self._batch.setVisible(ray.is_batch and shows("batch"))
        self._chosen.setVisible(self._has_other and shows("chosen"))
        self._show_point(self._start, 0.0, ray.before.train, not ray.log)
        end = ray.after.train if ray.after else np.nan
        self._show_point(self._end, ray.rate, end, ray.after is not None)
        low, high = heights(ray)
        return float(x[0]), float(x[-1]), low, high

    def place(self, rate: Any) -> Any:
        """Return where a rate stands on the x axis."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log10(rate) if self._ray and self._ray.log else np.asarray(rate)

    def write(self, font: QFont) -> None:
        """Name the lines and the marks, each where it covers no other name."""
        if self._ray is None or self._theme is None:
            return
        ray, labels = self._ray, []
        (left, right), (bottom, top) = self._view.viewRange()
        lines = {"train": ray.train, "batch": ray.batch, "forecast": ray.forecast(ray.rates)}
        tokens = {"train": "train", "batch": "muted", "forecast": "good"}
        for name, values in lines.items():
            if (name == "batch" and not ray.is_batch) or not self._shows(name):
                self._tags[name].hide()
                continue
            label = self._line_label(name, values, tokens[name], (bottom, top))
            labels.append(label)
        for name, rate in (("rate", ray.rate), ("chosen", float(self._chosen.value()))):
            shown = self._rate.isVisible() if name == "rate" else self._chosen.isVisible()
            at = float(self.place(rate)) if name == "rate" else rate
            if not shown or not left <= at <= right:
                self._tags[name].hide()
                continue
            places = [
                (f" {self._words[name]} ", at, height, (side, 0.5))
                for height in (top - ROOM * (top - bottom), bottom + ROOM * (top - bottom))
                for side in (-0.02, 1.02)
            ]
            labels.append(Label(self._tags[name], colour(self._theme, "text"), places))
        upright = [line for line in (self._rate, self._chosen) if line.isVisible()]
        taken = [standing(float(line.value()), self._view) for line in upright]
        show_apart(labels, font, self._view, taken)

    def _line_label(
        self, name: str, values: Any, token: str, reach: tuple[float, float]
    ) -> Label:
        assert self._ray is not None
        assert self._theme is not None
        x = self.place(self._ray.rates)
        inside = np.flatnonzero((values >= reach[0]) & (values <= reach[1]))
        chosen = inside[[-1, len(inside) * 3 // 4, len(inside) // 2]] if len(inside) else [0]
        # The legend has the formula of the forecast, too: in a small plot its name is enough.
        texts = (self._words[name], name) if name == "forecast" else (self._words[name],)
        places = [
            (f" {text} ", float(x[k]), float(values[k]), anchor)
            for text in texts
            for k in chosen
            for anchor in (RISING if values[k] >= values[k - 1] else FALLING)
        ]
        return Label(self._tags[name], colour(self._theme, token), places)

    def _show_point(self, item: Any, rate: float, loss: float, shown: bool) -> None:
        item.setVisible(bool(shown and np.isfinite(loss)))
        item.setData(*([float(self.place(rate))], [loss]) if item.isVisible() else ([], []))

    def hover(self, x: float) -> str:
        """Return the exact losses at the computed rate nearest to a place."""
        ray = self._ray
        if ray is None:
            return ""
        at = int(np.argmin(np.abs(self.place(ray.rates) - x)))
        lines = [f"rate {exact(float(ray.rates[at]))}"]
        lines.append(f"{self._words['train']} {exact(float(ray.train[at]))}")
        if ray.is_batch:
            lines.append(f"{self._words['batch']} {exact(float(ray.batch[at]))}")
        lines.append(f"forecast {exact(float(ray.forecast(ray.rates)[at]))}")
        return "\n".join(lines)


def is_other(chosen: float, rate: float) -> bool:
    """Return whether the rate set now is another one than that of the step."""
    return bool(abs(chosen - rate) > 1e-12 * abs(rate))


def heights(ray: Ray) -> tuple[float, float]:
    """Return the losses between which the ray is drawn: a wall at its end may reach out of it."""
    seen = [ray.train, ray.batch] if ray.is_batch else [ray.train]
    all_losses = np.concatenate(seen)
    finite = all_losses[np.isfinite(all_losses)]
    points = [p for p in (ray.before, ray.at_rate, ray.after) if p is not None]
    marks = np.array([v for p in points for v in (p.train, p.batch)])
    marks = marks[np.isfinite(marks)]
    if not finite.size or not marks.size:
        return 0.0, 1.0
    low, matters = float(min(finite.min(), marks.min())), float(marks.max())
    fall = float(ray.forecast(ray.rate)) if np.isfinite(ray.rate) else low
    # The forecast may promise less than nothing; the first part of its fall is enough.
    low = max(min(low, fall), low - 0.5 * max(matters - low, 0.0))
    high = float(finite.max())
    high = max(matters, min(high, low + MOST_SPANS * (matters - low)))
    room = ROOM * (high - low) or max(abs(high), 1.0) * 1e-6
    return low - room, high + room
