"""Residuals: how far each row's truth lies from its guess, as bars over the guess, or counted.

A residual is the actual value less the predicted one, in the target's own units: above zero the
model guessed too low, below zero too high.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from gd_studio.experiment.failure import blocks
from gd_studio.gui.numbers import counted, exact, whole
from gd_studio.gui.plots.all_rows import AllRows
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.points import Group, Points
from gd_studio.gui.plots.prediction_legend import row_entries
from gd_studio.gui.plots.samples import SPLITS, Numbers, Sample, split_of, wide_range
from gd_studio.gui.plots.view import Found, View, figures, row_number
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

BARS = "bars"
LARGEST = 1e100  # beyond it nothing can be drawn; such rows are counted as not finite


@dataclass(frozen=True, eq=False)
class Residuals:
    """Guesses and residuals (rows,) of a split, in own units."""

    guess: Numbers
    residual: Numbers

    @property
    def drawable(self) -> Any:
        """Return which rows (rows,) have a residual that can be drawn."""
        return (np.abs(self.residual) < LARGEST) & (np.abs(self.guess) < LARGEST)


class ResidualView(View):
    """Each row's residual as a bar from zero, over its guess."""

    most = 1000  # every one moves at every step

    def __init__(self, panel: PlotPanel, residuals: AllRows) -> None:
        super().__init__(panel)
        self.points = Points(panel.plot_item)
        self._residuals = residuals
        self._zero = pg.PlotCurveItem()
        self._bars = {sign: pg.PlotCurveItem(connect="pairs") for sign in ("positive", "negative")}
        for item in (self._zero, *self._bars.values()):
            item.hide()
            panel.plot_item.addItem(item, ignoreBounds=True)
        self._note = ""

    @property
    def note(self) -> str:
        return self._note

    def set_theme(self) -> None:
        theme = self.panel.theme
        self._zero.setPen(pen(theme, "muted", 1))
        for sign, bar in self._bars.items():
            bar.setPen(pen(theme, sign, 1))

    def draw(self, frame: Frame, sample: Sample) -> None:
        found = {s: _residuals(frame, sample.x(s), sample.targets(s)) for s in SPLITS}
        groups = [
            Group(found[s].guess[ok], found[s].residual[ok], sample.rows[s][ok], s)
            for s in SPLITS
            for ok in (found[s].drawable,)
        ]
        self.show_points(self.points, (sample.number, frame.run_number, frame.number), groups)
        selection = self.panel.selection
        self.points.select(selection.split, selection.row, self.panel.theme)
        guess = np.concatenate([group.x for group in groups])
        residual = np.concatenate([group.y for group in groups])
        self._draw_bars(self.points.groups)
        name = frame.hypothesis.prepared.target_name
        self.panel.set_scales(
            Scale(f"predicted {name}", ends=True, short="predicted"),
            Scale("residual: actual − predicted", short="residual"),
        )
        left, right = wide_range(guess)
        reach = round_up(1.05 * float(np.abs(residual).max(initial=0.0)))
        self.panel.want_range(left, right, -reach, reach)
        self._zero.setData([left - (right - left), right + (right - left)], [0, 0])
        self._zero.show()
        say_residuals(self.panel, frame, self._residuals)
        lost = sum(int((~found[s].drawable).sum()) for s in SPLITS)
        said = "Above 0 the guess is too low, below 0 too high."
        self._note = said + (f" {counted(lost, 'row')} of no finite guess." if lost else "")

    def hide(self) -> None:
        self.points.hide()
        for item in (self._zero, *self._bars.values()):
            item.hide()

    def stop(self) -> None:
        self._residuals.stop()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        if near is None:
            return f"predicted {exact(x, 4)}, residual {exact(y, 4)}"
        split, row, _ = near
        part = split_of(frame.hypothesis.prepared, split)
        truth = frame.hypothesis.prepared.untransform_target(part.y[row : row + 1])[:, 0]
        one = _residuals(frame, part.x[row][None], truth)
        return "\n".join(
            (
                f"row {row_number(frame, split, row)}, {split}",
                f"actual {exact(float(truth[0]))}, predicted {exact(float(one.guess[0]))}",
                f"residual {exact(float(one.residual[0]))}",
            )
        )

    def row_at(self, x: float, y: float) -> Found | None:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        return None if near is None else (near[0], near[1])

    def entries(self, frame: Frame) -> list[Entry]:
        theme = self.panel.theme
        help = "From zero to each row: up where the guess is too low, down where it is too high."
        bars = Entry(BARS, "bars", pen(theme, "positive"), help)
        return [*row_entries(theme, frame), bars]

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        rows: list[list[Any]] = []
        for split in SPLITS:
            found = _residuals(frame, sample.x(split), sample.targets(split))
            for row, guess, residual in zip(
                sample.rows[split], found.guess, found.residual, strict=True
            ):
                number = row_number(frame, split, int(row))
                rows.append([split, number, float(guess), float(residual)])
        return ["part", "row", "predicted", "residual"], rows

    def _draw_bars(self, groups: Sequence[Group]) -> None:
        guess = np.concatenate([np.empty(0), *(group.x for group in groups)])
        residual = np.concatenate([np.empty(0), *(group.y for group in groups)])
        for sign, these in (("positive", residual >= 0), ("negative", residual < 0)):
            ends = np.stack([np.zeros(int(these.sum())), residual[these]], axis=1).ravel()
            self._bars[sign].setData(np.repeat(guess[these], 2), ends)
            self._bars[sign].setVisible(self.panel.legend.shows(BARS))


def say_residuals(panel: PlotPanel, frame: Frame, residuals: AllRows) -> None:
    """Write mean and spread of all rows' residuals into the header."""
    found: dict[SplitName, Residuals] | None = residuals.of(frame, "residuals")
    if found is None:
        panel.say(Said("adding up all rows …"))
        return
    numbers: dict[SplitName, str] = {}
    spreads: list[str] = []
    for split, one in found.items():
        values = one.residual[one.drawable]
        mean, spread = (
            (float(values.mean()), float(values.std())) if values.size else (np.nan, np.nan)
        )
        spreads.append(f"± {exact(spread, 3)}")
        numbers[split] = f"{exact(mean, 2)} {spreads[-1]}"
    pieces = figures(("mean ± deviation  ", "mean ± dev.  "), numbers, tuple(spreads[:1]))
    if not residuals.is_fresh(frame, "residuals"):
        pieces.append(Said(f"  at step {whole(residuals.step_of('residuals'))}", short=""))
    panel.say(*pieces)


def residuals_of(frame: Frame, what: Any) -> Generator[None, None, dict[SplitName, Residuals]]:
    """Compute the residuals of all rows of each split that has any, block by block."""
    prepared = frame.hypothesis.prepared
    found: dict[SplitName, Residuals] = {}
    for split in SPLITS:
        part = split_of(prepared, split)
        guess = np.empty(len(part.rows))
        for block in blocks(frame.hypothesis, len(guess)):
            guess[block] = frame.hypothesis.guess(frame.parameters, part.x[block])[:, 0]
            yield
        if len(guess):
            truth = prepared.untransform_target(part.y)[:, 0]
            found[split] = Residuals(guess, truth - guess)
    return found


def _residuals(frame: Frame, x: Numbers, truth: Numbers) -> Residuals:
    guess = frame.hypothesis.guess(frame.parameters, x)[:, 0]
    return Residuals(guess, truth - guess)
