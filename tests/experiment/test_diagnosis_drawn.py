"""Diagnoses on failures and healthy runs that no threshold was set on, and their remedies."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.experiment.diagnosis import Finding
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.fitting import is_live
from gd_studio.experiment.run import Run
from tests.experiment.drawn_failures import KINDS, Drawn, drawn
from tests.experiment.drawn_healthy import healthy

# Of each kind, in the quick tests one draw and in the long ones many.
QUICK, LONG = 100, range(200, 212)
LOOKS = 10


def labelled(failure: Drawn, run: Run) -> Finding | None:
    """Return the finding with a right label, if it is told."""
    return next((found for found in diagnose(run) if found.kind in failure.labels), None)


def after(failure: Drawn, run: Run, finding: Finding) -> Run:
    """Return the run after the change that a finding proposes, as a click makes it."""
    proposal = finding.proposal
    assert proposal is not None
    changed = run.in_force.edit(proposal.changes)
    if not all(is_live(changed, path) for path in proposal.changes):
        run = Run(changed, dataset=failure.dataset)
    else:
        if proposal.step is not None:
            run.seek(proposal.step)
        run.edit(proposal.changes)
    run.advance(min(failure.steps, 1000))
    return run


def trains(failure: Drawn, run: Run, finding: Finding) -> bool:
    """Whether the change that is proposed makes the run better at what was wrong with it."""
    before = judged(run, finding.kind)
    changed = after(failure, run, finding)
    base = changed.baseline
    assert base is not None
    now = judged(changed, finding.kind)
    if finding.kind in ("overfitting", "imbalance"):
        return now < 0.9 * before
    return now < 0.9 * base.train_loss and not now > 0.9 * before


def judged(run: Run, kind: str) -> float:
    """Return what the change is to make smaller: a loss, or the share of the rare class missed."""
    if kind == "overfitting":
        return run.evaluate("validation")["loss"]
    if kind == "imbalance":
        rare = np.flatnonzero(run.data.train.y == np.bincount(run.data.train.y).argmin())
        guess = run.hypothesis.guess(run.parameters, run.data.train.x[rare]).argmax(axis=1)
        return float((guess != run.data.train.y[rare]).mean())
    return float(np.mean(run.history["train_loss"][-5:]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_drawn_anew_gets_a_right_label_and_a_change_that_trains(kind: str) -> None:
    failure = drawn(kind, QUICK)
    run = failure.run()
    finding = labelled(failure, run)
    assert finding is not None
    assert trains(failure, run, finding)


@pytest.mark.parametrize("number", range(QUICK, QUICK + 4))
def test_a_healthy_run_drawn_anew_gets_no_card(number: int) -> None:
    assert alarms(healthy(number)) == []


def alarms(run_of: Drawn) -> list[str]:
    """Return what is told of a run on its way."""
    run, told = run_of.run(0), []
    for _ in range(LOOKS):
        run.advance(run_of.steps // LOOKS)
        told += [f"step {run.step_number}: {finding.words}" for finding in diagnose(run)]
    return told


def rises(run: Run) -> bool:
    """Whether a draw that may overfit did so: its validation loss ends well above its lowest."""
    smooth = np.convolve(run.history["validation_loss"], np.full(5, 0.2), "valid")
    return bool(smooth[-1] > 1.3 * smooth.min())


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_of_many_failures_nearly_all_are_told_and_mended(kind: str) -> None:
    failed = told = mended = 0
    for number in LONG:
        failure = drawn(kind, number)
        run = failure.run()
        if kind == "overfitting" and not rises(run):
            continue
        failed += 1
        finding = labelled(failure, run)
        if finding is not None:
            told += 1
            mended += trains(failure, run, finding)
    assert failed >= 0.75 * len(LONG)
    assert told >= 0.9 * failed
    assert mended >= 0.9 * told


@pytest.mark.long
def test_of_many_healthy_runs_hardly_any_is_called_ill() -> None:
    ill = [told for number in range(300, 400) if (told := alarms(healthy(number)))]
    # A validation loss that truly rises is no false alarm.
    false = [told for told in ill if any("Overfitting." not in words for words in told)]
    assert len(false) <= 2, false
    assert len(ill) <= 8, ill
