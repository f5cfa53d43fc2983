"""Pinned runs: kept on purpose, numbered, named by what was different, and forgotten by number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.session.commands import (
    Back,
    Begin,
    EditLive,
    ForgetGhost,
    ForgetPinned,
    Live,
    Pin,
    Seek,
    StepOnce,
)
from gd_studio.session.frame import Frame
from tests.session.inline import LINE, Inline, run_of

RATE = "optimizer.learning_rate"
SINE = {"data": {"kind": "sine"}, "model": {"kind": "linear"}}


@pytest.fixture
def inline(qapp: object) -> Inline:
    return Inline()


def begun(inline: Inline, change: dict[str, Any] | None = None, steps: int = 0) -> Frame:
    inline.do(Begin(Experiment.from_dict(change or LINE)))
    return inline.do(*[StepOnce()] * steps) if steps else inline.frame


def at_rate(rate: float) -> dict[str, Any]:
    return {**LINE, "optimizer": {"kind": "sgd", "learning_rate": rate}}


def test_pinned_runs_survive_others_beside_the_run_before(inline: Inline) -> None:
    for rate in (0.1, 0.2, 0.4):
        begun(inline, at_rate(rate), 3)
        inline.do(Pin())
    frame = begun(inline, at_rate(0.05), 2)
    assert [(g.number, g.label, g.step) for g in frame.ghosts] == [
        (1, "rate 0.1", 3),
        (2, "rate 0.2", 3),
        (3, "rate 0.4", 3),
    ]
    run = run_of(at_rate(0.2), 3)
    second = frame.ghosts[1]
    assert np.array_equal(second.parameters, run.parameters)
    assert second.loss == run.evaluate("train")["total"]
    assert np.array_equal(second.curves["total"].values, run.history["total"])
    assert np.array_equal(second.trajectory, run.timeline.trajectory.path()[1])
    assert frame.ghost is not None
    assert (frame.ghost.label, frame.ghost.number) == ("rate 0.4", 0)
    assert len(inline.do(ForgetGhost()).ghosts) == 3


def test_a_number_stays_with_its_run_and_is_given_again_when_free(inline: Inline) -> None:
    for steps in (1, 2, 3):
        begun(inline, LINE, steps)
        inline.do(Pin())
    frame = inline.do(ForgetPinned(2))
    assert [(g.number, g.step) for g in frame.ghosts] == [(1, 1), (3, 3)]
    frame = inline.do(StepOnce(), Pin())
    assert [(g.number, g.step) for g in frame.ghosts] == [(1, 1), (2, 4), (3, 3)]


def test_a_fourth_pin_is_refused_with_what_to_do(inline: Inline) -> None:
    begun(inline, LINE, 1)
    frame = inline.do(*[Pin()] * 4)
    assert len(frame.ghosts) == 3
    assert "forget one of them" in inline.refusals[0][1]


def test_a_run_without_a_step_cannot_be_pinned(inline: Inline) -> None:
    begun(inline)
    frame = inline.do(Pin())
    assert frame.ghosts == ()
    assert "make a step first" in inline.refusals[0][1]


def test_pinning_and_forgetting_leave_the_run_untouched(inline: Inline) -> None:
    begun(inline, LINE, 5)
    inline.do(Seek(2))
    before = inline.recorded()
    frame = inline.do(Pin(), ForgetPinned(1), Pin())
    after = inline.recorded()
    assert before is not None
    assert after is not None
    assert after.tape == before.tape
    assert after.trace.fingerprints == before.trace.fingerprints
    assert np.array_equal(after.trace.numbers, before.trace.numbers)
    assert (frame.step, frame.last_step, frame.ghosts[0].step) == (2, 5, 5)


def test_a_pinned_run_stays_as_it_was_when_its_own_run_goes_on(inline: Inline) -> None:
    begun(inline, LINE, 4)
    pinned = inline.do(Pin()).ghosts[0]
    assert pinned.label == "as now, up to step 4"
    kept = pinned.curves["total"].values.copy(), pinned.trajectory.copy()
    frame = inline.do(*[StepOnce()] * 5, EditLive({RATE: 0.3}, 1), StepOnce())
    again = frame.ghosts[0]
    assert (again.label, again.step) == ("rate 0.1", 4)
    assert np.array_equal(again.curves["total"].values, kept[0])
    assert np.array_equal(again.trajectory, kept[1])


def test_a_pinned_run_of_other_data_or_another_loss_waits_apart(inline: Inline) -> None:
    begun(inline, LINE, 2)
    inline.do(Pin())
    frame = begun(inline, SINE, 1)
    assert frame.ghosts == ()
    assert [g.number for g in frame.apart] == [1]
    frame = begun(inline, {**LINE, "loss": {"kind": "mae"}}, 1)
    assert (frame.ghosts, [g.number for g in frame.apart]) == ((), [1])
    frame = begun(inline, LINE, 1)
    assert ([g.number for g in frame.ghosts], frame.apart) == ([1], ())
    assert inline.do(ForgetPinned(1)).ghosts == ()


def test_going_to_and_fro_keeps_the_very_same_ghosts(inline: Inline) -> None:
    begun(inline, LINE, 3)
    inline.do(Pin())
    first = begun(inline, at_rate(0.3), 4).ghosts
    for wish in (Back(), Seek(1), Live(), StepOnce()):
        assert inline.do(wish).ghosts[0] is first[0]


def test_a_run_whose_rate_was_changed_on_its_way_is_named_by_both_rates(inline: Inline) -> None:
    begun(inline, at_rate(0.1), 3)
    inline.do(EditLive({RATE: 0.3}, 1), StepOnce(), Pin(), EditLive({RATE: 0.05}, 2))
    frame = inline.do(StepOnce(), Pin(), EditLive({RATE: 0.2}, 3), StepOnce())
    assert [g.label for g in frame.ghosts] == ["rate 0.1 → 0.3", "rate 0.1 → 0.05"]


def test_what_else_was_changed_on_the_way_does_not_name_a_run(inline: Inline) -> None:
    begun(inline, at_rate(0.1), 3)
    inline.do(EditLive({"stop.max_steps": 900}, 1), StepOnce(), Pin())
    frame = inline.do(EditLive({RATE: 0.2}, 2), StepOnce())
    assert frame.ghosts[0].label == "rate 0.1"
