"""The rows of a run as a table: inputs, the output they should give, the guess and its loss.

Guess and loss are those of the shown step. Of many rows they are computed for the visible ones
only, block by block as they come into sight; of few, for all, so that they can be sorted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gd_studio.data import Column, Prepared, Split
from gd_studio.gui.dialogs.preview import cell_word
from gd_studio.gui.dialogs.rows_filter import matching
from gd_studio.gui.numbers import exact, fixed, whole
from gd_studio.session.frame import Frame

Index = QModelIndex | QPersistentModelIndex
Order = Qt.SortOrder

ALL_AT_ONCE = 5_000
SPLITS = ("train", "validation", "test")
_BLOCK = 128
_ROLE = Qt.ItemDataRole
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel):
    """Row number, split, inputs, target, guess and loss; sorted and filtered by index alone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._columns: tuple[Column, ...] = ()
        self._rows = np.empty(0, dtype=np.intp)  # in the data set, ascending
        self._split = np.empty(0, dtype=np.int8)
        self._place = np.empty(0, dtype=np.intp)  # within the split
        self._shown = np.empty(0, dtype=np.intp)  # positions in the three above
        self._sorted: tuple[int, Order] = (0, Order.AscendingOrder)
        self._filter = ""
        self._guess: list[str] = []
        self._loss = np.empty(0)
        self._blocks: dict[int, tuple[list[str], NDArray[Any]]] = {}

    # --- what is shown ----------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show the guesses of a frame; another run's rows begin the table anew."""
        before, self._frame = self._frame, frame
        if before is None or before.hypothesis.prepared is not frame.hypothesis.prepared:
            self._begin(frame.hypothesis.prepared)
            return
        self._forget_guesses()
        if self._sorts_by_guess and not frame.playing:
            self.sort(*self._sorted)
        elif len(self._shown):
            last = self.columnCount() - 1
            corner = self.index(len(self._shown) - 1, last)
            self.dataChanged.emit(self.index(0, last - 1), corner, [_ROLE.DisplayRole])

    def set_filter(self, text: str) -> None:
        """Show only the rows that fit the text."""
        if text != self._filter:
            self._filter = text
            self._arrange()

    @property
    def total(self) -> int:
        return len(self._rows)

    @property
    def sorts_all(self) -> bool:
        """Whether the rows are few enough to be sorted by guess and loss."""
        return len(self._rows) <= ALL_AT_ONCE

    def at(self, line: int) -> tuple[int, str]:
        """Return (row within its split, split) of a line of the table."""
        position = self._shown[line]
        return int(self._place[position]), SPLITS[self._split[position]]

    def line_of(self, row: int, split: str) -> int | None:
        """Return the line at which a row of a split is shown, if it is."""
        here = self._shown
        wanted = (self._place[here] == row) & (self._split[here] == SPLITS.index(split))
        found = np.flatnonzero(wanted)
        return int(found[0]) if found.size else None

    # --- Qt ---------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        nothing = self._frame is None or (parent is not None and parent.isValid())
        return 0 if nothing else len(self._columns) + 4

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid() or self._frame is None:
            return None
        if role == _ROLE.TextAlignmentRole:
            return _NUMBERS if self._is_numeric(index.column()) else _WORDS
        if role != _ROLE.DisplayRole:
            return None
        return self._word(index.row(), index.column())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or self._frame is None:
            return None
        if role == _ROLE.DisplayRole:
            # Room for the arrow that shows by what the table is sorted.
            arrow = section == self._sorted[0] and self._is_numeric(section)
            return self._heading(section) + ("\u2003" if arrow else "")
        if role == _ROLE.ToolTipRole:
            return self._help(section)
        if role == _ROLE.TextAlignmentRole:
            return _NUMBERS if self._is_numeric(section) else _WORDS
        return None

    def sort(self, column: int, order: Order = Order.AscendingOrder) -> None:
        self._sorted = (column, order)
        self._arrange()

    # --- how -------------------------------------------------------------------------------

    def _begin(self, prepared: Prepared) -> None:
        self.beginResetModel()
        data, splits = prepared.dataset, (prepared.train, prepared.validation, prepared.test)
        rows = np.concatenate([split.rows for split in splits])
        order = np.argsort(rows, kind="stable")
        which = [np.full(len(split.rows), i, dtype=np.int8) for i, split in enumerate(splits)]
        self._rows = rows[order]
        self._split = np.concatenate(which)[order]
        self._place = np.concatenate([np.arange(len(split.rows)) for split in splits])[order]
        self._columns = (*data.columns, data.target)
        self._used = {column.name for column in prepared.columns_in_use}
        self._forget_guesses()
        self._shown = self._arranged()
        self.endResetModel()

    def _arrange(self) -> None:
        if self._frame is None:
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        positions = [int(self._shown[index.row()]) for index in kept]
        self._shown = self._arranged()
        self._blocks.clear()
        line = np.full(len(self._rows), -1, dtype=np.intp)
        line[self._shown] = np.arange(len(self._shown))
        moved = [
            self.index(int(line[p]), index.column()) if line[p] >= 0 else QModelIndex()
            for p, index in zip(positions, kept, strict=True)
        ]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def _arranged(self) -> NDArray[np.intp]:
        shown = np.arange(len(self._rows))
        if self._filter.strip():
            columns = {c.name: c.take(self._rows) for c in self._columns}
            if self.sorts_all:
                columns.setdefault("loss", Column("loss", "number", self._all_losses()))
            shown = np.flatnonzero(matching(self._filter, columns, _SPLIT_WORDS[self._split]))
        column, order = self._sorted
        keys = self._keys(column, shown)
        if keys is None:
            return shown
        if order == Order.AscendingOrder:
            return shown[np.argsort(keys, kind="stable")]
        return shown[::-1][np.argsort(keys[::-1], kind="stable")[::-1]]

    def _keys(self, column: int, shown: NDArray[np.intp]) -> NDArray[Any] | None:
        """Return what to sort the shown rows by; None: as they are in the data set."""
        if column == 1:
            return np.asarray(self._split[shown])
        if 2 <= column < len(self._columns) + 2:
            chosen = self._columns[column - 2].take(self._rows[shown])
            if chosen.kind == "number":
                return chosen.values
            return np.array([v or "" for v in chosen.values], dtype=np.str_)
        if column == len(self._columns) + 3 and self.sorts_all:
            return self._all_losses()[shown]
        if column == len(self._columns) + 2 and self.sorts_all:
            return self._guess_keys()[shown]
        return None if column <= 0 or column >= len(self._columns) + 2 else shown

    @property
    def _sorts_by_guess(self) -> bool:
        return self.sorts_all and self._sorted[0] >= len(self._columns) + 2

    def _word(self, line: int, column: int) -> str:
        position = int(self._shown[line])
        row = int(self._rows[position])
        if column == 0:
            return whole(row + 1)
        if column == 1:
            return SPLITS[self._split[position]]
        if column < len(self._columns) + 2:
            return cell_word(self._columns[column - 2], row) or "missing"
        block = line // _BLOCK
        if block not in self._blocks:
            if len(self._blocks) > 64:
                self._blocks.clear()
            positions = self._shown[block * _BLOCK : (block + 1) * _BLOCK]
            self._blocks[block] = self._checked(positions)
        guesses, losses = self._blocks[block]
        if column == len(self._columns) + 2:
            return guesses[line % _BLOCK]
        return fixed(float(losses[line % _BLOCK]))

    def _checked(self, positions: NDArray[np.intp]) -> tuple[list[str], NDArray[Any]]:
        """Return guesses as words and losses of some rows at the shown step."""
        hypothesis, theta, rows = self._inputs(positions)
        with np.errstate(all="ignore"):
            guess = hypothesis.guess(theta, rows.x)
            loss = hypothesis.row_losses(theta, rows)
        return guess_words(guess, hypothesis.classes), loss

    def _inputs(self, positions: NDArray[np.intp]) -> tuple[Any, Any, Split]:
        assert self._frame is not None
        hypothesis = self._frame.hypothesis
        prepared = hypothesis.prepared
        splits = (prepared.train, prepared.validation, prepared.test)
        x = np.empty((len(positions), splits[0].x.shape[1]))
        y = np.empty((len(positions), *splits[0].y.shape[1:]), splits[0].y.dtype)
        for number, split in enumerate(splits):
            mine = self._split[positions] == number
            x[mine] = split.x[self._place[positions[mine]]]
            y[mine] = split.y[self._place[positions[mine]]]
        return hypothesis, self._frame.parameters, Split(x, y, self._rows[positions])

    def _all_losses(self) -> NDArray[Any]:
        if len(self._loss) != len(self._rows):
            self._loss = self._checked(np.arange(len(self._rows)))[1]
        return self._loss

    def _guess_keys(self) -> NDArray[Any]:
        hypothesis, theta, rows = self._inputs(np.arange(len(self._rows)))
        guess = hypothesis.guess(theta, rows.x)
        if not hypothesis.classes:
            return np.asarray(guess[:, 0])
        if guess.shape[1] == 2:
            return np.asarray(guess[:, 1])
        return np.asarray(guess.argmax(axis=1) + (1 - guess.max(axis=1)) / 2)

    def _forget_guesses(self) -> None:
        self._blocks.clear()
        self._loss = np.empty(0)

    def _is_numeric(self, section: int) -> bool:
        if section in (0, len(self._columns) + 3):
            return True
        if section == 1:
            return False
        classes = self._frame is not None and bool(self._frame.hypothesis.classes)
        if section >= len(self._columns) + 1:
            return not classes
        return self._columns[section - 2].kind == "number"

    def _heading(self, section: int) -> str:
        if section < 2:
            return ("Row", "Split")[section]
        if section >= len(self._columns) + 2:
            return ("Guess", "Loss")[section - len(self._columns) - 2]
        column = self._columns[section - 2]
        unit = f" ({column.unit})" if column.unit else ""
        return f"{'→ ' if section == len(self._columns) + 1 else ''}{column.name}{unit}"

    def _help(self, section: int) -> str:
        if section < 2:
            return _HELPS[section]
        if section < len(self._columns) + 1:
            name = self._columns[section - 2].name
            return f"{name}: an input{'' if name in self._used else ', switched off'}."
        told = _HELPS[section - len(self._columns) + 1]
        few = self.sorts_all or section <= len(self._columns) + 1
        return told if few else f"{told} Above {ALL_AT_ONCE} rows it cannot be sorted by."


_SPLIT_WORDS = np.array(SPLITS)
_HELPS = (
    "The row's number in the data, from 1.",
    "Training rows move the weights; validation and test rows only judge.",
    "The output that the row's inputs should give.",
    "What the hypothesis says at the shown step.",
    "How wrong the guess is: the training's mean of this column is the loss.",
)


def guess_words(guess: NDArray[Any], classes: tuple[str, ...]) -> list[str]:
    """Return guesses (rows, outputs) as words: a number, or a class with its probability."""
    if not classes:
        return [exact(float(value), 5) for value in guess[:, 0]]
    if not np.isfinite(guess).all():
        guess = np.nan_to_num(guess)
    best = guess.argmax(axis=1)
    return [f"{classes[i]} · {100 * row[i]:.1f} %" for i, row in zip(best, guess, strict=True)]
