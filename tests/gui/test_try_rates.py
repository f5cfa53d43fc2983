"""Try rates: sixteen futures beside the run, over the slider's axis; one can be taken."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.engine.optimizers import Newton
from gd_studio.experiment.rate_trial import TriedRates
from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.panels.rates_plot import RatesPlot
from gd_studio.gui.panels.try_rates import TryRates, as_table, outcome, told
from tests.experiment.experiments import line, small, small_with
from tests.gui.desk import Desk
from tests.session.inline import run_of

NOTHING = Qt.KeyboardModifier.NoModifier


def panel_of(desk: Desk) -> TryRates:
    panel: TryRates = desk.window.desk.training_panel.rates
    return panel


def tried(desk: Desk) -> TriedRates:
    """Ask by the action, and return what came of it."""
    desk.act("try_rates")
    desk.wait(lambda: panel_of(desk).tried is not None)
    found = panel_of(desk).tried
    assert found is not None
    return found


def plot_of(desk: Desk) -> RatesPlot:
    plot = panel_of(desk).plot
    assert plot is not None
    return plot


def test_sixteen_rates_over_the_sliders_axis_end_where_runs_of_their_own_would(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, small())
    desk.step(3)
    found = tried(desk)
    assert tuple(found.rates) == RateAxis().spread(16)
    assert (found.from_step, found.steps) == (3, 200)
    for index in (4, 9, 12):
        alone = run_of(small(), 3)
        alone.edit({"optimizer.learning_rate": float(found.rates[index])})
        alone.advance(200)
        assert found.losses[index] == pytest.approx(alone.evaluate()["total"], rel=1e-7)


def test_the_run_is_untouched_and_no_point_of_history_is_added(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    desk.step(3)
    tried(desk)
    recorded = desk.window.session.recorded()
    assert recorded is not None
    assert recorded.tape.acts == ()
    assert recorded.tape.last_step == desk.frame.last_step == 3
    desk.step(2)
    assert (desk.frame.parameters == run_of(small(), 5).parameters).all()


def test_a_click_takes_a_rate_as_an_edit_that_undo_takes_back(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    desk.step(3)
    before = desk.frame.experiment.optimizer.learning_rate
    found = tried(desk)
    plot = plot_of(desk)
    desk.wait(plot.isVisible)
    at = plot.place(9).toPoint()
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, NOTHING, at)
    rate = float(found.rates[9])
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == rate)
    assert desk.frame.step == 3
    desk.act("undo")
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == before)


def test_the_keyboard_goes_from_rate_to_rate_and_enter_takes_one(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    found = tried(desk)
    plot = plot_of(desk)
    desk.wait(plot.isVisible)
    plot.setFocus()
    start = plot.value()
    assert start == found.best
    desk.key(Qt.Key.Key_Left)
    assert plot.value() == start - 1
    assert panel_of(desk).looked_at.full_text == outcome(found, start - 1)
    assert desk.frame.step == 0
    desk.key(Qt.Key.Key_Return)
    rate = float(found.rates[start - 1])
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == rate)


def test_a_second_order_method_is_refused_with_the_reason(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small_with(Newton()))
    desk.act("try_rates")
    words = panel_of(desk).words
    desk.wait(lambda: "Newton's method works out by itself" in words.text())
    assert panel_of(desk).tried is None


def test_closing_and_another_run_put_the_rates_away(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    tried(desk)
    panel_of(desk).close_rates()
    assert panel_of(desk).isHidden()
    tried(desk)
    desk.act("reset")
    desk.wait(panel_of(desk).isHidden)
    assert panel_of(desk).tried is None


ENDS = TriedRates(
    np.array([0.01, 0.1, 1.0, 10.0]), np.array([0.5, 0.125, 3.0, math.nan]), 0.75, 200, 40
)


def shown(qtbot: QtBot) -> RatesPlot:
    plot = RatesPlot()
    qtbot.addWidget(plot)
    plot.resize(260, 150)
    plot.set_tried(ENDS, RateAxis())
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def test_words_name_the_best_the_worse_and_the_diverged() -> None:
    assert told(ENDS) == (
        "Loss after 200 steps from step 40: best 0.125 at rate 0.1, 1 diverged."
    )
    assert outcome(ENDS, 2).startswith("Rate 1: loss 3 (worse)")
    assert outcome(ENDS, 3) == "Rate 10 diverged."
    none = TriedRates(ENDS.rates, np.full(4, 2.0), 0.75, 200, 0)
    assert "none of 4 rates got below 0.75" in told(none)
    lines = as_table(ENDS).splitlines()
    assert [float(word) for word in lines[2].split("\t")] == [0.1, 0.125]
    assert lines[4].endswith("nan")


def test_lower_is_better_and_what_got_worse_lies_above_all_others(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    heights = [plot.place(i).y() for i in range(4)]
    assert heights[1] > heights[0] > heights[2] == heights[3]
    assert [plot.index_at(plot.place(i).x()) for i in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["best", "worse", "diverged"])
def test_each_sort_of_end_has_a_shape_of_its_own(qtbot: QtBot, name: str) -> None:
    plot = shown(qtbot)
    plot.setValue(0)
    index = {"best": 1, "worse": 2, "diverged": 3}[name]
    shapes = {i: ink_around(plot, i) for i in (1, 2, 3)}
    others = [shape for i, shape in shapes.items() if i != index]
    assert shapes[index].any()
    assert all((shapes[index] != other).mean() > 0.05 for other in others)


def ink_around(plot: RatesPlot, index: int, reach: int = 6) -> Any:
    """Return which pixels around a point are painted, whatever their colour."""
    image = plot.grab().toImage()
    at: QPoint = plot.place(index).toPoint()
    ground = image.pixelColor(5, 5).name()
    near = range(-reach, reach)
    colors = [[image.pixelColor(at.x() + x, at.y() + y).name() for x in near] for y in near]
    return np.array(colors) != ground


def test_numbers_are_copied_from_the_plots_menu(qtbot: QtBot) -> None:
    desk = Desk(qtbot, line())
    found = tried(desk)
    (copy,) = plot_of(desk).actions()
    copy.trigger()
    assert QApplication.clipboard().text() == as_table(found)
