"""Tables of numbers as CSV: a run's history, and what a plot shows.

Numbers keep every digit. Text that a spreadsheet would take for a formula (a column called
=1+1) gets an apostrophe in front, so that opening a table runs nothing; numbers never do.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gd_studio.experiment.atomic import write_text
from gd_studio.experiment.history import COLUMNS, EVALUATED_COLUMNS, History

Cell = float | int | str | None
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def table_text(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV: a header line, then the rows; None and NaN are empty cells."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_cell(name) for name in names])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def history_text(history: History) -> str:
    """Return all columns of a history, one row per step.

    Step 0 has an evaluation only; the evaluated columns are empty at steps without one.
    """
    steps = len(history)
    columns = {name: _spread(history, name, steps) for name in COLUMNS}
    return table_text(COLUMNS, zip(*columns.values(), strict=True))


def export_history(path: str | Path, history: History) -> None:
    """Write a history as CSV, whole or not at all. Raises FileError."""
    write_text(path, history_text(history))


def export_table(path: str | Path, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write the data of a plot as CSV, whole or not at all. Raises FileError."""
    write_text(path, table_text(names, rows))


def _spread(history: History, name: str, steps: int) -> list[Cell]:
    """Return a column with a place for each step from 0 on."""
    if name == "step":
        return list(range(steps + 1))
    values: list[Any] = history[name].tolist()
    if name not in EVALUATED_COLUMNS:
        return [None, *values]
    spread: list[Cell] = [None] * (steps + 1)
    for step, value in zip(history["evaluated_step"].tolist(), values, strict=True):
        spread[step] = value
    return spread


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return f"'{value}" if _looks_like_a_formula(value) else value
    if value is None:
        return ""
    if isinstance(value, int | np.integer):
        return str(int(value))
    return "" if math.isnan(value) else repr(float(value))


def _looks_like_a_formula(text: str) -> bool:
    if not text.startswith(_FORMULA_SIGNS):
        return False
    try:
        float(text)
    except ValueError:
        return True
    return False
