"""The two tables of the import dialog: the file's first rows, and what its columns hold."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gd_studio.data import Column, Reading
from gd_studio.gui.numbers import exact, whole

Index = QModelIndex | QPersistentModelIndex

FIRST_ROWS = 20
KIND_WORDS = {
    "number": "number",
    "category": "category",
    "date": "date",
    "text": "text",
    "identifier": "identifier",
}
_ROLE = Qt.ItemDataRole
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_HEADINGS = ("Column", "Type", "Distinct", "Missing", "Mean or most frequent")
_HELPS = (
    "The name in the header row, or a number where there is none.",
    "What the cells hold; it decides how a column becomes numbers.",
    "How many different values there are: words with many say little about each.",
    "How many cells hold nothing; they are filled before training.",
    "The middle of numbers, or the word that occurs most often.",
)


class PreviewModel(QAbstractTableModel):
    """The first rows of a file as they were cut into cells; missing ones are named."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None

    def set_reading(self, reading: Reading | None) -> None:
        self.beginResetModel()
        self._reading = reading
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        nothing = self._reading is None or (parent is not None and parent.isValid())
        return 0 if nothing else min(self._reading.report.rows, FIRST_ROWS)  # type: ignore[union-attr]

    def columnCount(self, parent: Index | None = None) -> int:
        nothing = self._reading is None or (parent is not None and parent.isValid())
        return 0 if nothing else len(self._reading.columns)  # type: ignore[union-attr]

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if self._reading is None or not index.isValid():
            return None
        column = self._reading.columns[index.column()]
        if role == _ROLE.DisplayRole:
            return cell_word(column, index.row()) or "missing"
        if role == _ROLE.TextAlignmentRole and column.kind == "number":
            return _NUMBERS
        if role == _ROLE.ToolTipRole and cell_word(column, index.row()) == "":
            return "Nothing is said here; it will be filled (a row without its target is left out)."
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if self._reading is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == _ROLE.DisplayRole else None
        column = self._reading.columns[section]
        if role == _ROLE.DisplayRole:
            return column.name
        if role == _ROLE.TextAlignmentRole:
            return _NUMBERS if column.kind == "number" else _WORDS
        return f"{column.name}: {KIND_WORDS[column.kind]}" if role == _ROLE.ToolTipRole else None


class FileColumnsModel(QAbstractTableModel):
    """One line per column of a file: type, distinct and missing values, mean or commonest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self._columns[index.row()]
        if role == _ROLE.DisplayRole:
            return column_words(column)[index.column()]
        if role == _ROLE.TextAlignmentRole and index.column() in (2, 3):
            return _NUMBERS
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == _ROLE.DisplayRole else None
        if role == _ROLE.ToolTipRole:
            return _HELPS[section]
        if role == _ROLE.TextAlignmentRole:
            return _NUMBERS if section in (2, 3) else _WORDS
        return _HEADINGS[section] if role == _ROLE.DisplayRole else None


def cell_word(column: Column, row: int) -> str:
    """Return one value as it is read: a number in few digits, a word, "" where it is missing."""
    value = column.values[row]
    if value is None or value != value:
        return ""
    return exact(float(value), 6) if column.kind == "number" else str(value)


def column_words(column: Column) -> tuple[str, str, str, str, str]:
    """Return name, type, distinct and missing counts, and mean or most frequent value."""
    return (
        column.name,
        KIND_WORDS[column.kind],
        whole(column.distinct),
        whole(column.missing) if column.missing else "none",
        typical(column),
    )


def typical(column: Column) -> str:
    """Say a column's mean, or its most frequent word and how often it occurs."""
    if column.missing == len(column.values):
        return "empty"
    if column.kind == "number":
        unit = f" {column.unit}" if column.unit else ""
        return f"mean {exact(column.mean or 0.0, 4)}{unit}"
    word, times = column.counts[0]
    return f"{word} ({whole(times)}×)" if times > 1 else "all different"


