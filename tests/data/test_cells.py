from __future__ import annotations

import math

import pytest

from gd_studio.data.cells import date_number, date_word, parse_number, plain_number


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1", 1), (" -2.5 ", -2.5), ("1e-3", 1e-3), (".5", 0.5), ("1,234", 1234),
     ("1,234,567.8", 1234567.8), ("1 234.5", 1234.5), ("12 %", 12), ("$1,200", 1200),
     ("-$5", -5), ("3 €", 3), ("+4", 4)],
)  # fmt: skip
def test_a_number_is_read_in_any_dress(cell: str, value: float) -> None:
    assert parse_number(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"), [("1,5", 1.5), ("-0,25", -0.25), ("1.234,5", 1234.5), ("7", 7)]
)
def test_a_decimal_comma_is_read(cell: str, value: float) -> None:
    assert parse_number(cell, ",") == value


@pytest.mark.parametrize("cell", ["", "abc", "1,23,4", "12a", "1_000", "1-2", "2024-01-01", "%"])
def test_a_word_is_no_number(cell: str) -> None:
    assert parse_number(cell) is None


def test_a_leading_zero_makes_a_word() -> None:
    assert plain_number("007") is None
    assert plain_number("0.7") == 0.7
    assert plain_number("0") == 0
    assert math.isnan(plain_number(" n/a ") or 0)


@pytest.mark.parametrize("cell", ["1970-01-11", "11.1.1970", "1970/01/11", "1970-01-11T10:30:00Z"])
def test_a_date_counts_days_since_1970(cell: str) -> None:
    assert date_number(cell) == 10
    assert date_word(10) == "1970-01-11"


@pytest.mark.parametrize("cell", ["2024-13-40", "yesterday", "1.5", "12"])
def test_what_is_no_date_is_not_a_number_of_days(cell: str) -> None:
    assert math.isnan(date_number(cell))
