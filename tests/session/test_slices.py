"""Trials beside a run in slices: steps, frames, wishes and the end never wait for more than one."""

from __future__ import annotations

import itertools
import time
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.diagnosis.finding import TRYING
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.diagnosis.trials import TrialsInParts
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.session import runner
from gd_studio.session.commands import Begin, Pause, Play, Seek
from gd_studio.session.control import Control
from gd_studio.session.frame import Frame
from gd_studio.session.session import Session
from gd_studio.session.slices import SECONDS, SHARE, Slices
from gd_studio.session.watch import Watch
from tests.session.inline import Inline, run_of

# A penalty that lets nothing through: it stands still for ever.
SMOTHERED: dict[str, Any] = {
    "data": {"kind": "moons"},
    "model": {"kind": "mlp", "hidden": [8]},
    "penalty": {"l2": 3.0},
    "optimizer": {"kind": "sgd", "learning_rate": 0.1},
    "stop": {"max_steps": None},
}


class Clock:
    """A clock that goes on by a millisecond at every part of a trial, and by `tick` when read."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now = 0.0
        self.parts = 0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return counting(monkeypatch, Clock())


def counting(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Clock:
    """Let a clock go on with the parts of trials."""
    do_part = TrialsInParts._do_part  # noqa: SLF001

    def counted(self: TrialsInParts, kind: str) -> bool:
        clock.now += 0.001
        clock.parts += 1
        return do_part(self, kind)

    monkeypatch.setattr(TrialsInParts, "_do_part", counted)
    return clock


@pytest.fixture
def tried() -> tuple[Run, Watch]:
    """Return a run, and a watch that is trying what would help it."""
    run, watch = Run(Experiment.from_dict(SMOTHERED)), Watch()
    run.advance(400)
    watch.findings(run, playing=False)
    return run, watch


def test_a_slice_lasts_three_parts_of_a_millisecond(
    clock: Clock, tried: tuple[Run, Watch]
) -> None:
    run, watch = tried
    slices, before = Slices(watch, Control(), clock), clock.parts
    slices.take(run)
    assert clock.parts - before == round(SECONDS / 0.001)


@pytest.mark.parametrize("wanted", ["wish", "drawing", "end"])
def test_a_slice_ends_when_someone_wants_its_turn(
    wanted: str, clock: Clock, tried: tuple[Run, Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, watch = tried
    control = Control()
    if wanted == "wish":
        control.post(Pause())
    elif wanted == "end":
        control.close()
    else:
        control.gate.clear()
        monkeypatch.setattr(control.gate, "wait", lambda seconds: False)
    before = clock.parts
    Slices(watch, control, clock).take(run)
    assert clock.parts - before == 1


def test_while_steps_are_due_it_takes_a_share_of_the_time(
    clock: Clock, tried: tuple[Run, Watch]
) -> None:
    run, watch = tried
    slices, began, before = Slices(watch, Control(), clock), clock.now, clock.parts
    for _ in range(1000):
        slices.take_share(run)
        run.advance(1)
        clock.now += 0.0005
        if not slices.are_wanted:
            break
    share = (clock.parts - before) * 0.001 / (clock.now - began)
    assert SHARE * 0.7 < share <= SHARE * 1.05


def test_while_steps_are_due_one_lies_between_two_slices(
    clock: Clock, tried: tuple[Run, Watch]
) -> None:
    run, watch = tried
    slices = Slices(watch, Control(), clock)
    slices.take_share(run)
    clock.now += 1.0
    before = clock.parts
    slices.take_share(run)
    assert clock.parts == before
    run.advance(1)
    slices.take_share(run)
    assert clock.parts > before


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the step of the run at every slice that was taken."""
    taken: list[int] = []
    take = Slices.take

    def noted(self: Slices, run: Run) -> bool:
        taken.append(run.step_number)
        return take(self, run)

    monkeypatch.setattr(Slices, "take", noted)
    return taken


def is_trying(frame: Frame) -> bool:
    return any(finding.proposal is TRYING for finding in frame.findings)


def offers(frame: Frame) -> bool:
    return any(finding.proposals for finding in frame.findings)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the runner, its slices and its watch live by a clock that no load can disturb."""
    clock = counting(monkeypatch, Clock(tick=0.00002))
    monkeypatch.setattr(runner, "time", SimpleNamespace(perf_counter=clock))
    for timed in (Slices, Watch):
        monkeypatch.setattr(timed.__init__, "__defaults__", (clock,))
    return clock


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize(("rate", "most"), [(None, 4), (400.0, 8)])
def test_frames_and_steps_go_on_while_something_is_tried(
    rate: float | None, most: int, taken: list[int]
) -> None:
    """`most` slices lie between two frames, however long each took."""
    inline, between = Inline(), [0]
    inline.control.rate = rate
    inline.held = True
    inline.do(Begin(Experiment.from_dict(SMOTHERED), show_step=400), Play())

    def note(frame: Frame) -> None:
        between.append(len(taken))
        if offers(frame):
            inline.control.post(Pause())

    inline.frame_changed.connect(note)
    inline.release()
    assert offers(inline.frame)
    trying = [frame for frame in inline.frames if is_trying(frame)]
    assert len(trying) >= 2
    assert all(a.step < b.step for a, b in itertools.pairwise(trying[1:]))
    assert max(b - a for a, b in itertools.pairwise(between)) <= most
    if rate is None:  # without a rest steps follow on every slice
        assert all(a < b for a, b in itertools.pairwise(taken))


def test_a_run_that_stands_still_is_tried_on_until_the_proposal_is_told() -> None:
    inline = Inline()
    frame = inline.do(Begin(Experiment.from_dict(SMOTHERED), show_step=400))
    assert [is_trying(frame) for frame in inline.frames] == [True, False]
    assert offers(frame)
    (found,) = diagnose(run_of(SMOTHERED, 400))
    assert frame.findings == (found,)


def test_a_wish_in_between_is_obeyed_before_the_next_slice(taken: list[int]) -> None:
    inline = Inline()

    def wish(frame: Frame) -> None:
        if is_trying(frame):
            inline.control.post(Seek(10))

    inline.frame_changed.connect(wish)
    frame = inline.do(Begin(Experiment.from_dict(SMOTHERED), show_step=400))
    assert taken == [400]  # of one part: the wish was there by then
    assert frame.step == 10
    assert frame.findings == ()


def test_the_end_waits_for_one_part_of_a_trial_at_most(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, parts, do_part = Session(), [0], TrialsInParts._do_part  # noqa: SLF001

    def slow(self: TrialsInParts, kind: str) -> bool:
        parts.append(parts[-1] + 1)
        time.sleep(0.002)
        return do_part(self, kind)

    monkeypatch.setattr(TrialsInParts, "_do_part", slow)
    session.begin(Experiment.from_dict(SMOTHERED), show_step=400)
    qtbot.waitUntil(lambda: session.frame is not None and len(parts) > 10, timeout=20_000)
    assert session.frame is not None
    assert is_trying(session.frame)
    before = parts[-1]
    session.shutdown()
    assert parts[-1] - before <= 2
