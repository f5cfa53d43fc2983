"""What marks places on the loss plot: baseline, best and shown step, points, lost values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QBrush, QPen

from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.curves import Line
from gd_studio.gui.plots.epoch_ticks import EpochTicks
from gd_studio.gui.plots.ghosts import GHOSTS, ghost_words
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.plots.loss_labels import LossLabels
from gd_studio.gui.plots.loss_scale import LossScale
from gd_studio.gui.plots.past_best import PastBest

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame, Ghost


class LossMarks:
    """The marks of a plot, and the words beside them."""

    def __init__(self, panel: PlotPanel, layer: Layer) -> None:
        self._panel = panel
        self.epochs = EpochTicks(panel.plot_item.getViewBox(), layer)
        self.baseline = layer.rule(0)
        self.best, self.shown, self.cursor = (layer.rule(90) for _ in range(3))
        self.dots = layer.dots()
        self.bad = layer.dots("x", 9)
        self._looks: dict[str, tuple[QPen, QBrush]] = {}  # of a split's point
        for line in (self.baseline, self.best, self.shown, self.cursor):
            line.hide()
        self.labels = LossLabels(panel)
        self.past_best = PastBest(panel.plot_item)

    def set_theme(self) -> None:
        """Take over the colours of the panel's theme."""
        theme = self._panel.theme
        self.epochs.set_theme(theme)
        self.baseline.setPen(pen(theme, "muted", 1.5, "dotted"))
        self.best.setPen(pen(theme, "good", 2))
        self.shown.setPen(pen(theme, "accent", 1.5))
        self.cursor.setPen(pen(theme, "muted", 1, "dashed"))
        self.bad.setPen(pen(theme, "negative", 2))
        fills = {"train": "train", "validation": "card"}
        self._looks = {
            name: (pen(theme, name, 2), QBrush(colour(theme, fill)))
            for name, fill in fills.items()
        }
        self.labels.set_theme()
        self.past_best.set_theme(theme)

    def draw(
        self,
        frame: Frame,
        scale: LossScale,
        drawn: Mapping[str, Line],
        ghosts: Sequence[Ghost],
        shows: Callable[[str], bool],
    ) -> None:
        """Draw all marks of a frame, and what they are called; points of curves it `shows`."""
        self.labels.begin()
        if frame.hypothesis.prepared.task == "landscape":
            self.epochs.hide()
        else:
            self.epochs.show(frame.curves, scale.unit)
        self._draw_bad(drawn)
        self._draw_baseline(frame, scale)
        dots = self._draw_dots(frame, scale, shows)
        in_past = frame.step != frame.last_step
        self.shown.setVisible(in_past)
        if in_past:
            self.shown.setPos(scale.x(frame.curves, frame.step))
        self._draw_best(frame, scale, list(drawn.values()))
        if frame.step == 0 and dots:
            self.labels.start(*dots[0], scale.of(frame.evaluation.train))
        for ghost in ghosts:
            self._name_ghost(ghost, drawn.get(GHOSTS[ghost.number]))
        # The start is named right beside its point.
        self.labels.show(dots if frame.step else ())

    def _draw_baseline(self, frame: Frame, scale: LossScale) -> None:
        value = scale.baseline(frame)
        y = scale.y(value) if value is not None else float("nan")
        self.baseline.setVisible(bool(np.isfinite(y)))
        if value is None or frame.baseline is None or not np.isfinite(y):
            return
        self.baseline.setPos(y)
        (_, right), (bottom, top) = self._panel.plot_item.getViewBox().viewRange()
        if bottom <= y <= top:
            self.labels.baseline(frame.baseline.words, right, y, value)

    def _draw_best(self, frame: Frame, scale: LossScale, lines: Sequence[Line]) -> None:
        best, along = frame.best, partial(scale.x, frame.curves)
        words = self.past_best.draw(frame, not scale.is_score, along)
        is_told = best is not None and 0 < best[0] < frame.last_step
        self.best.setVisible(is_told)
        if best is None or not is_told:
            return
        x = along(best[0])
        self.best.setPos(x)
        (left, right), _ = self._panel.plot_item.getViewBox().viewRange()
        if left < x < right:
            self.labels.best(words or f"best {whole(best[0])}", x, lines)

    def _draw_dots(
        self, frame: Frame, scale: LossScale, shows: Callable[[str], bool]
    ) -> list[tuple[float, float]]:
        """Draw the evaluation shown as points, and return where they are."""
        dots = [dot for dot in scale.points(frame) if np.isfinite(dot[2]) and shows(dot[0])]
        at = [(x, y) for _, x, y in dots]
        looks = [self._looks[name] for name, _, _ in dots]
        pens, brushes = [look[0] for look in looks], [look[1] for look in looks]
        self.dots.setData([x for x, _ in at], [y for _, y in at], pen=pens, brush=brushes)
        return at

    def _draw_bad(self, drawn: Mapping[str, Line]) -> None:
        bad = [line.bad for name, line in drawn.items() if name not in GHOSTS]
        xs: Any = np.unique(np.concatenate([*bad, np.empty(0)]))
        if len(xs) == 0 and self.bad.is_empty:
            return  # as nearly always
        _, (bottom, top) = self._panel.plot_item.getViewBox().viewRange()
        y = top - 0.04 * (top - bottom)
        self.bad.setData(xs, np.full(len(xs), y))
        if len(xs):
            self.labels.bad(float(xs[-1]), y)

    def _name_ghost(self, ghost: Ghost, line: Line | None) -> None:
        if line is None or line.is_empty:
            return
        # The legend has the words of the pinned ones: all of them would cover the lines.
        words = str(ghost.number) if ghost.number else ghost_words(ghost)
        self.labels.ghost(ghost.number, words, line)
