"""How one column becomes numbers: what is learned from the training rows, and its use on any row.

An encoder is learned once (`learn`), from training rows only, so that validation rows stay
unseen; the same encoder then serves the run, a typed-in row, and the exported file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gd_studio.data.cells import MISSING_WORDS, date_number, date_word, is_missing, parse_number
from gd_studio.data.dataset import Column, Floats, codes_of, mean_and_deviation, number_word, words
from gd_studio.data.treatments import Treatment, counted
from gd_studio.errors import DataError

MOST_CATEGORIES = 1000


@dataclass(frozen=True)
class Feature:
    """One number the model sees: where it comes from, and how it was scaled."""

    name: str
    column: str
    category: str | None = None
    mean: float = 0.0
    scale: float = 1.0
    fill: float = 0.0


@dataclass(frozen=True)
class NumberEncoder:
    """A number (or a date, as days since 1970): gaps filled, then centred and scaled."""

    column: Column
    feature: Feature
    treatments: tuple[Treatment, ...]

    @property
    def features(self) -> tuple[Feature, ...]:
        return (self.feature,)

    def encode(self, column: Column) -> Floats:
        known = self.feature
        raw = numbers_of(column)
        filled = np.where(np.isnan(raw), known.fill, raw)
        if known.mean == 0 and known.scale == 1:
            return filled[:, None]
        if abs(known.mean) < 1e150:
            return ((filled - known.mean) / known.scale)[:, None]
        return (filled / known.scale - known.mean / known.scale)[:, None]

    def read(self, given: Sequence[object] | NDArray[Any]) -> Column:
        """Return values typed in or given by a program as a column like the one learned from."""
        _refuse_mishap(self.column, given)
        if self.column.kind == "number":
            if isinstance(given, np.ndarray) and given.dtype.kind in "fiu":
                return Column(self.column.name, "number", _finite(self.column.name, given))
            numbers = [_number_given(self.column.name, value) for value in given]
            return Column(self.column.name, "number", np.array(numbers, dtype=float))
        dates = [_date_given(self.column.name, value) for value in given]
        return Column(self.column.name, self.column.kind, words(dates))

    def to_dict(self) -> dict[str, Any]:
        known = self.feature
        return {
            "name": self.column.name,
            "kind": "date" if self.column.kind == "date" else "number",
            "mean": known.mean,
            "scale": known.scale,
            "fill": known.fill,
        }


@dataclass(frozen=True)
class CategoryEncoder:
    """A word: one feature per known word, 1 where it is the row's word, else 0 (one-hot)."""

    column: Column
    categories: tuple[str, ...]
    fill: str
    treatments: tuple[Treatment, ...]

    @property
    def features(self) -> tuple[Feature, ...]:
        name = self.column.name
        return tuple(
            Feature(f"{name} = {word}", name, word, fill=float(word == self.fill))
            for word in self.categories
        )

    def encode(self, column: Column) -> Floats:
        codes = codes_of(column, self.categories)
        codes = np.where(codes < 0, self.categories.index(self.fill), codes)
        hot = np.zeros((len(codes), len(self.categories)))
        hot[np.arange(len(codes)), codes] = 1.0
        return hot

    def read(self, given: Sequence[object] | NDArray[Any]) -> Column:
        """Return the words given; refuse one that the data does not have."""
        _refuse_mishap(self.column, given)
        found = [_word_given(value) for value in given]
        for word in found:
            if word is not None and word not in self.categories:
                known = ", ".join(self.categories[:12])
                more = ", …" if len(self.categories) > 12 else ""
                raise DataError(
                    f"Column {self.column.name!r} has no {word!r}; it knows: {known}{more}."
                )
        return Column(self.column.name, "category", words(found))

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.column.name,
            "kind": "category",
            "categories": list(self.categories),
            "fill": self.fill,
        }


Encoder = NumberEncoder | CategoryEncoder


def learn(
    column: Column, train: NDArray[np.intp], fill: Literal["mean", "median"], standardize: bool
) -> Encoder:
    """Learn from the training rows of one column how to turn it into numbers."""
    numeric = column.kind in ("number", "date")
    return (
        _learn_number(column, train, fill, standardize) if numeric else _learn_words(column, train)
    )


def numbers_of(column: Column) -> Floats:
    """Return a column of numbers as it is, and one of dates as days since 1970."""
    if column.kind == "number":
        return np.asarray(column.values, dtype=float)
    days = (math.nan if v is None else date_number(v) for v in column.values)
    return np.fromiter(days, float, len(column.values))


def _learn_number(
    column: Column, train: NDArray[np.intp], fill: Literal["mean", "median"], standardize: bool
) -> NumberEncoder:
    name, done = column.name, []
    if column.kind == "date":
        done.append(Treatment(name, "dates are counted as days since 1970"))
    numbers = numbers_of(column)
    seen = numbers[train]
    known = seen[~np.isnan(seen)]
    middle = _middle(known, fill)
    gaps = int(np.count_nonzero(np.isnan(numbers)))
    if gaps:
        how = f"the training rows' {fill}" if known.size else "0, as no training row has a value"
        value = date_word(middle) if column.kind == "date" else f"{middle:.4g}"
        done.append(Treatment(name, f"gaps filled with {how}", f"{counted(gaps, 'gap')}, {value}"))
    mean, scale = 0.0, 1.0
    if standardize:
        mean, scale = mean_and_deviation(np.where(np.isnan(seen), middle, seen))
        if scale > 1e-14 * abs(mean):
            detail = f"minus {mean:.4g}, divided by {scale:.4g}"
            done.append(Treatment(name, "standardised", detail))
        else:
            scale = 1.0
            done.append(Treatment(name, "has one value only in the training rows; not scaled"))
    feature = Feature(name, name, mean=mean, scale=scale, fill=middle)
    return NumberEncoder(column, feature, tuple(done))


def _middle(known: Floats, fill: Literal["mean", "median"]) -> float:
    if known.size == 0:
        return 0.0
    if fill == "mean":
        return mean_and_deviation(known)[0]
    return float(np.median(known / 2)) * 2  # halved: the middle two of huge values add up to inf


def _learn_words(column: Column, train: NDArray[np.intp]) -> CategoryEncoder:
    name = column.name
    known = sorted(word for word, _ in column.counts)
    if len(known) > MOST_CATEGORIES:
        raise DataError(
            f"Column {name!r} has {len(known)} different words, more than the {MOST_CATEGORIES} "
            f"that can become features; switch it off."
        )
    seen = column.take(train).most_frequent or column.most_frequent or ""
    what = "one feature of 0 or 1 for each word (one-hot)"
    done = [Treatment(name, what, counted(len(known), "word"))]
    if column.missing:
        what = "gaps filled with the training rows' most frequent word"
        done.append(Treatment(name, what, f"{counted(column.missing, 'gap')}, {seen}"))
    if len(known) == 1:
        done.append(Treatment(name, "has one word only, so it tells the model nothing"))
    return CategoryEncoder(column, tuple(known), seen, tuple(done))


def _refuse_mishap(column: Column, given: Sequence[object] | NDArray[Any]) -> None:
    """Refuse NaN, which is rather a mishap than a gap, for a column that never had gaps."""
    if column.missing:
        return
    if isinstance(given, np.ndarray) and given.dtype.kind == "f":
        is_nan = np.isnan(given)
    else:
        nan = (isinstance(v, float | np.floating) and math.isnan(v) for v in given)
        is_nan = np.fromiter(nan, bool, len(given))
    if is_nan.any():
        raise DataError(
            f"Column {column.name!r} is NaN in row {int(np.argmax(is_nan)) + 1} of those given; "
            "mend it, or give None where a value is missing."
        )


def _finite(name: str, given: NDArray[Any]) -> Floats:
    numbers = given.astype(float)
    if np.isinf(numbers).any():
        raise DataError(f"Column {name!r} needs a finite number, not infinity.")
    return numbers


def _number_given(name: str, value: object) -> float:
    if value is None or (isinstance(value, str) and is_missing(value)):
        return math.nan
    number = parse_number(value) if isinstance(value, str) else _as_float(value)
    if number is None or math.isinf(number):
        raise DataError(f"Column {name!r} needs a number, not {value!r}.")
    return number


def _as_float(value: object) -> float | None:
    if isinstance(value, np.complexfloating):  # numpy would drop half of it, with a warning
        return None
    try:
        return float(value)  # type: ignore[arg-type]  # what cannot be a float is told below
    except (TypeError, ValueError):
        return None


def _date_given(name: str, value: object) -> str | None:
    word = _word_given(value)
    if word is not None and math.isnan(date_number(word)):
        raise DataError(f"Column {name!r} needs a date such as 2024-05-31, not {value!r}.")
    return word


def _word_given(value: object) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, int | float | np.number):
        return number_word(float(value))
    word = str(value).strip()
    return None if word.lower() in MISSING_WORDS else word
