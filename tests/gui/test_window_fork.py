"""Fork here in the window: by key, menu or button, with both futures drawn, and undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gd_studio.experiment.run import Run
from tests.gui.desk import Desk


def test_both_futures_are_drawn_and_undo_brings_the_old_one_back(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(8)
    assert not desk.window.actions_by_key["fork"].isEnabled()
    desk.window.session.seek(5)
    desk.at(5, 8)
    assert desk.window.actions_by_key["fork"].isEnabled()
    desk.act("fork")
    desk.at(5, 5)
    desk.edit("optimizer.learning_rate", 2.0)
    frame = desk.step(6)
    ghost = frame.ghost
    assert ghost is not None
    assert (ghost.step, frame.last_step) == (8, 11)
    assert np.array_equal(ghost.trajectory[:6], frame.trajectory[:6])
    assert not np.array_equal(ghost.trajectory[6], frame.trajectory[6])
    assert desk.window.actions_by_key["undo"].text().startswith("&Undo “Learning rate 0.6")
    desk.act("undo")
    desk.at(5, 5)
    assert desk.window.actions_by_key["undo"].text() == "&Undo “Fork at step 5”"
    desk.act("undo")
    desk.at(5, 8)
    desk.wait(lambda: desk.frame.ghost is None)
    assert not desk.window.document.dirty


def test_the_key_and_the_button_fork_where_one_looks(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(4)
    button = desk.find("timeline.fork", QPushButton)
    assert not button.isEnabled()
    desk.act("back")
    desk.at(3, 4)
    desk.wait(button.isEnabled)
    desk.window.setFocus()
    desk.key(Qt.Key.Key_F)
    desk.at(3, 3)
    desk.act("back")
    desk.at(2, 3)
    desk.wait(button.isEnabled)
    button.click()
    desk.at(2, 2)
    assert desk.frame.ghost is not None
    assert desk.frame.ghost.label == "the future left at step 2"
    desk.wait(lambda: not button.isEnabled())


@pytest.mark.parametrize("name", ["timeline.fork", "timeline.live"])
def test_a_button_that_has_done_its_work_leaves_the_keys_to_the_run(
    qtbot: QtBot, name: str
) -> None:
    desk = Desk(qtbot)
    desk.step(4)
    desk.act("back")
    desk.at(3, 4)
    button = desk.find(name, QPushButton)
    desk.wait(button.isEnabled)
    desk.focus(name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: not button.isEnabled())
    assert desk.window.focusWidget() is desk.window
    last = desk.frame.last_step
    assert last == (3 if name == "timeline.fork" else 4)
    desk.key(Qt.Key.Key_Right)
    desk.at(last + 1, last + 1)


def test_a_project_saved_while_it_trains_is_identical_when_it_is_replayed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": None}})
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.frame.step > 300)
    path = tmp_path / "racing.gds"
    desk.window.document.save(path)
    desk.act("play")
    desk.wait(lambda: not desk.frame.playing)
    found = Run.verify(path)
    assert found.verdict == "identical"
    assert 300 < found.last_step <= desk.frame.last_step
