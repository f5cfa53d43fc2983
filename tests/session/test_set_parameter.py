"""One parameter is set by hand: on the tape, undoable, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.session.commands import Back, StepOnce
from tests.session.inline import Inline, document_on


@pytest.fixture
def inline(qapp: object) -> Inline:
    return Inline()


def test_one_parameter_is_set_and_comes_back_by_undo(inline: Inline) -> None:
    document = document_on(inline, {"data": {"kind": "moons"}})
    inline.do(StepOnce(), StepOnce())
    before = inline.frame.parameters
    document.set_parameter(6, -0.5)
    assert document.undo_name == "hidden 1: x → 3 = −0.5"
    assert document.dirty
    moved = np.flatnonzero(inline.frame.parameters != before)
    assert moved.tolist() == [6]
    assert inline.frame.parameters[6] == -0.5
    assert [act.step for act in document.project().tape.acts] == [2]
    document.undo()
    assert np.array_equal(inline.frame.parameters, before)
    document.redo()
    assert inline.frame.parameters[6] == -0.5


def test_the_run_goes_on_from_the_parameter_that_was_set(inline: Inline) -> None:
    document = document_on(inline)
    inline.do(StepOnce())
    document.set_parameter(0, 3.0)
    frame = inline.do(StepOnce())
    assert frame.record is not None
    assert frame.previous[0] == 3.0
    moved = frame.previous - frame.record.learning_rate * frame.gradient
    assert np.abs(moved - frame.parameters).max() < 1e-15


def test_set_in_the_past_it_begins_another_future(inline: Inline) -> None:
    document = document_on(inline)
    inline.do(StepOnce(), StepOnce(), StepOnce(), Back(), Back())
    document.set_parameter(0, 3.0)
    assert (inline.frame.step, inline.frame.last_step) == (1, 1)
    assert inline.frame.ghost is not None
    document.undo()
    assert (inline.frame.step, inline.frame.last_step) == (1, 3)


def test_what_is_no_finite_number_is_refused_and_leaves_no_edit(inline: Inline) -> None:
    document = document_on(inline)
    failures: list[str] = []
    document.failed.connect(lambda sentence, _: failures.append(sentence))
    document.set_parameter(0, float("inf"))
    assert failures == ["weights['output.weight'] must be finite numbers."]
    assert document.undo_name is None
