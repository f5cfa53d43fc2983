"""The table of the worst rows: truth, guess, loss and inputs, in own units and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from gd_studio.gui.plots.row_picture import grey_image

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
FIXED = ("row", "actual", "guess", "row loss")
MEANINGS = (
    "Number of the row in the data.",
    "What is true of it.",
    "What the model guesses at the shown step.",
    "How wrong that is; the mean of all rows is the loss.",
)
SIDE = 24  # pixels of a picture


@dataclass(frozen=True, eq=False)
class WorstRow:
    """One line: the row within its split, its words, and its picture if it is one."""

    row: int
    words: tuple[str, ...]
    picture: Any = None  # (height, width), or None


class WorstTable(QAbstractTableModel):
    """Worst rows down, words across; a picture stands beside its row's number.

    `told(row, words)` is what a cell of these words says under the mouse.
    """

    def __init__(self, told: Callable[[WorstRow, str], str] | None = None) -> None:
        super().__init__()
        self._told = told
        self._rows: Sequence[WorstRow] = ()
        self._headings: tuple[str, ...] = FIXED
        self._pixmaps: dict[int, QPixmap] = {}

    @property
    def rows(self) -> Sequence[WorstRow]:
        """The lines shown, the worst first."""
        return self._rows

    def set_rows(self, rows: Sequence[WorstRow], inputs: tuple[str, ...]) -> None:
        """Show these lines; as many as before, under the same headings, keep the table's place."""
        headings = (*FIXED, *inputs)
        if len(rows) != len(self._rows) or headings != self._headings:
            self.beginResetModel()
            self._rows, self._headings, self._pixmaps = rows, headings, {}
            self.endResetModel()
            return
        self._rows = rows
        if rows:
            last = self.index(len(rows) - 1, len(headings) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def forget_pictures(self) -> None:
        """Draw pictures anew: the rows are other ones."""
        self._pixmaps = {}

    def line_of(self, row: int) -> int | None:
        """Return the line of a row, if it is among the worst."""
        return next((k for k, line in enumerate(self._rows) if line.row == row), None)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._rows[index.row()]
        words = line.words[index.column()]
        if role == Role.DisplayRole:
            return words
        if role == Role.ToolTipRole:
            return self._told(line, words) if self._told is not None else words
        if role == Role.DecorationRole and index.column() == 0 and line.picture is not None:
            return self._pixmap(line)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Role.DisplayRole else None
        if role == Role.DisplayRole:
            return self._headings[section]
        if role == Role.ToolTipRole:
            is_fixed = section < len(MEANINGS)
            return MEANINGS[section] if is_fixed else f"Input {self._headings[section]}."
        return None

    def _pixmap(self, line: WorstRow) -> QPixmap:
        if line.row not in self._pixmaps:
            self._pixmaps[line.row] = QPixmap.fromImage(grey_image(line.picture)).scaled(
                SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio
            )
        return self._pixmaps[line.row]
