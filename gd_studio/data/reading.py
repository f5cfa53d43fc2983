"""From the bytes of a text table to its columns, with a report of how the file was understood.

Clean tables of numbers go through numpy's own reader; all others through the standard library's
csv, in blocks, so that memory stays bounded for a million rows.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gd_studio.data.cells import is_missing, plain_number
from gd_studio.data.dataset import number_word, words
from gd_studio.data.dialect import (
    DELIMITER_WORDS,
    Dialect,
    Row,
    csv_reader,
    find_delimiter,
    find_dialect,
)
from gd_studio.data.encoding import check_encoding, find_encoding, nul_error
from gd_studio.errors import DataError

_SAMPLE = 1 << 18
_BLOCK = 20_000


@dataclass(frozen=True)
class Report:
    """How a file was understood; what can be corrected, and what was done."""

    encoding: str
    delimiter: str
    header: bool
    decimal: str
    rows: int
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        cut = DELIMITER_WORDS.get(self.delimiter, repr(self.delimiter))
        head = "with a header row" if self.header else "without a header row"
        comma = ", decimal comma" if self.decimal == "," else ""
        return f"{self.rows} rows, {self.encoding}, separated by {cut}, {head}{comma}."


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of cells: float64 (NaN = missing) where all are plain numbers, else words."""

    path: Path
    names: tuple[str, ...]
    cells: tuple[NDArray[Any], ...]
    report: Report


def read_table(
    path: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Table:
    """Read a text table; what is not given is worked out."""
    try:
        return _read(path, encoding, delimiter, header)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; choose another one.") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder; choose a file in it.") from None
    except UnicodeError as error:
        raise DataError(
            f"{path.name} is not written in {encoding or 'the encoding its start suggests'} "
            f"({getattr(error, 'reason', error)}); choose another encoding."
        ) from None
    except csv.Error as error:
        raise DataError(f"{path.name} cannot be cut into cells: {error}.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{path.name} cannot be read: {reason.lower()}.") from None


def _read(path: Path, encoding: str | None, delimiter: str | None, header: bool | None) -> Table:
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise DataError(f"{path} is no ordinary file; choose a table saved as CSV.")
    found = find_encoding(path)
    encoding = check_encoding(path, encoding) if encoding else found
    sample, whole = _sample(path, encoding)
    if "\0" in sample:
        raise nul_error(path)
    delimiter = _delimiter(path, delimiter) or find_delimiter(sample)
    dialect = find_dialect(sample, delimiter, header, whole)
    if dialect is None:
        raise DataError(f"{path.name} has no rows; choose a file with a header and rows.")
    if len(dialect.names) < 2:
        raise DataError(
            f"{path.name} has one column only ({dialect.names[0]!r}); it needs at least one "
            f"input and one output (or another delimiter)."
        )
    report = Report(encoding, dialect.delimiter, dialect.header, dialect.decimal, 0)
    cells = _numbers_at_once(path, encoding, dialect, sample)
    notes = list(dialect.notes)
    if cells is None:
        cells = _cells_in_blocks(path, encoding, dialect, notes)
    rows = len(cells[0])
    if rows == 0:
        raise DataError(f"{path.name} has a header but no rows.")
    names, cells = _without_empty_unnamed(dialect, cells, notes)
    said = tuple(f"{path.name}: {note}." for note in notes)
    return Table(path, names, cells, replace(report, rows=rows, notes=said))


def _sample(path: Path, encoding: str) -> tuple[str, bool]:
    """Return the start of the file, up to the end of a line, and whether that is all."""
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(_SAMPLE)
        more = bool(file.read(1))
    cut = text.rfind("\n") + 1 if more else 0
    return text[:cut] if cut else text, not more


def _delimiter(path: Path, given: str | None) -> str | None:
    if not given:
        return None
    spelled = {word: sign for sign, word in DELIMITER_WORDS.items()} | {"\\t": "\t"}
    sign = spelled.get(given, given)
    if len(sign) != 1 or sign in '\r\n"':
        raise DataError(f"{path.name}: a delimiter is one character, not {given!r}.")
    return sign


def _open_at_data(path: Path, encoding: str, dialect: Dialect) -> IO[str]:
    file = path.open(encoding=encoding, newline="")
    for _ in itertools.islice(file, dialect.skip):
        pass
    return file


def _numbers_at_once(
    path: Path, encoding: str, dialect: Dialect, sample: str
) -> tuple[NDArray[Any], ...] | None:
    """Return all columns if the file is nothing but plain numbers, else None."""
    if dialect.decimal == "," or dialect.row_names:
        return None
    start = sample.splitlines()[dialect.skip : dialect.skip + 50]
    cells = [cell for line in start if line.strip() for cell in line.split(dialect.delimiter)]
    if not cells or any(plain_number(cell) is None for cell in cells):
        return None
    with _open_at_data(path, encoding, dialect) as file:
        try:
            table = np.loadtxt(file, delimiter=dialect.delimiter, comments=None, ndmin=2)
        except ValueError:
            return None
    if table.shape[1] != len(dialect.names) or not np.isfinite(table).all():
        return None
    return tuple(np.ascontiguousarray(column) for column in table.T)


def _cells_in_blocks(
    path: Path, encoding: str, dialect: Dialect, notes: list[str]
) -> tuple[NDArray[Any], ...]:
    width = len(dialect.names)
    tally = {"short": 0, "long": 0, "blank": 0}
    blocks: list[list[NDArray[Any]]] = [[] for _ in range(width)]
    known: dict[str, str] = {}
    with _open_at_data(path, encoding, dialect) as file:
        reader = csv_reader(file, dialect.delimiter, dialect.quotes)
        rows = _regular_rows(reader, width, tally)
        while block := list(itertools.islice(rows, _BLOCK)):
            for column, cells in zip(blocks, zip(*block, strict=True), strict=True):
                column.append(_numbers_or_words(cells, dialect.decimal, known))
    _note_tally(tally, width, notes)
    return tuple(_joined(column) for column in blocks)


def _regular_rows(reader: Iterator[Row], width: int, tally: dict[str, int]) -> Iterator[Row]:
    """Yield rows of equal width: short ones padded, long ones cut, blank ones left out."""
    for row in reader:
        if len(row) != width:
            if not row or (len(row) == 1 and not row[0].strip()):
                continue
            if len(row) < width:
                tally["short"] += 1
                row += [""] * (width - len(row))
            else:
                tally["long"] += any(cell.strip() for cell in row[width:])
                row = row[:width]
        if not any(row) or not any(cell.strip() for cell in row):
            tally["blank"] += 1
            continue
        yield row


def _note_tally(tally: dict[str, int], width: int, notes: list[str]) -> None:
    ends = {
        "short": f"with fewer than {width} cells: the rest count as missing",
        "long": f"with more than {width} cells: the rest were left out",
        "blank": "with nothing in them were left out",
    }
    for what, count in tally.items():
        if count:
            notes.append(f"{count} {'row' if count == 1 else 'rows'} {ends[what]}")


def _numbers_or_words(cells: Sequence[str], decimal: str, known: dict[str, str]) -> NDArray[Any]:
    """Return a block of cells as floats if all are plain numbers or missing, else as words."""
    if decimal == ".":
        numbers = [plain_number(cell) for cell in cells]
        if None not in numbers:
            return np.array(numbers, dtype=float)
    # One object per distinct word: a million cells of ten categories are ten strings.
    return words(known.setdefault(cell, cell) for cell in map(str.strip, cells))


def _joined(blocks: list[NDArray[Any]]) -> NDArray[Any]:
    if not blocks:
        return np.empty(0)
    if all(block.dtype == float for block in blocks):
        return np.concatenate(blocks)
    return np.concatenate([_as_words(block) for block in blocks])


def _as_words(block: NDArray[Any]) -> NDArray[np.object_]:
    if block.dtype == object:
        return block
    return words("" if value != value else number_word(value) for value in block.tolist())


def _without_empty_unnamed(
    dialect: Dialect, cells: tuple[NDArray[Any], ...], notes: list[str]
) -> tuple[tuple[str, ...], tuple[NDArray[Any], ...]]:
    """Leave out columns that a delimiter at the end of each line makes."""
    kept = [
        index
        for index, (name, column) in enumerate(zip(dialect.names, cells, strict=True))
        if not (dialect.header and name == f"column {index + 1}" and _is_empty(column))
    ]
    dropped = len(cells) - len(kept)
    if dropped:
        notes.append(f"{dropped} empty columns without a name were left out")
    return tuple(dialect.names[i] for i in kept), tuple(cells[i] for i in kept)


def _is_empty(column: NDArray[Any]) -> bool:
    if column.dtype == float:
        return bool(np.isnan(column).all())
    return all(is_missing(cell) for cell in column)
