"""The weights plot: parameters over time, as heat maps, as histograms over time, or as images."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.weights_over_time import LinesView
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.gui.plots.weights_pictures import WeightsPictures
    from gd_studio.session.frame import Frame

VIEWS = {
    "lines": "Over time",
    "map": "Heat map per layer",
    "histogram": "Histogram over time",
    "tiles": "First layer as images",
}
QUANTITIES = {"weights": "Weights", "gradients": "Gradients", "changes": "Changes in this step"}
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
        self.draw_anew()

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
        self.lines = LinesView(self, Layer(self.plot_item))
        over = Layer(self.plot_item, OVER_ALL_LINES)
        self._shown, self._cursor = over.rule(90), over.rule(90)
        self._shown.hide()
        self._cursor.hide()

    @cached_property
    def _pictures(self) -> WeightsPictures:
        """The other views, made when one of them is first chosen."""
        from gd_studio.gui.plots.weights_pictures import WeightsPictures

        return WeightsPictures(self)

    @property
    def _made(self) -> tuple[WeightsPictures, ...]:
        return (self._pictures,) if "_pictures" in self.__dict__ else ()

    def _theme_changed(self) -> None:
        theme = self._theme
        self.lines.set_theme()
        self._shown.setPen(pen(theme, "accent", 1.5))
        self._cursor.setPen(pen(theme, "muted", 1, "dashed"))
        for pictures in self._made:
            pictures.set_theme()

    def _new_run(self, frame: Frame) -> None:
        self.lines.forget()

    def _draw(self, frame: Frame) -> None:
        self.lines.choose(frame)
        view = self.shown_view
        is_past = frame.step != frame.last_step
        self._shown.setVisible(is_past and view in OVER_TIME)
        self._shown.setPos(frame.step)
        if view == "lines":
            for pictures in self._made:
                pictures.hide()
            self.lines.draw(frame)
            return
        self.lines.hide()
        self._pictures.quantity = self._quantity
        self._pictures.draw(view, frame, self.lines.ids)

    def _place_labels(self, frame: Frame) -> None:
        if self.shown_view == "lines":
            self.lines.place_tags(frame)

    # Mouse

    def _parameter_at(self, x: float, y: float) -> int | None:
        """Return the parameter whose cell or line is at a place."""
        if self._frame is None:
            return None
        if self.shown_view == "lines":
            return self.lines.parameter_at(self._frame, x, y)
        return self._pictures.parameter_at(self.shown_view, self._frame, x, y)

    def _hover_text(self, x: float, y: float) -> str:
        frame = self._frame
        if frame is None:
            return ""
        if self.shown_view != "lines":
            return self._pictures.hover(self.shown_view, frame, x, y)
        index = self.lines.parameter_at(frame, x, y)
        if index is None:
            return ""
        name = f"{frame.hypothesis.said_name(index)}\n{frame.hypothesis.parameter_name(index)}"
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
