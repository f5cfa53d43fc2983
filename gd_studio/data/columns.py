"""What a column of cells holds: numbers, categories, dates, text, or only the rows' names.

Typing is a guess about what the author of a file meant, so whatever is dropped or changed for it
is said in a note.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gd_studio.data.cells import MISSING_WORDS, date_number, parse_number
from gd_studio.data.dataset import Column, Kind, Words, number_word, words

MOST_WORDS_OF_A_CATEGORY = 50
_RARE = 0.1


def typed(
    name: str, cells: NDArray[Any], decimal: str = ".", *, target: bool = False
) -> tuple[Column, tuple[str, ...]]:
    """Return the column that cells make, with notes; a target is number or category only."""
    if cells.dtype == float:
        return _typed_numbers(name, cells, target)
    found = words(None if cell.lower() in MISSING_WORDS else cell for cell in cells)
    counts = Counter(cell for cell in found if cell is not None)
    if not counts:
        return Column(name, "number", np.full(len(cells), math.nan)), ()
    numbers = {cell: parse_number(cell, decimal) for cell in counts}
    if not _zero_padded(counts) and _is_numeric(counts, numbers):
        values = np.fromiter(
            (math.nan if c is None else _finite(numbers[c]) for c in found),
            float,
            len(found),
        )
        column, notes = _typed_numbers(name, values, target)
        return column, (*_number_notes(name, found, counts, numbers), *notes)
    return _typed_words(name, found, counts, target)


def as_number(column: Column) -> Column | None:
    """Return the column as numbers if every value is one, else None."""
    if column.kind == "number":
        return column
    found = [math.nan if v is None else parse_number(v) for v in column.values]
    if any(value is None for value in found):
        return None
    return Column(column.name, "number", np.array(found, dtype=float), column.unit)


def _typed_numbers(name: str, values: NDArray[Any], target: bool) -> tuple[Column, tuple[str, ...]]:
    if not target and _ID_NAME.search(name) and _names_each_row(values):
        listed = words(None if v != v else number_word(v) for v in values.tolist())
        return Column(name, "identifier", listed), ()
    return Column(name, "number", values), ()


def _typed_words(
    name: str, found: Words, counts: Counter[str], target: bool
) -> tuple[Column, tuple[str, ...]]:
    if target:
        return Column(name, "category", found), ()
    known = counts.total()
    dates = sum(times for cell, times in counts.items() if not math.isnan(date_number(cell)))
    if dates >= (1 - _RARE) * known:
        return _dates(name, found, known - dates)
    if _names_rows(name, counts):
        return Column(name, "identifier", found), ()
    kind: Kind = "category" if len(counts) <= MOST_WORDS_OF_A_CATEGORY else "text"
    return Column(name, kind, found), ()


def _names_rows(name: str, counts: Counter[str]) -> bool:
    """Return whether words are the rows' own names: by the column's name, or by their look."""
    known = counts.total()
    if _ID_NAME.search(name):
        return len(counts) == known > 2
    many = len(counts) > max(MOST_WORDS_OF_A_CATEGORY, 0.98 * known)
    return many and all(map(_CODE.fullmatch, counts))


def _dates(name: str, found: Words, others: int) -> tuple[Column, tuple[str, ...]]:
    if not others:
        return Column(name, "date", found), ()
    strange = next(c for c in found if c is not None and math.isnan(date_number(c)))
    kept = words(None if c is None or math.isnan(date_number(c)) else c for c in found)
    note = f"{name}: {others} cells are no dates (first {strange!r}) and count as missing."
    return Column(name, "date", kept), (note,)


def _is_numeric(counts: Counter[str], numbers: dict[str, float | None]) -> bool:
    """Return whether a column is one of numbers, with at most rare text in it."""
    known = counts.total()
    text = sum(times for cell, times in counts.items() if numbers[cell] is None)
    return text == 0 or text <= _RARE * known or (text == 1 and known >= 3)


def _finite(number: float | None) -> float:
    return math.nan if number is None or math.isinf(number) else number


def _zero_padded(counts: Counter[str]) -> bool:
    """Return whether whole numbers carry leading zeros, as post codes and codes do."""
    return any(_PADDED.fullmatch(cell) for cell in counts)


def _number_notes(
    name: str, found: Words, counts: Counter[str], numbers: dict[str, float | None]
) -> tuple[str, ...]:
    notes = []
    text = sum(times for cell, times in counts.items() if numbers[cell] is None)
    if text:
        first = next(i for i, c in enumerate(found) if c is not None and numbers[c] is None)
        cells = "1 cell is" if text == 1 else f"{text} cells are"
        count = "counts" if text == 1 else "count"
        notes.append(
            f"{name}: {cells} not a number (first: {found[first]!r} in row {first + 1}) "
            f"and {count} as missing."
        )
    infinite = sum(times for c, times in counts.items() if math.isinf(numbers[c] or 0))
    if infinite:
        notes.append(f"{name}: infinite numbers count as missing ({infinite}).")
    signs = sorted({c for cell in counts if numbers[cell] is not None for c in _SIGNS & set(cell)})
    if signs:
        notes.append(f"{name}: read as numbers without {' '.join(signs)}.")
    return tuple(notes)


def _names_each_row(values: NDArray[Any]) -> bool:
    known = values[~np.isnan(values)]
    whole = bool(np.all(known == np.floor(known)))
    return known.size > 2 and whole and np.unique(known).size == known.size


_SIGNS = frozenset("%$€£¥")
_PADDED = re.compile(r"0\d+")
_CODE = re.compile(r"(?=.*\d)[\w.:/-]{2,40}")
_ID_NAME = re.compile(
    r"(?i:(?:^|[\s_.-])(?:id|ids|identifier|uuid|guid|key|index|idx|row|number|no|nr|code)\.?$)"
    r"|[a-z](?:Id|ID)$|^(?i:unnamed)"
)
