"""Predicted against actual: every row a point; on the diagonal the guess is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gd_studio.gui.numbers import counted, exact, fixed
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.points import Group, Points
from gd_studio.gui.plots.prediction_legend import row_entries
from gd_studio.gui.plots.samples import SPLITS, Sample, wide_range
from gd_studio.gui.plots.view import Found, View, legend, row_number

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

RIGHT = "diagonal"


class ActualView(View):
    """Values only: the guess of each row over its true value."""

    def __init__(self, panel: PlotPanel) -> None:
        super().__init__(panel)
        self.points = Points(panel.plot_item)
        self._diagonal = pg.PlotCurveItem()
        self._diagonal.setZValue(1)
        self._diagonal.hide()
        panel.plot_item.addItem(self._diagonal, ignoreBounds=True)
        self._span = (0.0, 1.0)
        self._note = ""

    @property
    def note(self) -> str:
        return self._note

    def set_theme(self) -> None:
        self._diagonal.setPen(pen(self.panel.theme, "muted", 1, "dashed"))

    def draw(self, frame: Frame, sample: Sample) -> None:
        truth = np.concatenate([sample.targets(split) for split in SPLITS])
        low, high = self._span = wide_range(truth, 0.2)
        drawn, lost, beyond = [], 0, 0
        for split in SPLITS:
            guess = frame.hypothesis.guess(frame.parameters, sample.x(split))[:, 0]
            # A scatter of nothing but NaN takes the whole program down when it is painted.
            ok = np.isfinite(guess)
            lost += int((~ok).sum())
            beyond += int(((guess[ok] < low) | (guess[ok] > high)).sum())
            x, rows = sample.targets(split)[ok], sample.rows[split][ok]
            drawn.append(Group(x, np.clip(guess[ok], low, high), rows, split))
        notes = (
            f"{counted(lost, 'row')} of no finite guess." if lost else "",
            f"Guesses of {counted(beyond, 'row')} beyond the axis, drawn at its ends."
            if beyond
            else "",
        )
        self._note = " ".join(filter(None, notes))
        self.show_points(self.points, (sample.number, frame.run_number, frame.number), drawn)
        selection = self.panel.selection
        self.points.select(selection.split, selection.row, self.panel.theme)
        self._diagonal.setData([low, high], [low, high])
        self._diagonal.setVisible(self.panel.legend.shows(RIGHT))
        name = frame.hypothesis.prepared.target_name
        self.panel.set_scales(
            Scale(f"actual {name}", ends=True, short="actual"),
            Scale(f"predicted {name}", ends=True, short="predicted"),
        )
        self.panel.want_range(low, high, low, high)
        score = fixed(float(frame.evaluation.train["r2"]))
        gap = Said("   ", short=" ")
        self.panel.say(Said("R² "), Said(score, "train", True), gap, *legend(frame))

    def hide(self) -> None:
        self.points.hide()
        self._diagonal.hide()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        if near is None:
            return f"actual {exact(x, 4)}, predicted {exact(y, 4)}"
        split, row, _ = near
        prepared = frame.hypothesis.prepared
        part = prepared.validation if split == "validation" else prepared.train
        truth = float(prepared.untransform_target(part.y[row])[0])
        guess = float(frame.hypothesis.guess(frame.parameters, part.x[row][None])[0, 0])
        number = row_number(frame, split, row)
        return f"row {number}, {split}\nactual {exact(truth)}\npredicted {exact(guess)}"

    def row_at(self, x: float, y: float) -> Found | None:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        return None if near is None else (near[0], near[1])

    def entries(self, frame: Frame) -> list[Entry]:
        look = pen(self.panel.theme, "muted", 1, "dashed")
        right = Entry(RIGHT, "right guesses", look, "On this line the guess is right.")
        return [*row_entries(self.panel.theme, frame), right]

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        rows: list[list[Any]] = []
        for split in SPLITS:
            guess = frame.hypothesis.guess(frame.parameters, sample.x(split))[:, 0]
            for t, g in zip(sample.targets(split), guess, strict=True):
                rows.append([split, float(t), float(g)])
        return ["part", "actual", "predicted"], rows
