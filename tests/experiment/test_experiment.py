"""The experiment: any subset of settings makes a whole one, and kinds change with care."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio import Experiment, SettingError
from gd_studio.data import Iris, Line, Moons
from gd_studio.engine.losses import CrossEntropy, Hinge, Huber, MeanSquaredError
from gd_studio.engine.optimizers import Adam, RmsProp, Sgd
from gd_studio.experiment.experiment import check_task, fitted, loss_kinds, model_kinds
from gd_studio.experiment.models import Linear, Logistic, Mlp, Polynomial


def test_nothing_changed_is_the_default() -> None:
    assert Experiment.from_dict({}) == Experiment()
    assert Experiment.from_dict(Experiment().to_dict()) == Experiment()


SUBSETS: list[tuple[dict[str, Any], str, object]] = [
    ({"data": {"samples": 90}}, "data", Moons(samples=90, noise=0.13)),
    ({"data": {"kind": "iris"}}, "data", Iris()),
    ({"data": {"kind": "line", "noise": 0.5}}, "data", Line(noise=0.5)),
    ({"optimizer": {"kind": "adam"}}, "optimizer", Adam()),
    ({"optimizer": {"kind": "sgd", "momentum": 0.5}}, "optimizer",
     Sgd(learning_rate=Experiment().optimizer.learning_rate, momentum=0.5)),
    ({"loss": {"kind": "huber", "delta": 2}}, "loss", Huber(delta=2.0)),
    ({"loss": None}, "loss", None),
    ({"model": {"kind": "polynomial", "degree": 7}}, "model", Polynomial(degree=7)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "branch", "expected"), SUBSETS)
def test_a_subset_changes_what_it_names_and_nothing_else(
    change: dict[str, Any], branch: str, expected: object
) -> None:
    found = Experiment.from_dict(change)
    assert getattr(found, branch) == expected
    for other in ("preparation", "schedule", "penalty", "training", "stop"):
        assert getattr(found, other) == getattr(Experiment(), other)


@pytest.mark.parametrize("change", [[], 3, "moons", None])
def test_what_is_no_object_is_refused(change: Any) -> None:
    with pytest.raises(SettingError, match="must be an object of settings"):
        Experiment.from_dict(change)


def test_another_optimizer_keeps_shared_settings_but_not_the_rate() -> None:
    start = Experiment().edit({"optimizer.kind": "adam"}).edit({"optimizer.beta1": 0.5})
    start = start.edit({"optimizer.learning_rate": 0.3})
    other = start.edit({"optimizer.kind": "adamw"})
    assert other.optimizer.learning_rate == 0.001
    assert getattr(other.optimizer, "beta1", None) == 0.5
    rolling = Experiment().edit({"optimizer.momentum": 0.6, "optimizer.kind": "rmsprop"})
    assert rolling.optimizer == RmsProp(momentum=0.6)


def test_another_model_keeps_the_seed() -> None:
    start = Experiment().edit({"model.seed": 77, "model.init": "he"})
    assert start.edit({"model.kind": "logistic"}).model == Logistic(seed=77, init="he")


def test_the_loss_in_force_is_the_tasks_default_unless_chosen() -> None:
    assert Experiment().loss_for("regression") == MeanSquaredError()
    assert Experiment().loss_for("classification") == CrossEntropy()
    assert Experiment(loss=Huber()).loss_for("regression") == Huber()


def test_a_setting_of_a_loss_that_was_not_chosen_chooses_the_first_that_has_it() -> None:
    weighed = Experiment().edit({"loss.class_weights": [1, 4]})
    assert weighed.loss == CrossEntropy(class_weights=(1.0, 4.0))
    assert weighed.edit({"loss.kind": "hinge"}).loss == Hinge(class_weights=(1.0, 4.0))
    assert Experiment().edit({"loss.delta": 2}).loss == Huber(delta=2.0)
    smoothed = CrossEntropy(label_smoothing=0.1)
    assert Experiment.from_dict({"loss": {"label_smoothing": 0.1}}).loss == smoothed
    assert Experiment().edit({"loss": {"label_smoothing": 0.1}}).loss == smoothed
    with pytest.raises(SettingError, match="'kind'"):
        Experiment.from_dict({"loss": {"softness": 0.1}})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("even", "must be one of none, balanced, not 'even'"),
        (3, "must be a word or a list of numbers, not 3"),
        ([1, 0], "must be above 0.0, not 0"),
    ],
)
def test_class_weights_that_cannot_be_are_explained(value: object, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence) as refused:
        Experiment().edit({"loss.class_weights": value})
    assert refused.value.path.startswith("loss.class_weights")


def test_targets_are_scaled_for_networks_only_unless_chosen() -> None:
    assert Experiment(model=Mlp()).standardizes_target("regression")
    assert not Experiment(model=Linear()).standardizes_target("regression")
    assert not Experiment(model=Mlp()).standardizes_target("classification")
    chosen = Experiment(model=Linear()).edit({"preparation.standardize_target": True})
    assert chosen.standardizes_target("regression")


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_only_what_makes_sense_for_a_task_is_on_offer(task: str) -> None:
    other = "classification" if task == "regression" else "regression"
    assert ("linear" in model_kinds(task)) == (task == "regression")
    assert ("logistic" in model_kinds(task)) == (task == "classification")
    assert ("cross_entropy" in loss_kinds(task)) == (task == "classification")
    for model in model_kinds(task):
        for loss in loss_kinds(task):
            change = {"model": {"kind": model}, "loss": {"kind": loss}}
            check_task(Experiment.from_dict(change), task)
    for model in model_kinds(other).keys() - model_kinds(task).keys():
        with pytest.raises(SettingError, match=f"Model '{model}' cannot learn"):
            check_task(Experiment.from_dict({"model": {"kind": model}}), task)


def test_a_new_task_exchanges_what_does_not_suit_it_and_keeps_the_rest() -> None:
    start = Experiment(model=Linear(seed=5), loss=Huber())
    found = fitted(start, "classification")
    assert found.model == Logistic(seed=5)
    assert found.loss is None
    assert fitted(found, "regression").model == Linear(seed=5)
    kept = Experiment(loss=MeanSquaredError())
    assert fitted(kept, "regression") is kept


def test_numbers_from_numpy_are_numbers() -> None:
    change = {
        "optimizer": {"learning_rate": np.float64(0.3)},
        "model": {"hidden": np.array([3, 4])},
        "training": {"batch_size": np.int64(7)},
    }
    found = Experiment.from_dict(change)
    assert found.optimizer.learning_rate == 0.3
    assert isinstance(found.model, Mlp)
    assert found.model.hidden == (3, 4)
    assert found.training.batch_size == 7
