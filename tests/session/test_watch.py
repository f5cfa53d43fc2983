"""The watch over a run: it looks when something changed, and seldom while it races."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gd_studio.experiment.diagnosis import Finding
from gd_studio.experiment.diagnosis import registry as watched
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.finding import TRYING
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.diagnosis.trial import STEPS
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.session.watch import Watch
from tests.session.inline import LINE

TOO_HIGH = {**LINE, "optimizer": {"kind": "sgd", "learning_rate": 1.3}}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the steps at which the diagnoses were asked."""
    steps: list[int] = []

    def counted(run: Run, *more: Any) -> tuple[Finding, ...]:
        steps.append(run.step_number)
        return diagnose(run, *more)

    monkeypatch.setattr(watched, "diagnose", counted)
    return steps


def test_while_racing_it_looks_at_most_twice_a_second(looks: list[int]) -> None:
    now = [0.0]
    watch, run = Watch(clock=lambda: now[0]), Run(Experiment.from_dict(LINE))
    for _ in range(100):  # a second and a half
        now[0] += 0.015
        run.step()
        watch.findings(run, playing=True)
    assert len(looks) == 3
    watch.findings(run, playing=False)
    assert looks[-1] == 100


def test_a_moment_is_looked_at_once(looks: list[int]) -> None:
    watch, run = Watch(), Run(Experiment.from_dict(TOO_HIGH))
    run.advance(60)
    found = watch.findings(run, playing=False)
    assert [finding.kind for finding in found] == ["too_high"]
    assert watch.findings(run, playing=False) is found
    assert looks == [60]
    run.edit({"optimizer.learning_rate": 0.1})
    assert watch.findings(run, playing=True) == ()  # another rate: it may well come down now
    assert looks == [60, 60]
    run.seek(1)
    watch.findings(run, playing=False)
    assert looks == [60, 60, 1]


def test_a_moment_that_is_passed_by_is_not_looked_at(looks: list[int]) -> None:
    watch, run = Watch(), Run(Experiment.from_dict(TOO_HIGH))
    run.advance(60)
    (found,) = watch.findings(run, playing=False)
    for step in (50, 3, 1):
        run.seek(step)
        assert watch.findings(run, playing=False, unlooked=True) == (found,)
    assert looks == [60]
    assert watch.findings(run, playing=False) == ()
    assert looks == [60, 1]
    other = Run(Experiment.from_dict(LINE))
    assert watch.findings(other, playing=False, unlooked=True) == ()  # not of that other run
    assert looks == [60, 1, 0]


def test_the_end_of_a_run_is_told_though_it_is_only_passed_by(looks: list[int]) -> None:
    run = Run(Experiment.from_dict({**LINE, "optimizer": {"kind": "sgd", "learning_rate": 50.0}}))
    run.advance(1000)
    end, watch = run.step_number, Watch()
    run.seek(3)
    assert "diverged" not in [f.kind for f in watch.findings(run, playing=False)]
    run.seek(end)
    found = watch.findings(run, playing=False, unlooked=True)
    assert [finding.kind for finding in found][:1] == ["diverged"]


def test_looking_changes_nothing_in_the_run() -> None:
    run = Run(Experiment.from_dict(TOO_HIGH))
    run.advance(60)
    before = run.fingerprint(), len(run.history), run.history.evaluations
    assert diagnose(run)
    assert Case(run).units == []
    assert (run.fingerprint(), len(run.history), run.history.evaluations) == before


def tried_out(watch: Watch, run: Run) -> None:
    while watch.is_trying:
        watch.go_on(run, lambda: True)


def test_a_finding_is_told_at_once_and_what_may_help_when_it_was_tried() -> None:
    watch, run = Watch(), Run(Experiment.from_dict(TOO_HIGH))
    run.advance(60)
    (wanted,) = diagnose(run)
    before = run.fingerprint()
    (first,) = watch.findings(run, playing=True)
    assert first.proposal is TRYING
    assert replace(first, proposal=None) == replace(wanted, proposal=None)
    assert watch.findings(run, playing=True) == (first,)
    parts = 1
    while not watch.go_on(run, lambda: False):
        parts += 1
        run.step()  # the run goes on meanwhile, and another step is the same step
    assert parts > STEPS
    (found,) = watch.findings(run, playing=True)  # though the last look was a moment ago
    assert found.proposal == wanted.proposal
    assert not watch.is_trying
    run.seek(60)
    assert watch.findings(run, playing=False) == (wanted,)
    assert run.fingerprint() == before


@pytest.mark.parametrize("leave", ["edit", "back", "another run"])
def test_a_trial_for_what_the_run_was_before_is_dropped(leave: str) -> None:
    watch, run = Watch(), Run(Experiment.from_dict(TOO_HIGH))
    run.advance(60)
    watch.findings(run, playing=False)
    watch.go_on(run, lambda: False)
    assert watch._trials is not None  # noqa: SLF001
    assert watch._trials.under_way == ("too_high",)  # noqa: SLF001
    if leave == "edit":
        run.edit({"optimizer.learning_rate": 0.1})
        assert not watch.go_on(run, lambda: True)
    elif leave == "back":
        run.seek(1)
    else:
        run = Run(Experiment.from_dict(LINE))
    assert watch.findings(run, playing=False) == ()
    assert not watch.is_trying
    assert not watch.go_on(run, lambda: True)


def test_what_was_proposed_is_kept_until_the_settings_change() -> None:
    now, run = [0.0], Run(Experiment.from_dict(TOO_HIGH))
    watch = Watch(clock=lambda: now[0])
    run.advance(60)
    watch.findings(run, playing=False)
    tried_out(watch, run)
    (first,) = watch.findings(run, playing=False)
    for _ in range(5):
        run.step()
    (second,) = watch.findings(run, playing=False)
    assert second.evidence != first.evidence
    assert second.proposal is first.proposal
    run.edit({"optimizer.learning_rate": 1.4})
    for _ in range(40):
        run.step()
    watch.findings(run, playing=False)
    tried_out(watch, run)
    (third,) = watch.findings(run, playing=False)
    assert third.proposal is not first.proposal
    assert third.proposal is not TRYING
