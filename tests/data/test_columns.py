from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.data.columns import typed
from gd_studio.data.dataset import words


def test_rare_text_among_numbers_counts_as_missing_and_is_said() -> None:
    cells = words([str(i) for i in range(40)] + ["broken", "gone"])
    column, notes = typed("x", cells)
    assert column.kind == "number"
    assert column.missing == 2
    assert "2 cells are not a number" in notes[0]
    assert "'broken' in row 41" in notes[0]


def test_much_text_among_numbers_makes_categories() -> None:
    column, notes = typed("size", words(["36", "38", "S", "M"] * 5))
    assert (column.kind, column.distinct) == ("category", 4)
    assert notes == ()


def test_infinite_numbers_count_as_missing() -> None:
    column, notes = typed("x", words([*map(str, range(30)), "inf", "1e999"]))
    assert column.missing == 2
    assert "infinite numbers count as missing (2)" in notes[0]


def test_signs_of_money_and_share_are_read_away_and_said() -> None:
    column, notes = typed("price", words(["$1,200", "$3", ""]))
    assert column.values[:2].tolist() == [1200, 3]
    assert "$" in notes[0]


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("when", ["2024-01-31", "2024-02-01", "?"], "date"),
        ("colour", ["red", "blue", "red"], "category"),
        ("remark", [f"it was {i} times" for i in range(51)], "text"),
        ("customer_id", ["A1", "B2", "C3"], "identifier"),
        ("reference", [f"X-{i}" for i in range(100)], "identifier"),
        ("zip", ["01067", "10115", "01067"], "category"),
    ],
)
def test_words_are_typed_by_what_they_say(name: str, cells: list[str], kind: str) -> None:
    column, _ = typed(name, words(cells))
    assert column.kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [("id", "identifier"), ("customerId", "identifier"), ("Order No.", "identifier"),
     ("x", "number"), ("humid", "number"), ("year", "number"), ("paid", "number")],
)  # fmt: skip
def test_numbers_that_name_rows_are_identifiers(name: str, kind: str) -> None:
    column, _ = typed(name, np.arange(10.0))
    assert column.kind == kind


def test_an_id_that_repeats_is_a_number() -> None:
    column, _ = typed("id", np.array([1.0, 1, 2, 3]))
    assert column.kind == "number"


def test_a_target_is_never_an_identifier_a_date_or_text() -> None:
    for cells in (["2024-01-31", "2024-02-01"], [f"word {i}" for i in range(60)]):
        column, _ = typed("id", words(cells), target=True)
        assert column.kind == "category"
    column, _ = typed("id", np.arange(10.0), target=True)
    assert column.kind == "number"


def test_an_empty_column_is_missing_numbers() -> None:
    column, _ = typed("x", words(["", "?", "NA"]))
    assert column.missing == 3
    assert column.mean is None
    assert column.most_frequent is None


def test_a_column_counts_what_it_holds() -> None:
    column, _ = typed("x", np.array([1.0, 1.0, 2.0, math.nan]))
    assert (column.distinct, column.missing, column.most_frequent) == (2, 1, "1")
    assert column.mean == pytest.approx(4 / 3)
