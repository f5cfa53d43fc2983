"""The rows of a small table with bars, and what of them Qt asks for: views, and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
# Names stand at the left, numbers at the right.
SIDES = tuple(
    side | Qt.AlignmentFlag.AlignVCenter
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
)
NO_KEY = -1


@dataclass(frozen=True)
class BarRow:
    """One row: `key` is what it chooses (`NO_KEY`: nothing), `bar` -1 … 1, NaN for none.

    `cells` are the words of all columns but the bar's, `help` tells the row in full. A length has
    no way to go: its bar is not `signed`.
    """

    key: int
    cells: tuple[str, ...]
    bar: float
    help: str
    signed: bool = True


class BarModel(QAbstractTableModel):
    """The rows as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: tuple[str, ...] = ("",)
        self.helps: tuple[str, ...] = ("",)
        self.rows: tuple[BarRow, ...] = ()
        self.chosen = NO_KEY
        self.told: Callable[[BarRow], str] | None = None  # what a row says under the mouse
        # What of a header there is room for in its column.
        self.fitted: Callable[[str, int], str] | None = None

    def set_rows(
        self,
        headers: tuple[str, ...],
        helps: tuple[str, ...],
        rows: tuple[BarRow, ...],
        chosen: int,
    ) -> None:
        """Take other rows; only another shape makes a view forget where it is."""
        if (rows, chosen, headers, helps) == (self.rows, self.chosen, self.headers, self.helps):
            return
        reshaped = len(rows) != len(self.rows) or len(headers) != len(self.headers)
        if reshaped:
            self.beginResetModel()
        named = headers != self.headers
        self.headers, self.helps, self.rows, self.chosen = headers, helps, rows, chosen
        if reshaped:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(headers) - 1))
        if named:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headers) - 1)

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self.headers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.rows[index.row()].key == NO_KEY:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        is_bar = column == len(self.headers) - 1
        if role == Role.DisplayRole and not is_bar:
            return row.cells[column]
        if role == Role.ToolTipRole and self.told is not None:
            return self.told(row)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return row.help
        if role == Role.TextAlignmentRole:
            return SIDES[column > 0]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or section >= len(self.headers):
            return None
        if role == Role.DisplayRole:
            words = self.headers[section]
            return words if self.fitted is None else self.fitted(words, section)
        if role == Role.AccessibleTextRole:
            return self.headers[section]
        if role == Role.ToolTipRole:
            return self.helps[section]
        if role == Role.TextAlignmentRole:
            return SIDES[section > 0]
        return None
