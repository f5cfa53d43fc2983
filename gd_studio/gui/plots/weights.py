"""The weights plot: parameters over time, as heat maps, as histograms over time, or as images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.weights_histogram import HistogramView
from gd_studio.gui.plots.weights_map import WeightsMap
from gd_studio.gui.plots.weights_over_time import LinesView
from gd_studio.gui.plots.weights_picture import PictureWords, say_picture
from gd_studio.gui.plots.weights_tiles import NO_IMAGES, TilesView, image_shape
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

VIEWS = {
    "lines": "Over time",
    "map": "Heat map per layer",
    "histogram": "Histogram over time",
    "tiles": "First layer as images",
}
QUANTITIES = {"weights": "Weights", "gradients": "Gradients", "changes": "Changes in this step"}
ROWS_AND_COLUMNS = "rows: inputs, bias last; columns: neurons"
OVER_TIME = ("lines", "histogram")
OVER_ALL_LINES = 8  # of the stacking order


class WeightsPlot(PlotPanel):
    """Parameters over time, or as pictures; a click selects one for the whole window."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        self._view = "lines"
        self._quantity = "weights"
        super().__init__("Weights", "plot.weights", theme, selection, parent)
        self.header.add_choices("Show", VIEWS, "lines", self.set_view)
        self.header.add_choices("In maps and images", QUANTITIES, "weights", self.set_quantity)
        selection.parameter_changed.connect(self._on_parameter_changed)
        selection.cursor_changed.connect(self._on_cursor_changed)

    # What others use

    @property
    def named(self) -> list[int]:
        """The parameters that stand out: the largest movers, then the selected one."""
        return self.lines.named

    @property
    def shown_view(self) -> str:
        """The view that is drawn: a landscape has no layers, and only lines over time."""
        has_layers = self._frame is None or bool(self._frame.hypothesis.network.layers)
        return self._view if has_layers else "lines"

    def set_view(self, view: str) -> None:
        """Show "lines" over time, the heat "map" per layer, its "histogram", or "tiles"."""
        self._view = view
        self.header.choices.show_choice("Show", view)
        self.canvas.getPlotItem().getViewBox().setMouseEnabled(x=True, y=True)
        self._wanted = None
        self._follows = True
        self.redraw()

    def set_quantity(self, quantity: str) -> None:
        """Let maps and images show "weights", "gradients", or "changes" in the shown step."""
        self._quantity = quantity
        self.header.choices.show_choice("In maps and images", quantity)
        self.redraw()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return every kept step with every parameter, by name."""
        if self._frame is None:
            return ["step"], []
        hypothesis, trajectory = self._frame.hypothesis, self._frame.trajectory
        kept = self._frame.trajectory_parameters
        ids = range(trajectory.shape[1]) if kept is None else kept.tolist()
        names = [hypothesis.parameter_name(i) for i in ids]
        steps = self._frame.trajectory_steps
        rows = [[int(s), *t.tolist()] for s, t in zip(steps, trajectory, strict=True)]
        return ["step", *names], rows

    # Drawing

    def _build_plot_item(self) -> None:
        super()._build_plot_item()
        item = self.plot_item
        self.lines = LinesView(self)
        self._shown = pg.InfiniteLine(angle=90)
        self._cursor = pg.InfiniteLine(angle=90)
        for z, line in enumerate((self._shown, self._cursor), OVER_ALL_LINES):
            line.hide()
            line.setZValue(z)
            item.addItem(line, ignoreBounds=True)
        self._map = WeightsMap(item)
        self._histogram = HistogramView(self)
        self._tiles = TilesView(self)
        self._pictures: dict[str, WeightsMap | HistogramView | TilesView] = {
            "map": self._map,
            "histogram": self._histogram,
            "tiles": self._tiles,
        }

    def _theme_changed(self) -> None:
        theme = self._theme
        self.lines.set_theme()
        self._shown.setPen(pen(theme, "accent", 1.5))
        self._cursor.setPen(pen(theme, "muted", 1, "dashed"))
        for picture in self._pictures.values():
            picture.set_theme(theme)

    def _new_run(self, frame: Frame) -> None:
        self.lines.forget()

    def _draw(self, frame: Frame) -> None:
        self.lines.choose(frame)
        draw = {
            "map": self._draw_map,
            "histogram": self._draw_histogram,
            "tiles": self._draw_tiles,
        }
        shown = self.shown_view
        for name in draw:
            if name != shown:
                self._pictures[name].hide()
        if shown in draw:
            self.lines.hide()
            self._shown.hide()
        draw.get(shown, self._draw_lines)(frame)

    def _place_labels(self, frame: Frame) -> None:
        if self.shown_view == "lines":
            self.lines.place_tags(frame)

    def _values(self, frame: Frame) -> Any:
        """Return what maps and images show (P,)."""
        if self._quantity == "gradients":
            return frame.gradient
        with np.errstate(invalid="ignore"):
            changes = self._quantity == "changes"
            return frame.parameters - frame.previous if changes else frame.parameters

    def _draw_map(self, frame: Frame) -> None:
        self.set_scales(Scale(hidden=True), Scale(hidden=True))
        network, font = frame.hypothesis.network, self.small_font()
        selected = min(self.selection.parameter, network.size - 1)
        height = self.plot_item.getViewBox().height()
        self._map.set_height(network, height, QFontMetricsF(font).height() + 5)
        values = self._values(frame)
        largest = self._map.show(values, self._theme, font, selected)
        self.want_range(*self._map.extent)
        words = PictureWords(self._quantity, "per layer", "heat maps", ROWS_AND_COLUMNS)
        say_picture(self, frame, values, largest, words)

    def _draw_tiles(self, frame: Frame) -> None:
        shape = image_shape(frame)
        if shape is None:
            self._tiles.hide()
            self.empty.setText(NO_IMAGES)
            self.empty.show()
            self.say()
            self.set_note("")
            self.set_scales(Scale(hidden=True), Scale(hidden=True))
            self.set_summary(NO_IMAGES)
            return
        selected = min(self.selection.parameter, frame.hypothesis.network.size - 1)
        values = self._values(frame)
        largest = self._tiles.draw(frame, values, shape, selected)
        words = PictureWords(self._quantity, "by neuron", "images", self._tiles.note(frame))
        say_picture(self, frame, values, largest, words)

    def _draw_histogram(self, frame: Frame) -> None:
        network = frame.hypothesis.network
        selected = min(self.selection.parameter, network.size - 1)
        layer = next(la for la in network.layers if selected < la.offset + la.size)
        self._histogram.draw(frame, layer, self.lines.ids, selected)
        self._shown.setVisible(frame.step != frame.last_step)
        self._shown.setPos(frame.step)

    def _draw_lines(self, frame: Frame) -> None:
        self.lines.draw(frame)
        self._shown.setVisible(frame.step != frame.last_step)
        self._shown.setPos(frame.step)

    # What it says

    # Mouse

    def _parameter_at(self, x: float, y: float) -> int | None:
        """Return the parameter whose cell or line is at a place."""
        if self.shown_view == "map":
            return self._map.parameter_at(x, y)
        if self.shown_view == "tiles":
            frame = self._frame
            has_images = frame is not None and image_shape(frame) is not None
            return self._tiles.parameter_at(frame, x, y) if frame and has_images else None
        if self.shown_view == "histogram":
            return None
        return self.lines.parameter_at(self._frame, x, y) if self._frame else None

    def _hover_text(self, x: float, y: float) -> str:
        frame, index = self._frame, self._parameter_at(x, y)
        if frame is not None and self.shown_view == "histogram":
            return self._histogram.hover(frame, x, y)
        if frame is None or index is None:
            return ""
        name = f"{frame.hypothesis.said_name(index)}\n{frame.hypothesis.parameter_name(index)}"
        if self.shown_view in ("map", "tiles"):
            return f"{name}\n{self._quantity[:-1]} {exact(float(self._values(frame)[index]))}"
        return f"{name}\n{self.lines.value_words(frame, index, x)}"

    def _hovered(self, x: float | None) -> None:
        frame = self._frame
        if self.shown_view in OVER_TIME and x is not None and frame is not None:
            self.selection.set_cursor(float(min(max(round(x), 0), frame.last_step)))
        else:
            self.selection.set_cursor(None)

    def _clicked(self, x: float, y: float) -> None:
        index = self._parameter_at(x, y)
        if index is not None:
            self.selection.set_parameter(index)

    def _on_parameter_changed(self, index: int) -> None:
        self.redraw()

    def _on_cursor_changed(self, step: float | None) -> None:
        self._cursor.setVisible(step is not None and self.shown_view in OVER_TIME)
        if step is not None:
            self._cursor.setPos(step)
