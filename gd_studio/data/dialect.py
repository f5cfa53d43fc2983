"""What a table's author meant: the delimiter, the header row, the decimal sign, the width.

All is worked out from the first rows. Each guess can be overridden, and is reported.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gd_studio.data.cells import is_missing, parse_number

Row = list[str]
DELIMITERS = (",", ";", "\t", "|")
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}


@dataclass(frozen=True)
class Dialect:
    """How to read the file: what to skip, where to cut, what the columns are called."""

    delimiter: str
    decimal: str
    skip: int  # physical lines before the first row of data
    names: tuple[str, ...]
    header: bool
    quotes: bool  # whether " encloses cells
    row_names: bool  # rows begin with a name that the header does not have
    notes: tuple[str, ...]


def csv_reader(lines: Iterable[str], delimiter: str, quotes: bool) -> Any:
    """Return the standard library's reader of the lines."""
    return csv.reader(
        lines,
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        skipinitialspace=delimiter == " ",
    )


def rows_of(text: str, delimiter: str, quotes: bool = True) -> list[tuple[Row, int]]:
    """Return non-blank rows with the number of the physical line at which each ends."""
    reader = csv_reader(io.StringIO(text, newline=""), delimiter, quotes)
    return [(row, reader.line_num) for row in reader if any(cell.strip() for cell in row)]


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the sample into the most regular table."""
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        return said.group(1)
    regular = {d: _regularity(text, d) for d in DELIMITERS}
    perfect = [d for d in (";", "\t", "|", ",") if regular[d] == 1.0]
    if perfect:
        # A decimal comma cuts a semicolon table evenly too; the reverse hardly happens.
        return perfect[0]
    best = max(DELIMITERS, key=lambda d: regular[d])
    if regular[best] >= 0.8:
        return best
    return _sniffed(text) or (best if regular[best] > 0 else _spaces(text))


def find_dialect(
    text: str, delimiter: str, header: bool | None, whole: bool = False
) -> Dialect | None:
    """Work out the rest from a sample, or the whole file; None if it has no rows at all."""
    notes: list[str] = []
    quotes = not (whole and text.count('"') % 2)
    if not quotes:
        notes.append("a quotation mark is never closed, so all were read as plain letters")
    rows, comments, skipped = _without_preamble(text, delimiter, quotes)
    if not rows:
        return None
    first, line = rows[0]
    body = [row for row, _ in rows[1:]]
    comment = _comment_header(comments, rows, delimiter) if header is not False else None
    if comment is not None:
        names, found, body, line = comment, True, [first, *body], skipped
        notes.append("the column names were taken from the comment line above the data")
    else:
        found = looks_like_header(first, body) if header is None else header
        names = first if found else []
        body = body if found else [first, *body]
        line = line if found else skipped
    width = _modal_width(body) if body else len(names)
    names, row_names = _fitted_names(names, width, body)
    if comments and comment is None:
        notes.append(f"lines above the table were skipped: {len(comments)}")
    decimal = find_decimal(body, delimiter)
    unique = _unique(names, notes)
    return Dialect(delimiter, decimal, line, unique, found, quotes, row_names, tuple(notes))


def looks_like_header(first: Row, body: Sequence[Row]) -> bool:
    """Return whether the first row names the columns rather than being one of the rows."""
    if _counts_up(first) and body and not any(_counts_up(row) for row in body):
        return True
    votes = 0.0
    for index, cell in enumerate(first):
        below = [row[index] for row in body if index < len(row)]
        votes += _vote(cell, [value for value in below if not is_missing(value)])
    return votes > 0


def _counts_up(row: Row) -> bool:
    """Return whether the numbers among the cells count up by one: years, or column numbers."""
    numbers = [int(cell) for cell in row if re.fullmatch(r"\s*\d{1,9}\s*", cell)]
    words = sum(not _is_number(cell) for cell in row)
    steps = {later - earlier for earlier, later in itertools.pairwise(numbers)}
    return len(numbers) >= 3 and len(numbers) + words == len(row) and steps == {1}


def _vote(cell: str, below: Sequence[str]) -> float:
    if is_missing(cell):
        return 0.0
    named = _is_number(cell)
    numbers = sum(_is_number(value) for value in below)
    if not below:
        return -1.0 if named else 0.5
    if numbers >= 0.8 * len(below):
        return -1.0 if named else 1.0
    if named:
        return -0.5
    if cell in below:
        return -1.0
    return 0.5 if len(set(below)) < 0.5 * len(below) else 0.25


def find_decimal(body: Sequence[Row], delimiter: str) -> str:
    """Return "," if the numbers are written with a decimal comma, else "."."""
    cells = [cell.strip() for row in body for cell in row]
    if any(_POINT.fullmatch(cell) for cell in cells):
        return "."
    if any(_COMMA.fullmatch(cell) for cell in cells):
        return ","
    # 1,234 may be either; who separates by semicolons does so to keep the decimal comma.
    unsure = any(_EITHER.fullmatch(cell) for cell in cells)
    return "," if unsure and delimiter == ";" else "."


_POINT = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.\d+(?:[eE][-+]?\d+)?")
_COMMA = re.compile(
    r"[-+]?(?:\d{1,3}(?:[. ]\d{3})+,\d+|\d*,(?:\d{1,2}|\d{4,})|\d{4,},\d+|0,\d+)(?:[eE][-+]?\d+)?"
)
_EITHER = re.compile(r"[-+]?\d{1,3},\d{3}")


def _is_number(cell: str) -> bool:
    return parse_number(cell) is not None or parse_number(cell, ",") is not None


def _regularity(text: str, delimiter: str) -> float:
    """Return the share of rows of the commonest width; 0 if that width is one."""
    try:
        widths = Counter(len(row) for row, _ in rows_of(text, delimiter)[:200])
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, times = widths.most_common(1)[0]
    return times / widths.total() if width > 1 else 0.0


def _sniffed(text: str) -> str | None:
    import clevercsv

    try:
        found = clevercsv.Sniffer().sniff(text[:8000], delimiters=[*DELIMITERS, " ", ":"])
    except (clevercsv.Error, ValueError):
        return None
    return str(found.delimiter) if found is not None and found.delimiter else None


def _spaces(text: str) -> str:
    return " " if _regularity(text, " ") == 1.0 else ","


def _without_preamble(
    text: str, delimiter: str, quotes: bool
) -> tuple[list[tuple[Row, int]], list[str], int]:
    """Return (rows, lines above them that are no rows, physical lines skipped)."""
    lines = list(io.StringIO(text, newline=""))
    skipped = 0
    comments: list[str] = []
    while skipped < len(lines):
        line = lines[skipped].strip()
        if line and not line.startswith("#") and not re.fullmatch(r"sep=.", line):
            break
        if line.startswith("#"):
            comments.append(line.lstrip("# "))
        skipped += 1
    rest = "".join(lines[skipped:])
    rows = [(row, end + skipped) for row, end in rows_of(rest, delimiter, quotes)]
    width = _modal_width([row for row, _ in rows]) if rows else 0
    # A title above the table is one cell wide where the table is wider.
    while len(rows) > 2 and width > 1 and _is_title(rows[0][0]):
        comments.append(" ".join(rows[0][0]).strip())
        skipped = rows[0][1]
        rows = rows[1:]
    return rows, comments, skipped


def _is_title(row: Row) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return len(filled) == 1 and bool(row[0].strip()) and not _is_number(row[0])


def _comment_header(comments: list[str], rows: list[tuple[Row, int]], delimiter: str) -> Row | None:
    """Return names from a comment line that fits a table without a header, as numpy writes."""
    body = [row for row, _ in rows]
    if not comments or looks_like_header(body[0], body[1:]):
        return None
    cut = rows_of(comments[-1], delimiter)
    width = _modal_width(body)
    fits = cut and len(cut[0][0]) == width > 1 and looks_like_header(cut[0][0], body)
    return cut[0][0] if fits else None


def _modal_width(rows: Sequence[Row]) -> int:
    return Counter(len(row) for row in rows).most_common(1)[0][0]


def _fitted_names(names: Row, width: int, body: Sequence[Row]) -> tuple[Row, bool]:
    """Return as many names as columns, and whether rows begin with a name of their own."""
    if not names:
        return [""] * width, False
    if width == len(names) + 1:
        last_is_empty = all(not row[-1].strip() for row in body if len(row) == width)
        return (names, False) if last_is_empty else (["row", *names], True)
    return names + [""] * (width - len(names)), False


def _unique(names: Row, notes: list[str]) -> tuple[str, ...]:
    """Return the names, empty ones numbered and repeated ones made different."""
    tidy = [
        " ".join(name.lstrip("\ufeff").split()) or f"column {i}"
        for i, name in enumerate(names, start=1)
    ]
    taken: set[str] = set()
    repeated: list[str] = []
    for index, name in enumerate(tidy):
        if name in taken:
            repeated.append(name)
            number = 2
            while f"{name} ({number})" in taken or f"{name} ({number})" in tidy:
                number += 1
            tidy[index] = f"{name} ({number})"
        taken.add(tidy[index])
    if repeated:
        shown = ", ".join(repr(name) for name in dict.fromkeys(repeated[:5]))
        notes.append(f"repeated column names were numbered: {shown}")
    return tuple(tidy)
