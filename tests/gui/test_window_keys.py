"""Actions and single keys: who gets a key, and what it does to the run."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.desk import Desk

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_actions_step_back_run_an_epoch_and_return(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    desk.act("back")
    desk.at(2, 3)
    desk.act("epoch")
    frame = desk.wait(lambda: desk.frame.batch == desk.frame.batches)
    assert frame.epoch == 1
    last = frame.last_step
    desk.act("back")
    desk.act("back")
    desk.at(last - 2, last)
    desk.act("live")
    desk.at(last)
    desk.act("reset")
    desk.at(0, 0)


def test_play_pauses_and_goes_on_at_the_chosen_speed(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": None}})
    speed = desk.find("speed", QSlider)
    speed.setValue(speed.maximum())
    desk.act("play")
    desk.wait(lambda: desk.frame.playing and desk.frame.step > 50)
    assert desk.frame.aimed_rate is None
    assert desk.window.desk.toolbar.buttons["play"].text() == "Pause"
    assert desk.window.actions_by_key["play"].text() == "&Pause"
    desk.act("play")
    desk.wait(lambda: not desk.frame.playing)
    assert desk.window.desk.toolbar.buttons["play"].text() == "Play"
    speed.setValue(60)
    desk.act("play")
    step = desk.frame.step
    desk.wait(lambda: desk.frame.step > step + 2 and desk.frame.aimed_rate is not None)
    desk.act("play")
    desk.wait(lambda: not desk.frame.playing)


@pytest.mark.parametrize("modifier", [None, CONTROL])
def test_single_keys_act_from_the_window(
    qtbot: QtBot, modifier: Qt.KeyboardModifier | None
) -> None:
    desk = Desk(qtbot)
    with_control = modifier or Qt.KeyboardModifier.NoModifier
    desk.window.setFocus()
    desk.key(Key.Key_Right, modifier)
    desk.at(1)
    desk.key(Key.Key_Right, modifier)
    desk.at(2)
    desk.key(Key.Key_Left, modifier)
    desk.at(1, 2)
    desk.key(Key.Key_End, modifier)
    desk.at(2)
    desk.key(Key.Key_Right, with_control | SHIFT)
    desk.wait(lambda: desk.frame.batch == desk.frame.batches)
    desk.key(Key.Key_Space, modifier)
    desk.wait(lambda: desk.frame.playing)
    desk.key(Key.Key_Space, modifier)
    desk.wait(lambda: not desk.frame.playing)
    desk.key(Key.Key_R, modifier)
    desk.at(0, 0)


ARROWS = (Key.Key_Right, Key.Key_Left, Key.Key_End)
FIELDS = {
    "field.optimizer.learning_rate": (Key.Key_Space, Key.Key_R, *ARROWS),
    "field.data.samples": (Key.Key_Space, Key.Key_R, *ARROWS),
    "field.data.kind": (Key.Key_R, Key.Key_Right, Key.Key_Left),
    "timeline.step": (Key.Key_Space, Key.Key_R, *ARROWS),
    "timeline": (Key.Key_Space, Key.Key_R),
    "speed": (Key.Key_Space, Key.Key_R, Key.Key_Right, Key.Key_Left),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_keeps_its_keys_and_with_control_the_window_gets_them(
    qtbot: QtBot, name: str
) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    desk.focus(name)
    for key in FIELDS[name]:
        desk.key(key)
    assert desk.window.document.undo_name is None
    desk.key(Key.Key_Right, CONTROL)
    frame = desk.at(3, 3)
    assert not frame.playing
    desk.key(Key.Key_Left, CONTROL)
    desk.at(2, 3)


def test_escape_gives_the_focus_back_to_the_window(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    field = desk.focus("field.optimizer.learning_rate")
    desk.key(Key.Key_Escape)
    desk.wait(lambda: not field.hasFocus())
    desk.key(Key.Key_Right)
    desk.at(1)


def test_a_button_keeps_space_for_itself_and_lets_the_arrows_go(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.focus("button.step")
    desk.key(Key.Key_Space)
    desk.at(1)
    assert not desk.frame.playing
    desk.key(Key.Key_Right)
    desk.at(2)


def test_keys_in_a_floating_plot_are_those_of_the_window(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    docks = desk.window.desk.docks
    dock, canvas = docks.docks["plot.loss"], docks.made["plot.loss"].canvas
    dock.setFloating(True)
    dock.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    assert canvas.window() is dock
    QTest.keyClick(canvas, Key.Key_Right)
    desk.at(1)
    QTest.keyClick(canvas, Key.Key_Left)
    desk.at(0, 1)


def test_a_plot_taken_out_has_the_keys_at_once_and_keeps_them(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    docks = desk.window.desk.docks
    dock, plot = docks.docks["plot.loss"], docks.made["plot.loss"]
    free = next(b for b in plot.findChildren(QToolButton) if b.accessibleName() == "Float Loss")
    acts = (free.click, partial(desk.act, "enlarge"), partial(desk.act, "enlarge"), free.click)
    places = []
    for step, act in enumerate(acts, 1):
        act()
        qtbot.waitUntil(plot.hasFocus)
        places.append((dock.isFloating(), desk.window.desk.enlarged))
        QTest.keyClick(plot, Key.Key_Right)
        desk.at(step)
    assert places == [(True, ""), (False, "plot.loss"), (True, ""), (False, "")]


def test_keys_in_a_dialog_are_the_dialog_s_own(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.act("rows")
    rows = desk.window.dialogs.by_name["rows"]
    desk.wait(rows.isVisible)
    QTest.keyClick(rows, Key.Key_Right)
    QTest.keyClick(rows, Key.Key_Escape)
    desk.wait(lambda: not rows.isVisible())
    desk.window.setFocus()
    desk.key(Key.Key_Right)
    desk.at(1)
    assert desk.frame.last_step == 1


def test_the_timeline_goes_to_any_step_and_live_returns(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(6)
    slider = desk.find("timeline", QSlider)
    slider.setValue(2)
    desk.at(2, 6)
    words = " ".join(desk.window.desk.status.text(n) for n in ("step", "train"))
    assert "step 2" in words
    assert "looking back" in desk.window.desk.timeline.text()
    desk.window.desk.timeline.live_requested.emit()
    desk.at(6)
    assert "looking back" not in desk.window.desk.timeline.text()


def test_a_step_number_can_be_typed(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(6)
    field = desk.find("timeline.step")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "4")
    QTest.keyClick(field, Key.Key_Return)
    desk.at(4, 6)


def test_back_is_greyed_at_the_start_only(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    assert not desk.window.desk.toolbar.buttons["back"].isEnabled()
    assert not desk.window.actions_by_key["back"].isEnabled()
    desk.step()
    assert desk.window.desk.toolbar.buttons["back"].isEnabled()
    desk.act("back")
    desk.at(0, 1)
    assert not desk.window.desk.toolbar.buttons["back"].isEnabled()
