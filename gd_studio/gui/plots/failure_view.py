"""The heat map of failure: the loss everywhere for an assumed truth, and each row by its loss.

Brighter is worse. The losses of all rows, added up and divided by their number, are the loss
that the window shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gd_studio.experiment.failure import RowLosses, losses_if
from gd_studio.gui.numbers import counted, exact, fixed, whole
from gd_studio.gui.plots.all_rows import AllRows
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colour_bar import ColourBar
from gd_studio.gui.plots.colours import colour, pen
from gd_studio.gui.plots.contours import Outline
from gd_studio.gui.plots.failure_line import FailureLine
from gd_studio.gui.plots.failure_map import FailureMap, Truth, as_shares
from gd_studio.gui.plots.failure_scale import LossScale, loss_scale, shade_brushes
from gd_studio.gui.plots.fit_view import groups as line_groups
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.lens import Lens, Projection, Slice, column_spans, projection
from gd_studio.gui.plots.outlines import CELLS, Outlines, over_grid
from gd_studio.gui.plots.points import Group, Points, by_class
from gd_studio.gui.plots.prediction_legend import earlier_entries, row_entries
from gd_studio.gui.plots.row_words import row_words, target_words
from gd_studio.gui.plots.samples import SPLITS, Sample, own_units, split_of
from gd_studio.gui.plots.view import Found, View, row_number
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.data import Prepared
    from gd_studio.session.frame import Frame

TRUTHS = {"row": "The selected row's truth", "nearest": "The nearest row's truth"}
PLANES = {"slice": "Slice through the row", "projection": "Projection on the main directions"}


class FailureView(View):
    """Loss over two dimensions of the inputs, or for one input bars from rows to the curve."""

    most = 800  # a colour of its own for every point takes time

    def __init__(self, panel: PlotPanel, losses: AllRows, bar: ColourBar) -> None:
        super().__init__(panel)
        self.map = FailureMap(panel.plot_item, panel)
        self.line = FailureLine(panel)
        self.points = Points(panel.plot_item)
        self.bar = bar
        self.features = (0, 1)
        self.split: SplitName = "train"
        self.truth = ""  # "": what suits the task; "row", "nearest", or a class code
        self.plane = "slice"
        self._losses = losses
        self._brushes = shade_brushes()
        self._spans: tuple[Any, Any] | None = None
        self._lens: Lens | None = None
        self._right: tuple[Any, Truth] | None = None
        self._note = self._short_note = ""
        self._ranked: tuple[SplitName, RowLosses] | None = None
        self._lost = pg.ScatterPlotItem(pxMode=True, size=13, symbol="x")
        self._lost.setZValue(11)
        self.outlines = Outlines(panel, has_halo=True)
        panel.plot_item.addItem(self._lost, ignoreBounds=True)

    @property
    def note(self) -> str:
        return self._note

    @property
    def short_note(self) -> str:
        return self._short_note

    @property
    def lens(self) -> Lens | None:
        """Which two dimensions are drawn; None for a single input."""
        return self._lens

    def begin(self, x: int, y: int, prepared: Prepared) -> None:
        """Start with other columns: two of them in a slice; of a picture, a projection."""
        self.features = (x, y)
        self.plane = "slice" if prepared.dataset.image_shape is None else "projection"
        self.truth = ""

    def set_theme(self) -> None:
        self.line.set_theme(self._brushes)
        self.bar.set_theme(self.panel.theme)
        self._lost.setPen(pen(self.panel.theme, "negative", 1))
        self._lost.setBrush(colour(self.panel.theme, "negative"))

    def draw(self, frame: Frame, sample: Sample) -> None:
        split = self._shown_split(sample)
        everything = self._losses.of(frame, split)
        self._ranked = None if everything is None else (split, everything)
        drawn = self._drawn_losses(frame, sample, split, everything)
        baseline = None if frame.baseline is None else frame.baseline.train_loss
        scale = loss_scale(drawn, baseline)
        if len(frame.hypothesis.prepared.features) == 1:
            self._draw_line(frame, sample, split, scale.shades(drawn))
        else:
            self._draw_map(frame, sample, split, scale)
        self._draw_outlines(frame, sample)
        self._fill(sample.rows[split], drawn, scale)
        selection = self.panel.selection
        self.points.select(selection.split, selection.row, self.panel.theme)
        is_fresh = everything is not None and self._losses.is_fresh(frame, split)
        judged = everything.losses if everything is not None and is_fresh else drawn
        beyond = scale.beyond(judged, None if self._lens is None else self.map.values)
        top, bottom = scale.ends(bool(beyond))
        self.bar.show(self.map.colors, top, bottom, self.panel.small_font())
        self._say(frame, split)
        said = (self._plane_words(frame), self._sum_words(frame, split, everything))
        self._note = " ".join((*said, f"Beyond the scale: {beyond or 'nothing'}.")).strip()
        plane = said[0].partition(":")[0].removesuffix(".")
        short = " · ".join(filter(None, (plane, beyond and f"beyond: {beyond}")))
        self._short_note = f"{short[:1].upper()}{short[1:]}." if short else said[1]

    def hide(self) -> None:
        self.map.hide()
        self.line.hide()
        self.points.hide()
        self.outlines.hide()
        self._lost.hide()
        self.bar.hide()

    def stop(self) -> None:
        """Do nothing more until drawn again."""
        self.map.stop()
        self._losses.stop()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        said = []
        if self._lens is not None:
            truth = self._assumed(frame)
            loss = exact(self.map.loss_at(x, y), 4)
            said += [self._lens.words(x, y), f"loss if right were {truth}: {loss}"]
        near = self.points.nearest(x, y, self.panel.pixel_size())
        if near is not None:
            said += self._row_words(frame, near[0], near[1])
        return "\n".join(said)

    def row_at(self, x: float, y: float) -> Found | None:
        near = self.points.nearest(x, y, self.panel.pixel_size())
        return None if near is None else (near[0], near[1])

    def row_by_key(self, key: int, shift: bool) -> Found | None:
        """Return the next worse row for the key up, the next better one for the key down."""
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down) or self._ranked is None:
            return None
        split, losses = self._ranked
        order = losses.worst(len(losses.losses))
        selection = self.panel.selection
        if selection.split != split or selection.row >= len(order):
            return split, int(order[0])
        at = int(np.flatnonzero(order == selection.row)[0])
        by = 1 if key == Qt.Key.Key_Down else -1
        return split, int(order[min(max(at + by, 0), len(order) - 1)])

    def entries(self, frame: Frame) -> list[Entry]:
        has_validation = len(frame.hypothesis.prepared.validation.rows) > 0
        split: SplitName = self.split if has_validation else "train"
        theme = self.panel.theme
        return [*row_entries(theme, frame, split), *earlier_entries(theme, frame)]

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        split = self._shown_split(sample)
        losses = self._drawn_losses(frame, sample, split, self._losses.of(frame, split))
        rows: list[list[Any]] = [
            [split, row_number(frame, split, int(row)), float(loss)]
            for row, loss in zip(sample.rows[split], losses, strict=True)
        ]
        return ["part", "row", "row loss"], rows

    # The rows

    def _shown_split(self, sample: Sample) -> SplitName:
        return self.split if len(sample.rows[self.split]) else "train"

    def _drawn_losses(
        self, frame: Frame, sample: Sample, split: SplitName, everything: RowLosses | None
    ) -> Any:
        """Return the losses of the drawn rows at the frame's own step."""
        if everything is not None and self._losses.is_fresh(frame, split):
            return everything.losses[sample.rows[split]]
        return losses_if(
            frame.hypothesis,
            frame.parameters,
            sample.x(split),
            sample.split(split).y[sample.rows[split]],
        )

    def _groups(self, sample: Sample, split: SplitName) -> list[Group]:
        assert self._lens is not None
        rows = sample.rows[split]
        across, upwards = self._lens.places(sample.x(split))
        classes = len(sample.prepared.classes)
        if not classes:
            return [Group(across, upwards, rows, split)]
        return by_class(across, upwards, sample.targets(split), rows, split, classes)

    def _draw_line(self, frame: Frame, sample: Sample, split: SplitName, shades: Any) -> None:
        self._lens = None
        groups = [group for group in line_groups(sample) if group.split == split]
        self.show_points(self.points, (sample.number, split, "line"), groups)
        x = own_units(sample.prepared, sample.x(split), 0)
        y = sample.targets(split)
        if sample.prepared.classes:
            y = (y == len(sample.prepared.classes) - 1).astype(np.float64)
        guess = frame.hypothesis.guess(frame.parameters, sample.x(split))[:, -1]
        self.line.show(frame, sample, x, y, guess, shades)

    def _draw_map(
        self, frame: Frame, sample: Sample, split: SplitName, scale: LossScale
    ) -> None:
        self._lens = self._lens_of(frame, sample)
        groups = self._groups(sample, split)
        self.show_points(self.points, (sample.number, split, self._place_key), groups)
        self.map.show(frame, self._lens, self._truth_of(frame, sample), scale)
        (left, right), (bottom, top) = self._lens.spans
        self.panel.set_scales(*self._lens.scales)
        self.panel.want_range(left, right, bottom, top)

    def _fill(self, rows: Any, losses: Any, scale: LossScale) -> None:
        """Colour each drawn row by its loss; the groups hold the rows in another order."""
        groups = self.points.groups
        places = [np.searchsorted(rows, group.rows) for group in groups]
        shades = scale.shades(losses)
        # Light in both themes: on the colours of the map, which they have themselves, a dark
        # edge would be lost where the map is dark.
        edge = pen(self.panel.theme, "path", 1)
        self.points.fill([self._brushes[shades[place]] for place in places], edge)
        if np.isfinite(losses).all():
            self._lost.hide()
            return
        lost = [~np.isfinite(losses[place]) for place in places]
        pairs = list(zip(groups, lost, strict=True))
        x = np.concatenate([group.x[bad] for group, bad in pairs])
        y = np.concatenate([group.y[bad] for group, bad in pairs])
        self._lost.setData(x, y)
        self._lost.show()

    # Earlier guesses

    def _draw_outlines(self, frame: Frame, sample: Sample) -> None:
        """Draw what was guessed at the start and in earlier runs, over the same inputs."""
        lens, prepared = self._lens, frame.hypothesis.prepared
        if lens is None:
            self.outlines.show(frame, sample.number, self.line.outline)
            return

        def outline(hypothesis: Any, theta: Any) -> Outline:
            reach = (0.0, 0.0)
            if not prepared.classes:
                targets = np.concatenate([sample.targets(s) for s in SPLITS])
                reach = float(targets.min()), float(targets.max())
            return over_grid(prepared, lens.grid(CELLS), reach)(hypothesis, theta)

        self.outlines.show(frame, (sample.number, *lens.key), outline)

    # Which plane, and what is right in it

    @property
    def _place_key(self) -> tuple[Any, ...]:
        """What the places of the rows depend on: not on the row that a slice goes through."""
        return ("projection",) if self.plane == "projection" else ("slice", *self.features)

    def _lens_of(self, frame: Frame, sample: Sample) -> Lens:
        prepared = frame.hypothesis.prepared
        if self.plane == "projection" and len(prepared.features) > 2:
            return projection(prepared)
        key = (sample.number, self.features)
        if self._spans is None or self._spans[0] != key:
            parts = [sample.x(split) for split in SPLITS]
            self._spans = (key, column_spans(prepared, self.features, parts))
        base = None
        if len(prepared.features) > 2:
            base = self._selected(frame)[0]
        return Slice(prepared, self.features, base, self._spans[1])

    def _selected(self, frame: Frame) -> tuple[Any, Any]:
        """Return the selected row and its target, as the model sees them."""
        selection = self.panel.selection
        part = split_of(frame.hypothesis.prepared, selection.split)
        row = min(selection.row, len(part.rows) - 1)
        return part.x[row], part.y[row]

    def chosen(self, prepared: Prepared) -> str:
        """Return what is taken as right: "row", "nearest", or a class code."""
        classes = prepared.classes
        if self.truth.isdigit() and int(self.truth) < len(classes):
            return self.truth
        if self.truth in TRUTHS:
            return self.truth
        return "row" if classes else "nearest"

    def _truth_of(self, frame: Frame, sample: Sample) -> Truth:
        """Return what is taken as right, the same object while nothing about it has changed."""
        assert self._lens is not None
        chosen = self.chosen(frame.hypothesis.prepared)
        value: Any = int(chosen) if chosen.isdigit() else None
        if chosen == "row":
            value = self._selected(frame)[1]
        key = (sample.number, chosen, self._place_key, None if value is None else str(value))
        if self._right is None or self._right[0] != key:
            made = Truth(value)
            if value is None:
                places = self._lens.places(sample.x("train"))
                known = split_of(sample.prepared, "train").y[sample.rows["train"]]
                made = Truth(None, as_shares(self._lens, *places), known)
            self._right = (key, made)
        return self._right[1]

    def _assumed(self, frame: Frame) -> str:
        """Say what is taken as right, in own units or the class' sign and name."""
        chosen = self.chosen(frame.hypothesis.prepared)
        if chosen == "nearest":
            return "the nearest row's"
        value = int(chosen) if chosen.isdigit() else self._selected(frame)[1]
        return target_words(frame, value)

    # Words

    def _say(self, frame: Frame, split: SplitName) -> None:
        loss = (frame.evaluation.train if split == "train" else frame.evaluation.validation) or {}
        pieces = [Said(f"{split} "), Said(fixed(loss.get("loss", np.nan)), split, True)]
        if self._lens is not None:
            assumed = self._assumed(frame)
            short = (f"right: {assumed}  ", "")
            pieces.insert(0, Said(f"loss if right were {assumed}   ", short=short))
        self.panel.say(*pieces)

    def _plane_words(self, frame: Frame) -> str:
        if isinstance(self._lens, Projection):
            return "Projection: rows are dropped onto the plane."
        if isinstance(self._lens, Slice) and self._lens.base is not None:
            selection = self.panel.selection
            rows = len(split_of(frame.hypothesis.prepared, selection.split).rows)
            row = min(selection.row, rows - 1)
            return f"Slice through row {row_number(frame, selection.split, row)}."
        return ""

    def _sum_words(self, frame: Frame, split: SplitName, losses: RowLosses | None) -> str:
        if losses is None:
            return f"Adding up the losses of all {split} rows …"
        count = counted(len(losses.losses), "row")
        by = count if losses.weight == len(losses.losses) else f"{exact(losses.weight)} (weights)"
        is_fresh = self._losses.is_fresh(frame, split)
        when = "" if is_fresh else f", step {whole(losses.step)}"
        total, mean = exact(losses.total), exact(losses.mean)
        return f"Sum of row losses {total} / {by} = {mean} ({split}{when})."

    def _row_words(self, frame: Frame, split: SplitName, row: int) -> list[str]:
        truth, guess, loss = row_words(frame, split, row)
        number = row_number(frame, split, row)
        return [f"row {number}, {split}: {truth}", f"guess {guess}, row loss {exact(loss, 4)}"]
