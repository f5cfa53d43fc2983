"""The rows behind a confusion matrix: which row is in which cell, and going through them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.engine.arrays import Integers
from gd_studio.experiment.failure import blocks
from gd_studio.gui.plots.samples import split_of

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame

Cell = tuple[int, int]  # actual, guessed class


@dataclass(frozen=True, eq=False)
class Cells:
    """Actual and guessed class code of each row (rows,) of a split; `unclear`: rows of no guess.

    A guess that is not a number is counted as the first class, as the accuracy counts it.
    """

    actual: Integers
    guessed: Integers
    unclear: int

    def rows(self, cell: Cell) -> Integers:
        """Return the rows in a cell, in their order."""
        found: Integers = np.flatnonzero((self.actual == cell[0]) & (self.guessed == cell[1]))
        return found

    def cell_of(self, row: int) -> Cell | None:
        """Return the cell that a row is in; None if there is no such row."""
        if not 0 <= row < len(self.actual):
            return None
        return int(self.actual[row]), int(self.guessed[row])

    def after(self, cell: Cell, row: int, by: int = 1) -> int | None:
        """Return the row of a cell that follows `row` (`by` = -1: precedes), round and round.

        The first (or last) one if `row` is not in the cell; None if the cell is empty.
        """
        rows = self.rows(cell)
        if not len(rows):
            return None
        if self.cell_of(row) != cell:
            return int(rows[0 if by > 0 else -1])
        return int(rows[(int(np.searchsorted(rows, row)) + by) % len(rows)])

    def filled(self, classes: int) -> list[Cell]:
        """Return the cells that have rows, line by line."""
        found = np.unique(self.actual * classes + self.guessed)
        return [(int(code) // classes, int(code) % classes) for code in found]

    def next_cell(self, cell: Cell | None, classes: int, by: int) -> Cell | None:
        """Return the filled cell after (or before) one; None if there are no rows."""
        filled = self.filled(classes)
        if not filled:
            return None
        if cell not in filled:
            return filled[0 if by > 0 else -1]
        return filled[(filled.index(cell) + by) % len(filled)]


def cells_of(frame: Frame, split: Any) -> Generator[None, None, Cells]:
    """Guess all rows of a split, yielding after each block."""
    part = split_of(frame.hypothesis.prepared, split)
    guessed = np.empty(len(part.rows), dtype=np.intp)
    unclear = 0
    for block in blocks(frame.hypothesis, len(guessed)):
        guess = frame.hypothesis.guess(frame.parameters, part.x[block])
        unclear += int((~np.isfinite(guess).all(axis=1)).sum())
        guessed[block] = np.nan_to_num(guess).argmax(axis=1)
        yield
    return Cells(np.asarray(part.y, dtype=np.intp), guessed, unclear)
