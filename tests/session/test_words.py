"""Edits and ghosts are named in the window's own words."""

from __future__ import annotations

from typing import Any

import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.session.words import edit_name, ghost_label


@pytest.mark.parametrize(
    ("change", "edit", "ghost"),
    [
        ({"optimizer.learning_rate": 0.1}, "Learning rate 0.6 → 0.1", "rate 0.6"),
        ({"training.batch_size": None}, "Batch size 32 → all rows", "batch size 32"),
        ({"stop.max_steps": None}, "Stop when 1500 → off", "stop when 1500"),
        ({"model.hidden": [4, 4]}, "Hidden layers 8-8 → 4-4", "hidden layers 8-8"),
        ({"preparation.standardize": False}, "Standardise on → off", "standardise on"),
        ({"penalty.l2": 0.1}, "L2 penalty 0 → 0.1", "L2 penalty 0"),
        ({"optimizer.kind": "adam"}, "Optimizer: Adam", "Gradient descent"),
        ({"loss.kind": "cross_entropy"}, "Loss: Cross-entropy", "the usual loss"),
        ({"model.kind": "logistic"}, "Model: Logistic regression", "Neural network"),
    ],
)
def test_an_edit_and_the_ghost_it_leaves_are_named_by_what_changed(
    change: dict[str, Any], edit: str, ghost: str
) -> None:
    before = Experiment()
    after = before.edit(change)
    assert edit_name(before, after) == edit
    assert ghost_label(before, after) == ghost


def test_of_several_changes_the_rate_names_the_ghost() -> None:
    before = Experiment()
    after = before.edit({"training.batch_size": 8, "optimizer.learning_rate": 0.25, "name": "x"})
    assert ghost_label(before, after) == "rate 0.6"


def test_a_ghost_of_the_same_settings_says_so() -> None:
    assert ghost_label(Experiment(), Experiment(name="another")) == "the same settings"


def test_a_ghost_is_never_without_a_name() -> None:
    changes = {"preparation.use": {"x": False}, "penalty.l2": 0.1, "loss.kind": "mse"}
    for path, value in changes.items():
        assert ghost_label(Experiment(), Experiment().edit({path: value})).strip()
    columns = Experiment().edit({"preparation.use": {"x": False}})
    assert ghost_label(Experiment(), columns) == "other columns"
