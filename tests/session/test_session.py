"""The session with its thread: everything a user may ask of it at any moment, and a clean end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.session.frame import Frame
from gd_studio.session.session import Session
from tests.session.inline import LINE, run_of

RATE = "optimizer.learning_rate"
ENDLESS: dict[str, Any] = {**LINE, "stop": {"max_steps": None}}


class Desk:
    """A session, all that it said, and a window that has always drawn its frame."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.session = Session()
        self.frames: list[Frame] = []
        self.records: list[Any] = []
        self.stops: list[Any] = []
        self.refusals: list[tuple[int, str]] = []
        self.threads: set[int] = set()
        session = self.session
        session.frame_changed.connect(self.frames.append)
        session.frame_changed.connect(lambda _: session.frame_drawn())
        session.stepped.connect(self.records.append)
        session.stopped.connect(self.stops.append)
        session.refused.connect(lambda wish, sentence: self.refusals.append((wish, sentence)))
        session.broke.connect(pytest.fail)

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def begin(self, change: dict[str, Any], **more: Any) -> Frame:
        number = self.frames[-1].run_number if self.frames else 0
        self.session.begin(Experiment.from_dict(change), **more)
        self.wait(lambda: bool(self.frames) and self.frame.run_number > number)
        return self.frame

    def has_more_than(self, frames: int) -> bool:
        return len(self.frames) > frames

    def wait(self, there: Callable[[], bool]) -> Frame:
        self.qtbot.waitUntil(there, timeout=20_000)
        return self.frame


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.session.shutdown()


def test_step_back_epoch_seek_and_live(desk: Desk) -> None:
    change = {"data": {"kind": "moons"}}
    desk.begin(change)
    for _ in range(5):
        desk.session.step()
    desk.wait(lambda: desk.frame.step == 5)
    desk.session.back()
    desk.wait(lambda: (desk.frame.step, desk.frame.last_step) == (4, 5))
    assert np.array_equal(desk.frame.parameters, run_of(change, 4).parameters)
    desk.session.epoch()
    desk.wait(lambda: desk.frame.step == 10)
    desk.session.seek(2)
    desk.wait(lambda: desk.frame.step == 2)
    assert not desk.frame.live
    desk.session.live()
    desk.wait(lambda: desk.frame.live)
    assert np.array_equal(desk.frame.parameters, run_of(change, 10).parameters)
    assert [record.step for record in desk.records] == [1, 2, 3, 4, 5]


def test_playing_at_a_watchable_speed_tells_and_draws_every_step(desk: Desk) -> None:
    desk.begin({**LINE, "stop": {"max_steps": 12}})
    desk.session.set_rate(60.0)
    desk.session.play()
    desk.wait(lambda: bool(desk.stops) and not desk.frame.playing)
    assert [record.step for record in desk.records] == list(range(1, 13))
    assert desk.stops[0].kind == "max_steps"
    assert desk.frame.step == 12


def test_pause_holds_a_slow_run_at_once(desk: Desk) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(0.5)
    desk.session.play()
    desk.wait(lambda: desk.frame.playing and desk.frame.step == 1)
    desk.session.pause()
    desk.wait(lambda: not desk.frame.playing)
    assert desk.frame.step == 1
    desk.session.step()
    desk.wait(lambda: desk.frame.step == 2)


def test_a_slow_run_takes_a_new_speed_at_once(desk: Desk) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(0.5)
    desk.session.play()
    desk.wait(lambda: desk.frame.step == 1)
    desk.session.set_rate(None)
    desk.wait(lambda: desk.frame.step > 1000)
    assert desk.frame.aimed_rate is None
    assert desk.wait(lambda: desk.frame.reached_rate > 1000).playing


def test_racing_can_be_paused_and_is_what_a_plain_run_would_be(desk: Desk) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(None)
    desk.session.play()
    desk.wait(lambda: desk.frame.step > 2000)
    desk.session.pause()
    desk.wait(lambda: not desk.frame.playing)
    assert desk.records == []
    step = desk.frame.step
    assert np.array_equal(desk.frame.parameters, run_of(ENDLESS, step).parameters)
    assert desk.frame.live


@pytest.mark.parametrize("rate", [50.0, 500.0, None])
def test_a_seek_while_playing_pauses_there(desk: Desk, rate: float | None) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(rate)
    desk.session.play()
    desk.wait(lambda: desk.frame.step > 10)
    desk.session.seek(4)
    desk.wait(lambda: desk.frame.step == 4)
    assert not desk.frame.playing
    assert desk.frame.last_step > 10
    desk.session.play()
    desk.wait(lambda: desk.frame.playing and desk.frame.step > 6)


@pytest.mark.parametrize("rate", [50.0, None])
def test_a_live_edit_while_playing_goes_on_from_the_next_step(
    desk: Desk, rate: float | None
) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(rate)
    desk.session.play()
    desk.wait(lambda: desk.frame.step > 5)
    desk.session.edit_live({RATE: 0.02}, 1)
    desk.wait(lambda: desk.frame.obeyed == 1 and desk.frame.record is not None)
    act = desk.frame.tape.acts[0]
    desk.wait(lambda: desk.frame.step > act.step + 5)
    assert desk.frame.playing
    desk.session.pause()
    desk.wait(lambda: not desk.frame.playing)
    last = desk.frame
    run = run_of(ENDLESS, act.step)
    run.edit({RATE: 0.02})
    run.advance(last.step - act.step)
    assert np.array_equal(last.parameters, run.parameters)
    desk.session.go_before(1, 2)
    desk.wait(lambda: desk.frame.obeyed == 2)
    assert desk.frame.step == act.step
    assert not desk.frame.playing


def test_another_run_while_playing_takes_its_place_and_waits(desk: Desk) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(None)
    desk.session.play()
    desk.wait(lambda: desk.frame.step > 100)
    desk.begin({"data": {"kind": "xor"}}, wish=1)
    assert (desk.frame.step, desk.frame.playing) == (0, False)


def test_a_run_haunts_the_next_only_where_their_losses_mean_the_same(desk: Desk) -> None:
    desk.begin({})
    desk.session.step()
    desk.wait(lambda: desk.frame.step == 1)
    desk.begin({"data": {"noise": 0.2}}, wish=1)
    assert desk.frame.ghost is not None
    desk.session.step()
    desk.wait(lambda: desk.frame.step == 1)
    for wish, other in enumerate(({"data": {"kind": "xor"}}, {"loss": {"kind": "mse"}}), start=2):
        desk.begin(other, wish=wish)
        assert desk.frame.ghost is None


def test_a_refused_start_while_playing_keeps_the_run(desk: Desk) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(None)
    desk.session.play()
    desk.wait(lambda: desk.frame.step > 100)
    wrong = Experiment.from_dict({"data": {"kind": "line"}, "model": {"kind": "logistic"}})
    desk.session.begin(wrong, wish=4)
    desk.wait(lambda: bool(desk.refusals) and desk.frame.obeyed == 4)
    step = desk.frame.step
    desk.wait(lambda: desk.frame.step > step)


def test_while_racing_one_frame_at_most_is_on_its_way(qtbot: QtBot) -> None:
    session = Session()
    frames: list[Frame] = []
    session.frame_changed.connect(frames.append)
    try:
        session.begin(Experiment.from_dict({**LINE, "stop": {"max_steps": 30_000}}))
        qtbot.waitUntil(lambda: len(frames) == 1)
        session.set_rate(None)
        session.play()
        with qtbot.waitSignal(session.stopped, timeout=20_000):
            pass
        # Nothing was said to be drawn: only Play's own frame and the last one came.
        assert [frame.step for frame in frames] == [0, 0, 30_000]
        assert frames[1].playing
    finally:
        session.shutdown()


@pytest.mark.parametrize("draws", [True, False])
def test_what_is_wrong_is_told_after_the_step_whether_or_not_a_window_draws(
    qtbot: QtBot, draws: bool
) -> None:
    session = Session()
    frames: list[Frame] = []
    session.frame_changed.connect(frames.append)
    if draws:
        session.frame_changed.connect(lambda _: session.frame_drawn())
    too_high = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 1.3}}
    try:
        session.begin(Experiment.from_dict(too_high))
        qtbot.waitUntil(lambda: bool(frames))  # a run just begun is diagnosed at once
        for _ in range(60):
            session.step()
        qtbot.waitUntil(lambda: bool(frames) and bool(frames[-1].findings), timeout=5000)
        first = next(k for k, frame in enumerate(frames) if frame.findings)
        assert (frames[first - 1].step, frames[first - 1].findings) == (frames[first].step, ())
    finally:
        session.shutdown()


def test_frames_come_in_the_thread_of_the_window(desk: Desk) -> None:
    here = threading.get_ident()
    desk.session.frame_changed.connect(lambda _: desk.threads.add(threading.get_ident()))
    desk.session.stepped.connect(lambda _: desk.threads.add(threading.get_ident()))
    desk.begin(LINE)
    desk.session.step()
    desk.wait(lambda: desk.frame.step == 1)
    # Lambdas run in the emitting thread: the session's own signals are emitted in the window's.
    assert here in desk.threads


def test_the_history_comes_when_asked_for(desk: Desk) -> None:
    desk.begin(LINE)
    desk.session.step()
    desk.session.step()
    with desk.qtbot.waitSignal(desk.session.history_made, timeout=5000) as made:
        desk.session.ask_history()
    assert made.args is not None
    assert len(made.args[0]) == 2


# --- the end ------------------------------------------------------------------------------------


def left_in_mid_run(qtbot: QtBot, rate: float | None) -> None:
    desk = Desk(qtbot)
    desk.session.set_rate(rate)
    desk.session.begin(Experiment.from_dict(ENDLESS))
    desk.session.play()
    desk.wait(lambda: bool(desk.frames) and desk.frame.playing)
    desk.session.shutdown()
    desk.session.shutdown()
    assert not desk.session._thread.isRunning()  # noqa: SLF001
    made = len(desk.frames)
    desk.session.step()
    desk.session.seek(0)
    assert len(desk.frames) == made


@pytest.mark.parametrize("rate", [0.5, 40.0, 400.0, None])
def test_shutdown_in_mid_run_leaves_no_thread(qtbot: QtBot, rate: float | None) -> None:
    before = sys.getswitchinterval()
    for _ in range(5):
        left_in_mid_run(qtbot, rate)
    assert sys.getswitchinterval() == before


def test_shutdown_before_anything_has_begun(qtbot: QtBot) -> None:
    for _ in range(20):
        Session().shutdown()


def test_shutdown_with_wishes_waiting_and_the_gate_closed(desk: Desk) -> None:
    desk.begin(ENDLESS)
    desk.session.set_rate(None)
    desk.session.play()
    desk.wait(lambda: desk.frame.step > 10)
    desk.session.control.gate.clear()
    for step in range(50):
        desk.session.seek(step)
        desk.session.play()
    desk.session.shutdown()


def hurry(session: Session, random: np.random.Generator, wish: int) -> None:
    """Do one thing or another."""
    rate = float(random.choice([0.02, 0.05, 0.1]))
    step, speed = int(random.integers(0, 40)), (None, 30.0, 300.0)[random.integers(0, 3)]
    acts: list[Callable[[], None]] = [
        session.step,
        session.back,
        session.play,
        session.pause,
        session.live,
        lambda: session.seek(step),
        lambda: session.set_rate(speed),
        lambda: session.edit_live({RATE: rate}, wish),
    ]
    acts[random.integers(0, len(acts))]()


def test_a_user_in_a_hurry_leaves_nothing_out_of_step(desk: Desk) -> None:
    random = np.random.default_rng(7)
    desk.begin(ENDLESS)
    session = desk.session
    for wish in range(1, 81):
        hurry(session, random, wish)
        if wish % 10 == 0:
            made = len(desk.frames)
            desk.wait(partial(desk.has_more_than, made))
    session.pause()
    session.edit_live({"stop.max_steps": 10**6}, 1000)
    desk.wait(lambda: desk.frame.obeyed == 1000)
    assert desk.refusals == []
    last = desk.frame
    run = run_of(last.start, 0)
    run.replay(last.tape.acts, last.last_step)
    run.seek(last.step)
    assert np.array_equal(run.parameters, last.parameters)
    assert run.in_force == last.experiment
