"""The loss plot: how wrong the model was at every step, on training and on validation rows.

One click goes to a step. Values that are not finite are marked at the top, never left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from gd_studio.gui.plots import curves as lines
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.curves import NAMES, Line
from gd_studio.gui.plots.ghosts import GHOSTS
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.loss_curves import SOFT, LossCurves
from gd_studio.gui.plots.loss_legend import loss_legend, smoothing_choices
from gd_studio.gui.plots.loss_marks import LossMarks
from gd_studio.gui.plots.loss_range import heights
from gd_studio.gui.plots.loss_scale import TITLES, LossScale
from gd_studio.gui.plots.loss_words import (
    header_pieces,
    hover_words,
    note_words,
    summary_words,
)
from gd_studio.gui.plots.smoothing import smoothed
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

# A double click fits; its first half must not travel in time.
CLICK_WAIT_MS = 220
LEAST_FOR_LEGEND = 15  # lines of text that a plot must be high


class LossPlot(PlotPanel):
    """Train, validation, batch and baseline; the ghost behind them; a click goes to a step."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        self._scale = LossScale()
        self._smoothing = 0
        self._shown = (float("-inf"), float("inf"))
        self._lines: dict[str, Line] = {}
        self._soft: dict[str, Line] = {}
        self._known: dict[str, tuple[tuple[Any, ...], Line]] = {}
        super().__init__("Loss", "plot.loss", theme, selection, parent)
        self._click_timer = QTimer(self, singleShot=True, interval=CLICK_WAIT_MS)
        self._click_timer.timeout.connect(self._on_click_settled)
        self._clicked_x = 0.0
        choices = self.header.add_choices
        choices("Show", {"loss": "Loss", "score": "Accuracy or R²"}, "loss", self.set_metric)
        units = {"steps": "Steps", "epochs": "Epochs", "seconds": "Seconds"}
        choices("Along", units, "steps", self.set_unit)
        choices("Scale", {"linear": "Linear", "log": "Logarithmic"}, "linear", self.set_scale)
        choices("Smoothing", smoothing_choices(), "0", self.set_smoothing)
        self.legend.least_lines = LEAST_FOR_LEGEND
        selection.cursor_changed.connect(self._on_cursor_changed)

    # What others use

    def set_metric(self, metric: str) -> None:
        """Show "loss" or "score" (accuracy of classes, R² of values)."""
        self._scale = replace(self._scale, metric=metric)
        self.header.choices.show_choice("Show", metric)
        self.draw_anew()

    def set_unit(self, unit: str) -> None:
        """Let x run in "steps", "epochs" or "seconds"."""
        self._scale = replace(self._scale, unit=unit)
        self.header.choices.show_choice("Along", unit)
        self.draw_anew()

    def set_scale(self, scale: str) -> None:
        """Draw the loss on a "linear" or a "log" scale."""
        self._scale = replace(self._scale, log=scale == "log")
        self.header.choices.show_choice("Scale", scale)
        self.draw_anew()

    def set_smoothing(self, reach: str) -> None:
        """Lay an average over so many steps on each curve, "0" for none; a matter of the eye."""
        self._smoothing = int(reach)
        self.header.choices.show_choice("Smoothing", reach)
        self.redraw()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return every drawn point as (curve, step, epoch, seconds, value)."""
        names = ["curve", "step", "epoch", "seconds", "value"]
        if self._frame is None:
            return names, []
        frame, curves = self._frame, self._frame.curves
        scales = [LossScale("loss"), *([LossScale("score")] if frame.evaluation.score_name else ())]
        drawn = [(scale, *named) for scale in scales for named in scale.columns(frame).items()]
        rows: list[list[Any]] = []
        for scale, name, column in drawn:
            steps, values = scale.known(frame, name)
            # Without the last digits of a share of an epoch: 0.1, not 0.09999999999999999.
            epochs = lines.over(curves, steps, "epochs").round(12)
            seconds = lines.over(curves, steps, "seconds")
            rows += [
                [column, int(s), float(e), float(t), float(v)]
                for s, e, t, v in zip(steps, epochs, seconds, values, strict=True)
            ]
        return names, rows

    # Drawing

    def _build_plot_item(self) -> None:
        super()._build_plot_item()
        layer = Layer(self.plot_item)
        self._curves = LossCurves(layer)
        self.marks = LossMarks(self, layer)

    def _theme_changed(self) -> None:
        self.marks.set_theme()

    def _new_run(self, frame: Frame) -> None:
        self._lines, self._soft = {}, {}
        has_score = bool(frame.evaluation.score_name)
        self.header.choices.action("Show", "score").setEnabled(has_score)
        if self._scale.is_score and not has_score:
            self.set_metric("loss")

    def _draw(self, frame: Frame) -> None:
        self._prepare(frame)
        self._curves.draw(self._theme, {**self._lines, **self._soft})
        self._set_range(frame)
        self._draw_marks(frame)
        self._say_all(frame)

    def _place_labels(self, frame: Frame) -> None:
        if self._lines:
            self._draw_marks(frame)

    def _prepare(self, frame: Frame) -> None:
        """Make the lines to be drawn: the raw ones, and their averages."""
        self._lines, self._soft = {}, {}
        soft = self._smoothing if self.legend.shows("soft") else 0
        for ghost in self.shown_ghosts(frame):
            name, column = GHOSTS[ghost.number], NAMES[self._scale.metric]["train"]
            self._lines[name] = self._line(name, ghost.curves, column, soft)
        for name, column in self._scale.columns(frame).items():
            if not self.legend.shows(name):
                continue
            self._lines[name] = self._line(name, frame.curves, column, 0)
            if soft:
                self._soft[SOFT[name]] = self._line(SOFT[name], frame.curves, column, soft)

    def _line(self, name: str, curves: Any, column: str, reach: int) -> Line:
        """Return a curve's line, the same object as long as nothing about it has changed."""
        unit, log = self._scale.unit, self._scale.is_log
        asked = (curves, column, reach, unit, log)
        known = self._known.get(name)
        if known is None or known[0] != asked:
            steps, values = lines.points(curves, column)
            if reach:
                values = smoothed(steps, values, reach)
            made = lines.line(lines.over(curves, steps, unit), values, log)
            self._known[name] = known = (asked, made)
        return known[1]

    def _set_range(self, frame: Frame) -> None:
        scale, unit = self._scale, self._scale.unit
        upwards = Scale(scale.axis(frame), log=scale.is_log)
        self.set_scales(Scale(unit=unit, whole=unit == "steps"), upwards)
        last = scale.x(frame.curves, frame.last_step)
        smallest = {"steps": 10.0, "epochs": 1.0, "seconds": 0.001}[unit]
        pinned = [self._lines[name].x for name in GHOSTS[1:] if name in self._lines]
        last = max(last, *(float(x[-1]) for x in pinned if len(x)), 0.0)
        right = round_up(max(last * 1.12, smallest), frame.racing)
        base = scale.baseline(frame)
        bottom, top = heights(self._lines, base, scale.is_score, scale.is_log)
        self._shown = (bottom, top)
        self.want_range(-0.012 * right, right, bottom, top)

    def _draw_marks(self, frame: Frame) -> None:
        ghosts = self.shown_ghosts(frame)
        self.marks.draw(frame, self._scale, self._lines, ghosts, self.legend.shows)
        # A curve is led on to a point that lies between two evaluations of the run.
        for name, x, y in self._scale.points(frame):
            self._curves.link(self._theme, name, self._lines.get(name), x, y)

    # What it says

    def _say_all(self, frame: Frame) -> None:
        scale, kind = self._scale, frame.evaluation.score_name
        self.header.title.setText(scale.title(frame))
        if kind:
            self.header.choices.action("Show", "score").setText(TITLES[kind])
        self.header.choices.action("Scale", "log").setEnabled(not scale.is_score)
        self.say(*header_pieces(frame, scale))
        self.set_note(note_words(frame, self._lines, self._shown))
        entries = loss_legend(self._theme, frame, scale.columns(frame), self._smoothing)
        self.legend.show(entries, self)
        self.set_summary(summary_words(frame, scale))

    # Mouse

    def _hover_text(self, x: float, y: float) -> str:
        assert self._frame is not None
        return hover_words(self._frame, self._scale, x, self.shown_ghosts(self._frame))

    def _hovered(self, x: float | None) -> None:
        frame = self._frame
        if x is None or frame is None:
            self.selection.set_cursor(None)
        else:
            step = lines.step_at(frame.curves, x, self._scale.unit, frame.last_step)
            self.selection.set_cursor(float(step))

    def _clicked(self, x: float, y: float) -> None:
        if self._click_timer.isActive():
            self._double_clicked()
            return
        self._clicked_x = x
        self._click_timer.start()

    def _double_clicked(self) -> None:
        self._click_timer.stop()
        super()._double_clicked()

    def _on_click_settled(self) -> None:
        if self._frame is not None:
            last = self._frame.last_step
            step = lines.step_at(self._frame.curves, self._clicked_x, self._scale.unit, last)
            self.step_requested.emit(step)

    def _on_cursor_changed(self, step: float | None) -> None:
        self.marks.cursor.setVisible(step is not None and self._frame is not None)
        if step is not None and self._frame is not None:
            self.marks.cursor.setPos(self._scale.x(self._frame.curves, step))

    # Qt

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._click_timer.stop()
