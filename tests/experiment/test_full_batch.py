"""Second-order methods and the rest of an experiment: what is refused, and what gives way."""

from __future__ import annotations

from typing import Any

import pytest

from gd_studio import Run, SettingError
from gd_studio.engine.losses import LOSSES
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.full_batch import check_optimizer, fitted_to_optimizer
from gd_studio.settings import value_at
from tests.experiment.experiments import line, small, small_with

FULL_BATCH = [kind for kind, chosen in OPTIMIZERS.items() if chosen.full_batch]
EVERY = pytest.mark.parametrize("kind", FULL_BATCH)
MSE = {"kind": "mse"}
ALL_ROWS = {"batch_size": None}


def with_obstacle(kind: str, path: str, value: Any) -> Experiment:
    experiment = small(optimizer={"kind": kind}, loss=MSE, training=ALL_ROWS)
    return experiment.edit({path: value})


def test_the_second_order_methods_are_those_of_the_full_batch() -> None:
    assert FULL_BATCH == ["newton", "levenberg_marquardt", "conjugate_gradient", "lbfgs"]


@EVERY
def test_mini_batches_are_refused_with_the_reason_and_what_to_do(kind: str) -> None:
    with pytest.raises(SettingError) as caught:
        Run(small(optimizer={"kind": kind}, loss=MSE))
    assert caught.value.path == "training.batch_size"
    assert str(caught.value).startswith(f"{OPTIMIZERS[kind].title} needs the whole training set")
    assert "because" in str(caught.value)
    assert str(caught.value).endswith("leave training.batch_size empty (null: all rows).")


@EVERY
def test_a_batch_of_all_rows_is_no_mini_batch(kind: str) -> None:
    run = Run(small(optimizer={"kind": kind}, loss=MSE, training={"batch_size": 48}))
    assert run.split("train").x.shape[0] == 48
    run.advance(3)
    assert run.record is not None
    assert run.record.loss < run.history.record(1).loss


@pytest.mark.parametrize("step", [0, 4])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.batch_size", 10),
        ("penalty.l1", 0.1),
        ("training.clip_norm", 1.0),
        ("training.clip_value", 1.0),
    ],
)
@EVERY
def test_a_live_edit_that_gets_in_the_way_is_refused_and_changes_nothing(
    kind: str, path: str, value: Any, step: int
) -> None:
    run = Run(small(optimizer={"kind": kind}, loss=MSE, training=ALL_ROWS))
    run.advance(step)
    before = run.fingerprint()
    with pytest.raises(SettingError) as caught:
        run.edit({path: value})
    assert caught.value.path == path
    assert run.fingerprint() == before
    assert run.timeline.tape.acts == ()
    run.edit({"penalty.l2": 0.1, "optimizer.learning_rate": 0.5, "training.batch_size": 48})
    run.advance(2)
    assert run.step_number == step + 2


def test_a_tape_from_elsewhere_cannot_bring_mini_batches_in() -> None:
    sgd = Run(small(training=ALL_ROWS))
    sgd.advance(3)
    sgd.edit({"training.batch_size": 10})
    newton = Run(small(optimizer={"kind": "newton"}, training=ALL_ROWS))
    with pytest.raises(SettingError, match="whole training set"):
        newton.replay(sgd.timeline.tape.acts, 5)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("model.dropout", 0.2, "another network in each step; set model.dropout to 0."),
        ("penalty.l1", 0.1, "set penalty.l1 to 0."),
        ("training.clip_norm", 1.0, "leave training.clip_norm empty (null)."),
        ("training.clip_value", 1.0, "leave training.clip_value empty (null)."),
    ],
)
@EVERY
def test_what_is_in_the_way_is_refused_and_gives_way_when_the_method_is_chosen(
    kind: str, path: str, value: Any, words: str
) -> None:
    experiment = with_obstacle(kind, path, value)
    with pytest.raises(SettingError) as caught:
        Run(experiment)
    assert caught.value.path == path
    assert str(caught.value).startswith(OPTIMIZERS[kind].title)
    assert str(caught.value).endswith(words)
    fitted = fitted_to_optimizer(experiment, "classification")
    assert not value_at(fitted, path)
    Run(fitted).advance(2)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("task", ["regression", "classification"])
@EVERY
def test_with_every_loss_a_method_runs_or_says_why_not_and_runs_fitted(
    kind: str, task: str, loss: str
) -> None:
    if task not in LOSSES[loss].tasks:
        return
    data = {"kind": "moons" if task == "classification" else "line", "samples": 60}
    model = {"kind": "mlp", "hidden": [3]}
    experiment = Experiment.from_dict(
        {
            "data": data,
            "model": model,
            "loss": {"kind": loss},
            "optimizer": {"kind": kind},
            "training": ALL_ROWS,
        }
    )
    suits = fitted_to_optimizer(experiment, task) == experiment
    if suits:
        Run(experiment).advance(2)
        return
    with pytest.raises(SettingError) as caught:
        Run(experiment)
    assert caught.value.path == "loss.kind"
    Run(fitted_to_optimizer(experiment, task)).advance(2)


@pytest.mark.parametrize(
    ("kind", "loss", "task", "after"),
    [
        ("levenberg_marquardt", "cross_entropy", "classification", MSE),
        ("levenberg_marquardt", None, "classification", MSE),
        ("levenberg_marquardt", None, "regression", None),
        ("levenberg_marquardt", "huber", "regression", None),
        ("newton", "mae", "regression", None),
        ("newton", "huber", "regression", {"kind": "huber"}),
        ("newton", None, "classification", None),
        ("lbfgs", "mae", "regression", {"kind": "mae"}),
    ],
)
def test_a_loss_that_does_not_suit_becomes_one_that_does(
    kind: str, loss: str | None, task: str, after: dict[str, Any] | None
) -> None:
    experiment = Experiment.from_dict(
        {"optimizer": {"kind": kind}, "loss": None if loss is None else {"kind": loss}}
    )
    fitted = fitted_to_optimizer(experiment, task)
    assert fitted.training.batch_size is None
    expected = None if after is None else LOSSES[after["kind"]]()
    assert fitted.loss == expected


def test_weights_balanced_over_the_classes_suit_a_method_that_asks_for_the_curvature() -> None:
    balanced = {"kind": "cross_entropy", "class_weights": "balanced"}
    experiment = small(optimizer={"kind": "newton"}, loss=balanced, training=ALL_ROWS)
    assert fitted_to_optimizer(experiment, "classification") == experiment
    run = Run(experiment)
    run.advance(3)
    assert run.history.record(3).loss < run.history.record(1).loss


def test_first_order_methods_change_and_refuse_nothing() -> None:
    experiment = small(penalty={"l1": 0.1}, training={"clip_norm": 1.0, "batch_size": 5})
    assert fitted_to_optimizer(experiment, "classification") is experiment
    check_optimizer(experiment, "classification", 10**9, 10**9)


@pytest.mark.parametrize(
    ("kind", "rows", "parameters", "word"),
    [
        ("newton", 50, 1001, "this model has 1001"),
        ("levenberg_marquardt", 50, 1001, "this model has 1001"),
        ("levenberg_marquardt", 20_001, 1000, "each of 20001 errors"),
    ],
)
def test_large_models_are_sent_to_the_methods_for_them(
    kind: str, rows: int, parameters: int, word: str
) -> None:
    experiment = line(optimizer={"kind": kind})
    check_optimizer(experiment, "regression", 20_000, 1000)
    with pytest.raises(SettingError, match=word) as caught:
        check_optimizer(experiment, "regression", rows, parameters)
    assert caught.value.path == "optimizer.kind"
    assert "conjugate_gradient or lbfgs" in str(caught.value)


@pytest.mark.parametrize("kind", ["conjugate_gradient", "lbfgs"])
def test_methods_without_a_hessian_take_large_models(kind: str) -> None:
    run = Run(small_with(OPTIMIZERS[kind](), model={"hidden": [60, 60]}))
    assert run.parameters.size > 1000
    run.advance(5)
    first, last = run.history.record(1).loss, run.history.record(5).loss
    assert last < first


@EVERY
def test_a_network_whose_numbers_overflow_ends_or_stays_without_an_exception(kind: str) -> None:
    run = Run(line(optimizer={"kind": kind}))
    run.set_weights({name: w * 0 + 1e200 for name, w in run.weights().items()})
    run.advance(5)
    assert run.stop_reason is None or run.stop_reason.kind == "diverged"
