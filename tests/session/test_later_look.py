"""A look that is put off: until the frame is drawn, and no longer than half a second."""

from __future__ import annotations

import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.session.control import Control
from gd_studio.session.later_look import PATIENCE, LaterLook
from gd_studio.session.watch import SECONDS_BETWEEN, Watch
from tests.session.inline import LINE

Parts = tuple[LaterLook, Watch, Control, Run, list[float]]


@pytest.fixture
def parts() -> Parts:
    now = [100.0]
    control, watch = Control(), Watch()
    run = Run(Experiment.from_dict({**LINE, "optimizer": {"kind": "sgd", "learning_rate": 1.3}}))
    watch.findings(run, playing=False)
    return LaterLook(watch, control, lambda: now[0]), watch, control, run, now


def test_a_step_by_hand_goes_unlooked_and_is_looked_at_when_it_is_drawn(parts: Parts) -> None:
    later, watch, control, run, _ = parts
    run.advance(60)
    assert later.goes_unlooked(run, playing=False, passing=False)
    assert later.is_owed
    control.ready.clear()
    control.woken.set()  # as a wish does: it is not kept waiting
    assert not later.take(run)
    assert (later.is_owed, control.awaited) == (True, True)
    control.drawn()
    assert later.take(run)
    assert (later.is_owed, control.awaited) == (False, False)
    assert watch.findings(run, playing=False)[0].kind == "too_high"


def test_a_window_that_does_not_draw_is_not_waited_for(parts: Parts) -> None:
    later, _, control, run, now = parts
    run.advance(60)
    assert later.goes_unlooked(run, playing=False, passing=False)
    control.ready.clear()
    now[0] += PATIENCE
    assert later.take(run)


def test_steps_that_follow_each_other_fast_are_looked_at_now_and_then(parts: Parts) -> None:
    later, _, _, run, now = parts
    unlooked = []
    for _ in range(8):
        run.step()
        unlooked.append(later.goes_unlooked(run, playing=False, passing=False))
        now[0] += SECONDS_BETWEEN / 3
    assert unlooked == [True, True, True, False, True, True, True, False]


@pytest.mark.parametrize("passing", [True, False])
def test_what_is_played_or_passed_by_owes_nothing(parts: Parts, passing: bool) -> None:
    later, _, control, run, _ = parts
    run.step()
    assert later.goes_unlooked(run, playing=False, passing=False)
    control.awaited = True
    assert later.goes_unlooked(run, playing=not passing, passing=passing) == passing
    assert not later.is_owed
    assert not control.awaited


def test_what_is_said_to_be_wrong_is_looked_at_with_every_step(parts: Parts) -> None:
    later, watch, _, run, _ = parts
    run.advance(60)
    assert watch.findings(run, playing=False)
    run.step()
    assert not later.goes_unlooked(run, playing=False, passing=False)
