"""Axis labels: round, inside the frame, never on one another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from gd_studio.gui.numbers import MINUS, NARROW_SPACE, at_spacing, brief, exact, fixed
from gd_studio.gui.plots.axes import (
    Scale,
    along,
    beside,
    name_in,
    name_place,
    round_up,
    round_values,
)
from gd_studio.gui.plots.colour_bar import fitting_ends
from gd_studio.gui.plots.labels import spread


def test_round_values_are_round_and_inside() -> None:
    values, spacing = round_values(-0.3, 1.1, 4)
    assert spacing == 0.5
    assert values == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("given", "wanted"), [(0.72, 0.75), (1100, 1500), (3, 3), (0.0011, 0.0015)]
)
def test_round_up_gives_the_next_round_number(given: float, wanted: float) -> None:
    assert round_up(given) == pytest.approx(wanted)


def test_while_racing_an_axis_has_half_as_many_round_ends() -> None:
    steps = range(100, 100_000)
    usual, racing = ({round_up(last, mode) for last in steps} for mode in (False, True))
    assert len(racing) <= 0.6 * len(usual)
    assert racing < usual
    assert all(round_up(last, True) < 2.01 * last for last in steps)


@pytest.mark.parametrize("pixels", [40, 120, 250, 600, 2000])
@pytest.mark.parametrize("scale", [Scale(unit="steps"), Scale("a rather long name", ends=True)])
def test_labels_stay_inside_and_apart(qapp: QApplication, pixels: float, scale: Scale) -> None:
    metrics = QFontMetricsF(QFont())
    low, high = -120.0, 1480.0
    labels = along(low, high, pixels, scale, metrics)
    per = pixels / (high - low)
    spans = [
        ((label.at - low) * per, metrics.horizontalAdvance(label.text) / 2) for label in labels
    ]
    for (at, half), (next_at, next_half) in pairwise(spans):
        assert next_at - next_half >= at + half
    if pixels >= 120:
        assert all(at - half >= -0.01 and at + half <= pixels + 0.01 for at, half in spans)


def test_the_name_of_an_axis_stands_under_its_ends_where_it_has_no_room_between(
    qapp: QApplication,
) -> None:
    metrics, scale = QFontMetricsF(QFont()), Scale("PC 1 (97 %)", ends=True, short="PC 1")

    def place(pixels: float, lines: float) -> str:
        found = name_place(-5.6, 3.7, pixels, lines, scale, metrics)
        texts = [label.text for label in along(-5.6, 3.7, pixels, scale, metrics, found)]
        ends = [f"{MINUS}5.6", "3.7"]
        name = {"under": [], "instead": None}.get(found, [name_in(scale, pixels - 90, metrics)])
        assert texts == ([] if name is None else [ends[0], *name, ends[1]])
        return found

    assert place(300, 4) == place(300, 20) == "between"
    assert place(90, 8) == "under"
    assert place(60, 4) == "instead"


def test_the_name_of_an_axis_does_not_go_up_and_down_with_the_width_of_its_ends(
    qapp: QApplication,
) -> None:
    metrics, scale = QFontMetricsF(QFont()), Scale("PC 1 (97 %)", ends=True)
    for pixels in range(80, 260):
        seen = {name_place(low, 1.5, pixels, 9, scale, metrics) for low in (-1.0, -5.6, -9.9)}
        assert len(seen) == 1
    widths = [w for w in range(80, 260) if name_place(0, 1, w, 9, scale, metrics) == "between"]
    for width in (widths[0], widths[0] + 8):
        assert name_place(0, 1, width, 9, scale, metrics, "under") == "under", "it stays a while"


def test_a_vertical_axis_has_its_short_name_between_its_ends(qapp: QApplication) -> None:
    labels = beside(-1.5, 2.0, 250, Scale("y", ends=True), QFontMetricsF(QFont()))
    assert [label.text for label in labels] == [f"{MINUS}1.5", "y", "2.0"]


def test_a_log_axis_is_labelled_in_powers_of_ten(qapp: QApplication) -> None:
    labels = beside(-3, 1, 250, Scale(log=True), QFontMetricsF(QFont()))
    assert [label.text for label in labels] == ["0.001", "0.01", "0.1", "1", "10"]


def test_numbers_are_written_with_a_true_minus_and_narrow_spaces() -> None:
    assert fixed(-0.0914) == f"{MINUS}0.091"
    assert fixed(0.00041) == "0.00041"
    assert exact(float("nan")) == "not a number"
    assert exact(1234567.0) == f"1{NARROW_SPACE}234{NARROW_SPACE}567"
    assert exact(1.14e7, 2) == "1.1e7"
    assert at_spacing(0.25, 0.25) == "0.25"
    assert at_spacing(-0.0, 0.5) == "0"


def test_spread_moves_labels_apart_and_keeps_their_order() -> None:
    places = spread([0.5, 0.51, 0.49, 0.9], 0.1, 0.0, 1.0)
    order = np.argsort(places)
    assert order.tolist() == [2, 0, 1, 3]
    assert np.diff(np.sort(places)).min() >= 0.1 - 1e-9
    assert min(places) >= 0
    assert max(places) <= 1


def test_spread_leaves_labels_that_are_apart_where_they_are() -> None:
    assert spread([0.8, 0.2], 0.1, 0.0, 1.0) == [0.8, 0.2]


@pytest.mark.parametrize("height", [90, 160, 320])
@pytest.mark.parametrize("reach", [1.5e-8, 0.04, 4.0, 1.5e6, 4e149, 7.5e300])
def test_an_axis_of_any_size_has_a_number_besides_0(
    qapp: QApplication, reach: float, height: int
) -> None:
    metrics = QFontMetricsF(qapp.font())
    for low, high in ((-reach, reach), (-0.02 * reach, reach), (-reach, 0.02 * reach)):
        texts = [label.text for label in beside(low, high, height, Scale(), metrics)]
        assert len(texts) >= 2
        assert any(text != "0" for text in texts)


def test_numbers_close_together_are_written_apart() -> None:
    assert at_spacing(0.216245, 5e-6) == "0.216245"
    said = [at_spacing(0.216 + k * 2.5e-6, 2.5e-6) for k in range(3)]
    assert said == ["0.2160000", "0.2160025", "0.2160050"]
    assert at_spacing(2e-7, 1e-7) == f"2e{MINUS}7"


def test_the_ends_of_a_count_are_whole(qapp: QApplication) -> None:
    labels = along(1, 18, 300, Scale("rank", ends=True, whole=True), QFontMetricsF(QFont()))
    assert [label.text for label in labels] == ["1", "rank", "18"]


@pytest.mark.parametrize("value", [-4.44e-16, -9.99e-10, 1.2e-4, -0.0123, -1e-101, -1.24e-9])
def test_a_brief_number_is_at_most_seven_letters(value: float) -> None:
    said = brief(value)
    assert len(said) <= 7
    assert float(said.replace(MINUS, "-")) == pytest.approx(value, rel=0.15)


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (6, ("high\n(worse)\n≥ 1.5", "0.2\nlow\n(better)")),
        (5, ("≥ 1.5", "0.2")),
        (1, ("≥ 1.5", "")),
    ],
)
def test_a_low_colour_bar_keeps_its_numbers(lines: int, ends: tuple[str, str]) -> None:
    assert fitting_ends("high\n(worse)\n≥ 1.5", "0.2\nlow\n(better)", lines) == ends


def test_a_name_without_room_is_short_then_shortest_then_cut_where_it_tells_least(
    qapp: QApplication,
) -> None:
    metrics = QFontMetricsF(QFont())
    names = ("hidden 1: body mass → 5 (3 %)", "hidden 1: body mass → 5", "h1: body mass → 5")
    scale = Scale(names[0], ends=True, short=names[1], shortest=names[2])
    for name in names:
        assert name_in(scale, metrics.horizontalAdvance(name), metrics) == name
    cut = name_in(scale, metrics.horizontalAdvance(names[2]) - 20, metrics)
    assert cut.startswith("h1: ")
    assert cut.endswith("→ 5")
    assert name_in(Scale("predicted price", short="predicted"), 30, metrics).endswith("…")
