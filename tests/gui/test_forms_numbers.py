"""Numbers as people type them, and where the arrows lead."""

from __future__ import annotations

import pytest

from gd_studio.gui.forms.numbers import inside, read, stepped, written
from gd_studio.settings import Setting


def number(**bounds: float | str | bool) -> Setting:
    known: dict[str, object] = {"editor": "number", "default": 0.1} | bounds
    return Setting(name="n", title="N", help="", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("0,1", 0.1), ("1 500", 1500.0), ("−2", -2.0), (".5", 0.5), ("3", 3.0)],
)
def test_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    assert read(text, whole=False) == value


@pytest.mark.parametrize(("text", "value"), [("1 500", 1500), ("1,500", 1500), ("2e3", 2000)])
def test_whole_numbers_are_read_as_people_type_them(text: str, value: int) -> None:
    assert read(text, whole=True) == value


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "1e999", "1..2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read(text, whole=False)


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(ValueError, match="whole"):
        read("1.5", whole=True)


def test_a_long_whole_number_keeps_its_last_figure() -> None:
    assert read("4294967295", whole=True) == 4294967295


@pytest.mark.parametrize("value", [0.1, 1e-8, 2.0, 1 / 3, 123456.789, 1e22, -0.5])
def test_what_is_written_reads_back_the_same(value: float) -> None:
    assert read(written(value), whole=False) == value


def test_numbers_are_written_short() -> None:
    values = (1.0, 0.1, 1e-8, 1500, 1e22)
    assert [written(value) for value in values] == ["1", "0.1", "1e-8", "1500", "1e22"]


def test_a_rate_is_stepped_over_powers_of_ten() -> None:
    rate = number(scale="log", minimum=0.0, open_minimum=True, maximum=1000.0)
    up = [0.1]
    for _ in range(6):
        up.append(float(stepped(up[-1], 1, rate)))
    assert up == [0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0]
    assert stepped(1.0, -1, rate) == 0.7
    assert stepped(1e-12, -1, rate) > 0
    assert stepped(1000.0, 1, rate) == 1000.0


def test_a_share_is_stepped_by_hundredths_and_stays_in_bounds() -> None:
    share = number(minimum=0.0, maximum=0.9)
    assert stepped(0.13, 1, share) == 0.14
    assert stepped(0.9, 1, share) == 0.9
    assert stepped(0.005, -3, share) == 0.0
    assert stepped(0.2, 1, share, factor=100.0) == 0.21


def test_whole_numbers_are_stepped_by_one_or_by_a_round_part() -> None:
    count = number(editor="integer", minimum=1)
    assert stepped(8, 1, count) == 9
    assert stepped(400, 1, count) == 410
    assert stepped(1, -1, count) == 1
    assert isinstance(stepped(8, 1, count), int)


def test_open_bounds_are_outside() -> None:
    rate = number(minimum=0.0, open_minimum=True, maximum=1.0)
    assert not inside(0.0, rate)
    assert inside(1.0, rate)
