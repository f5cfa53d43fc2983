"""Failures drawn by seed: each kind on several data sets, models, optimizers and sizes.

A draw is of (kind, number) alone. The thresholds of the diagnoses were set on other draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gd_studio.data import Dataset
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from tests.experiment.cases import mlp, normal, sgd
from tests.experiment.experiments import table

Rng = np.random.Generator
Change = dict[str, Any]
# All of these say that the steps are too long, and propose shorter ones.
LONG_STEPS = ("too_high", "oscillation", "saturated", "diverged")


@dataclass(frozen=True)
class Drawn:
    """A run that fails, the labels that are right for it, and how long it takes to fail."""

    change: Change
    labels: tuple[str, ...]
    steps: int = 400
    dataset: Dataset | None = field(default=None, repr=False)

    def run(self, steps: int | None = None) -> Run:
        experiment = Experiment.from_dict({**self.change, "stop": {"max_steps": None}})
        run = Run(experiment, dataset=self.dataset)
        run.advance(self.steps if steps is None else steps)
        return run


def drawn(kind: str, number: int) -> Drawn:
    """Return the failure of a kind and a number."""
    return KINDS[kind](np.random.default_rng([number, *kind.encode()]))


def one_of(rng: Rng, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def seeded(rng: Rng, kind: str, **more: Any) -> Change:
    """Return the settings of generated data, or of a model, with a seed of its own."""
    return {"kind": kind, "seed": int(rng.integers(1, 2**31)), **more}


def network(rng: Rng, hidden: tuple[int, ...], activation: str = "tanh", **more: Any) -> Change:
    return mlp(hidden, activation, seed=int(rng.integers(1, 2**31)), **more)


def change(
    rng: Rng, data: Change, model: Change, optimizer: Change, batch: int | None = 32, **more: Any
) -> Change:
    """Return an experiment whose rows are split and visited by seeds of their own."""
    seed = int(rng.integers(1, 2**31))
    preparation = {"seed": seed, **more.pop("preparation", {})}
    training = {"batch_size": batch, "seed": seed}
    parts = {"data": data, "model": model, "preparation": preparation, "training": training}
    return {**parts, **optimizer, **more}


def by(kind: str, rate: float, **more: Any) -> Change:
    return {"optimizer": {"kind": kind, "learning_rate": rate, **more}}


def beyond(wanted: Change, factor: float) -> Change:
    """Return an experiment with a rate of so many times 2/λmax, that of plain descent."""
    curvature = Run(Experiment.from_dict(wanted)).sharpness().value
    optimizer = {**wanted["optimizer"], "learning_rate": factor * 2 / curvature}
    return {**wanted, "optimizer": optimizer}


def straight(rng: Rng) -> tuple[Change, Change]:
    """Return numbers and a linear model of them."""
    kind = one_of(rng, "line", "plane", "diabetes", "sine")
    if kind == "diabetes":
        return {"kind": kind}, seeded(rng, "linear")
    model = seeded(rng, "polynomial", degree=4) if kind == "sine" else seeded(rng, "linear")
    return seeded(rng, kind, samples=int(rng.integers(40, 300))), model


def classes(rng: Rng) -> Change:
    kind = one_of(rng, "moons", "circles", "xor", "iris", "wine")
    return {"kind": kind} if kind in ("iris", "wine") else seeded(rng, kind)


def diverged(rng: Rng) -> Drawn:
    data, model = straight(rng)
    momentum = one_of(rng, 0.0, 0.5, 0.9)
    batch = None if momentum else one_of(rng, None, 32)
    found = change(rng, data, model, sgd(0.001, momentum=momentum), batch)
    return Drawn(beyond(found, (1 + momentum) * rng.uniform(2, 20)), ("diverged",), 3000)


def too_high(rng: Rng) -> Drawn:
    if rng.integers(2):
        data, model = straight(rng)
        momentum = one_of(rng, 0.0, 0.5, 0.9)
        found = change(rng, data, model, sgd(0.001, momentum=momentum), None)
        factor = (1 + momentum) * rng.uniform(1.1, 1.4)
        return Drawn(beyond(found, factor), ("too_high", "diverged"), 100)
    model = network(rng, one_of(rng, (8,), (8, 8), (16, 16)))
    return Drawn(change(rng, classes(rng), model, sgd(rng.uniform(15, 50))), LONG_STEPS, 100)


def oscillation(rng: Rng) -> Drawn:
    if rng.integers(2):
        data = seeded(rng, one_of(rng, "line", "plane"))
        mae = {"loss": {"kind": "mae"}}
        found = change(rng, data, seeded(rng, "linear"), sgd(rng.uniform(1.3, 2)), None, **mae)
        return Drawn(found, ("oscillation",))
    optimizer = one_of(rng, by("lion", rng.uniform(0.5, 1.5)), by("adam", rng.uniform(2.5, 6)))
    found = change(rng, seeded(rng, "moons"), network(rng, (8, 8)), optimizer)
    return Drawn(found, LONG_STEPS)


def unscaled(rng: Rng) -> Drawn:
    data, raw = {"kind": one_of(rng, "wine", "breast_cancer")}, {"standardize": False}
    model = one_of(rng, seeded(rng, "logistic"), network(rng, (8,)))
    rate = one_of(rng, 1e-6, 0.05) if model["kind"] == "logistic" else 0.05
    return Drawn(change(rng, data, model, sgd(rate), preparation=raw), ("unscaled",))


def dead(rng: Rng) -> Drawn:
    if rng.integers(2):
        model = network(rng, (5,) * int(rng.integers(6, 9)), "relu", **normal(0.2))
        return Drawn(change(rng, classes(rng), model, sgd(0.1)), ("dead", "plateau"))
    model = network(rng, one_of(rng, (8, 8), (16,), (16, 16)), "relu", init="he")
    labels = ("dead", "too_high", "oscillation", "diverged")
    return Drawn(change(rng, classes(rng), model, sgd(rng.uniform(40, 200))), labels)


def saturated(rng: Rng) -> Drawn:
    spread = normal(rng.uniform(15, 60))
    model = network(rng, one_of(rng, (8, 8), (8, 8, 8)), one_of(rng, "tanh", "sigmoid"), **spread)
    return Drawn(change(rng, classes(rng), model, sgd(0.0003)), ("saturated",))


def imbalance(rng: Rng) -> Drawn:
    rows, dimensions = int(rng.integers(300, 900)), int(rng.integers(2, 5))
    rare = max(12, int(rng.uniform(0.03, 0.07) * rows))
    y = (np.arange(rows) < rare).astype(int)
    x = rng.normal(size=(rows, dimensions)) + y[:, None] * rng.uniform(0.7, 1.2) / dimensions**0.5
    data = table(x, y, classes=("good", "bad"))
    optimizer = one_of(rng, sgd(0.1), sgd(0.05, momentum=0.9), by("adam", 0.01))
    found = change(rng, {"kind": "moons"}, seeded(rng, "logistic"), optimizer)
    return Drawn(found, ("imbalance",), 800, data)


def overfitting(rng: Rng) -> Drawn:
    held, network_32 = {"validation": 0.4}, network(rng, (32, 32), one_of(rng, "tanh", "relu"))
    if rng.integers(2):
        samples, noise = int(rng.integers(40, 80)), rng.uniform(0.4, 0.5)
        data = seeded(rng, one_of(rng, "moons", "circles"), samples=samples, noise=noise)
    else:
        data = seeded(rng, "spirals", samples=int(rng.integers(60, 100)), noise=0.15)
    found = change(rng, data, network_32, by("adam", 0.01), 16, preparation=held)
    return Drawn(found, ("overfitting",), 1000)


def plateau(rng: Rng) -> Drawn:
    way = int(rng.integers(3))
    if way == 0:
        model = network(rng, (8,) * int(rng.integers(5, 9)), "sigmoid")
        return Drawn(change(rng, classes(rng), model, sgd(0.1)), ("plateau",))
    if way == 1:
        model = network(rng, (8, 8), one_of(rng, "tanh", "relu"), init="zeros")
        return Drawn(change(rng, classes(rng), model, sgd(0.1)), ("plateau",))
    data, model = straight(rng)
    return Drawn(change(rng, data, model, sgd(10 ** rng.uniform(-6.5, -5.5))), ("plateau",))


def no_better(rng: Rng) -> Drawn:
    data, labels = seeded(rng, one_of(rng, "circles", "xor")), ("no_better",)
    optimizer = one_of(rng, sgd(0.1), by("adam", 0.02))
    way = int(rng.integers(3))
    if way == 0:
        return Drawn(change(rng, data, seeded(rng, "logistic"), optimizer), labels, 600)
    if way == 1:
        return Drawn(change(rng, data, network(rng, (8,), "identity"), optimizer), labels, 600)
    penalty = one_of(rng, {"l2": rng.uniform(2, 6)}, {"l1": rng.uniform(0.3, 1)})
    found = change(rng, data, network(rng, (8,)), optimizer, penalty=penalty)
    return Drawn(found, labels, 600)


KINDS: dict[str, Callable[[Rng], Drawn]] = {
    "diverged": diverged,
    "too_high": too_high,
    "oscillation": oscillation,
    "unscaled": unscaled,
    "dead": dead,
    "saturated": saturated,
    "imbalance": imbalance,
    "overfitting": overfitting,
    "plateau": plateau,
    "no_better": no_better,
}
