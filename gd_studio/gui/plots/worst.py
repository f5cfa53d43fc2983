"""Worst rows: the losses of all rows in falling order, and the first of them as a table.

A garbled label, a strange customer, a digit nobody can read: they stand at the top.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QModelIndex, QSignalBlocker, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent

from gd_studio.engine.arrays import Integers
from gd_studio.experiment.failure import RowLosses
from gd_studio.gui.dialogs.tables import FittingColumns, table_of
from gd_studio.gui.numbers import counted, exact, fixed, percent, whole
from gd_studio.gui.plots.all_rows import AllRows, losses_of
from gd_studio.gui.plots.axes import Scale, round_up
from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.computed import GatedPlot
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.legend import Entry
from gd_studio.gui.plots.row_picture import picture_of, with_pictures
from gd_studio.gui.plots.row_words import row_words, said_guess, target_words
from gd_studio.gui.plots.samples import split_of
from gd_studio.gui.plots.view import row_number
from gd_studio.gui.plots.worst_table import SIDE, WorstRow, WorstTable
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.data import Prepared
    from gd_studio.session.frame import Frame

WORST = "Worst rows"
MOST = 30
MOST_INPUTS = 8
LEAST = 3  # columns that stay in a narrow table
MOST_POINTS = 1000
WORST_SHARE = 0.1
ROOM_ABOVE = 0.08
ROOM_BELOW = 0.12  # of the highest loss
LINES_FOR_CURVE = 12  # of text that the whole must be high to have room for the curve
SPLITS = {"train": "Training rows", "validation": "Validation rows"}
NO_DATA = "A landscape has no rows, so none of them can be wrong."
Ranked = tuple[RowLosses, Integers]  # and all rows by their loss, the worst first


class WorstPlot(GatedPlot):
    """Row loss over rank, and a table of the worst rows; a click in either selects the row."""

    TITLE = WORST
    NAME = "plot.worst"

    def _begin(self) -> None:
        self._split: SplitName = "train"
        self._ranked: Ranked | None = None
        self._raw: dict[int, tuple[Any, Any]] = {}
        self._fitted_to: Prepared | None = None  # the data whose columns the widths are for

    def _equip(self) -> None:
        self._losses = AllRows(self._gate, self, ranked_of)
        self._losses.arrived.connect(self.redraw)
        self.header.add_choices("Rows", SPLITS, "train", self.set_rows)
        self.selection.row_changed.connect(self._on_row_changed)

    # What others use

    def set_rows(self, split: str) -> None:
        """Rank the "train" or the "validation" rows."""
        self._split = "validation" if split == "validation" else "train"
        self._raw = {}
        self._wanted = None
        self.redraw()

    @property
    def is_computing(self) -> bool:
        """Whether the order of the rows is on its way."""
        return self._losses.is_computing

    def shutdown(self) -> None:
        """End the computing and wait until it has ended."""
        self._losses.shutdown()

    def export_data(self) -> tuple[list[str], list[list[Any]]]:
        """Return every row by its loss, the worst first."""
        if self._ranked is None or self._frame is None:
            return [], []
        losses, order = self._ranked
        split = self._shown_split(self._frame)
        rows = [
            [k + 1, split, row_number(self._frame, split, int(row)), float(losses.losses[row])]
            for k, row in enumerate(order)
        ]
        return ["rank", "part", "row", "row loss"], rows

    # Building

    def _build(self, title: str) -> None:
        super()._build(title)
        self._curve = pg.PlotCurveItem(connect="finite", fillLevel=0)
        self._mean = pg.PlotCurveItem()
        self._mark = pg.ScatterPlotItem(pxMode=True, size=12, symbol="o")
        for item in (self._curve, self._mean, self._mark):
            self.plot_item.addItem(item, ignoreBounds=True)
        self._model = WorstTable(self._told_of)
        self.table = table_of(self._model, "worst.table", WORST, self)
        self.table.setToolTip("The rows with the largest loss; choose one to select it everywhere.")
        self._columns = FittingColumns(self.table, lambda count: range(count - 1, LEAST - 1, -1))
        self.table.verticalHeader().hide()
        self.table.selectionModel().currentRowChanged.connect(self._on_line_chosen)
        self.table.clicked.connect(self._on_line_clicked)
        self.table.setMinimumHeight(40)
        self.content.insertWidget(self.content.indexOf(self.note), self.table, 2)

    def _theme_changed(self) -> None:
        theme, self._fitted_to = self._theme, None  # with it the text may have another size
        self._curve.setPen(pen(theme, "accent", 1.5))
        self._mean.setPen(pen(theme, "muted", 1, "dashed"))
        self._mark.setPen(pen(theme, "selection", 2))
        self._mark.setBrush(None)

    def _new_run(self, frame: Frame) -> None:
        self._raw = {}
        self._model.forget_pictures()

    # Drawing

    def _draw(self, frame: Frame) -> None:
        prepared = frame.hypothesis.prepared
        has_rows = prepared.task != "landscape"
        self.table.setVisible(has_rows)
        self.header.button.setVisible(has_rows and len(prepared.validation.rows) > 0)
        split = self._shown_split(frame)
        ranked: Ranked | None = self._losses.of(frame, split) if has_rows else None
        if ranked is None:
            waiting = f"Ranking all {split} rows by their loss …"
            self._draw_nothing(waiting if has_rows else NO_DATA)
            return
        self.empty.hide()
        losses = ranked[0]
        if ranked is not self._ranked:
            self._ranked = ranked
            self._share_height()
            self._draw_curve(losses)
        self._show_legend()
        self._fill(frame, split, losses)
        self._mark_selected()
        self._write(frame, split, losses)

    def _show_legend(self) -> None:
        """Offer the three things drawn, and draw those that are shown."""
        theme, items = self._theme, (self._curve, self._mean, self._mark)
        said = (
            Entry("curve", "row losses", pen(theme, "accent", 1.5), "Each row's loss by its rank."),
            Entry("mean", "mean", pen(theme, "muted", 1, "dashed"), "The loss of all rows."),
            Entry("mark", "selected", pen(theme, "selection", 2), "The selected row.", sign="○"),
        )
        for entry, item in zip(said, items, strict=True):
            item.setVisible(self.legend.shows(entry.key))
        self.legend.show(said if self.canvas.isVisibleTo(self) else (), self)

    def _draw_nothing(self, sentence: str) -> None:
        self._ranked = self._fitted_to = None
        self._share_height()
        for item in (self._curve, self._mean, self._mark):
            item.setData([], [])
        self._model.set_rows((), ())
        self.show_empty(sentence)

    def _draw_curve(self, losses: RowLosses) -> None:
        assert self._ranked is not None
        ranked = losses.losses[self._ranked[1]]
        finite = np.where(np.isfinite(ranked), ranked, np.nan)
        kept = np.arange(len(ranked))
        if len(kept) > MOST_POINTS:
            kept = np.unique(np.geomspace(1, len(ranked), MOST_POINTS).astype(np.intp) - 1)
        self._curve.setData(kept + 1.0, finite[kept])
        known = finite[np.isfinite(finite)]
        top = round_up(1.05 * float(known.max(initial=0.0)))
        self.set_scales(
            Scale("rank, the worst first", ends=True, whole=True), Scale("row loss")
        )
        # The best rows lie at zero: their mark and the number need room below, and so does the
        # highest number above.
        self.want_range(1, max(len(ranked), 2), -ROOM_BELOW * top, (1 + ROOM_ABOVE) * top)
        mean = losses.mean
        self._mean.setData([1, len(ranked)], [mean, mean] if np.isfinite(mean) else [np.nan] * 2)

    def _fill(self, frame: Frame, split: SplitName, losses: RowLosses) -> None:
        assert self._ranked is not None
        worst = [int(row) for row in self._ranked[1][:MOST]]
        part = split_of(frame.hypothesis.prepared, split)
        guesses = frame.hypothesis.guess(frame.parameters, part.x[worst])
        lines = [
            self._line(frame, split, row, float(losses.losses[row]), guess)
            for row, guess in zip(worst, guesses, strict=True)
        ]
        prepared = frame.hypothesis.prepared
        is_picture = prepared.dataset.image_shape is not None
        names = () if is_picture else tuple(c.name for c in prepared.columns_in_use[:MOST_INPUTS])
        self._model.set_rows(lines, names)
        if lines and self._fitted_to is not prepared:
            self._fitted_to = prepared
            least = SIDE + 4 if is_picture else 0
            height = max(self.table.fontMetrics().height() + 8, least)
            self.table.verticalHeader().setDefaultSectionSize(height)
            self._columns.fit_to_contents()

    def _line(
        self, frame: Frame, split: SplitName, row: int, loss: float, guess: Any
    ) -> WorstRow:
        prepared = frame.hypothesis.prepared
        part = split_of(prepared, split)
        if row not in self._raw:
            self._raw[row] = self._inputs(frame, int(part.rows[row]))
        inputs, picture = self._raw[row]
        said = (
            str(row_number(frame, split, row)),
            target_words(frame, part.y[row]),
            said_guess(frame, guess),
            fixed(loss) if np.isfinite(loss) else exact(loss),
        )
        return WorstRow(row, (*said, *inputs), picture)

    def _inputs(self, frame: Frame, number: int) -> tuple[tuple[str, ...], Any]:
        """Return a row's inputs as words, or as a picture."""
        prepared = frame.hypothesis.prepared
        picture = picture_of(prepared, number)
        if picture is not None:
            return (), picture
        raw = prepared.raw_rows([number])[0]
        words = (
            "–" if v is None else exact(v, 4) if isinstance(v, float) else str(v)
            for v in raw[:MOST_INPUTS]
        )
        return tuple(words), None

    def _write(self, frame: Frame, split: SplitName, losses: RowLosses) -> None:
        assert self._ranked is not None
        ranked = losses.losses[self._ranked[1]]
        count = max(1, round(WORST_SHARE * len(ranked)))
        share = float(ranked[:count].sum()) / losses.total if losses.total else 0.0
        said = f"the worst {counted(count, 'row')} of {whole(len(ranked))}"
        when = ""
        if not self._losses.is_fresh(frame, split):
            when = f", step {whole(losses.step)}"
        held = percent(share, 0) if np.isfinite(share) else "an unknown share"
        made = f"{said[:1].upper()}{said[1:]} make {held} of the {split} loss{when}."
        self.set_note(f"{made} Dashed: the mean.")
        self.say(Said("mean "), Said(fixed(losses.mean), split, True))
        first = self._model.rows[0].words if self._model.rows else ()
        worst = f" Worst: row {first[0]}, actual {first[1]}, guess {first[2]}." if first else ""
        self.set_summary(f"Worst rows at step {frame.step}: {said} make {held} of the loss.{worst}")

    def _told_of(self, line: WorstRow, words: str) -> str:
        """Return what a cell of the table says under the mouse, with its row's picture."""
        if self._frame is None or line.picture is None:
            return words
        _, actual, guess, loss = line.words[:4]
        said = f"actual {actual}, guess {guess}\nrow loss {loss}"
        split = self._shown_split(self._frame)
        return with_pictures(said, self._frame.hypothesis.prepared, [(split, line.row)])

    # Selection

    def _shown_split(self, frame: Frame) -> SplitName:
        has_validation = len(frame.hypothesis.prepared.validation.rows) > 0
        return self._split if has_validation else "train"

    def _mark_selected(self) -> None:
        assert self._frame is not None
        row = self.selection.row
        is_here = self.selection.split == self._shown_split(self._frame)
        place = None
        if self._ranked is not None and is_here and row < len(self._ranked[1]):
            at = int(np.flatnonzero(self._ranked[1] == row)[0])
            loss = float(self._ranked[0].losses[row])
            place = (at + 1, loss) if np.isfinite(loss) else None
        self._mark.setData(*(([place[0]], [place[1]]) if place else ([], [])))
        line = self._model.line_of(row) if is_here else None
        with QSignalBlocker(self.table.selectionModel()):
            if line is None:
                self.table.clearSelection()
            elif self.table.currentIndex().row() != line:
                self.table.selectRow(line)
        self.table.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _on_line_chosen(self, current: QModelIndex, _: QModelIndex) -> None:
        self._on_line_clicked(current)

    @Slot(QModelIndex)
    def _on_line_clicked(self, current: QModelIndex) -> None:
        if current.isValid() and self._frame is not None:
            split = self._shown_split(self._frame)
            self.selection.set_row(self._model.rows[current.row()].row, split)

    @Slot(int)
    def _on_row_changed(self, _: int) -> None:
        if self.is_seen and self._ranked is not None:
            self._mark_selected()

    def _clicked(self, x: float, y: float) -> None:
        row = self._row_at(x)
        if row is not None and self._frame is not None:
            self.selection.set_row(row, self._shown_split(self._frame))

    def _hover_text(self, x: float, y: float) -> str:
        row = self._row_at(x)
        if row is None or self._frame is None or self._ranked is None:
            return ""
        losses, order = self._ranked
        number = row_number(self._frame, self._shown_split(self._frame), row)
        rank = int(np.flatnonzero(order == row)[0]) + 1
        loss = exact(float(losses.losses[row]))
        truth, guess, _ = row_words(self._frame, self._shown_split(self._frame), row)
        place = f"rank {whole(rank)} of {whole(len(order))}: row {number}"
        return f"{place}\nactual {truth}, guess {guess}\nrow loss {loss}"

    def _rows_at(self, x: float, y: float) -> Sequence[tuple[SplitName, int]]:
        row = self._row_at(x)
        if row is None or self._frame is None:
            return ()
        return ((self._shown_split(self._frame), row),)

    def _row_at(self, x: float) -> int | None:
        if self._ranked is None or not len(self._ranked[1]):
            return None
        order = self._ranked[1]
        return int(order[min(max(round(x) - 1, 0), len(order) - 1)])

    def _share_height(self) -> None:
        """Leave the curve out where the table would have no room for its rows."""
        line = self.fontMetrics().height() + 8
        self.canvas.setVisible(self._ranked is None or self.height() >= LINES_FOR_CURVE * line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._losses.stop()


def ranked_of(frame: Frame, split: Any) -> Generator[None, None, Ranked]:
    """Compute the losses of all rows of a split, and their order."""
    losses = yield from losses_of(frame, split)
    yield
    return losses, losses.worst(len(losses.losses))
