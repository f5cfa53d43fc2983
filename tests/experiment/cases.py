"""Runs for the diagnoses: failures made on purpose, each with its label, and healthy runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gd_studio.data import Dataset
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from tests.experiment.experiments import table

LINE = {"data": {"kind": "line"}, "model": {"kind": "linear"}, "training": {"batch_size": None}}


@dataclass(frozen=True)
class Failure:
    """A run that fails: the finding it must get, and the steps after which it must have it.

    `better` is the share of the loss without the change that must be left, at most, with it.
    """

    name: str
    kind: str
    change: dict[str, Any]
    steps: int = 400
    data: str = ""
    better: float = 0.7

    def run(self, steps: int | None = None) -> Run:
        return _run(self.change, self.data, self.steps if steps is None else steps)


@dataclass(frozen=True)
class Healthy:
    """A run that learns, looked at several times on its way."""

    name: str
    change: dict[str, Any]
    steps: int = 600
    data: str = ""
    slow: bool = False

    def run(self) -> Run:
        return _run(self.change, self.data, 0)


def _run(change: dict[str, Any], data: str, steps: int) -> Run:
    experiment = Experiment.from_dict({**change, "stop": {"max_steps": None}})
    run = Run(experiment, dataset=DATA[data]() if data else None)
    run.advance(steps)
    return run


def rare() -> Dataset:
    """Return 400 rows, of which 20 belong to a class that overlaps with the other."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 2))
    y = np.zeros(400, int)
    y[:20] = 1
    x[:20] += 1.0
    return table(x, y, classes=("good", "bad"))


def money() -> Dataset:
    """Return 300 rows of age in decades and income in hundreds, and a price by both."""
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.normal(0, 0.3, 300), rng.normal(0, 60, 300)])
    return table(x, 2 * x[:, 0] / 0.3 + 0.2 * x[:, 1] / 60, ("age", "income"))


def far() -> Dataset:
    """Return 300 rows of which one input is a year, far from 0."""
    rng = np.random.default_rng(3)
    x = np.column_stack([rng.normal(size=300), rng.normal(2000, 10, 300)])
    return table(x, 3 * x[:, 0] + (x[:, 1] - 2000) / 10 + 5, ("size", "year"))


DATA = {"rare": rare, "money": money, "far": far}


def mlp(hidden: tuple[int, ...] = (8, 8), activation: str = "tanh", **more: Any) -> dict[str, Any]:
    return {"kind": "mlp", "hidden": list(hidden), "activation": activation, **more}


def normal(scale: float) -> dict[str, Any]:
    return {"init": "normal", "init_scale": scale}


def adam(rate: float = 0.01) -> dict[str, Any]:
    return {"optimizer": {"kind": "adam", "learning_rate": rate}}


def sgd(rate: float, **more: Any) -> dict[str, Any]:
    return {"optimizer": {"kind": "sgd", "learning_rate": rate, **more}}


MOONS = {"data": {"kind": "moons"}}
SINE = {"data": {"kind": "sine", "samples": 30, "noise": 0.3, "seed": 4}}
FAILURES = (
    Failure("a rate beyond 2/λmax on a line", "diverged", {**LINE, **sgd(3)}, 1000),
    Failure(
        "a deep ReLU network that explodes",
        "diverged",
        {
            "data": {"kind": "sine"},
            "model": mlp((16,) * 6, "relu", init="he"),
            **sgd(1.0),
        },
    ),
    Failure("a rate a third above 2/λmax", "too_high", {**LINE, **sgd(1.3)}, 60),
    Failure(
        "momentum at a high rate",
        "too_high",
        {"data": {"kind": "diabetes"}, "model": {"kind": "linear"}, **sgd(0.5, momentum=0.9)},
        60,
    ),
    Failure(
        "Lion at a high rate",
        "oscillation",
        {**MOONS, "model": mlp(), "optimizer": {"kind": "lion", "learning_rate": 1.0}},
    ),
    Failure(
        "an absolute error at a high rate",
        "oscillation",
        {**LINE, "loss": {"kind": "mae"}, **sgd(1.2)},
    ),
    Failure(
        "Adam at rate 2",
        "oscillation",
        {"data": {"kind": "circles"}, "model": mlp((8,)), **adam(2.0)},
    ),
    Failure(
        "age and income",
        "unscaled",
        {"preparation": {"standardize": False}, "model": {"kind": "linear"}, **sgd(1e-4)},
        data="money",
    ),
    Failure(
        "a year, far from 0",
        "unscaled",
        {"preparation": {"standardize": False}, "model": {"kind": "linear"}, **sgd(1e-7)},
        data="far",
    ),
    Failure(
        "wine, as measured",
        "unscaled",
        {
            "data": {"kind": "wine"},
            "preparation": {"standardize": False},
            "model": {"kind": "logistic"},
            **sgd(1e-6),
        },
    ),
    Failure(
        "ReLUs killed by a large step",
        "dead",
        {"data": {"kind": "moons"}, "model": mlp((8, 8), "relu"), **sgd(100)},
    ),
    Failure(
        "ReLUs born dead",
        "dead",
        {"data": {"kind": "circles"}, "model": mlp((6,) * 6, "relu", **normal(0.3)), **sgd(0.1)},
    ),
    Failure(
        "weights drawn far too large, tanh",
        "saturated",
        {"data": {"kind": "moons"}, "model": mlp((8, 8, 8), "tanh", **normal(20)), **sgd(0.01)},
    ),
    Failure(
        "weights drawn far too large, sigmoid",
        "saturated",
        {"data": {"kind": "sine"}, "model": mlp((8, 8), "sigmoid", **normal(40)), **sgd(0.0001)},
    ),
    Failure(
        "one row in twenty", "imbalance", {"model": {"kind": "logistic"}, **sgd(0.1)}, data="rare"
    ),
    Failure(
        "30 rows and a large network",
        "overfitting",
        {
            **SINE,
            "preparation": {"validation": 0.4},
            "model": mlp((24, 24)),
            "training": {"batch_size": None},
            **adam(),
        },
        1000,
    ),
    Failure(
        "many bends through few points",
        "overfitting",
        {
            "data": {"kind": "sine", "samples": 20, "noise": 0.4, "seed": 1},
            "preparation": {"validation": 0.5},
            "model": {"kind": "polynomial", "degree": 9},
            "training": {"batch_size": None},
            **adam(0.05),
        },
        2000,
    ),
    Failure(
        "a deep sigmoid network",
        "plateau",
        {"data": {"kind": "moons"}, "model": mlp((8,) * 6, "sigmoid"), **sgd(0.1)},
    ),
    Failure(
        "all weights zero",
        "plateau",
        {"data": {"kind": "circles"}, "model": mlp((8, 8), init="zeros"), **sgd(0.3)},
    ),
    Failure(
        "a rate far too small",
        "plateau",
        {"data": {"kind": "diabetes"}, "model": {"kind": "linear"}, **sgd(1e-6)},
    ),
    Failure(
        "surely wrong, by a squared error",
        "no_better",
        {
            "data": {"kind": "blobs", "centers": 2, "spread": 0.5},
            "model": {"kind": "logistic", "init": "normal", "init_scale": 6.0, "seed": 5},
            "loss": {"kind": "mse"},
            "training": {"batch_size": None},
            **sgd(0.1),
        },
        300,
    ),
    Failure(
        "circles and a straight line",
        "no_better",
        {"data": {"kind": "circles"}, "model": {"kind": "logistic"}, **sgd(0.1)},
    ),
    Failure(
        "a penalty that lets nothing through",
        "no_better",
        {"data": {"kind": "moons"}, "model": mlp((8,)), "penalty": {"l2": 3.0}, **sgd(0.1)},
    ),
    Failure(
        "xor and a network without bends",
        "no_better",
        {"data": {"kind": "xor"}, "model": mlp((8,), "identity"), **sgd(0.1)},
    ),
)
HEALTHY = (
    Healthy("the first start", {}, 1500),
    Healthy("line", {**LINE, **sgd(0.1)}),
    Healthy(
        "line, noisy",
        {"data": {"kind": "line", "noise": 3.0}, "model": {"kind": "linear"}, **sgd(0.05)},
    ),
    Healthy(
        "plane", {"data": {"kind": "plane"}, "model": {"kind": "linear"}, **sgd(0.05, momentum=0.9)}
    ),
    Healthy(
        "sine, polynomial",
        {"data": {"kind": "sine"}, "model": {"kind": "polynomial", "degree": 5}, **sgd(0.05)},
        1500,
    ),
    Healthy("sine, network", {"data": {"kind": "sine"}, "model": mlp((16,)), **adam()}, 800),
    Healthy("moons, ReLU", {**MOONS, "model": mlp((16, 16), "relu", init="he"), **sgd(0.1)}),
    Healthy("moons, logistic", {**MOONS, "model": {"kind": "logistic"}, **sgd(0.3)}),
    Healthy("circles, tanh", {"data": {"kind": "circles"}, "model": mlp((8,)), **adam(0.02)}),
    Healthy(
        "circles, sigmoid",
        {"data": {"kind": "circles"}, "model": mlp((16,), "sigmoid"), **adam(0.05)},
    ),
    Healthy("spirals", {"data": {"kind": "spirals"}, "model": mlp((32, 32)), **adam(0.01)}, 1500),
    Healthy(
        "xor",
        {
            "data": {"kind": "xor"},
            "model": mlp((8,), "leaky_relu"),
            "optimizer": {"kind": "rmsprop", "learning_rate": 0.01},
        },
    ),
    Healthy(
        "blobs",
        {"data": {"kind": "blobs", "centers": 4}, "model": {"kind": "logistic"}, **sgd(0.2)},
    ),
    Healthy(
        "blobs, wrong labels",
        {
            "data": {"kind": "blobs", "noise": 0.1},
            "model": {"kind": "logistic"},
            "loss": {"kind": "hinge"},
            **sgd(0.02),
        },
    ),
    Healthy("iris", {"data": {"kind": "iris"}, "model": {"kind": "logistic"}, **sgd(0.1)}),
    Healthy(
        "iris, as measured",
        {
            "data": {"kind": "iris"},
            "preparation": {"standardize": False},
            "model": {"kind": "logistic"},
            **sgd(0.05),
        },
    ),
    Healthy("wine", {"data": {"kind": "wine"}, "model": mlp((8,)), **sgd(0.1)}),
    Healthy(
        "breast cancer",
        {
            "data": {"kind": "breast_cancer"},
            "model": {"kind": "logistic"},
            "optimizer": {"kind": "adagrad", "learning_rate": 0.1},
        },
    ),
    Healthy(
        "breast cancer, L-BFGS",
        {
            "data": {"kind": "breast_cancer"},
            "model": {"kind": "logistic"},
            "penalty": {"l2": 0.01},
            "optimizer": {"kind": "lbfgs"},
            "training": {"batch_size": None},
        },
        60,
    ),
    Healthy("diabetes", {"data": {"kind": "diabetes"}, "model": {"kind": "linear"}, **sgd(0.02)}),
    Healthy(
        "diabetes, Huber",
        {
            "data": {"kind": "diabetes"},
            "model": {"kind": "linear"},
            "loss": {"kind": "huber"},
            **adam(1.0),
        },
    ),
    Healthy(
        "diabetes, Newton",
        {
            "data": {"kind": "diabetes"},
            "model": {"kind": "linear"},
            "optimizer": {"kind": "newton"},
            "training": {"batch_size": None},
        },
        40,
    ),
    Healthy(
        "digits", {"data": {"kind": "digits"}, "model": mlp((32,)), **sgd(0.3)}, 500, slow=True
    ),
    Healthy(
        "digits, ReLU, dropout",
        {"data": {"kind": "digits"}, "model": mlp((64,), "relu", dropout=0.2), **adam(0.003)},
        500,
        slow=True,
    ),
    Healthy(
        "loan applicants",
        {"data": {"kind": "loan_applicants"}, "model": {"kind": "logistic"}, **sgd(0.1)},
        1000,
    ),
    Healthy(
        "loan applicants, batch 4",
        {
            "data": {"kind": "loan_applicants"},
            "model": mlp((8,)),
            "training": {"batch_size": 4},
            **sgd(0.05),
        },
        1000,
    ),
    Healthy(
        "a rare class that is found",
        {"model": mlp((8,), "relu"), **adam(0.01), "data": {"kind": "blobs", "centers": 6}},
    ),
)
