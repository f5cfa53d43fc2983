"""Plots in the cards of the smallest window, 1024 by 640: words are shortened, not cut in half."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.appearance import apply_theme
from gd_studio.gui.eliding_box import ElidingBox
from gd_studio.gui.parameter_names import shorter_name
from gd_studio.gui.plots.actual_view import ActualView
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.confusion_view import ConfusionView
from gd_studio.gui.plots.depth import DepthPlot
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.plots.points import SIZE, SMALL
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.ray import SHORT_TITLES, RayPlot
from gd_studio.gui.plots.weights import WeightsPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import CLASS_SIGNS, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import trained

CARD = (229, 209)
CASES: dict[str, dict[str, Any]] = {
    "diabetes": {"data": {"kind": "diabetes"}, "optimizer": {"learning_rate": 0.01}},
    "wine": {"data": {"kind": "wine"}, "model": {"hidden": [4]}},
    "digits": {"data": {"kind": "digits"}, "model": {"hidden": [4]}},
    "iris": {"data": {"kind": "iris"}, "model": {"hidden": [4]}},
}
VIEWS = {
    "diabetes": ("actual", "residuals", "histogram", "failure"),
    "wine": ("confusion", "roc", "precision", "failure"),
    "digits": ("confusion", "roc", "failure"),
}
PAIRS = [(case, view) for case, views in VIEWS.items() for view in views]


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    apply_theme(qapp, LIGHT)  # what has room depends on the look of the window


@cache
def frame_of(case: str) -> Frame:
    return trained(CASES[case], 8)


def rest(rounds: int = 6) -> None:
    for _ in range(rounds):
        QCoreApplication.processEvents()


def tip_of(widget: QWidget) -> str:
    """Return what a widget says under the mouse."""
    at = QPoint(5, 5)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    return QToolTip.text()


Plot = TypeVar("Plot", bound=PlotPanel)


def in_card(qtbot: QtBot, plot: Plot, case: str = "", size: tuple[int, int] = CARD) -> Plot:
    """Return a plot in a card of a size, with the frame of a case."""
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show()
    if case:
        plot.set_frame(frame_of(case))
    return plot


def shown(qtbot: QtBot, case: str, view: str) -> PredictionPlot:
    plot = in_card(qtbot, PredictionPlot(LIGHT, Selection()), case)
    plot.set_view(view)
    qtbot.waitUntil(lambda: not plot.is_computing, timeout=10_000)
    rest()
    return plot


@pytest.mark.parametrize(("case", "view"), PAIRS)
def test_every_view_of_the_prediction_is_said_in_words_that_fit(
    qtbot: QtBot, case: str, view: str
) -> None:
    plot = shown(qtbot, case, view)
    # The upright name of a slice's column may be cut: the box above the plot has it, too.
    sides = ("bottom",) if view == "failure" else ("bottom", "left")
    names = [plot.plot_item.getAxis(side).labelText for side in sides]
    ticks = plot.plot_item.getAxis("bottom")._tickLevels or []  # noqa: SLF001
    names += [text for level in ticks for _, text in level]
    assert not any("…" in (name or "") for name in names), names
    detail = plot.header.detail
    fitting = [text for text, _, _ in detail._fitting()]  # noqa: SLF001
    assert detail._width(fitting + [""] * (len(detail._pieces) - len(fitting))) <= (  # noqa: SLF001
        detail.width()
    )
    assert detail.shown_text != "" or not detail.text()
    assert not plot.note.painted_words().endswith("…")


def test_the_matrix_gives_up_scores_before_it_cuts_a_name_or_a_head(qtbot: QtBot) -> None:
    plot = shown(qtbot, "wine", "confusion")
    view = plot._views["confusion"]  # noqa: SLF001
    assert isinstance(view, ConfusionView)

    def texts() -> list[str]:
        return [tag.text for tag in view._tags if tag.text]  # noqa: SLF001

    # Five ranges a second.
    qtbot.waitUntil(lambda: not any("…" in text for text in texts()), timeout=2000)
    assert "● cultivar 1" in texts()
    assert "recall" not in texts()
    plot.resize(390, 340)
    qtbot.waitUntil(lambda: "recall" in texts(), timeout=2000)


@pytest.mark.parametrize(("view", "word"), [("roc", "AUC "), ("precision", "AP ")])
def test_a_number_is_said_with_its_name(qtbot: QtBot, view: str, word: str) -> None:
    plot = shown(qtbot, "wine", view)
    assert plot.header.detail.shown_text.startswith(word)


@pytest.mark.parametrize("width", [CARD[0], 260, 320, 390])
def test_a_slice_shows_the_signs_of_all_classes_or_of_none(qtbot: QtBot, width: int) -> None:
    plot = shown(qtbot, "wine", "map")
    plot.resize(width, CARD[1])
    rest()
    said = plot.header.detail.shown_text
    assert [sign in said for sign in CLASS_SIGNS[:3]] in ([True] * 3, [False] * 3)


def test_a_slice_of_values_says_its_row_rather_than_what_is_hollow(qtbot: QtBot) -> None:
    plot = shown(qtbot, "diabetes", "map")
    assert plot.header.detail.shown_text.strip().startswith("row ")


def test_a_long_name_of_the_baseline_covers_no_beginning_of_a_curve(qtbot: QtBot) -> None:
    plot = in_card(qtbot, LossPlot(LIGHT, Selection()), "wine")
    rest()
    tag = plot.marks.labels.tags["baseline"]
    assert tag.text.startswith("baseline ")
    assert tag.box.width() < 0.7 * plot.plot_item.getViewBox().width()


def test_a_low_map_of_failure_leaves_the_sum_to_the_tooltip(qtbot: QtBot) -> None:
    plot = shown(qtbot, "diabetes", "failure")
    assert plot.note.text().startswith("Slice through row")
    assert "Sum of row losses" not in plot.note.painted_words()
    assert "Sum of row losses" in plot.note.toolTip()
    assert plot.plot_item.getViewBox().height() > 50
    plot.resize(420, 400)
    rest()
    assert "Sum of row losses" in plot.note.painted_words()
    assert plot.note.toolTip() == ""


def test_points_are_smaller_where_they_would_cover_the_plot(qtbot: QtBot) -> None:
    plot = shown(qtbot, "diabetes", "actual")
    view = plot._views["actual"]  # noqa: SLF001
    assert isinstance(view, ActualView)
    assert view.points._items[0].opts["size"] == SMALL  # noqa: SLF001
    plot.resize(500, 460)
    rest()
    assert view.points._items[0].opts["size"] == SIZE  # noqa: SLF001


@pytest.mark.parametrize("size", [CARD, (390, 340), (300, 180)])
def test_pixels_of_weights_as_images_are_square(qtbot: QtBot, size: tuple[int, int]) -> None:
    plot = in_card(qtbot, WeightsPlot(LIGHT, Selection()), "digits", size)
    plot.set_view("tiles")

    def is_square() -> bool:
        across, upwards = plot.pixel_size()
        return across == pytest.approx(upwards, rel=0.02)

    qtbot.waitUntil(is_square, timeout=2000)  # five ranges a second
    mosaic = plot._pictures.tiles.mosaic  # noqa: SLF001
    assert mosaic is not None
    (left, right), (bottom, top) = plot.plot_item.getViewBox().viewRange()
    assert left < 0 < mosaic.width < right
    assert bottom < -mosaic.height
    assert top >= 0


def test_weights_are_named_by_layer_and_input_where_all_of_the_name_has_no_room(
    qtbot: QtBot,
) -> None:
    plot = in_card(qtbot, WeightsPlot(LIGHT, Selection()), "diabetes")
    rest()
    written = [tag.text for tag in plot.lines.tags if tag.text]
    assert written
    layers = ("h1: ", "h2: ", "out: ")  # none of them whole, for not all have room
    assert all(text.startswith(layers) for text in written)
    assert plot.header.detail.shown_text == "five movers"


def test_the_title_along_the_gradient_makes_room_for_the_rate(qtbot: QtBot) -> None:
    plot = in_card(qtbot, RayPlot(LIGHT, Selection()))
    for view in ("ray", "strip"):
        plot.set_view(view)
        plot.set_frame(frame_of("wine"))
        qtbot.waitUntil(lambda: plot.found is not None and not plot.is_computing, timeout=10_000)
        rest()
        assert plot.header.title.shown_text == SHORT_TITLES[view]
        assert plot.header.detail.shown_text.startswith("rate " if view == "ray" else ("0", "−"))
    plot.shutdown()


def test_shares_of_saturated_units_are_said_per_cent(qtbot: QtBot) -> None:
    plot = in_card(qtbot, DepthPlot(LIGHT, Selection()), "wine", (390, 340))
    plot.set_measure("flat")
    qtbot.waitUntil(lambda: not plot.is_computing, timeout=10_000)
    rest()
    assert plot.header.detail.text().endswith((" %", "none"))
    plot.set_measure("gradient")
    assert "%" not in plot.header.detail.text()
    plot.shutdown()


@pytest.mark.parametrize("elide", [Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle])
def test_a_narrow_list_shortens_its_choice_with_dots(
    qtbot: QtBot, elide: Qt.TextElideMode
) -> None:
    box = ElidingBox(elide)
    qtbot.addWidget(box)
    name = "hidden 1: blood pressure → 5"
    box.addItem(name)
    box.resize(110, box.sizeHint().height())
    start, dots, end = box.shown_text.partition("…")
    assert dots
    assert name.startswith(start)
    assert name.endswith(end)
    assert QFontMetricsF(box.font()).horizontalAdvance(box.shown_text) < 110
    box.resize(400, box.height())
    assert box.shown_text == name


def test_a_list_of_parameters_says_less_of_the_layer_before_it_cuts_a_name(qtbot: QtBot) -> None:
    box = ElidingBox(Qt.TextElideMode.ElideMiddle, shorter_name)
    qtbot.addWidget(box)
    box.addItem("hidden 1: bmi → 5")
    box.resize(120, box.sizeHint().height())
    box.setToolTip("Which weight is looked at.")
    assert box.shown_text == "h1: bmi → 5"
    assert tip_of(box) == "hidden 1: bmi → 5\nWhich weight is looked at."
    box.resize(400, box.height())
    assert tip_of(box) == "Which weight is looked at."


def test_names_of_classes_are_cut_together_and_the_row_of_a_slice_goes_last(qtbot: QtBot) -> None:
    plot = shown(qtbot, "iris", "map")
    line = plot.header.detail
    seen: list[str] = []
    for width in range(line.sizeHint().width(), 30, -1):
        line.resize(width, line.height())
        if not seen or line.shown_text != seen[-1]:
            seen.append(line.shown_text)
    assert seen[0].startswith("slice through row ")
    named = [text for text in seen if "versi" in text]
    assert all("setosa" in text and "row " in text for text in named)
    assert any("● setosa" in text and "▲ versi…" in text for text in named)
    assert any("row " in text and "setosa" not in text for text in seen)
    assert "row" not in seen[-1]
