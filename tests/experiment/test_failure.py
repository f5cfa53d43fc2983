"""Where a model fails: row losses add up to the loss, and any truth can be assumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio import Experiment, Run
from gd_studio.experiment.failure import (
    MOST_IN_BLOCK,
    RowLosses,
    losses_if,
    nearest,
    row_losses,
    row_losses_in_blocks,
)
from tests.experiment.experiments import line, small

WEIGHED = {"kind": "cross_entropy", "class_weights": [1, 5, 2], "label_smoothing": 0.1}
KINDS: list[dict[str, Any]] = [
    {},
    {"data": {"kind": "iris"}, "loss": WEIGHED},
    {"data": {"kind": "diabetes"}, "model": {"kind": "linear"}},
    {"data": {"kind": "line"}, "model": {"kind": "linear"}, "loss": {"kind": "mae"}},
    {"data": {"kind": "moons"}, "loss": {"kind": "hinge"}},
    {"data": {"kind": "wine"}, "loss": {"kind": "mse"}, "penalty": {"l2": 0.1}},
]


@pytest.mark.parametrize("change", KINDS)
@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_sum_over_rows_by_their_number_is_the_loss(change: dict[str, Any], part: str) -> None:
    run = Run(Experiment.from_dict(change | {"optimizer": {"learning_rate": 0.001}}))
    run.advance(7)
    split = getattr(run.data, part)
    found = row_losses(run.hypothesis, run.parameters, split, 7)
    shown = run.hypothesis.evaluate(run.parameters, split)["loss"]
    assert found.mean == pytest.approx(shown, rel=1e-12)
    assert found.total / found.weight == found.mean
    assert found.step == 7


def test_rows_are_computed_block_by_block() -> None:
    run = Run(small(data={"kind": "moons", "samples": 3 * MOST_IN_BLOCK}))
    work = row_losses_in_blocks(run.hypothesis, run.parameters, run.data.train, 0)
    blocks = sum(1 for _ in work)
    assert blocks == -(-len(run.data.train.rows) // MOST_IN_BLOCK)


def test_cross_entropy_of_an_assumed_class_is_minus_the_log_of_its_probability() -> None:
    run = Run(Experiment.from_dict({"data": {"kind": "wine"}}))
    x = run.data.train.x[:9]
    for code in range(3):
        found = losses_if(run.hypothesis, run.parameters, x, np.full(9, code))
        guess = run.hypothesis.guess(run.parameters, x)
        assert found == pytest.approx(-np.log(guess[:, code]), rel=1e-12)


def test_squared_error_of_an_assumed_value_is_its_distance_squared() -> None:
    run = Run(line())
    x = run.data.train.x[:9]
    truth = np.linspace(-1, 2, 9)[:, None]
    guess = run.hypothesis.outputs(run.parameters, x)
    found = losses_if(run.hypothesis, run.parameters, x, truth)
    assert found == pytest.approx(((guess - truth) ** 2)[:, 0], rel=1e-12)


def test_the_worst_rows_come_first_and_what_is_not_a_number_before_them() -> None:
    losses = RowLosses(0, np.array([1.0, 3.0, np.nan, 3.0, 0.5, 2.0]), 6.0)
    assert losses.worst(4).tolist() == [2, 1, 3, 5]
    assert losses.worst(99).tolist() == [2, 1, 3, 5, 0, 4]
    assert RowLosses(0, np.empty(0), 0.0).worst(5).tolist() == []


def test_the_nearest_point_is_the_one_at_the_least_distance() -> None:
    rng = np.random.default_rng(3)
    points, at = rng.normal(size=(40, 2)), rng.normal(size=(1200, 2))
    away = np.hypot(*(at[:, None, :] - points[None]).transpose(2, 0, 1))
    assert (nearest(points, at) == away.argmin(axis=1)).all()
