"""The text of a ledger is read back, and the new weight recomputed from what is printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.losses import LOSSES
from gd_studio.engine.optimizers import OPTIMIZERS, Adam, AdamW, Lion, Sgd
from gd_studio.engine.schedules import SCHEDULES
from gd_studio.errors import GDStudioError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.full_batch import fitted_to_optimizer
from gd_studio.experiment.ledger import copied, ledger
from gd_studio.experiment.run import Run
from gd_studio.settings import kind_of, plain
from tests.engine.optimizers.ways import WAYS
from tests.experiment.ledger.arithmetic import Line, read
from tests.experiment.ledger.moments import moment_of

EXACT = 1e-12
STEPS = (1, 2, 7)
MOONS = {"kind": "moons", "samples": 40}
LINE = {"kind": "line", "samples": 40}
BLOBS = {"kind": "blobs", "samples": 45}
FREE = {"max_steps": None}

# One row for each model on each task: data, model.
MODELS: dict[str, dict[str, Any]] = {
    "linear": {"data": LINE, "model": {"kind": "linear"}},
    "polynomial": {"data": LINE, "model": {"kind": "polynomial", "degree": 3}},
    "polynomial classes": {"data": MOONS, "model": {"kind": "polynomial", "degree": 2}},
    "logistic": {"data": MOONS, "model": {"kind": "logistic"}},
    "logistic of many": {"data": BLOBS, "model": {"kind": "logistic"}},
    "network of numbers": {"data": LINE, "model": {"kind": "mlp", "hidden": [3]}},
    "network": {"data": MOONS, "model": {"kind": "mlp", "hidden": [3, 2]}},
    "network of many": {"data": BLOBS, "model": {"kind": "mlp", "hidden": [3]}},
}
REGRESSION = ("linear", "polynomial", "network of numbers")
WEIGHTS: dict[str, tuple[float, ...]] = {"moons": (1.0, 3.0), "blobs": (1.0, 3.0, 0.5)}


def losses_of(model: str) -> list[dict[str, Any]]:
    """Return every loss that suits a model's task, plain and with what it can do beside."""
    task = "regression" if model in REGRESSION else "classification"
    found: list[dict[str, Any]] = [
        {"kind": kind} for kind, loss in LOSSES.items() if task in loss.tasks
    ]
    if task == "classification":
        weights = list(WEIGHTS[MODELS[model]["data"]["kind"]])
        found.append({"kind": "hinge", "class_weights": weights})
        found.append({"kind": "cross_entropy", "class_weights": weights, "label_smoothing": 0.2})
    return found


def check(run: Run, rows: tuple[int, ...], parameters: tuple[int, ...], exact: float) -> None:
    """Assert for rows and parameters that the text gives the new value, to the last line."""
    moment = moment_of(run)
    for row in rows:
        for parameter in parameters:
            text = copied(ledger(moment, run.data.train, row, parameter))
            lines = read(text)
            for line in lines:
                apart = abs(line.found - line.stated)
                assert apart <= exact * max(1.0, abs(line.stated)), f"{line}\n{text}"
            assert lines[-1].name == "new", text
            assert lines[-1].formula, text
            assert "change" not in {line.name for line in lines} or not moved(run), text
            assert abs(lines[-1].found - run.parameters[parameter]) <= exact, text
            assert unexplained(run, lines, parameter) == [], text


def unexplained(run: Run, lines: list[Line], parameter: int) -> list[float]:
    """Return the operands of the new value that no line states, and nobody set."""
    optimizer = run.in_force.optimizer
    known = {abs(line.stated) for line in lines}
    known |= {abs(float(run.previous[parameter])), 0.0, 1.0}
    known |= {float(v) for v in plain(optimizer).values() if isinstance(v, float | int)}
    known |= {beta**run.step_number for beta in list(known) if 0 < beta < 1}
    return [number for number in lines[-1].numbers if number not in known]


def moved(run: Run) -> bool:
    return not np.array_equal(run.previous, run.parameters)


def check_along(
    experiment: Experiment, steps: tuple[int, ...] = STEPS, exact: float = EXACT
) -> None:
    """Check the ledger of some steps, for a row of the batch and one that is not in it."""
    run = Run(experiment)
    size = run.hypothesis.network.size
    rows = len(run.data.train.rows)
    for step in steps:
        run.advance(step - run.step_number)
        inside = int(run.batch_rows[-1]) if len(run.batch_rows) else 0
        outside = sorted(set(range(rows)) - set(run.batch_rows.tolist())) or [0]
        chosen = tuple(sorted({0, size // 2, size - 1}))
        check(run, (inside, outside[0]), chosen, exact)


def made(model: str, loss: dict[str, Any] | None, **more: Any) -> Experiment:
    start = {**MODELS[model], "training": {"batch_size": 8}, "stop": FREE, **more}
    return Experiment.from_dict({**start, "loss": loss} if loss else start)


def test_every_optimizer_is_recomputed_here() -> None:
    assert {kind_of(way) for way in WAYS.values()} == set(OPTIMIZERS)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("way", WAYS)
def test_the_new_weight_follows_from_the_printed_operands(way: str, model: str) -> None:
    optimizer = WAYS[way]
    tried = 0
    for loss in losses_of(model):
        experiment = made(model, loss).edit({"optimizer": optimizer})
        if optimizer.full_batch:
            task = "regression" if model in REGRESSION else "classification"
            experiment = fitted_to_optimizer(experiment, task)
        try:
            Run(experiment)
        except GDStudioError:
            continue  # The optimizer refuses this loss.
        check_along(experiment)
        tried += 1
    assert tried


@pytest.mark.parametrize("way", WAYS)
def test_the_new_place_on_a_landscape_follows_from_the_printed_operands(way: str) -> None:
    start = {"model": {"kind": "landscape", "function": "rosenbrock"}, "stop": FREE}
    optimizer = WAYS[way]
    if optimizer.losses is not None:
        pytest.skip("It works on errors, which a landscape has not.")
    rate = min(optimizer.learning_rate, 0.002) if not optimizer.full_batch else 1.0
    check_along(
        Experiment.from_dict(start).edit({"optimizer": optimizer, "optimizer.learning_rate": rate})
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_recomputed(activation: str) -> None:
    experiment = made("network", None).edit({"model.activation": activation})
    check_along(experiment)


FEATURES: dict[str, dict[str, Any]] = {
    "penalties": {"penalty.l1": 0.01, "penalty.l2": 0.1},
    "clipping by norm": {"training.clip_norm": 0.05},
    "clipping by value": {"training.clip_value": 0.01},
    "both clippings": {"training.clip_norm": 0.1, "training.clip_value": 0.01},
    "dropout": {"model.dropout": 0.4},
    "all rows": {"training.batch_size": None},
    "single rows": {"training.batch_size": 1},
    "a warm-up": {"schedule.warmup": 5},
    "not scaled": {"preparation.standardize": False},
    "all of it": {
        "penalty.l1": 0.01,
        "penalty.l2": 0.1,
        "training.clip_norm": 0.1,
        "training.clip_value": 0.02,
        "model.dropout": 0.3,
        "schedule": {"kind": "cosine", "steps": 9, "warmup": 2},
        "loss": {"kind": "cross_entropy", "class_weights": [1, 3], "label_smoothing": 0.1},
    },
}
SOME = {
    "plain": Sgd(learning_rate=0.5),
    "nesterov": Sgd(learning_rate=0.1, momentum=0.9, nesterov=True),
    "amsgrad": Adam(learning_rate=0.01, amsgrad=True),
    "adamw": AdamW(learning_rate=0.01, weight_decay=0.2, amsgrad=True),
    "lion": Lion(learning_rate=0.01, weight_decay=0.2),
}


@pytest.mark.parametrize("way", SOME)
@pytest.mark.parametrize("feature", FEATURES)
def test_what_else_takes_part_in_a_step_is_printed_too(feature: str, way: str) -> None:
    check_along(made("network", None).edit({"optimizer": SOME[way], **FEATURES[feature]}))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_is_recomputed(schedule: str) -> None:
    settings: dict[str, Any] = {"kind": schedule, "warmup": 3}
    if schedule == "plateau":
        settings = {"kind": schedule, "patience": 0, "gamma": 0.5, "threshold": 0.5}
    experiment = made("network", None).edit({"schedule": settings})
    check_along(experiment, (1, 3, 12, 40))


def test_a_network_of_many_neurons_is_recomputed_along_one_way() -> None:
    hidden = {"model.hidden": [16] * 8, "optimizer": {"kind": "adam"}}
    check_along(made("network", None).edit(hidden), (1, 4))


def test_digits_are_recomputed_and_their_small_terms_said_as_one() -> None:
    experiment = Experiment.from_dict(
        {"data": {"kind": "digits"}, "model": {"kind": "mlp", "hidden": [300]}, "stop": FREE}
    )
    check_along(experiment, (2,))
    run = Run(experiment)
    run.advance(1)
    text = copied(ledger(moment_of(run), run.data.train, 0, run.hypothesis.network.size - 1))
    assert "more]" in text


def test_a_run_in_single_precision_says_so_and_is_close() -> None:
    experiment = made("network", None).edit({"training.precision": "float32"})
    check_along(experiment, exact=2e-6)
    run = Run(experiment)
    run.advance(1)
    assert "float32" in copied(ledger(moment_of(run), run.data.train, 0, 0))


def test_an_edit_after_the_step_does_not_change_its_account() -> None:
    run = Run(made("network", None).edit({"penalty.l2": 0.1}))
    run.advance(5)
    run.edit({"optimizer.learning_rate": 0.7, "penalty.l2": 0.3, "training.clip_norm": 0.01})
    check(run, (0,), (0, 5), EXACT)
    run.step()
    check(run, (0,), (0, 5), EXACT)


def test_weights_set_by_hand_do_not_pass_for_the_work_of_the_step() -> None:
    run = Run(made("network", None).edit({"optimizer": SOME["amsgrad"]}))
    run.advance(4)
    before = run.parameters
    run.set_weights({name: value * 0 + 2.0 for name, value in run.weights().items()})
    found = ledger(moment_of(run), run.data.train, 0, 3)
    assert found.entry("new").value == pytest.approx(before[3], abs=EXACT)
    notes = [note for section in found.sections for note in section.notes]
    assert any("set by hand; this one is 2 now." in note for note in notes)
    run.step()
    check(run, (0,), (0, 5), EXACT)
