"""A run that goes wrong without ending is told with its numbers, and only while that is true."""

from __future__ import annotations

from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.run import Run
from tests.experiment.experiments import line


def test_a_loss_above_three_times_the_first_is_told_from_the_fifth_evaluation_on() -> None:
    run = Run(line(optimizer={"learning_rate": 1.3}))
    run.advance(60)
    losses, first = run.history["train_loss"], run.history["train_loss"][0]
    high = [step for step in range(60) if (losses[max(step - 4, 0) : step + 1] > 3 * first).all()]
    run.seek(high[0] - 1)
    assert diagnose(run) == ()
    run.seek(high[0])
    (finding,) = diagnose(run)
    assert finding.kind == "too_high"
    assert f"{losses[high[0]]:.4g}" in finding.evidence
    assert f"{first:.4g}, for 5 evaluations" in finding.evidence


def test_a_run_that_has_diverged_is_not_called_finite() -> None:
    run = Run(line(optimizer={"learning_rate": 3}))
    run.advance(5000)
    assert run.stop_reason is not None
    assert run.stop_reason.kind == "diverged"
    assert run.stop_memory.is_too_high
    assert [finding.kind for finding in diagnose(run)] == ["diverged"]
    run.seek(run.last_step - 5)
    assert [finding.kind for finding in diagnose(run)] == ["too_high"]
