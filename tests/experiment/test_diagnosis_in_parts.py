"""Trials in parts: the same findings and proposals as at once, and no part longer than a step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gd_studio.experiment.diagnosis.finding import Finding
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.diagnosis.trials import TrialsInParts
from gd_studio.experiment.run import Run
from tests.experiment.cases import FAILURES, Failure

# Only a trial tells whether they are one: a lower rate must help, or a higher.
BORNE_OUT = {"oscillation", "plateau"}


def in_parts(run: Run, trials: TrialsInParts, steps_each: int = 0) -> tuple[Finding, ...]:
    """Return what is found when all trials have ended, the run going on by steps in between."""
    found = diagnose(run, trials)
    while trials.under_way:
        while not trials.go_on(lambda: False):
            run.advance(steps_each)
        found = diagnose(run, trials)
    return found


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_what_is_found_and_proposed_is_the_same_as_at_once(failure: Failure) -> None:
    run = failure.run()
    before = run.fingerprint()
    trials = TrialsInParts()
    first, found = diagnose(run, trials), in_parts(run, trials)
    assert found == diagnose(run)
    assert run.fingerprint() == before
    later = {finding.kind for finding in found} - {finding.kind for finding in first}
    assert later <= BORNE_OUT
    words = [replace(finding, proposal=None) for finding in found if finding.kind not in later]
    assert [replace(finding, proposal=None) for finding in first] == words


def test_a_trial_is_that_of_the_step_at_which_it_was_begun() -> None:
    (failure,) = (f for f in FAILURES if f.name == "a rate far too small")
    run, trials = failure.run(), TrialsInParts()
    (wanted,) = diagnose(run)
    assert diagnose(run, trials) == ()  # only the trial can tell whether longer steps help
    assert trials.under_way == ("slow",)
    assert [f.proposal for f in in_parts(run, trials, steps_each=3)] == [wanted.proposal]
    assert run.step_number > failure.steps


def test_what_is_proposed_untried_is_so_at_once() -> None:
    (failure,) = (f for f in FAILURES if f.name == "one row in twenty")
    trials = TrialsInParts()
    (found,) = diagnose(failure.run(), trials)
    assert trials.under_way == ()
    assert found.proposal is not None
    assert not found.proposal.is_trying


def test_a_finding_that_is_being_tried_says_no_remedy_yet() -> None:
    (failure,) = (f for f in FAILURES if f.name == "a rate a third above 2/λmax")
    (found,) = diagnose(failure.run(), TrialsInParts())
    assert found.proposals == ()
    assert "What may help" not in found.words
