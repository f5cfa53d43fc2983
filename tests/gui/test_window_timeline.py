"""The timeline in the window: a drag that is still held, and what is wished meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.gui.controls.timeline import REST_MS
from gd_studio.gui.controls.timeline_slider import TimelineSlider
from tests.gui.desk import Desk


def held_at(desk: Desk, step: int) -> TimelineSlider:
    """Press the mouse on the timeline at a step."""
    slider = desk.window.desk.timeline.slider
    place = QPoint(round(slider.x_of(step)), slider.knob().center().toPoint().y())
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=place)
    return slider


def test_what_is_wished_while_the_timeline_is_held_is_not_overridden(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": 8}})
    desk.step(8)
    desk.edit("optimizer.learning_rate", 0.2)
    for key, shown in (("step", 5), ("back", 3), ("live", 8), ("undo", 8), ("reset", 0)):
        slider = held_at(desk, 4)
        desk.act(key)
        desk.at(shown)
        qtbot.wait(REST_MS + 50)
        assert (key, desk.frame.step) == (key, shown)
        assert slider.value() == min(4, desk.frame.last_step)
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
        assert (key, slider.value()) == (key, shown)


def test_playing_from_a_step_just_passed_goes_on(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(8)
    slider = held_at(desk, 4)
    desk.act("play")
    desk.wait(lambda: desk.frame.playing and desk.frame.step > 8)
    qtbot.wait(REST_MS + 50)
    assert desk.frame.playing
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
    assert desk.frame.playing
