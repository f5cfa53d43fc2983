"""Fork here: another future from the shown step, with the old one behind it as the ghost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gd_studio.experiment.run import Run
from gd_studio.session.commands import Seek, StepOnce
from gd_studio.session.document import Document
from tests.session.inline import Inline, document_on

RATE = "optimizer.learning_rate"


@pytest.fixture
def inline(qapp: object) -> Inline:
    return Inline()


def steps(inline: Inline, count: int) -> None:
    for _ in range(count):
        inline.do(StepOnce())


def forked_at(inline: Inline, step: int, last: int) -> Document:
    document = document_on(inline, {"data": {"kind": "moons", "samples": 60}})
    steps(inline, last)
    inline.do(Seek(step))
    document.fork()
    return document


def test_the_run_goes_on_from_the_shown_step_and_the_old_future_is_the_ghost(
    inline: Inline,
) -> None:
    document = document_on(inline)
    steps(inline, 9)
    end = inline.frame
    shown = inline.do(Seek(4))
    document.fork()
    frame = inline.frame
    assert (frame.step, frame.last_step, frame.live) == (4, 4, True)
    assert frame.run_number == end.run_number
    assert np.array_equal(frame.parameters, shown.parameters)
    assert frame.ghost is not None
    assert frame.ghost.label == "the future left at step 4"
    assert (frame.ghost.step, frame.ghost.forked_at) == (9, 4)
    assert np.array_equal(frame.ghost.parameters, end.parameters)
    assert len(frame.ghost.curves["total"].values) == 9
    assert len(frame.curves["total"].values) == 4


def test_without_a_change_the_new_future_lies_on_the_old_one_to_the_bit(inline: Inline) -> None:
    forked_at(inline, 4, 9)
    steps(inline, 5)
    frame = inline.frame
    assert frame.ghost is not None
    assert np.array_equal(frame.parameters, frame.ghost.parameters)
    assert np.array_equal(frame.trajectory, frame.ghost.trajectory)
    old, new = frame.ghost.curves["total"], frame.curves["total"]
    assert new.values.tobytes() == old.values.tobytes()


def test_with_a_change_the_futures_part_and_the_ghost_is_named_by_it(inline: Inline) -> None:
    document = forked_at(inline, 4, 9)
    document.edit({RATE: 0.01})
    steps(inline, 5)
    frame = inline.frame
    assert frame.ghost is not None
    assert frame.ghost.label == "rate 0.6"
    assert not np.array_equal(frame.parameters, frame.ghost.parameters)
    assert np.array_equal(frame.trajectory[:5], frame.ghost.trajectory[:5])
    assert document.undo_name == "Learning rate 0.6 → 0.01"


def test_undo_brings_the_old_future_back_and_redo_the_new_one(inline: Inline) -> None:
    document = forked_at(inline, 4, 9)
    assert document.undo_name == "Fork at step 4"
    steps(inline, 3)
    new = inline.frame
    document.undo()
    undone = inline.frame
    assert (undone.step, undone.last_step, undone.ghost) == (4, 9, None)
    assert document.redo_name == "Fork at step 4"
    document.redo()
    redone = inline.frame
    assert (redone.step, redone.last_step) == (7, 7)
    assert np.array_equal(redone.parameters, new.parameters)
    assert redone.ghost is not None


def test_a_fork_counts_as_unsaved_until_it_is_undone(inline: Inline) -> None:
    document = forked_at(inline, 4, 9)
    marks = [document.dirty]
    for act in (document.undo, document.redo):
        act()
        marks.append(document.dirty)
    assert marks == [True, False, True]


def test_a_fork_at_the_start_and_a_fork_of_a_fork(inline: Inline) -> None:
    document = forked_at(inline, 0, 6)
    steps(inline, 3)
    inline.do(Seek(2))
    document.fork()
    frame = inline.frame
    assert (frame.step, frame.last_step) == (2, 2)
    assert frame.ghost is not None
    assert frame.ghost.step == 3
    for last in (3, 6):
        document.undo()
        assert inline.frame.last_step == last


def test_at_the_newest_step_there_is_nothing_to_fork(inline: Inline) -> None:
    document = document_on(inline)
    document.fork()
    steps(inline, 3)
    document.fork()
    assert document.undo_name is None
    assert inline.frame.ghost is None


def test_a_run_that_had_stopped_can_be_forked_before_its_end(inline: Inline) -> None:
    change = {"data": {"kind": "moons", "samples": 60}, "stop": {"max_steps": 5}}
    document = document_on(inline, change)
    steps(inline, 5)
    stop = inline.frame.stop
    assert stop is not None
    inline.do(Seek(3))
    document.fork()
    found = [inline.frame.stop]
    steps(inline, 2)
    found.append(inline.frame.stop)
    assert found == [None, stop]


def test_what_is_saved_is_the_run_that_goes_on(inline: Inline, tmp_path: Path) -> None:
    document = forked_at(inline, 4, 9)
    document.edit({RATE: 0.01})
    steps(inline, 2)
    path = tmp_path / "forked.gds"
    document.save(path)
    assert Run.load(path).last_step == 6
    assert np.array_equal(Run.load(path).parameters, inline.frame.parameters)
    assert Run.verify(path).verdict == "identical"
