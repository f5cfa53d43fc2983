"""A remedy is tried beside the run before it is proposed, once, and never at the run's expense."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.experiment.diagnosis import trial
from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.diagnosis.trial import Candidate, Trial, proposed, trial_of
from gd_studio.experiment.diagnosis.trials import Trials
from gd_studio.experiment.parts import finished
from gd_studio.experiment.run import Run
from tests.experiment.experiments import line, small


def too_long() -> Run:
    run = Run(line(optimizer={"learning_rate": 1.3}))
    run.advance(40)
    return run


def tried(case: Case, candidate: Candidate) -> Trial | None:
    with np.errstate(all="ignore"):
        return finished(trial_of(case, candidate))


def test_a_trial_ends_where_the_run_would_with_that_change() -> None:
    run = too_long()
    found = tried(Case(run), Candidate("", {}, (0.2,), step=0))
    assert found is not None
    other = Run(line(optimizer={"learning_rate": 0.2}))
    assert found.before == pytest.approx(other.evaluate()["total"], rel=1e-12)
    other.advance(trial.STEPS)
    # The worst of the last quarter, of a loss that only falls, is that at its beginning.
    losses = other.history["train_loss"]
    assert losses[trial.STEPS] <= found.after <= losses[trial.STEPS * 3 // 4] * (1 + 1e-12)


def test_of_several_rates_one_is_taken_that_goes_down() -> None:
    found = tried(Case(too_long()), Candidate("", {}, (3.0, 0.4, 1e-6), step=0))
    assert found is not None
    assert found.rate == 0.4
    assert found.helps


def test_looking_and_trying_leave_the_run_as_it_was() -> None:
    run = too_long()
    before = run.fingerprint(), run.last_step, run.history.evaluations
    assert diagnose(run)[0].proposal is not None
    assert (run.fingerprint(), run.last_step, run.history.evaluations) == before


def test_a_candidate_that_does_not_help_gives_way_to_the_next() -> None:
    case = Case(too_long())
    useless = Candidate("Creep at {rate}", {}, (1e-9,), step=0)
    good = Candidate("Settle at {rate}", {}, (0.3,), step=0)
    found = proposed(case, "kind", useless, good)
    assert found.label == "Settle at 0.3 and retry from step 0"
    assert found.tried.startswith("In a trial of 100 steps this brought the training loss from")
    assert not proposed(Case(too_long()), "kind", useless).helped


def test_what_was_proposed_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run, trials = too_long(), Trials()
    first = diagnose(run, trials)
    monkeypatch.setattr(trial, "trial_of", None)
    assert diagnose(run, trials) == first
    with pytest.raises(TypeError):
        diagnose(run)


def test_what_would_take_too_long_is_proposed_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MOST_PRODUCTS", 10)
    found = diagnose(too_long())[0].proposal
    assert found is not None
    assert found.tried == ""
    assert found.changes == {"optimizer.learning_rate": 0.13}


@pytest.mark.parametrize("optimizer", [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}])
def test_a_rate_after_a_divergence_settles_under_momentum_too(optimizer: dict[str, object]) -> None:
    run = Run(line(optimizer={"learning_rate": 30.0, **optimizer}))
    run.advance(2000)
    (finding,) = diagnose(run)
    assert finding.kind == "diverged"
    assert finding.proposal is not None
    assert finding.proposal.step == 0
    run.seek(0)
    run.edit(finding.proposal.changes)
    run.advance(300)
    base = run.baseline
    assert base is not None
    assert run.stop_reason is None
    assert run.evaluate()["loss"] < 0.1 * base.train_loss


@pytest.mark.parametrize("seed", range(3))
def test_a_rate_of_20_is_told_within_the_first_30_steps_and_until_the_end(seed: int) -> None:
    experiment = small(
        data={"samples": 400},
        model={"hidden": [8, 8], "seed": seed},
        optimizer={"learning_rate": 20.0},
        training={"batch_size": 32},
    )
    run, trials = Run(experiment), Trials()
    for step in range(30, 300, 30):
        run.advance(step - run.step_number)
        kinds = [finding.kind for finding in diagnose(run, trials)]
        assert set(kinds) & {"too_high", "oscillation", "saturated"}, step
    found = next(iter(trials.proposals.values()))
    assert found.step == 0
    assert 0 < found.changes["optimizer.learning_rate"] <= 5
    run.seek(0)
    run.edit(found.changes)
    run.advance(300)
    assert np.isfinite(run.evaluate()["loss"])
    assert run.evaluate()["accuracy"] > 0.85


def test_a_trial_that_flies_apart_says_so_without_a_number_that_is_none() -> None:
    found = tried(Case(too_long()), Candidate("", {}, (1e9, 1e12), step=0))
    assert found is not None
    assert not found.helps
    assert found.words == "In a trial of 100 steps the loss did not stay finite."
