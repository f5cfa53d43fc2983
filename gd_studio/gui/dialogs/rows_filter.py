"""What can be typed to see some rows only: words, or a column compared with a value.

`house` finds words, `age > 40` and `purpose = car` compare, `validation` names a split; several
conditions parted by commas must all hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gd_studio.data import Column

Mask = NDArray[np.bool_]

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_COMPARED = re.compile(r"(.+?)\s*(>=|<=|!=|=|>|<)\s*(.*)")


def matching(text: str, columns: Mapping[str, Column], splits: NDArray[Any]) -> Mask:
    """Return which rows fit the text; `splits` holds each row's split as a word."""
    fits = np.ones(len(splits), dtype=bool)
    for part in filter(None, (part.strip() for part in text.split(","))):
        fits &= _condition(part, columns, splits)
    return fits


def _condition(text: str, columns: Mapping[str, Column], splits: NDArray[Any]) -> Mask:
    found = _COMPARED.fullmatch(text)
    by_name = {name.lower(): column for name, column in columns.items()}
    if found is not None and found[1].strip().lower() in by_name:
        return _compared(by_name[found[1].strip().lower()], found[2], found[3].strip())
    fits = np.asarray(splits == text.lower())
    for column in columns.values():
        if column.kind != "number":
            fits = fits | _contains(column, text.lower())
        elif (number := _number(text)) is not None:
            fits = fits | (column.values == number)
    return fits


def _compared(column: Column, sign: str, wanted: str) -> Mask:
    compare = _SIGNS[sign]
    if wanted in ("", "missing"):
        return np.asarray(~column.is_missing if sign == "!=" else column.is_missing)
    if column.kind != "number":
        lowered = wanted.lower()
        fits = (v is not None and bool(compare(v.lower(), lowered)) for v in column.values)
        return np.fromiter(fits, bool, len(column.values))
    number = _number(wanted)
    if number is None:
        return np.zeros(len(column.values), dtype=bool)
    return np.asarray(compare(column.values, number)) & ~column.is_missing


def _contains(column: Column, text: str) -> Mask:
    fits = (v is not None and text in v.lower() for v in column.values)
    return np.fromiter(fits, bool, len(column.values))


def _number(text: str) -> float | None:
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        return None
