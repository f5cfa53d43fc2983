"""Failures made on purpose get their label, and a change that helps; healthy runs get no card."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.experiment.diagnosis import BACK_TO_BEST, Finding
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.fitting import is_live
from gd_studio.experiment.run import Run
from tests.experiment.cases import DATA, FAILURES, HEALTHY, Failure, Healthy

LOOKS = 20


def taken(failure: Failure, run: Run, finding: Finding) -> Run:
    """Return the run after the change that a finding proposes, as a click would make it."""
    proposal = finding.proposal
    assert proposal is not None
    changed = run.in_force.edit(proposal.changes)
    if not all(is_live(changed, path) for path in proposal.changes):
        return Run(changed, dataset=DATA[failure.data]() if failure.data else None)
    if proposal.step is not None:
        run.seek(proposal.step)
    run.edit(proposal.changes)
    return run


def judged(run: Run, kind: str) -> float:
    """Return what the change is to make smaller: a loss, or of a rare class the share missed."""
    if kind == "overfitting":
        return run.evaluate("validation")["total"]
    if kind == "imbalance":
        rare = np.flatnonzero(run.data.train.y == 1)
        guess = run.hypothesis.guess(run.parameters, run.data.train.x[rare]).argmax(axis=1)
        return float((guess != 1).mean())
    if kind == "oscillation":
        return float(run.history["train_loss"][-10:].mean())
    return run.evaluate()["loss"]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda f: f.name)
def test_a_failure_made_on_purpose_gets_its_label_and_a_change_that_helps(
    failure: Failure,
) -> None:
    run = failure.run()
    finding = diagnose(run)[0]
    assert finding.kind == failure.kind
    back = finding.instead
    assert (back is not None and back.act == BACK_TO_BEST) == (failure.kind == "overfitting")
    assert any(character.isdigit() for character in finding.evidence)
    assert finding.reason.endswith(".")
    without = failure.run()
    without.advance(failure.steps)
    left = judged(without, failure.kind)
    changed = taken(failure, run, finding)
    changed.advance(failure.steps)
    assert changed.stop_reason is None or changed.stop_reason.kind == "patience"
    assert finding.kind not in [found.kind for found in diagnose(changed)]
    left = left if math.isfinite(left) else 1e300
    assert judged(changed, failure.kind) < failure.better * left


def test_every_kind_of_finding_is_among_the_failures() -> None:
    assert len({failure.kind for failure in FAILURES}) == 10


@pytest.mark.parametrize("healthy", HEALTHY, ids=lambda h: h.name)
def test_a_healthy_run_gets_no_card_at_any_time(healthy: Healthy) -> None:
    run = healthy.run()
    first = run.evaluate()["total"]
    for _ in range(LOOKS):
        run.advance(max(1, healthy.steps // LOOKS))
        assert diagnose(run) == ()
    base = run.baseline
    assert base is not None
    assert run.evaluate()["total"] < min(0.9 * first, 0.75 * base.train_loss)
