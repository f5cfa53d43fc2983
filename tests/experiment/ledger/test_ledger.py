"""What a ledger says beside its numbers, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gd_studio.engine.arithmetic import largest, number, total
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import AbstractOptimizer, State
from gd_studio.engine.optimizers.account import Account, Move, UntoldError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.ledger import copied, ledger
from gd_studio.experiment.ledger.writing import PLAIN
from gd_studio.experiment.run import Run
from tests.experiment.experiments import line, small
from tests.experiment.ledger.moments import moment, moment_of


def test_brackets_stand_where_they_are_needed() -> None:
    a, b, c = number(2.0), number(-3.0), number(0.5)
    assert (a - (b + c)).write(PLAIN) == "2 - (-3 + 0.5)"
    assert ((a + b) * c).write(PLAIN) == "(2 + (-3)) * 0.5"
    assert (a / (b * c)).write(PLAIN) == "2/((-3) * 0.5)"
    assert (-a - b).write(PLAIN) == "-2 - (-3)"
    assert b.squared().write(PLAIN) == "(-3)**2"
    assert (largest(a, b).root() + 1).write(PLAIN) == "sqrt(max(2, -3)) + 1"
    assert (a - (b + c)).value == 4.5


def test_a_sum_of_many_terms_leaves_none_out() -> None:
    terms = [number(float(2**i)) for i in range(400)]
    text = total(terms).write(PLAIN)
    assert text.count("+") == 256 - 1 + text.count("e+")
    assert "[145 more]" in text


class Untold(AbstractOptimizer, frozen=True, tag="untold"):
    """An optimizer that tells nothing of its own."""

    def update(self, theta: Array, g: Array, rate: float | Array, state: State) -> None:
        theta -= rate * g


def test_an_optimizer_that_tells_nothing_still_gets_an_honest_line() -> None:
    move = Move(1, 0.5, np.array([2.0]), np.array([1.5]), np.array([1.0]), None, None)
    book = Account(move, 0, (), 1.0)
    with pytest.raises(UntoldError):
        Untold().account(book)
    book.moves_by_itself()
    assert [(e.name, e.value) for e in book.entries] == [("change", -0.5), ("new", 1.5)]
    assert book.entries[-1].term.write(PLAIN) == "2 + (-0.5)"


def test_without_the_memory_a_ledger_says_only_how_far_the_weight_moved() -> None:
    found = moment(small(optimizer={"kind": "adam"}), 3)
    racing = replace(found, memory=None, previous_memory=None)
    split = found.hypothesis.prepared.train
    entries = ledger(racing, split, 0, 0).sections[-1].entries
    assert [entry.name for entry in entries] == ["η", "change", "new"]
    assert entries[-1].value == found.parameters[0]


def test_before_the_first_step_there_is_a_gradient_and_no_move() -> None:
    found = moment(small(), 0)
    sections = ledger(found, found.hypothesis.prepared.train, 0, 0).sections
    assert [s.word for s in sections if s.word] == ["Guess", "Check", "Adjust"]
    assert sections[-1].entries == ()
    assert sections[-2].entries[-1].value == pytest.approx(float(found.gradient[0]), abs=1e-14)


def test_only_what_is_known_by_a_phase_is_told() -> None:
    found = moment(small(), 2)
    split = found.hypothesis.prepared.train
    guess, check = ledger(found, split, 0, 0, "guess"), ledger(found, split, 0, 0, "check")
    assert [section.word for section in guess.sections] == ["Guess"]
    assert [section.word for section in check.sections] == ["Guess", "Check"]
    assert ledger(found, split, 0, 0, "adjust").entry("new").value == found.parameters[0]


def test_a_row_outside_the_batch_did_not_pull() -> None:
    run = Run(small(model={"hidden": [4], "dropout": 0.5}))
    run.advance(3)
    outside = next(r for r in range(48) if r not in run.batch_rows)
    text = copied(ledger(moment_of(run), run.data.train, outside, 0))
    assert "not in the batch does not pull" in text
    assert "shown without dropout" in text
    inside = copied(ledger(moment_of(run), run.data.train, int(run.batch_rows[0]), 0))
    assert "not in the batch" not in inside
    assert "of 4 hidden neurons" in inside


def test_the_loss_of_a_row_of_the_batch_is_that_of_the_dropped_out_network() -> None:
    run = Run(small(model={"hidden": [4], "dropout": 0.5}))
    run.advance(3)
    found = moment_of(run)
    losses = [
        ledger(found, run.data.train, int(row), 0).entry("row loss").value for row in run.batch_rows
    ]
    assert run.record is not None
    assert np.mean(losses) == pytest.approx(run.record.loss, abs=1e-14)


def test_the_words_give_the_way_the_distance_and_the_reason() -> None:
    found = moment(line(), 1)
    words = ledger(found, found.hypothesis.prepared.train, 0, 0).sections[-1].words[0]
    by = float(found.parameters[0] - found.previous[0])
    assert words[0] == ("This weight moved up by " if by > 0 else "This weight moved down by ")
    assert words[1] == pytest.approx(abs(by))
    assert "because" in str(words[2])


def test_momentum_may_carry_a_weight_against_its_gradient_and_that_is_said() -> None:
    run = Run(line(optimizer={"kind": "sgd", "learning_rate": 0.3, "momentum": 0.95}))
    seen = False
    for _ in range(60):
        run.step()
        found = moment_of(run)
        by = float(run.parameters[0] - run.previous[0])
        words = ledger(found, run.data.train, 0, 0).sections[-1].words[0]
        against = by * float(run.gradient[0]) > 0
        assert ("although" in "".join(map(str, words))) == against
        seen = seen or against
    assert seen


def test_a_large_network_says_how_many_of_its_neurons_are_shown() -> None:
    experiment = Experiment.from_dict({"model": {"hidden": [64, 64]}})
    found = moment(experiment, 1)
    whole = ledger(found, found.hypothesis.prepared.train, 0, 0)
    assert whole.sections[0].more == ("3 of 129 neurons: those on the way that carries most.",)
    sums = [e.name for e in whole.sections[0].entries if e.name.startswith("z")]
    assert len(sums) == 3


def test_a_large_batch_is_told_by_what_its_gradient_leaves() -> None:
    experiment = Experiment.from_dict(
        {"data": {"kind": "moons", "samples": 20000}, "training": {"batch_size": None}}
    )
    found = moment(experiment, 1)
    whole = ledger(found, found.hypothesis.prepared.train, 0, 0)
    assert any("what its gradient leaves" in note for note in whole.sections[-1].more)
    assert whole.entry("gradient").value == float(found.gradient[0])


def test_a_landscape_tells_its_place_height_and_slope() -> None:
    found = moment({"model": {"kind": "landscape", "function": "bowl"}}, 2)
    text = copied(ledger(found, found.hypothesis.prepared.train, 0, 1))
    assert "parameter y" in text
    assert f"∂f/∂y = {float(found.gradient[1])!r}" in text


def test_looking_at_a_ledger_leaves_the_run_as_it_is() -> None:
    run = Run(small(model={"hidden": [4], "dropout": 0.3}, optimizer={"kind": "adam"}))
    run.advance(9)
    before = run.fingerprint()
    ledger(moment_of(run), run.data.train, 0, 0)
    assert run.fingerprint() == before
    assert (run.step_number, run.last_step, len(run.history)) == (9, 9, 9)


def test_the_probability_of_a_class_has_the_name_of_the_class() -> None:
    run = Run(Experiment.from_dict({"data": {"kind": "iris"}, "model": {"hidden": [3]}}))
    run.advance(2)
    names = run.hypothesis.classes
    told = ledger(moment_of(run), run.hypothesis.prepared.train, 0, 0)
    said = {entry.name for section in told.sections for entry in section.entries}
    assert {f"ŷ({name})" for name in names} <= said
    assert {f"z({name})" for name in names} <= said


def test_neurons_have_the_names_that_parameters_and_the_network_give_them() -> None:
    run = Run(small(model={"hidden": [4, 3]}))
    run.advance(2)
    text = copied(ledger(moment_of(run), run.hypothesis.prepared.train, 0, 0))
    assert run.hypothesis.said_name(0) == "hidden 1: x → 1"
    named = {run.hypothesis.neuron_name(place, unit) for place in (0, 1) for unit in range(4)}
    said = {line.partition(" = ")[0] for line in text.splitlines() if "(hidden" in line[:8]}
    assert {name[2:-1] for name in said} <= named
    assert {"z(hidden 1: 1)", "h(hidden 1: 1)", "δ(hidden 1: 1)"} <= said
