"""The confusion matrix as a picture: which class was taken for which, with exact counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from gd_studio.gui.numbers import counted, whole
from gd_studio.gui.plots.all_rows import AllRows
from gd_studio.gui.plots.axes import Scale
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.colours import colour, mixed, pen, rgb, shape_sign
from gd_studio.gui.plots.confusion import Confusion, confusion
from gd_studio.gui.plots.confusion_cells import Cell, Cells
from gd_studio.gui.plots.header import Said
from gd_studio.gui.plots.labels import Tag
from gd_studio.gui.plots.samples import Sample
from gd_studio.gui.plots.view import Found, View
from gd_studio.gui.selection import SplitName

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

SCORES = ("precision", "recall", "F1")
SHORT_SCORES = ("prec.", "rec.", "F1")
ALL_SCORES, ONLY_F1 = (0, 1, 2), (2,)
MANY = 7  # classes, whose scores have short heads in any case
# Which scores stand beside the counts under which heads: the first for which there is the room.
SCORES_BESIDE = (
    (ALL_SCORES, SCORES),
    (ALL_SCORES, SHORT_SCORES),
    (ONLY_F1, SHORT_SCORES),
    ((), SHORT_SCORES),
)
CORNERS = ("actual ↓ guessed →", "guessed →", "→")  # what the rows and the columns are
MOST_TAGS = 400
GAP = 6  # pixels between a name and the cells
MOST_FOR_CORNER, MOST_FOR_NAMES = 0.22, 0.42  # of the width
MOST_PICTURES = 4  # of a cell's rows


class ConfusionView(View):
    """Rows are the true classes, columns the guessed ones; beside them precision, recall, F1."""

    is_sampled = False

    def __init__(self, panel: PlotPanel, cells: AllRows) -> None:
        super().__init__(panel)
        self._all_cells = cells
        self._cells: Cells | None = None
        self._drawn_split: SplitName = "train"
        self._ring = pg.PlotCurveItem()
        self._ring.setZValue(5)
        self._ring.hide()
        panel.plot_item.addItem(self._ring, ignoreBounds=True)
        self._note = ""
        self._shown: tuple[int, ...] = ALL_SCORES
        self._heads: tuple[str, ...] = SCORES
        self._image = pg.ImageItem(axisOrder="row-major")
        self._image.hide()
        panel.plot_item.addItem(self._image, ignoreBounds=True)
        self._tags: list[Tag] = []
        self._found: Confusion | None = None
        self.split: SplitName = "validation"

    @property
    def found(self) -> Confusion | None:
        """The confusion last drawn."""
        return self._found

    @property
    def note(self) -> str:
        return self._note

    def set_theme(self) -> None:
        self._ring.setPen(pen(self.panel.theme, "selection", 2))

    def stop(self) -> None:
        self._all_cells.stop()

    def draw(self, frame: Frame, sample: Sample) -> None:
        hypothesis = frame.hypothesis
        split = self._drawn_split = self._split(sample)
        self._cells = cells = self._all_cells.of(frame, split)
        if cells is None:
            self.hide()
            self.panel.set_scales(Scale(hidden=True), Scale(hidden=True))
            self.panel.say(Said(f"counting all {split} rows …"))
            self._note = ""
            return
        classes = len(hypothesis.classes)
        found = confusion(cells.actual, cells.guessed, classes)
        self._found = found
        self._image.setImage(self._picture(found), levels=(0, 255))
        self._image.setRect(0, 0, classes, classes)
        self._image.show()
        self.panel.set_scales(Scale(hidden=True), Scale(hidden=True))
        left, right = self._margins(found, hypothesis.classes)
        self.panel.want_range(-left, classes + right, -0.03 * classes, classes * 1.13)
        self.place(frame)
        self._ring_selected(classes)
        self._say(found, split, int(found.counts.sum()))
        self._write_note(frame, cells, split)

    def place(self, frame: Frame) -> None:
        """Write all texts, where the plot's present range leaves room for them."""
        names = frame.hypothesis.classes
        found = self._found
        if found is not None and len(found.counts) == len(names):
            self._write(found, names, *self._margins(found, names))

    def hide(self) -> None:
        self._found = None
        self._image.hide()
        self._ring.hide()
        for tag in self._tags:
            tag.hide()

    def hover(self, frame: Frame, x: float, y: float) -> str:
        found, names = self._found, frame.hypothesis.classes
        if found is None:
            return ""
        actual, guessed = len(names) - 1 - math.floor(y), math.floor(x)
        if y >= len(names) and 0 <= guessed < len(names):
            return f"guessed {names[guessed]}"
        if not 0 <= actual < len(names):
            return ""
        if 0 <= guessed < len(names):
            rows = counted(int(found.counts[actual, guessed]), "row")
            words = f"{rows} of {names[actual]}\nguessed {names[guessed]}"
            return words + self._place_words((actual, guessed))
        values = (found.precision[actual], found.recall[actual], found.f1[actual])
        said = [
            f"{n} {v:.4f}" if math.isfinite(v) else f"{n} –"
            for n, v in zip(SCORES, values, strict=True)
        ]
        return "\n".join([names[actual], *said])

    def row_at(self, x: float, y: float) -> Found | None:
        """Return the next row of the cell at a place: a click goes through its rows."""
        found = self._found
        if found is None:
            return None
        size = len(found.counts)
        actual, guessed = size - 1 - math.floor(y), math.floor(x)
        if not (0 <= actual < size and 0 <= guessed < size):
            return None
        return self._row_after((actual, guessed), 1)

    def rows_at(self, x: float, y: float) -> Sequence[Found]:
        """Return the first rows of a cell, or those from the selected one on."""
        found = self._found
        if found is None or self._cells is None:
            return ()
        cell = len(found.counts) - 1 - math.floor(y), math.floor(x)
        if not all(0 <= k < len(found.counts) for k in cell):
            return ()
        rows = self._cells.rows(cell)
        first = 0
        if self._selected_cell() == cell:
            first = int(np.searchsorted(rows, self.panel.selection.row))
        return [(self._drawn_split, int(row)) for row in rows[first : first + MOST_PICTURES]]

    def row_by_key(self, key: int, shift: bool) -> Found | None:
        """Return the row that a key leads to: up and down another cell, Enter its next row."""
        if self._cells is None or self._found is None:
            return None
        cell = self._selected_cell()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            other = self._cells.next_cell(cell, len(self._found.counts), by)
            return None if other is None else (self._drawn_split, int(self._cells.rows(other)[0]))
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            cell = cell or self._cells.next_cell(None, len(self._found.counts), 1)
            return None if cell is None else self._row_after(cell, -1 if shift else 1)
        return None

    def export(self, frame: Frame, sample: Sample) -> tuple[list[str], list[list[Any]]]:
        found, names = self._found, frame.hypothesis.classes
        if found is None:
            return [], []
        header = ["actual", *(f"guessed {n}" for n in names), *SCORES]
        rows = [
            [
                name,
                *found.counts[k].tolist(),
                float(found.precision[k]),
                float(found.recall[k]),
                float(found.f1[k]),
            ]
            for k, name in enumerate(names)
        ]
        return header, rows

    def _selected_cell(self) -> Cell | None:
        """Return the cell of the selected row, if it is one of those counted."""
        selection = self.panel.selection
        if self._cells is None or selection.split != self._drawn_split:
            return None
        return self._cells.cell_of(selection.row)

    def _row_after(self, cell: Cell, by: int) -> Found | None:
        selection = self.panel.selection
        row = selection.row if selection.split == self._drawn_split else -1
        found = self._cells.after(cell, row, by) if self._cells is not None else None
        return None if found is None else (self._drawn_split, found)

    def _ring_selected(self, classes: int) -> None:
        cell = self._selected_cell()
        self._ring.setVisible(cell is not None)
        if cell is not None:
            left, bottom = cell[1] + 0.02, classes - 1 - cell[0] + 0.02
            right, top = left + 0.96, bottom + 0.96
            self._ring.setData(
                [left, right, right, left, left], [bottom, bottom, top, top, bottom]
            )

    def _place_words(self, cell: Cell) -> str:
        """Say which of the cell's rows is selected, and what a click does."""
        if self._cells is None or not len(self._cells.rows(cell)):
            return ""
        if self._selected_cell() != cell:
            return "\nclick: select its rows, one by one"
        rows = self._cells.rows(cell)
        place = int(np.searchsorted(rows, self.panel.selection.row)) + 1
        return f"\nselected: {whole(place)} of {whole(len(rows))}; click: the next"

    def _write_note(self, frame: Frame, cells: Cells, split: SplitName) -> None:
        said = []
        if not self._all_cells.is_fresh(frame, split):
            said.append(f"Counted at step {whole(self._all_cells.step_of(split))}.")
        if cells.unclear:
            rows = counted(cells.unclear, "row")
            said.append(f"{rows} of no finite guess, counted as the first class.")
        self._note = " ".join(said)

    def _split(self, sample: Sample) -> SplitName:
        return self.split if len(sample.rows[self.split]) else "train"

    def _picture(self, found: Confusion) -> Any:
        """Return a cell's colour by its share of its class: teal for right, crimson for wrong."""
        theme = self.panel.theme
        card = colour(theme, "card")
        shares = found.counts / np.maximum(found.counts.sum(axis=1, keepdims=True), 1)
        size = len(shares)
        picture = np.zeros((size, size, 3), dtype=np.uint8)
        for i in range(size):
            for j in range(size):
                full = colour(theme, "positive" if i == j else "negative")
                strength = 0.06 + 0.5 * float(shares[i, j]) if found.counts[i, j] else 0.0
                picture[size - 1 - i, j] = rgb(mixed(card, full, strength))
        return picture

    def _margins(self, found: Confusion, classes: tuple[str, ...]) -> tuple[float, float]:
        """Return the room for names left and for scores right of the matrix, in cells.

        Counts come first: where they would not fit, only F1 stays beside them, or no score.
        """
        metrics = QFontMetricsF(self.panel.small_font())
        pixels = max(self.panel.plot_item.getViewBox().width(), 1)
        named = max(metrics.horizontalAdvance(f"{shape_sign(0)} {c}") for c in classes)
        corners = (metrics.horizontalAdvance(text) for text in CORNERS)
        corner = next((wide for wide in corners if wide <= MOST_FOR_CORNER * pixels), 0.0)
        names = min(max(named, corner) + 2 * GAP, MOST_FOR_NAMES * pixels)
        needed = metrics.horizontalAdvance(whole(int(found.counts.max()))) + 2
        for shown, heads in SCORES_BESIDE[len(classes) >= MANY :]:
            each = max(metrics.horizontalAdvance(head) for head in heads) + 10
            scores = len(shown) * each
            cell = max(pixels - names - scores, 1) / len(classes)
            if cell >= needed:
                break
        self._shown, self._heads = shown, heads
        return names / cell, scores / cell

    def _write(self, found: Confusion, names: tuple[str, ...], left: float, right: float) -> None:
        wanted = self._texts(found, names, left, right)
        while len(self._tags) < min(len(wanted), MOST_TAGS):
            self._tags.append(Tag(self.panel.plot_item))
        for tag in self._tags[len(wanted) :]:
            tag.hide()
        theme, font = self.panel.theme, self.panel.small_font()
        metrics = QFontMetricsF(font)
        per_x, per_y = self.panel.pixel_size()
        for tag, (text, x, y, token, anchor, room) in zip(self._tags, wanted, strict=False):
            fits = metrics.height() * per_y <= 1.0
            shown = _cut(text, room / per_x, metrics) if fits else ""
            if shown:
                tag.show(shown, x, y, colour(theme, token), font, (anchor, 0.5))
            else:
                tag.hide()

    def _texts(
        self, found: Confusion, names: tuple[str, ...], left: float, right: float
    ) -> list[Any]:
        """Return (text, x, y, token, anchor, room) of every text, room in cells."""
        n = len(names)
        extra = right / max(1, len(self._shown))
        metrics = QFontMetricsF(self.panel.small_font())
        per_x = self.panel.pixel_size()[0]

        def fit(texts: Sequence[str], room: float) -> bool:
            return all(metrics.horizontalAdvance(text) * per_x <= room for text in texts)

        gap = GAP * per_x
        corner = next((text for text in CORNERS if fit([text], left - gap)), CORNERS[-1])
        texts: list[Any] = [(corner, -gap, 1.065 * n, "muted", 1.0, left)]
        signs = [shape_sign(j) for j in range(n)]
        named = [f"{sign} {name}" for sign, name in zip(signs, names, strict=True)]
        # All columns alike; signs alone are explained beside the rows and under the mouse.
        heads = next((form for form in (named, names) if fit(form, 0.94)), signs)
        for j, head in enumerate(heads):
            texts.append((head, j + 0.5, 1.065 * n, "text", 0.5, math.inf))
        for place, k in enumerate(self._shown):
            at = n + extra * (place + 0.5)
            texts.append((self._heads[k], at, 1.065 * n, "muted", 0.5, extra))
        for i, name in enumerate(names):
            y = n - i - 0.5
            texts.append((f"{shape_sign(i)} {name}", -gap, y, "text", 1.0, left - gap))
            values = (found.precision[i], found.recall[i], found.f1[i])
            for place, k in enumerate(self._shown):
                said = f"{values[k]:.2f}" if math.isfinite(values[k]) else "–"
                texts.append((said, n + extra * (place + 0.5), y, "text", 0.5, extra))
        return texts + count_texts(found, MOST_TAGS - len(texts))

    def _say(self, found: Confusion, split: SplitName, rows: int) -> None:
        self.panel.say(
            Said(f"{whole(rows)} {split} rows · accuracy ", short="accuracy "),
            Said(f"{found.accuracy:.3f}", "train" if split == "train" else "validation", True),
        )


def _cut(text: str, pixels: float, metrics: QFontMetricsF) -> str:
    """Return a name that fits, or nothing for a number that does not: half a number is wrong."""
    if metrics.horizontalAdvance(text) <= pixels:
        return text
    if text[:1].isdigit():
        return ""
    while len(text) > 1 and metrics.horizontalAdvance(text + "…") > pixels:
        text = text[:-1]
    return text + "…"


def count_texts(found: Confusion, most: int) -> list[Any]:
    """Return the texts of the cells; of more than `most` no zeros, and the largest counts."""
    n = len(found.counts)
    cells = np.arange(n * n)
    if n * n > most:
        order = np.argsort(-found.counts, axis=None, kind="stable")[:most]
        cells = order[found.counts.ravel()[order] > 0]
    places = zip(*np.unravel_index(cells, found.counts.shape), strict=True)
    return [
        (whole(int(found.counts[i, j])), j + 0.5, n - i - 0.5, "text", 0.5, 1.0)
        for i, j in places
    ]
