"""What one cell of a table says: a number, a date, a word, or nothing."""

from __future__ import annotations

import math
import re
from datetime import date

MISSING_WORDS = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none"})


def is_missing(cell: str) -> bool:
    return cell.strip().lower() in MISSING_WORDS


def parse_number(cell: str, decimal: str = ".") -> float | None:
    """Return the number a cell says, or None; understands 1 234.5, 1,234.5, 12 % and $ 5."""
    text = cell.strip()
    try:
        if decimal == "." and "_" not in text:
            return float(text)
    except ValueError:
        pass
    found = _DRESSED.fullmatch(text)
    if found is None:
        return None
    digits = found["number"].strip()
    if decimal == ",":
        if not _COMMA_NUMBER.fullmatch(digits):
            return None
        digits = re.sub(r"[.\s'\u2019]", "", digits).replace(",", ".")
    else:
        if not _POINT_NUMBER.fullmatch(digits):
            return None
        digits = re.sub(r"[,\s'\u2019]", "", digits)
    return float(f"{found['sign'] or ''}{digits}".replace("\u2212", "-"))


_DRESSED = re.compile(
    r"(?P<sign>[-+\u2212])?\s*[$€£¥]?\s*(?P<number>\d[\d.,'\u2019\s]*(?:[eE][-+]?\d+)?|[.,]\d+)\s*[%$€£¥]?"
)
_GROUPS = r"(?:\d+|\d{1,3}(?:[%s]\d{3})+)"
_POINT_NUMBER = re.compile(_GROUPS % r",\s'\u2019" + r"?(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+")
_COMMA_NUMBER = re.compile(_GROUPS % r".\s'\u2019" + r"?(?:,\d*)?(?:[eE][-+]?\d+)?|,\d+")


def date_number(cell: str) -> float:
    """Return a date as days since 1970-01-01; NaN where it is none."""
    for pattern, order in _DATES:
        found = pattern.fullmatch(cell.strip())
        if found is None:
            continue
        year, month, day = (int(found[i]) for i in order)
        try:
            return float(date(year, month, day).toordinal() - _EPOCH)
        except ValueError:
            continue
    return math.nan


def date_word(days: float) -> str:
    return date.fromordinal(round(days) + _EPOCH).isoformat()


_EPOCH = date(1970, 1, 1).toordinal()
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?"
_DATES = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _CLOCK), (1, 2, 3)),
    (re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})" + _CLOCK), (1, 2, 3)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + _CLOCK), (3, 2, 1)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _CLOCK), (3, 1, 2)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _CLOCK), (3, 2, 1)),
)


def plain_number(cell: str) -> float | None:
    """Return what numpy's reader would read, NaN for a missing cell, None for anything else.

    A leading zero (007, a post code) makes a word of it: as a number it would lose the zero.
    """
    try:
        value = float(cell)
    except ValueError:
        return math.nan if cell.strip().lower() in MISSING_WORDS else None
    if "_" in cell or math.isinf(value):
        return None
    head = cell.lstrip(" -+")[:2]
    return None if head[:1] == "0" and head[1:].isdigit() else value
