"""The weights plot: parameters over time, as heat maps, as histograms over time, or as images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QWidget

from gd_studio.gui.numbers import exact, whole
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.canvas import PlotPanel, finite_range
from gd_studio.gui.plots.colours import colour, pen, pen_of
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.labels import Tag, spread
from gd_studio.gui.plots.weights_ghosts import WeightsGhosts
from gd_studio.gui.plots.weights_histogram import HistogramView
from gd_studio.gui.plots.weights_lines import (
    GREY_POINTS,
    MOST_LINES,
    NAMED,
    fair_share,
    in_places,
    join,
    largest_movers,
    thinned,
)
from gd_studio.gui.plots.weights_map import WeightsMap
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
NAMED_POINTS = 400
CLICK_PIXELS = 12
NAME_GAP = 14  # pixels between a line's end, its name and the border
LEAST_FOR_NAMES = 60  # pixels; with less room beside the lines their names stand on them
MOST_FOR_NAMES = 0.45  # of the width


class WeightsPlot(PlotPanel):
    """Parameters over time, or as pictures; a click selects one for the whole window."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        self._view = "lines"
        self._quantity = "weights"
        self._named: list[int] = []  # columns of the trajectory, as is _grey
        self._movers: list[int] = []  # columns as well, each at the place of its colour
        self._grey: list[int] = []
        self._ids = np.zeros(0, dtype=np.intp)  # the parameter of each column
        super().__init__("Weights", "plot.weights", theme, selection, parent)
        self.header.add_choices("Show", VIEWS, "lines", self.set_view)
        self.header.add_choices(
            "In maps and images", QUANTITIES, "weights", self.set_quantity
        )
        selection.parameter_changed.connect(self._on_parameter_changed)
        selection.cursor_changed.connect(self._on_cursor_changed)

    # What others use

    @property
    def named(self) -> list[int]:
        """The parameters that stand out: the largest movers, then the selected one."""
        return [int(self._ids[column]) for column in self._named]

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
        self._others = pg.PlotCurveItem(antialias=False)
        self._lines = [pg.PlotCurveItem(connect="finite") for _ in range(NAMED + 1)]
        self._dots = pg.ScatterPlotItem(pxMode=True, size=7)
        self._shown = pg.InfiniteLine(angle=90)
        self._cursor = pg.InfiniteLine(angle=90)
        self._shown.hide()
        self._cursor.hide()
        over_time = (self._others, *self._lines, self._dots)
        for z, thing in enumerate((*over_time, self._shown, self._cursor)):
            thing.setZValue(z)
            item.addItem(thing, ignoreBounds=True)
        self._ghosts = WeightsGhosts(item)
        self._tags = [Tag(item) for _ in self._lines]
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
        self._others.setPen(pen(theme, "bystander"))
        self._ghosts.set_theme(theme)
        self._shown.setPen(pen(theme, "accent", 1.5))
        self._cursor.setPen(pen(theme, "muted", 1, "dashed"))
        for tag in self._tags:
            tag.set_background(colour(theme, "card", 170))
        for picture in self._pictures.values():
            picture.set_theme(theme)

    def _new_run(self, frame: Frame) -> None:
        self._movers = []

    def _draw(self, frame: Frame) -> None:
        kept = frame.trajectory_parameters
        now = frame.parameters if kept is None else frame.parameters[kept]
        movers = in_places(largest_movers(frame.trajectory, now), self._movers)
        self._movers = movers
        # Of a very large model the path holds a subset: columns are not parameters then.
        self._ids = np.arange(len(now)) if kept is None else np.asarray(kept)
        at = int(np.searchsorted(self._ids, self.selection.parameter))
        is_kept = at < len(now) and self._ids[at] == self.selection.parameter
        self._named = movers + ([at] if is_kept and at not in movers else [])
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
            self._hide_lines()
        draw.get(shown, self._draw_lines)(frame)

    def _place_labels(self, frame: Frame) -> None:
        if self.shown_view == "lines" and self._named:
            self._draw_tags(frame)

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
        self._histogram.draw(frame, layer, self._ids, selected)
        self._shown.setVisible(frame.step != frame.last_step)
        self._shown.setPos(frame.step)

    def _draw_lines(self, frame: Frame) -> None:
        self._grey = fair_share(len(self._ids), self._named)
        steps = np.asarray(frame.trajectory_steps, dtype=np.float64)
        self._draw_others(steps, frame.trajectory)
        at = np.flatnonzero(self._ids == self.selection.parameter)
        chosen = int(at[0]) if len(at) else None
        self._ghosts.draw(frame, self.shown_ghosts(frame), self._named, chosen)
        self._draw_named(frame, steps)
        self._set_range(frame)
        self._draw_tags(frame)
        in_past = frame.step != frame.last_step
        self._shown.setVisible(in_past)
        self._shown.setPos(frame.step)
        self._say_all(frame)

    def _draw_others(self, steps: Any, trajectory: Any) -> None:
        self._others.setVisible(bool(self._grey) and len(steps) > 1)
        if self._others.isVisible():
            kept = thinned(len(steps), max(GREY_POINTS // len(self._grey), 12))
            joined = join(steps[kept], trajectory[kept][:, self._grey])
            self._others.setData(joined.x, joined.y, connect=joined.joined)

    def _draw_named(self, frame: Frame, steps: Any) -> None:
        kept = thinned(len(steps), NAMED_POINTS)
        dots = []
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(self._named))
            if place >= len(self._named):
                continue
            index = self._named[place]
            chosen = self._ids[index] == self.selection.parameter
            color = self._color(place)
            drawn = pen_of(color, 2.5 if chosen else 2, "dashed" if place >= NAMED else "solid")
            values = frame.trajectory[kept, index]
            line.setData(steps[kept], values, pen=drawn, antialias=len(kept) <= NAMED_POINTS)
            at = float(frame.parameters[self._ids[index]])
            if np.isfinite(at):
                dots.append({"pos": (frame.step, at), "brush": color, "pen": pg.mkPen(None)})
        self._dots.setData(dots)
        self._dots.show()

    def _color(self, place: int) -> QColor:
        if place < NAMED:
            return QColor(self._theme.movers[place])
        return colour(self._theme, "text")

    def _set_range(self, frame: Frame) -> None:
        self.set_scales(Scale(unit="steps", whole=True), Scale("parameter"))
        # Names stand right of the line ends: a third of the width is theirs, or what they need.
        share = max(1 / (1 - self._share_of_names(frame)), 1.4)
        right = round_up(max(frame.last_step * share, 10.0))
        drawn = frame.trajectory[thinned(len(frame.trajectory), 200)]
        low, high = finite_range([drawn[:, self._named + self._grey]]) or (-1.0, 1.0)
        reach = round_up(max(abs(low), abs(high), 1e-6) * 1.05)
        bottom = -reach if low < -0.05 * reach else -0.02 * reach
        top = reach if high > 0.05 * reach else 0.02 * reach
        self.want_range(-0.012 * right, right, bottom, top)

    def _share_of_names(self, frame: Frame) -> float:
        """Return how much of the width the names of the lines need, at most nearly half."""
        metrics = QFontMetricsF(self.small_font())
        names = [frame.hypothesis.said_name(i) for i in self.named]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        width = self.plot_item.getViewBox().width()
        return float(min((widest + NAME_GAP + 8) / max(width, 1), MOST_FOR_NAMES))

    def _draw_tags(self, frame: Frame) -> None:
        (_, right), (bottom, top) = self.plot_item.getViewBox().viewRange()
        font = self.small_font()
        metrics = QFontMetricsF(font)
        per_x, per_y = self.pixel_size()
        last = min(float(frame.last_step), right)
        values = [float(frame.trajectory[-1, i]) for i in self._named]
        height = (metrics.height() + 1) * per_y
        wished = [min(max(v, bottom), top) if np.isfinite(v) else 0.0 for v in values]
        places = spread(wished, height, bottom + height / 2, top - height / 2)
        room = (right - last) / max(per_x, 1e-12) - NAME_GAP
        for place, tag in enumerate(self._tags):
            if place >= len(self._named):
                tag.hide()
                continue
            name = frame.hypothesis.said_name(int(self._ids[self._named[place]]))
            is_beside = room >= LEAST_FOR_NAMES
            widest = room if is_beside else self.plot_item.getViewBox().width() - 4
            name = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, widest)
            side = 0.0 if is_beside else 1.0
            at = last + 6 * per_x if is_beside else right
            color = self._color(place)
            tag.show(name, at, places[place], color, font, (side, 0.5))

    def _hide_lines(self) -> None:
        self._ghosts.hide()
        for thing in (self._others, self._dots, self._shown, *self._lines):
            thing.hide()
        for tag in self._tags:
            tag.hide()

    # What it says

    def _say_all(self, frame: Frame) -> None:
        total = len(frame.parameters)
        movers = min(NAMED, total)
        said = "all of them named" if total <= NAMED else "five largest movers"
        self.say(Said("over time · ", short=""), Said(said))
        drawn = len(self._grey) + len(self._named)
        self.set_note(
            f"{whole(drawn)} of {whole(total)} parameters drawn, evenly chosen."
            if total > MOST_LINES
            else ""
        )
        names = ", ".join(
            f"{frame.hypothesis.said_name(i)} {exact(float(frame.parameters[i]), 4)}"
            for i in self.named[:movers]
        )
        self.set_summary(f"Weights at step {frame.step}, largest movers: {names}.")

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
        column = self._nearest(x, y)
        return None if column is None else int(self._ids[column])

    def _nearest(self, x: float, y: float) -> int | None:
        """Return the column whose line passes within a few pixels of a place."""
        frame = self._frame
        if frame is None or not self._named:
            return None
        shown = self._named + self._grey
        per_y = max(self.pixel_size()[1], 1e-12)
        tag = next((i for i, t in enumerate(self._tags) if self._is_on(t, x, y)), None)
        if tag is not None and tag < len(self._named):
            return self._named[tag]
        at = int(np.argmin(np.abs(np.asarray(frame.trajectory_steps) - x)))
        away = np.abs(frame.trajectory[at, shown] - y) / per_y
        # A named line wins against grey ones that pass as near.
        away[: len(self._named)] -= 3
        nearest = int(np.argmin(away))
        return shown[nearest] if away[nearest] <= CLICK_PIXELS else None

    def _is_on(self, tag: Tag, x: float, y: float) -> bool:
        if not tag.is_visible:
            return False
        view = self.plot_item.getViewBox()
        scene_point = view.mapViewToScene(pg.Point(x, y))
        return bool(tag.item.mapRectToScene(tag.item.boundingRect()).contains(scene_point))

    def _hover_text(self, x: float, y: float) -> str:
        frame, index = self._frame, self._parameter_at(x, y)
        if frame is not None and self.shown_view == "histogram":
            return self._histogram.hover(frame, x, y)
        if frame is None or index is None:
            return ""
        name = f"{frame.hypothesis.said_name(index)}\n{frame.hypothesis.parameter_name(index)}"
        if self.shown_view in ("map", "tiles"):
            return f"{name}\n{self._quantity[:-1]} {exact(float(self._values(frame)[index]))}"
        column = int(np.searchsorted(self._ids, index))
        at = int(np.argmin(np.abs(np.asarray(frame.trajectory_steps) - x)))
        step = whole(int(frame.trajectory_steps[at]))
        return f"{name}\n{exact(float(frame.trajectory[at, column]))} at step {step}"

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
