"""A layer's parameters as a histogram over time: darker where more of them have that value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gd_studio.engine.layers import Layer
from gd_studio.experiment.weight_histogram import WeightHistogram, weight_histogram
from gd_studio.gui.colour_maps import blend
from gd_studio.gui.numbers import exact, percent, whole
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colour_bar import ColourBar
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

CURVE_POINTS = 400
SPREAD, SELECTED = "spread", "selected"  # keys in the legend


class HistogramView:
    """The picture of the layer of the selected parameter, with that parameter's curve on it."""

    def __init__(self, panel: PlotPanel) -> None:
        self._panel = panel
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.setZValue(-3)
        self._curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self._curve.setZValue(4)
        self._bar = ColourBar(panel.plot_item)
        self._colors: Any = None
        self.shown: WeightHistogram | None = None
        for item in (self._image, self._curve):
            item.hide()
            panel.plot_item.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme) -> None:
        """Colour the picture: the card where there is nothing, strong where most values are."""
        even = blend((theme.card, theme.class_a_region, theme.accent))
        # By the root of the share, so that a single parameter can be seen beside the many.
        shares = np.linspace(0, 1, len(even))
        self._colors = even[np.rint(np.sqrt(shares) * (len(even) - 1)).astype(np.intp)]
        self._curve.setPen(pen(theme, "text", 2, "dashed"))
        self._bar.set_theme(theme)

    def hide(self) -> None:
        """Take everything away."""
        for item in (self._image, self._curve):
            item.hide()
        if self._bar.is_shown:
            self._bar.hide()

    def draw(self, frame: Frame, layer: Layer, ids: Any, selected: int) -> None:
        """Draw the layer's kept parameters: `ids` (k,) are those of the trajectory's columns."""
        columns = np.flatnonzero((ids >= layer.offset) & (ids < layer.offset + layer.size))
        if not len(columns):
            self.hide()
            self._panel.show_empty(f"None of {layer.name}'s parameters was kept over time.")
            return
        steps = np.asarray(frame.trajectory_steps)
        own = slice(int(columns[0]), int(columns[-1]) + 1)  # a layer's parameters lie together
        self.shown = found = weight_histogram(steps, frame.trajectory[:, own])
        most = float(found.shares.max()) or 1.0
        self._image.setImage(
            found.shares.astype(np.float32), autoLevels=False, levels=(0, most), lut=self._colors
        )
        low, high = float(found.edges[0]), float(found.edges[-1])
        last = max(float(steps[-1]), 1.0)
        half = last / max(len(found.steps) - 1, 1) / 2
        self._image.setRect(-half, low, last + 2 * half, high - low)
        self._image.setVisible(self._panel.legend.shows(SPREAD))
        self._draw_curve(frame, ids, selected)
        self._panel.set_scales(Scale(unit="steps", whole=True), Scale(name="parameter"))
        room = 0.03 * (high - low)
        self._panel.want_range(-half, last + half, low - room, high + room)
        self._bar.show(
            self._colors, f"most\n{percent(most, 0)}", "none", self._panel.small_font()
        )
        self._say(frame, layer, len(columns), selected)

    def hover(self, frame: Frame, x: float, y: float) -> str:
        """Say the share of parameters at a place, and the step and values it stands for."""
        found = self.shown
        if found is None or not found.edges[0] <= y <= found.edges[-1]:
            return ""
        last = max(float(frame.trajectory_steps[-1]), 1.0)
        moment = round(x / last * (len(found.steps) - 1))
        if not 0 <= moment < len(found.steps):
            return ""
        bins = len(found.shares)
        cell = min(int(np.searchsorted(found.edges, y, side="right")) - 1, bins - 1)
        low, high = (exact(float(edge), 4) for edge in found.edges[cell : cell + 2])
        share = percent(float(found.shares[cell, moment]))
        said = f"step {whole(int(found.steps[moment]))}\n{share} from {low} to {high}"
        broken = float(found.broken[moment])
        return f"{said}\n{percent(broken)} not a number" if broken else said

    def entries(self) -> list[Entry]:
        """Return what of it the legend can hide."""
        theme = self._panel.theme
        spread = "Darker where more of the layer's parameters have that value."
        return [
            Entry(SPREAD, "spread of the layer", pen(theme, "accent", 6), spread),
            Entry(SELECTED, "selected parameter", pen(theme, "text", 2, "dashed"), "Its values."),
        ]

    def _draw_curve(self, frame: Frame, ids: Any, selected: int) -> None:
        at = int(np.searchsorted(ids, selected))
        is_kept = at < len(ids) and int(ids[at]) == selected
        self._curve.setVisible(is_kept and self._panel.legend.shows(SELECTED))
        if is_kept:
            count = len(frame.trajectory_steps)
            kept = np.unique(np.linspace(0, count - 1, min(count, CURVE_POINTS)).astype(np.intp))
            steps = np.asarray(frame.trajectory_steps, np.float64)[kept]
            self._curve.setData(steps, np.asarray(frame.trajectory[kept, at], np.float64))

    def _say(self, frame: Frame, layer: Layer, kept: int, selected: int) -> None:
        found = self.shown
        assert found is not None
        name = frame.hypothesis.said_name(selected)
        self._panel.say(
            Said(f"{layer.name} · ", "text"), Said("spread over time", short=("spread", ""))
        )
        said = [f"dashed: {name}"]
        if found.count < layer.size:
            said.append(f"{whole(found.count)} of {whole(layer.size)} counted, evenly chosen")
        if found.broken.any():
            first = int(found.steps[np.flatnonzero(found.broken)[0]])
            share = percent(float(found.broken[-1]), 0)
            said.append(f"not a number from step {whole(first)} on, now {share}")
        self._panel.set_note(" · ".join(said))
        column = found.shares[:, -1]
        middles = (found.edges[:-1] + found.edges[1:]) / 2
        where = f"most are near {exact(float(middles[int(column.argmax())]), 3)}"
        low, high = (exact(float(edge), 3) for edge in (found.edges[0], found.edges[-1]))
        broken = f" {said[-1]}." if found.broken.any() else ""
        self._panel.set_summary(
            f"Spread of {whole(kept)} parameters of {layer.name} up to step {frame.last_step}: "
            f"from {low} to {high} over all steps; at the end {where}.{broken}"
        )
