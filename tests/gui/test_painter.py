"""Who draws when: everything at rest, shares while racing, halves while the timeline is dragged."""

from __future__ import annotations

import threading
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.gui.painter import Painter
from gd_studio.session.frame import Frame
from tests.gui.frames import trained


class Plot:
    def __init__(self, is_seen: bool = True) -> None:
        self.is_seen = is_seen
        self.steps: list[int] = []

    def set_frame(self, frame: Frame) -> None:
        self.steps.append(frame.number)


def made(owner: QObject, count: int = 4) -> tuple[Painter, list[Plot], Plot]:
    words = Plot()
    painter = Painter(threading.Event(), lambda: None, (words.set_frame,), owner)
    plots = [Plot() for _ in range(count)]
    painter.set_plots(plots)
    return painter, plots, words


def frames(count: int, playing: bool = False) -> list[Frame]:
    frame = trained({}, 2)
    rate = None if playing else 10.0
    return [replace(frame, number=i, playing=playing, aimed_rate=rate) for i in range(count)]


def test_at_rest_everything_is_drawn_with_every_frame(qapp: QApplication) -> None:
    painter, plots, words = made(qapp)
    for frame in frames(3):
        painter.paint(frame)
    assert words.steps == [0, 1, 2]
    assert all(plot.steps == [0, 1, 2] for plot in plots)


def test_while_racing_one_frame_is_shown_share_by_share(qapp: QApplication) -> None:
    painter, plots, words = made(qapp, 2)
    for frame in frames(6, playing=True):
        painter.paint(frame)
    assert words.steps == [0, 3]
    assert [plot.steps for plot in plots] == [[0, 3], [0, 3]]


def test_in_a_drag_plots_take_turns_and_a_pause_draws_the_rest(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, words = made(qapp)
    painter.set_dragged(True)
    for frame in frames(5):
        painter.paint(frame)
    assert words.steps == [0, 1, 2, 3, 4]
    assert [plot.steps for plot in plots] == [[0, 2, 4], [1, 3], [0, 2, 4], [1, 3]]
    qtbot.waitUntil(lambda: all(plot.steps[-1] == 4 for plot in plots), timeout=1000)


def test_the_end_of_a_drag_draws_the_rest_at_once(qapp: QApplication) -> None:
    painter, plots, _ = made(qapp)
    painter.set_dragged(True)
    painter.paint(frames(1)[0])
    assert [plot.steps for plot in plots] == [[0], [], [0], []]
    painter.set_dragged(False)
    assert all(plot.steps == [0] for plot in plots)
