"""The columns of the data as a table: what each holds, what is done to it, and whether it is used.

The switch is only a wish: it shows what is in force, and changes when the run has changed.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from gd_studio.data import Column, Prepared
from gd_studio.data.preparation import default_use
from gd_studio.gui.dialogs.preview import column_words

Index = QModelIndex | QPersistentModelIndex

_ROLE = Qt.ItemDataRole
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_HEADINGS = ("Use", "Column", "Type", "Distinct", "Missing", "Mean or most frequent", "Treatment")
_HELPS = (
    "Whether the model sees the column; switching it starts the run anew.",
    "The column's name; the last one, with an arrow, is the target.",
    "What the values are: numbers are scaled, categories become one 0/1 feature per word.",
    "How many different values there are.",
    "How many values are missing; they are filled with what is usual among the training rows.",
    "The middle of numbers, or the word that occurs most often.",
    "What is done to the column before the model sees it.",
)


class ColumnsModel(QAbstractTableModel):
    """Every input column and the target; `use_wished` asks for another `preparation.use`."""

    use_wished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prepared: Prepared | None = None
        self._columns: tuple[Column, ...] = ()
        self._used: set[str] = set()

    def set_prepared(self, prepared: Prepared) -> None:
        if prepared is self._prepared:
            return
        self.beginResetModel()
        self._prepared = prepared
        self._columns = (*prepared.dataset.columns, prepared.dataset.target)
        self._used = {column.name for column in prepared.columns_in_use}
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == 0 and index.row() < len(self._columns) - 1:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid() or self._prepared is None:
            return None
        column, target = self._columns[index.row()], index.row() == len(self._columns) - 1
        if role == _ROLE.CheckStateRole and index.column() == 0 and not target:
            used = column.name in self._used
            return Qt.CheckState.Checked if used else Qt.CheckState.Unchecked
        if role == _ROLE.TextAlignmentRole:
            return _NUMBERS if index.column() in (3, 4) else _WORDS
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole) and index.column() > 0:
            return self._word(column, target, index.column())
        if role == _ROLE.AccessibleTextRole and index.column() == 0:
            return f"use {column.name}"
        return None

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if role != _ROLE.CheckStateRole or self._prepared is None or index.column() != 0:
            return False
        column = self._columns[index.row()]
        wished = dict(self._prepared.settings.use)
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        wished.pop(column.name, None)
        if on != default_use(column)[0]:
            wished[column.name] = on
        self.use_wished.emit(wished)
        return False  # the switch follows the run, not the mouse

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == _ROLE.ToolTipRole:
            return _HELPS[section]
        if role == _ROLE.TextAlignmentRole:
            return _NUMBERS if section in (3, 4) else _WORDS
        return _HEADINGS[section] if role == _ROLE.DisplayRole else None

    def _word(self, column: Column, target: bool, place: int) -> str:
        if place < 6:
            word = column_words(column)[place - 1]
            return f"→ {word}" if target and place == 1 else word
        assert self._prepared is not None
        said = self._prepared.treatment_of(column.name)
        if target:
            classes = len(self._prepared.classes)
            what = f"the target: one of {classes} classes" if classes else "the target: a number"
            return f"{what}; {said}" if said else what
        return said or "used as it is"
