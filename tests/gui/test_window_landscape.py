"""A landscape in the window: it opens like any experiment, and a click on its map acts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gd_studio.engine.landscapes import LANDSCAPES
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.experiment.models import LandscapeModel
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import SetWeights
from gd_studio.gui.plots.surface import SurfacePlot
from tests.gui.desk import Desk
from tests.gui.frames import click

BOWL = {"model": {"kind": "landscape"}}
FORMULA = {"model": {"kind": "landscape", "function": "formula", "formula": "x^2 + 3*y^2"}}


def map_of(desk: Desk) -> SurfacePlot:
    """Return the map once it is drawn in full."""
    plot = desk.window.desk.docks.panels["plot.surface"]
    assert isinstance(plot, SurfacePlot)
    desk.wait(lambda: plot.surface is not None and not plot.is_computing)
    return plot


def type_formula(desk: Desk, text: str) -> QLineEdit:
    field = desk.focus("field.model.formula")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return field


@pytest.mark.parametrize("function", LANDSCAPES)
def test_every_landscape_opens_steps_plays_and_goes_back(qtbot: QtBot, function: str) -> None:
    desk = Desk(qtbot, {"model": {"kind": "landscape", "function": function}})
    plot = map_of(desk)
    assert plot.surface is not None
    assert plot.surface.kind == "exact"
    desk.step(2)
    desk.act("play")
    desk.wait(lambda: desk.frame.step > 5)
    desk.act("play")
    desk.wait(lambda: not desk.frame.playing)
    step = desk.frame.step
    desk.act("back")
    desk.at(step - 1)
    assert not desk.window.desk.banner.isVisible()
    for key in ("plot.loss", "plot.weights", "plot.prediction", "plot.surface"):
        panel = desk.window.desk.docks.panels[key]
        assert panel.summary
        panel.export_data()


def test_what_speaks_of_rows_is_hidden_and_says_why(qtbot: QtBot) -> None:
    desk = Desk(qtbot, BOWL)
    assert "no data here" in desk.find("data.none", QLabel).text()
    prediction = desk.window.desk.docks.panels["plot.prediction"]
    assert prediction.empty.isVisible()
    assert "nothing to predict" in prediction.empty.text()
    for name in ("panel.try", "inside.row"):
        assert not desk.find(name).isVisible(), name
    for key in ("rows", "try_input"):
        assert not desk.window.actions_by_key[key].isEnabled()
    shown = [path for p in desk.window.desk.settings_panels for path in p.form.paths]
    assert not [path for path in shown if path.startswith(("preparation", "loss", "penalty"))]
    assert "training.batch_size" not in shown
    optimizers = desk.find("field.optimizer.kind", QComboBox)
    offered = {optimizers.itemText(i) for i in range(optimizers.count())}
    assert {OPTIMIZERS["newton"].title, OPTIMIZERS["lbfgs"].title} <= offered
    assert OPTIMIZERS["levenberg_marquardt"].title not in offered
    said = desk.find("model.equation", QLabel).text()
    assert said == "f(x, y) = x² + y²\nf(−1.6, 1.2) = 4"
    assert "steep in every direction" in desk.find("model.lesson", QLabel).text()
    assert desk.window.desk.status.text("train") == "f(x, y) 4.000"
    assert desk.window.desk.status.text("validation") == ""
    desk.edit("data.kind", "moons")
    desk.wait(lambda: desk.frame.hypothesis.task == "classification")
    assert desk.find("panel.try").isVisible()
    assert not prediction.empty.isVisible()
    assert not desk.find("data.none").isVisible()
    assert desk.window.actions_by_key["rows"].isEnabled()


def test_the_inside_of_a_step_can_be_worked_out_by_hand(qtbot: QtBot) -> None:
    desk = Desk(qtbot, BOWL)
    inside = desk.window.desk.inside
    assert "Step moves the parameter" in inside.text()
    desk.step()
    desk.wait(lambda: "0.1·" in inside.text())
    for said in ("f(x, y) = 4", "∂f/∂x = −3.2", "new = −1.6 − 0.1·(−3.2) = −1.28"):
        assert said in inside.text()
    desk.window.selection.set_parameter(1)
    assert "new = 1.2 − 0.1·2.4 = 0.96" in inside.text()


def test_a_click_at_the_start_moves_the_start_and_can_be_undone(
    qtbot: QtBot, tmp_path: Path
) -> None:
    desk = Desk(qtbot, BOWL)
    plot = map_of(desk)
    assert "click to start" in plot.header.detail.text()
    click(plot, 1.0, -0.5)
    desk.wait(lambda: desk.frame.parameters[0] > 0)
    pixel = plot.pixel_size()
    assert desk.frame.parameters == pytest.approx([1.0, -0.5], abs=2 * max(pixel))
    assert desk.frame.step == 0
    x, y = desk.frame.parameters
    model = desk.window.document.experiment.model
    assert isinstance(model, LandscapeModel)
    assert (model.start_x, model.start_y) == (x, y)
    assert desk.window.document.undo_name == f"Start at ({x:g}, {y:g})"
    desk.step(3)
    path = tmp_path / "descent.gds"
    desk.window.document.save(path)
    again = Run.load(path)
    assert np.array_equal(again.parameters, desk.frame.parameters)
    desk.act("undo")
    desk.wait(lambda: desk.frame.parameters[0] < 0)
    assert desk.frame.parameters == pytest.approx([-1.6, 1.2])


def test_a_click_in_mid_run_moves_the_point_as_an_act_on_the_tape(
    qtbot: QtBot, tmp_path: Path
) -> None:
    desk = Desk(qtbot, BOWL)
    desk.step(4)
    before = desk.frame.parameters
    plot = map_of(desk)
    assert "click to move" in plot.header.detail.text()
    click(plot, 1.0, -1.0)
    desk.wait(lambda: desk.frame.parameters[0] > 0)
    assert (desk.frame.step, desk.frame.last_step) == (4, 4)
    assert "After the step parameters were set by hand" in desk.window.desk.inside.text()
    assert str(desk.window.document.undo_name).startswith("Move to (")
    assert desk.window.document.dirty
    after = desk.step(2).parameters
    path = tmp_path / "descent.gds"
    desk.window.document.save(path)
    assert np.array_equal(Run.load(path).parameters, after)
    desk.act("undo")
    desk.wait(lambda: desk.frame.step == 4 and desk.frame.parameters[0] < 0)
    assert np.array_equal(desk.frame.parameters, before)
    desk.act("redo")
    desk.wait(lambda: desk.frame.step == 6)
    assert np.array_equal(desk.frame.parameters, after)


def test_a_click_in_the_past_begins_another_future_and_keeps_the_old_one_as_ghost(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, BOWL)
    desk.step(6)
    desk.act("back")
    desk.at(5)
    plot = map_of(desk)
    click(plot, 0.5, 1.0)
    desk.wait(lambda: desk.frame.parameters[0] > 0)
    assert (desk.frame.step, desk.frame.last_step) == (5, 5)
    assert desk.frame.ghost is not None
    assert desk.frame.ghost.step == 6


def test_a_double_click_fits_and_moves_nothing(qtbot: QtBot) -> None:
    desk = Desk(qtbot, BOWL)
    plot = map_of(desk)
    for _ in range(2):
        click(plot, 1.0, 1.0)
    QTest.qWait(400)
    assert desk.frame.parameters == pytest.approx([-1.6, 1.2])


def test_a_click_on_the_map_of_any_model_moves_its_parameters_and_can_be_undone(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, {"data": {"kind": "line"}, "model": {"kind": "linear"}})
    desk.step(2)
    plot = map_of(desk)
    assert plot.surface is not None
    before = desk.frame.parameters
    u, v = float(plot.surface.u[30]), float(plot.surface.v[60])
    click(plot, u, v)
    desk.wait(lambda: not np.array_equal(desk.frame.parameters, before))
    pixel = plot.pixel_size()
    assert abs(desk.frame.parameters[0] - u) <= 2 * pixel[0]
    assert abs(desk.frame.parameters[1] - v) <= 2 * pixel[1]
    assert desk.frame.step == 2
    assert [type(act) for act in desk.frame.tape.acts] == [SetWeights]
    assert (desk.window.document.undo_name or "").startswith("Move to (")
    desk.act("undo")
    desk.wait(lambda: np.array_equal(desk.frame.parameters, before))


def test_a_double_click_on_the_map_of_any_model_only_fits(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"data": {"kind": "line"}, "model": {"kind": "linear"}})
    plot = map_of(desk)
    assert plot.surface is not None
    before = desk.frame.parameters
    for _ in range(2):
        click(plot, float(plot.surface.u[30]), float(plot.surface.v[60]))
    assert not plot._places.is_waiting  # noqa: SLF001
    assert np.array_equal(desk.frame.parameters, before)
    assert not desk.window.document.dirty


def test_another_start_keeps_the_map_that_is_drawn(qtbot: QtBot) -> None:
    desk = Desk(qtbot, BOWL)
    plot = map_of(desk)
    number = desk.frame.run_number
    desk.window.document.start_at(0.5, 0.5)
    desk.wait(lambda: desk.frame.run_number > number)
    assert plot.surface is not None
    desk.edit("model.function", "beale")
    assert map_of(desk).surface is not None
    assert desk.window.document.experiment.name == "Beale"


def test_a_wrong_formula_stays_with_position_and_reason_until_it_is_right(qtbot: QtBot) -> None:
    desk = Desk(qtbot, FORMULA)
    number = desk.frame.run_number
    field = type_formula(desk, "x^2 + 3*foo(y)")
    error = desk.find("error.model.formula", QLabel)
    assert error.isVisible()
    assert error.text().startswith("At position 9: 'foo' is not a known function")
    assert field.text() == "x^2 + 3*foo(y)"
    assert field.cursorPosition() == 8
    assert desk.frame.run_number == number
    type_formula(desk, "x^2 + 3*cos(y)")
    desk.wait(lambda: desk.frame.run_number > number)
    assert not error.isVisible()
    assert desk.frame.hypothesis.formula == "x^2 + 3*cos(y)"
    desk.act("undo")
    desk.wait(lambda: desk.frame.hypothesis.formula == "x^2 + 3*y^2")
    assert field.text() == "x^2 + 3*y^2"


def test_a_landscape_is_chosen_among_the_data_and_left_again(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    source = desk.find("field.data.kind", QComboBox)
    desk.edit("data.kind", "none")
    desk.wait(lambda: desk.frame.hypothesis.task == "landscape")
    assert source.currentText() == "No data: a landscape"
    assert desk.window.document.experiment.name == "Bowl"
    assert desk.window.document.experiment.optimizer.learning_rate == 0.1
    desk.act("undo")
    desk.wait(lambda: desk.frame.hypothesis.task == "classification")
    assert desk.window.document.experiment.name == "Two moons, a network"


def test_elsewhere_is_another_place_within_the_view(qtbot: QtBot) -> None:
    desk = Desk(qtbot, BOWL)
    before = desk.frame.parameters
    desk.act("new_weights")
    desk.wait(lambda: not np.array_equal(desk.frame.parameters, before))
    assert np.abs(desk.frame.parameters).max() <= 2


@pytest.mark.parametrize("function", ["saddle", "camel"])
def test_heights_below_zero_are_drawn_in_range(qtbot: QtBot, function: str) -> None:
    change: dict[str, Any] = {"model": {"kind": "landscape", "function": function}}
    desk = Desk(qtbot, change | {"optimizer": {"learning_rate": 0.1, "momentum": 0.5}})
    desk.step(60)
    loss = desk.window.desk.docks.panels["plot.loss"]
    desk.wait(lambda: loss.frame is desk.frame)
    loss.grab()
    low, high = loss.plot_item.getViewBox().viewRange()[1]
    heights = desk.frame.curves["train_loss"].values
    if heights.min() < 0:
        assert low < heights.min()
    assert high > heights.max()
