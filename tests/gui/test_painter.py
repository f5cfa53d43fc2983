"""Who draws when: everything at rest, shares while racing, turns while the timeline is dragged."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from gd_studio.gui.drag_turns import MOST_SECONDS, Draw
from gd_studio.gui.painter import REST, REST_MS, SHARE_SECONDS, Painter
from gd_studio.session.control import Control
from gd_studio.session.frame import Frame
from tests.gui.frames import loss_plot, trained


class Plot:
    def __init__(self, is_seen: bool = True) -> None:
        self.is_seen = is_seen
        self.steps: list[int] = []
        self.frame: Frame | None = None
        self.seconds = 0.0  # that drawing takes

    def set_frame(self, frame: Frame) -> None:
        time.sleep(self.seconds)
        self.frame = frame
        self.steps.append(frame.number)


class Counted(Painter):
    """A painter that counts how often it asked for another frame, and the shares it drew."""

    def __init__(self, words: Plot, owner: QObject) -> None:
        self.asked = self.shares = 0
        self.preparation: Draw | None = None
        self.control = Control()
        self.control.drawn = self._count  # type: ignore[method-assign]
        super().__init__(self.control, (words.set_frame,), owner, lambda: self.preparation)

    def _count(self) -> None:
        self.asked += 1

    def _keep_still(self) -> None:
        self.shares += 1
        super()._keep_still()


def made(owner: QObject, count: int = 4) -> tuple[Counted, list[Plot], Plot]:
    words = Plot()
    painter = Counted(words, owner)
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


def test_all_others_wait_until_a_frame_is_on_the_screen(qtbot: QtBot, qapp: QApplication) -> None:
    painter, plots, _ = made(qapp)
    waits: list[bool] = []
    plots[-1].set_frame = lambda frame: waits.append(  # type: ignore[method-assign]
        painter.control.gate.is_set() or painter.control.calm.is_set()
    )
    painter.paint(frames(1)[0])
    assert waits == [False]
    qtbot.waitUntil(lambda: painter.asked == 1, timeout=1000)
    assert painter.control.gate.is_set()
    assert painter.control.calm.is_set()


def test_while_racing_one_frame_is_shown_share_by_share(qtbot: QtBot, qapp: QApplication) -> None:
    painter, plots, words = made(qapp, 2)
    first, second = frames(2, playing=True)
    began = time.perf_counter()
    painter.paint(first)
    qtbot.waitUntil(lambda: painter.asked == 1, timeout=1000)
    assert time.perf_counter() - began >= 2 * SHARE_SECONDS - 0.002
    assert [words.steps, *(plot.steps for plot in plots)] == [[0], [0], [0]]
    assert painter.shares == 3
    painter.paint(second)
    qtbot.waitUntil(lambda: painter.asked == 2, timeout=1000)
    assert [words.steps, *(plot.steps for plot in plots)] == [[0, 1], [0, 1], [0, 1]]
    assert painter.shares == 4  # all in one: they are known to be quick by now


def test_a_plot_that_is_made_in_a_race_takes_part_from_the_next_frame_on(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, _ = made(qapp, 2)
    first, second = frames(2, playing=True)
    painter.paint(first)
    qtbot.waitUntil(lambda: plots[0].steps == [0], timeout=1000)  # in the middle of its round
    later = Plot()
    painter.set_plots([*plots, later])
    qtbot.waitUntil(lambda: painter.asked == 1, timeout=1000)
    assert [plot.steps for plot in (*plots, later)] == [[0], [0], []]
    painter.paint(second)
    qtbot.waitUntil(lambda: painter.asked == 2, timeout=1000)
    assert [plot.steps for plot in (*plots, later)] == [[0, 1], [0, 1], [1]]


def test_after_a_slow_share_training_has_its_part_of_the_time(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, _ = made(qapp, 3)
    slow, began = 0.1, []

    def draw(frame: Frame) -> None:
        began.append(time.perf_counter())
        time.sleep(slow)

    for plot in plots:
        plot.set_frame = draw  # type: ignore[method-assign]
    painter.paint(frames(1, playing=True)[0])
    qtbot.waitUntil(lambda: painter.asked == 1, timeout=3000)
    assert min(np.diff(began)) >= (1 + REST) * slow - 0.005


@pytest.mark.parametrize("playing", [False, True])
def test_a_plot_that_cannot_be_drawn_holds_up_neither_training_nor_frames(
    qtbot: QtBot, qapp: QApplication, playing: bool
) -> None:
    painter, plots, _ = made(qapp, 2)

    def fail(frame: Frame) -> None:
        raise ZeroDivisionError

    plots[0].set_frame = fail  # type: ignore[method-assign]
    with capture_exceptions() as caught:
        QTimer.singleShot(0, lambda: painter.paint(frames(1, playing)[0]))
        qtbot.waitUntil(lambda: painter.asked == 1, timeout=3000)
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]
    assert painter._gate.is_set()  # noqa: SLF001


def test_what_takes_long_to_find_out_has_a_share_of_its_own_where_it_is_shown(
    qtbot: QtBot, qapp: QApplication
) -> None:
    words, told = Plot(), Plot()
    for is_shown in (True, False):
        painter = Counted(words, qapp)
        painter.preparation = told.set_frame if is_shown else None
        painter.paint(frames(1, playing=True)[0])
        qtbot.waitUntil(lambda painter=painter: painter.asked == 1, timeout=1000)  # type: ignore[misc]
        assert painter.shares == 1 + is_shown
    assert (told.steps, words.steps) == ([0], [0, 0])


def test_the_end_of_a_race_is_drawn_whole_and_at_once(qtbot: QtBot, qapp: QApplication) -> None:
    painter, plots, words = made(qapp)
    racing, end = frames(1, playing=True)[0], replace(frames(2)[1], number=7)
    painter.paint(racing)
    painter.paint(end)
    assert words.steps == [7]
    assert all(plot.steps == [7] for plot in plots)
    qtbot.waitUntil(lambda: painter.asked == 1, timeout=1000)
    assert words.steps == [7]


def test_in_a_drag_plots_take_turns_and_a_pause_draws_the_rest(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, words = made(qapp)
    painter.set_dragged(True)
    for frame in frames(5):
        painter.paint(frame)
    assert words.steps == [0, 1, 2, 3, 4]
    assert [plot.steps for plot in plots] == [[0, 2, 4], [0, 2, 4], [1, 3], [1, 3]]
    qtbot.waitUntil(lambda: all(plot.steps[-1] == 4 for plot in plots), timeout=1000)


def test_a_drag_that_ends_a_race_draws_nothing_of_the_race_any_more(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, words = made(qapp)
    painter.paint(frames(1, playing=True)[0])
    qtbot.waitUntil(lambda: bool(plots[0].steps), timeout=1000)  # in the middle of its round
    painter.set_dragged(True)
    painter.paint(frames(2)[1])
    qtbot.waitUntil(lambda: all(plot.steps[-1:] == [1] for plot in plots), timeout=1000)
    qtbot.wait(100)  # for what was left of the round
    assert words.steps == [0, 1]
    assert [plot.steps for plot in plots] == [[0, 1], [1], [1], [1]]


def test_where_frames_come_slowly_a_drag_pauses_later(qtbot: QtBot, qapp: QApplication) -> None:
    painter, plots, words = made(qapp)
    words.seconds = 2 * MOST_SECONDS
    painter.set_dragged(True)
    drawn = []
    for frame in frames(4):
        painter.paint(frame)
        qtbot.wait(2 * REST_MS)  # a slow machine: no pause, though longer than one of a quick one
        drawn.append(sum(plot.steps[-1:] == [frame.number] for plot in plots))
    # Of the first frame nobody knew yet how long the next would take.
    assert drawn == [4, 1, 1, 1]
    qtbot.waitUntil(lambda: all(plot.steps[-1] == 3 for plot in plots), timeout=2000)


def test_the_end_of_a_drag_draws_the_rest(qtbot: QtBot, qapp: QApplication) -> None:
    painter, plots, _ = made(qapp)
    painter.set_dragged(True)
    painter.paint(frames(1)[0])
    assert [plot.steps for plot in plots] == [[0], [0], [], []]
    painter.set_dragged(False)
    qtbot.waitUntil(lambda: all(plot.steps == [0] for plot in plots), timeout=1000)


def test_a_drag_that_ends_with_a_frame_of_its_own_is_drawn_once(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, _ = made(qapp)
    passed, ended = frames(2)
    painter.set_dragged(True)
    painter.paint(passed)
    painter.set_dragged(False)
    painter.paint(ended)
    qtbot.wait(3 * REST_MS)
    assert [plot.steps for plot in plots] == [[0, 1], [0, 1], [1], [1]]


def test_the_end_of_a_drag_is_told_to_what_was_out_of_sight(
    qtbot: QtBot, qapp: QApplication
) -> None:
    painter, plots, _ = made(qapp)
    plots[1].is_seen = False
    painter.set_dragged(True)
    for frame in frames(3):
        painter.paint(frame)
    assert plots[1].steps == []
    painter.set_dragged(False)
    qtbot.waitUntil(lambda: plots[1].steps == [2], timeout=1000)
    assert all(plot.steps[-1] == 2 for plot in plots)
    assert all(plot.steps.count(2) == 1 for plot in plots)


def test_of_a_race_that_ends_in_mid_plot_no_canvas_keeps_still(qtbot: QtBot) -> None:
    plot = loss_plot(qtbot)
    usual = plot.canvas.viewportUpdateMode()
    owner = QObject()
    painter, _, _ = made(owner)
    painter.set_plots([plot])
    first, second = frames(2, playing=True)
    painter.paint(first)
    qtbot.waitUntil(lambda: plot.frame is first, timeout=1000)
    assert plot.canvas.viewportUpdateMode() != usual
    painter.set_dragged(True)
    painter.paint(replace(second, playing=False))
    assert plot.canvas.viewportUpdateMode() == usual
