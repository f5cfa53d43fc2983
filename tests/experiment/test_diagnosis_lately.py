"""The last steps of a run, on the same rows: swings, and updates that turn round."""

from __future__ import annotations

import pytest

from gd_studio.experiment.diagnosis.case import Case
from gd_studio.experiment.diagnosis.lately import STEPS
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.run import Run
from tests.experiment.experiments import line, small


def test_the_losses_are_those_of_the_path_on_all_rows_where_they_are_few() -> None:
    run = Run(small())
    run.advance(60)
    lately = Case(run).lately
    assert lately.losses[-1] == pytest.approx(run.evaluate()["total"], rel=1e-12)
    run.seek(60 - STEPS)
    assert lately.losses[0] == pytest.approx(run.evaluate()["total"], rel=1e-12)


def test_there_is_none_before_so_many_steps_since_the_start_or_an_edit() -> None:
    run = Run(small())
    run.advance(STEPS - 1)
    assert not Case(run).lately
    run.advance(1)
    assert Case(run).lately
    run.edit({"optimizer.learning_rate": 0.01})
    assert not Case(run).lately
    run.advance(STEPS)
    assert Case(run).lately


@pytest.mark.parametrize("share", [0.9999, 1.0001])
def test_at_the_edge_of_stability_the_steps_go_to_and_fro_and_the_card_says_so(
    share: float,
) -> None:
    edge = 2 / Run(line()).sharpness().value
    run = Run(line(optimizer={"learning_rate": share * edge}))
    run.advance(60)
    assert Case(run).lately.turn < -0.99
    (finding,) = diagnose(run)
    assert finding.kind == "oscillation"
    assert "0.5 of the last update would have made it" in finding.evidence


def test_steps_down_a_slope_do_not_turn_round() -> None:
    run = Run(line(optimizer={"learning_rate": 0.01}))
    run.advance(40)
    lately = Case(run).lately
    assert lately.turn > 0.9
    assert lately.progress > 0
    assert diagnose(run) == ()
