"""What data is, before anything is done to it: rows of inputs with the output they should give.

A column keeps its values as they came, in the data's own units and words; whatever is missing
is NaN among numbers and None among words. Preparation works on copies.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["number", "category", "date", "text", "identifier"]
Task = Literal["regression", "classification", "landscape"]
Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Words = NDArray[np.object_]


def number_word(value: float) -> str:
    """Write a number as short as it can be read back: 3 for 3.0."""
    whole = math.isfinite(value) and value == int(value) and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


def words(values: Iterable[str | None]) -> Words:
    """Return words as a column holds them (numpy would make fixed-width strings of them)."""
    listed = list(values)
    result = np.empty(len(listed), dtype=object)
    result[:] = listed
    return result


@dataclass(frozen=True, eq=False)
class Column:
    """One named column: numbers (NaN = missing), or words (None = missing)."""

    name: str
    kind: Kind
    values: NDArray[Any]
    unit: str = ""

    @cached_property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return every distinct word with how often it occurs; most frequent first."""
        if self.kind == "number":
            found, times = np.unique(self._known, return_counts=True)
            pairs = [(number_word(v), int(n)) for v, n in zip(found, times, strict=True)]
        else:
            pairs = sorted(Counter(v for v in self.values if v is not None).items())
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))

    @cached_property
    def distinct(self) -> int:
        if self.kind == "number":
            return int(np.unique(self._known).size)
        return len(self.counts)

    @cached_property
    def missing(self) -> int:
        return int(np.count_nonzero(self.is_missing))

    @cached_property
    def is_missing(self) -> NDArray[np.bool_]:
        if self.kind == "number":
            return np.asarray(np.isnan(self.values), dtype=bool)
        return np.fromiter((v is None for v in self.values), bool, len(self.values))

    @cached_property
    def mean(self) -> float | None:
        """Return the mean of a column of numbers; None for words, or if all are missing."""
        if self.kind != "number" or self._known.size == 0:
            return None
        return mean_and_deviation(self._known)[0]

    @cached_property
    def most_frequent(self) -> str | None:
        return self.counts[0][0] if self.counts else None

    def take(self, rows: NDArray[Any]) -> Column:
        """Return the column with only the given rows."""
        return Column(self.name, self.kind, self.values[rows], self.unit)

    @cached_property
    def _known(self) -> Floats:
        return np.asarray(self.values[~np.isnan(self.values)], dtype=float)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Named rows of inputs and output; `classes` in code order, the positive class last.

    `gaps` says that NaN among the numbers means a missing value, as in a file that has been read.
    Without it NaN is taken for a mishap, and a run refuses it.
    """

    name: str
    columns: tuple[Column, ...]
    target: Column
    task: Task
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    source: str = ""
    gaps: bool = False

    @property
    def rows(self) -> int:
        return len(self.target.values)

    @cached_property
    def codes(self) -> Integers:
        """Return each row's class as an index into `classes`; -1 where there is no label."""
        return codes_of(self.target, self.classes)


def codes_of(column: Column, known: Sequence[str]) -> Integers:
    """Return each value as an index into the words known; -1 for missing or unknown ones."""
    code = {word: index for index, word in enumerate(known)}
    if column.kind != "number":
        found = (code.get(v, -1) for v in column.values)
        return np.fromiter(found, np.intp, len(column.values))
    distinct, inverse = np.unique(column.values, return_inverse=True)
    table = [-1 if math.isnan(v) else code.get(number_word(v), -1) for v in distinct]
    return np.asarray(table, dtype=np.intp)[inverse]


def mean_and_deviation(values: Floats) -> tuple[float, float]:
    """Return mean and standard deviation; of huge or tiny numbers too, without overflow."""
    low, high = float(np.min(values)), float(np.max(values))
    if low == high:  # exactly, where the rounded mean would leave a speck of deviation
        return low, 0.0
    largest = max(-low, high)
    if 1e-100 < largest < 1e100:
        return float(np.mean(values)), float(np.std(values))
    shrunk = values / largest
    return float(np.mean(shrunk)) * largest, float(np.std(shrunk)) * largest
