"""The one selection of the window: a row, a parameter and the step under the cursor.

Every panel reads it and every panel may set it, so that a click in one of them is followed by
all the others. Setting what is already selected says nothing, which is what ends every circle.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

SplitName = Literal["train", "validation"]


class Selection(QObject):
    """What is selected: `row` of the split `split`, `parameter` (flat index), `cursor` (step)."""

    row_changed = Signal(int)
    parameter_changed = Signal(int)
    cursor_changed = Signal(object)  # the step under the mouse, or None
    ghosts_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row = 0
        self._split: SplitName = "train"
        self._parameter = 0
        self._cursor: float | None = None
        self._hidden_ghosts: frozenset[int] = frozenset()

    @property
    def row(self) -> int:
        """The selected row, as an index into the rows of `split`."""
        return self._row

    @property
    def split(self) -> SplitName:
        """The part of the data to which the selected row belongs."""
        return self._split

    @property
    def parameter(self) -> int:
        """The selected parameter, as an index into the flat vector."""
        return self._parameter

    @property
    def cursor(self) -> float | None:
        """The step under the mouse in any plot over time; None when there is none."""
        return self._cursor

    def set_row(self, row: int, split: SplitName = "train") -> None:
        """Select a row of the train or the validation rows."""
        if (row, split) != (self._row, self._split):
            self._row, self._split = row, split
            self.row_changed.emit(row)

    def set_parameter(self, index: int) -> None:
        """Select a parameter by its flat index."""
        if index != self._parameter:
            self._parameter = index
            self.parameter_changed.emit(index)

    def set_cursor(self, step: float | None) -> None:
        """Show all plots over time which step the mouse is at."""
        if step != self._cursor:
            self._cursor = step
            self.cursor_changed.emit(step)

    @property
    def hidden_ghosts(self) -> frozenset[int]:
        """The numbers of the ghosts that no plot draws; 0 is the run before."""
        return self._hidden_ghosts

    def show_ghost(self, number: int, is_shown: bool) -> None:
        """Let all plots draw the ghost of a number, or none of them."""
        hidden = self._hidden_ghosts - {number} if is_shown else self._hidden_ghosts | {number}
        if hidden != self._hidden_ghosts:
            self._hidden_ghosts = hidden
            self.ghosts_changed.emit()

    def keep_inside(self, train_rows: int, validation_rows: int, parameters: int) -> None:
        """Bring the selection back inside data and model that have become smaller."""
        rows = validation_rows if self._split == "validation" else train_rows
        if self._row >= rows:
            self.set_row(0)
        if self._parameter >= parameters:
            self.set_parameter(0)
