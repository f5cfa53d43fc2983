"""Numbers on screen: true minus, no false digits, no needless powers."""

from __future__ import annotations

import math

import pytest

from gd_studio.gui.numbers import brief, counted, exact, factor, fixed, percent, typeset, whole

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0123, "−0.012"),
        (-0.0009, "−9.0e−4"),
        (0.00012, "1.2e−4"),
        (0.0, "0"),
        (-99_999.0, f"−99{NARROW}999"),
        (-1_234_567.0, "−1.2e6"),
        (-1.71e22, "−1.7e22"),
        (-2.4e101, "−2e101"),
        (math.nan, "NaN"),
    ],
)
def test_a_brief_value_has_at_most_seven_letters(value: float, text: str) -> None:
    assert brief(value) == text
    assert len(text) <= 7


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 5, "0"),
        (-2.15143, 5, "\u22122.1514"),
        (999.6, 3, f"1{NARROW}000"),
        (99999.7, 5, f"100{NARROW}000"),
        (1587.3, 3, f"1{NARROW}587"),
        (1.25e9, 3, "1.25e9"),
        (-0.0000123, 3, "\u22121.23e-5"),
        (math.inf, 3, "∞"),
        (math.nan, 3, "not a number"),
    ],
)
def test_a_value_has_its_significant_digits(value: float, digits: int, text: str) -> None:
    assert exact(value, digits).replace("e\u2212", "e-") == text


def test_losses_factors_shares_and_counts() -> None:
    assert fixed(0.12345) == "0.123"
    assert fixed(0.00012345) == exact(0.00012345, 3)
    assert factor(-0.5) == "(\u22120.5)"
    assert percent(0.9631) == "96.3 %"
    assert percent(math.inf).endswith("∞ %")
    assert whole(12000) == f"12{NARROW}000"
    assert (counted(1, "row"), counted(2, "row")) == ("1 row", "2 rows")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("by then -1.104e+150, at 900.", "by then −1.104e150, at 900."),
        ("grew 1.8e+03-fold (2.5e-05)", "grew 1\u202f800-fold (2.5e−5)"),
        ("from -0.5 to 3, a half-life of step-3", "from −0.5 to 3, a half-life of step-3"),
        ("dates 2024-01-05 and one-hot-2 stay", "dates 2024-01-05 and one-hot-2 stay"),
    ],
)
def test_sentences_of_the_library_have_the_numbers_of_the_window(said: str, written: str) -> None:
    assert typeset(said) == written
