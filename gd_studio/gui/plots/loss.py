"""The loss plot: how wrong the model was at every step, on training and on validation rows.

One click goes to a step. Values that are not finite are marked at the top, never left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from gd_studio.experiment.progress import progress
from gd_studio.gui.numbers import exact, fixed, whole
from gd_studio.gui.plots import curves as lines
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.curves import NAMES, Line
from gd_studio.gui.plots.epoch_ticks import EpochTicks
from gd_studio.gui.plots.ghosts import GHOSTS, apart_words, ghost_words
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.loss_curves import SOFT, LossCurves
from gd_studio.gui.plots.loss_labels import LossLabels
from gd_studio.gui.plots.loss_legend import loss_legend, smoothing_choices
from gd_studio.gui.plots.loss_range import heights, higher_words
from gd_studio.gui.plots.past_best import PastBest
from gd_studio.gui.plots.past_best import said as past_best
from gd_studio.gui.plots.progress_words import progress_words
from gd_studio.gui.plots.smoothing import smoothed
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

# A double click fits; its first half must not travel in time.
CLICK_WAIT_MS = 220
LEAST_FOR_LEGEND = 15  # lines of text that a plot must be high
TITLES = {"loss": "Loss", "accuracy": "Accuracy", "r2": "R²"}
AXES = {"loss": "total loss", "accuracy": "accuracy", "r2": "R²"}


class LossPlot(PlotPanel):
    """Train, validation, batch and baseline; the ghost behind them; a click goes to a step."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        self._metric = "loss"
        self._unit = "steps"
        self._log = False
        self._smoothing = 0
        self._top = float("inf")
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
        self._metric = metric
        self.header.choices.show_choice("Show", metric)
        self._start_over()

    def set_unit(self, unit: str) -> None:
        """Let x run in "steps", "epochs" or "seconds"."""
        self._unit = unit
        self.header.choices.show_choice("Along", unit)
        self._start_over()

    def set_scale(self, scale: str) -> None:
        """Draw the loss on a "linear" or a "log" scale."""
        self._log = scale == "log"
        self.header.choices.show_choice("Scale", scale)
        self._start_over()

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
        curves = self._frame.curves
        rows: list[list[Any]] = []
        for column in (*NAMES["loss"].values(), *NAMES["score"].values()):
            steps, values = lines.points(curves, column)
            epochs = lines.over(curves, steps, "epochs")
            seconds = lines.over(curves, steps, "seconds")
            rows += [
                [column, int(s), float(e), float(t), float(v)]
                for s, e, t, v in zip(steps, epochs, seconds, values, strict=True)
            ]
        return names, rows

    # Drawing

    def _build_plot_item(self) -> None:
        super()._build_plot_item()
        item = self.plot_item
        self._curves = LossCurves(item)
        self._baseline = pg.InfiniteLine(angle=0)
        self._best = pg.InfiniteLine(angle=90)
        self._shown = pg.InfiniteLine(angle=90)
        self._cursor = pg.InfiniteLine(angle=90)
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self._bad = pg.ScatterPlotItem(pxMode=True)
        for thing in (self._baseline, self._best, self._shown, self._cursor):
            thing.hide()
        marks = (self._baseline, self._best, self._shown, self._cursor, self._dots, self._bad)
        for z, thing in enumerate(marks, 5):
            thing.setZValue(z)
            item.addItem(thing, ignoreBounds=True)
        self._labels = LossLabels(self)
        self.past_best = PastBest(item)
        self._epochs = EpochTicks(item)

    def _theme_changed(self) -> None:
        theme = self._theme
        self._epochs.set_theme(theme)
        self._baseline.setPen(pen(theme, "muted", 1.5, "dotted"))
        self._best.setPen(pen(theme, "good", 2))
        self._shown.setPen(pen(theme, "accent", 1.5))
        self._cursor.setPen(pen(theme, "muted", 1, "dashed"))
        self._bad.setPen(pen(theme, "negative", 2))
        self._labels.set_theme()
        self.past_best.set_theme(theme)

    def _new_run(self, frame: Frame) -> None:
        self._lines, self._soft = {}, {}
        has_score = bool(frame.evaluation.score_name)
        self.header.choices.action("Show", "score").setEnabled(has_score)
        if self._metric == "score" and not has_score:
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
            name, column = GHOSTS[ghost.number], NAMES[self._metric]["train"]
            self._lines[name] = self._line(name, ghost.curves, column, soft)
        for name, column in self._columns(frame).items():
            if not self.legend.shows(name):
                continue
            self._lines[name] = self._line(name, frame.curves, column, 0)
            if soft:
                self._soft[SOFT[name]] = self._line(SOFT[name], frame.curves, column, soft)

    def _columns(self, frame: Frame) -> dict[str, str]:
        """Return {curve: column}; without validation rows there is no such curve."""
        named = dict(NAMES[self._metric])
        if frame.evaluation.validation is None:
            del named["validation"]
        return named

    def _line(self, name: str, curves: Any, column: str, reach: int) -> Line:
        """Return a curve's line, the same object as long as nothing about it has changed."""
        asked = (curves, column, reach, self._unit, self._is_log)
        known = self._known.get(name)
        if known is None or known[0] != asked:
            steps, values = lines.points(curves, column)
            if reach:
                values = smoothed(steps, values, reach)
            made = lines.line(lines.over(curves, steps, self._unit), values, self._is_log)
            self._known[name] = known = (asked, made)
        return known[1]

    @property
    def _is_log(self) -> bool:
        return self._log and self._metric == "loss"

    def _set_range(self, frame: Frame) -> None:
        log = self._is_log
        unit = self._unit
        name = AXES[frame.evaluation.score_name if self._metric == "score" else "loss"]
        upwards = Scale("f(x, y)" if not frame.evaluation.score_name else name, log=log)
        self.set_scales(Scale(unit=unit, whole=unit == "steps"), upwards)
        last = float(lines.over(frame.curves, np.array([float(frame.last_step)]), unit)[0])
        smallest = {"steps": 10.0, "epochs": 1.0, "seconds": 0.001}[unit]
        pinned = [self._lines[name].x for name in GHOSTS[1:] if name in self._lines]
        last = max(last, *(float(x[-1]) for x in pinned if len(x)), 0.0)
        right = round_up(max(last * 1.12, smallest))
        base, is_score = self._baseline_value(frame), self._metric == "score"
        bottom, top = heights(self._lines, base, is_score, self._is_log)
        self._top = top
        self.want_range(-0.012 * right, right, bottom, top)

    def _baseline_value(self, frame: Frame) -> float | None:
        base = frame.baseline
        if base is None:
            return None
        value = base.train_loss if self._metric == "loss" else base.train_score
        return float(value) if value is not None and np.isfinite(value) else None

    def _y(self, value: float) -> float:
        if not self._is_log:
            return value
        return float(np.log10(value)) if value > 0 else float("nan")

    def _x(self, step: float) -> float:
        assert self._frame is not None
        return float(lines.over(self._frame.curves, np.array([float(step)]), self._unit)[0])

    def _draw_marks(self, frame: Frame) -> None:
        self._labels.begin()
        if frame.hypothesis.prepared.task == "landscape":
            self._epochs.hide()
        else:
            self._epochs.show(frame.curves, self._unit)
        self._draw_bad()
        self._draw_baseline(frame)
        dots = self._shown_dots(frame)
        self._dots.setData(dots)
        self._draw_links(frame)
        in_past = frame.step != frame.last_step
        self._shown.setVisible(in_past)
        if in_past:
            self._shown.setPos(self._x(frame.step))
        self._draw_best(frame)
        if frame.step == 0 and dots:
            x, y = dots[0]["pos"]
            self._labels.start(x, y, self._evaluated(frame.evaluation.train))
        for ghost in self.shown_ghosts(frame):
            line = self._lines.get(GHOSTS[ghost.number])
            if line is not None and not line.is_empty:
                # The legend has the words of the pinned ones: all of them would cover the lines.
                words = str(ghost.number) if ghost.number else ghost_words(ghost)
                self._labels.ghost(ghost.number, words, line)
        # The start is named right beside its point.
        self._labels.show([dot["pos"] for dot in dots] if frame.step else ())

    def _draw_baseline(self, frame: Frame) -> None:
        value = self._baseline_value(frame)
        y = self._y(value) if value is not None else float("nan")
        self._baseline.setVisible(bool(np.isfinite(y)))
        if value is None or frame.baseline is None or not np.isfinite(y):
            return
        self._baseline.setPos(y)
        (_, right), (bottom, top) = self.plot_item.getViewBox().viewRange()
        if bottom <= y <= top:
            self._labels.baseline(frame.baseline.words, right, y, value)

    def _draw_best(self, frame: Frame) -> None:
        best = frame.best
        words = self.past_best.draw(frame, self._metric == "loss", self._x)
        is_told = best is not None and 0 < best[0] < frame.last_step
        self._best.setVisible(is_told)
        if best is None or not is_told:
            return
        x = self._x(best[0])
        self._best.setPos(x)
        (left, right), _ = self.plot_item.getViewBox().viewRange()
        if left < x < right:
            self._labels.best(words or f"best {whole(best[0])}", x)

    def _draw_links(self, frame: Frame) -> None:
        """Lead each curve on to a point that lies between two evaluations of the run."""
        evaluation = frame.evaluation
        for name, part in (("train", evaluation.train), ("validation", evaluation.validation)):
            y = self._y(self._evaluated(part)) if part else float("nan")
            at = self._x(evaluation.step)
            self._curves.link(self._theme, name, self._lines.get(name), at, y)

    def _shown_dots(self, frame: Frame) -> list[dict[str, Any]]:
        dots = []
        for name, part in (
            ("train", frame.evaluation.train),
            ("validation", frame.evaluation.validation),
        ):
            y = self._y(self._evaluated(part)) if part else float("nan")
            if np.isfinite(y) and self.legend.shows(name):
                filled = colour(self._theme, "train" if name == "train" else "card")
                edge = pen(self._theme, name, 2)
                at = (self._x(frame.evaluation.step), y)
                dots.append({"pos": at, "size": 8, "pen": edge, "brush": filled, "symbol": "o"})
        return dots

    def _draw_bad(self) -> None:
        bad = [line.bad for name, line in self._lines.items() if name not in GHOSTS]
        xs = np.unique(np.concatenate([*bad, np.empty(0)]))
        _, (bottom, top) = self.plot_item.getViewBox().viewRange()
        y = top - 0.04 * (top - bottom)
        self._bad.setData(xs, np.full(len(xs), y), symbol="x", size=9)
        if len(xs):
            self._labels.bad(float(xs[-1]), y)

    # What it says

    def _evaluated(self, part: Any) -> float:
        if self._metric == "loss":
            return float(part["total"])
        return float(part["accuracy"] if "accuracy" in part else part["r2"])

    def _say_all(self, frame: Frame) -> None:
        is_score = self._metric == "score"
        kind = frame.evaluation.score_name
        title = TITLES[kind if is_score else "loss"]
        self.header.title.setText(title)
        if kind:
            self.header.choices.action("Show", "score").setText(TITLES[kind])
        self.header.choices.action("Scale", "log").setEnabled(not is_score)
        evaluation = frame.evaluation
        train = fixed(self._evaluated(evaluation.train))
        word = "train " if kind else "f(x, y) "
        pieces = [Said(word), Said(train, "train", True)]
        if evaluation.validation is not None:
            held = fixed(self._evaluated(evaluation.validation))
            pieces += [Said(" · validation ", short=" · val. "), Said(held, "validation", True)]
        self.say(*pieces)
        hidden = sum(line.hidden for name, line in self._lines.items() if name not in GHOSTS)
        lost = f"{whole(hidden)} values at or below 0 cannot be shown on a logarithmic scale."
        notes = (lost if hidden else "", higher_words(self._lines, self._top), apart_words(frame))
        self.set_note(" ".join(filter(None, notes)))
        columns = self._columns(frame)
        self.legend.show(loss_legend(self._theme, frame, columns, self._smoothing), self)
        values = "".join(p.text for p in pieces)
        past = f" {past_best(frame).capitalize()}." if past_best(frame) else ""
        said = (f"{title} at step {frame.step}: {values}.{past}", self._course(frame))
        self.set_summary(" ".join(filter(None, (*said, self._compared(frame)))))

    def _course(self, frame: Frame) -> str:
        """Say how the curve of the training rows has gone since step 0."""
        is_loss, kind = self._metric == "loss", frame.evaluation.score_name
        name = f"training {'loss' if is_loss else TITLES[kind]}" if kind else "f(x, y)"
        steps, values = lines.points(frame.curves, NAMES[self._metric]["train"])
        course = progress_words(name, progress(steps, values), in_percent=is_loss)
        return f"{course[0].upper()}{course[1:]}." if course and kind else course and f"{course}."

    def _compared(self, frame: Frame) -> str:
        value = self._baseline_value(frame)
        if value is None or frame.baseline is None:
            return ""
        return f"For comparison, {frame.baseline.words}: {fixed(value)}."

    # Mouse

    def _hover_text(self, x: float, y: float) -> str:
        assert self._frame is not None
        curves = self._frame.curves
        step = lines.step_at(curves, x, self._unit, self._frame.last_step)
        epochs = float(curves.epochs_at(np.array([float(step)]))[0])
        said = [f"step {whole(step)}", f"{exact(epochs, 4)} epochs passed"]
        for name, column in self._columns(self._frame).items():
            steps, values = lines.points(curves, column)
            if len(steps):
                near = int(np.argmin(np.abs(steps - step)))
                at = "" if steps[near] == step else f" (step {whole(int(steps[near]))})"
                said.append(f"{name} {exact(float(values[near]))}{at}")
        for ghost in self.shown_ghosts(self._frame):
            steps, values = lines.points(ghost.curves, NAMES[self._metric]["train"])
            near = int(np.argmin(np.abs(steps - step)))
            at = "" if steps[near] == step else f" (step {whole(int(steps[near]))})"
            said.append(f"{ghost_words(ghost)} {exact(float(values[near]))}{at}")
        return "\n".join(said)

    def _hovered(self, x: float | None) -> None:
        frame = self._frame
        if x is None or frame is None:
            self.selection.set_cursor(None)
        else:
            step = lines.step_at(frame.curves, x, self._unit, frame.last_step)
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
            step = lines.step_at(self._frame.curves, self._clicked_x, self._unit, last)
            self.step_requested.emit(step)

    def _on_cursor_changed(self, step: float | None) -> None:
        self._cursor.setVisible(step is not None and self._frame is not None)
        if step is not None and self._frame is not None:
            self._cursor.setPos(self._x(step))

    def _start_over(self) -> None:
        self._wanted = None
        self._follows = True
        self.redraw()

    # Qt

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._click_timer.stop()
