"""The check that a run makes every epoch equals a full evaluation, bit for bit."""

from __future__ import annotations

from typing import Any

import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run

CASES: tuple[dict[str, Any], ...] = (
    {},
    {"penalty": {"l1": 0.01, "l2": 0.1}},
    {"training": {"precision": "float32"}},
    {"data": {"kind": "iris"}},
    {"data": {"kind": "iris"}, "loss": {"kind": "hinge", "class_weights": [1, 2, 3]}},
    {"loss": {"kind": "cross_entropy", "class_weights": "balanced", "label_smoothing": 0.2}},
    {"data": {"kind": "sine"}},
    {"data": {"kind": "moons", "samples": 6000}},
    {"data": {"kind": "sine"}, "model": {"kind": "polynomial", "degree": 3}},
)


@pytest.mark.parametrize("change", CASES)
def test_a_recorded_check_is_the_evaluation_of_its_step(change: dict[str, Any]) -> None:
    run = Run(Experiment.from_dict({**change, "stop": {"max_steps": None}}))
    checked: list[tuple[float, float]] = []
    while len(checked) < 2:
        before = run.history.evaluations
        run.advance(1)
        if run.history.evaluations > before:
            checked.append((run.history["train_loss"][-1], run.history["validation_loss"][-1]))
            wanted = run.evaluate("train")["total"], run.evaluate("validation")["total"]
            assert checked[-1] == wanted
            score = "r2" if run.hypothesis.task == "regression" else "accuracy"
            assert run.history["train_score"][-1] == run.evaluate("train")[score]
