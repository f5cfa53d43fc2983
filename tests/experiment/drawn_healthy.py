"""Healthy runs drawn by seed: data that come with the application, models and rates that suit."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.experiment.cases import sgd
from tests.experiment.drawn_failures import Drawn, Rng, by, change, network, one_of, seeded

NUMBERS = ("line", "plane", "sine", "diabetes")
MEASURED = ("diabetes", "iris", "wine", "breast_cancer", "digits", "loan_applicants")
MADE_UP = ("line", "plane", "sine", "moons", "circles", "spirals", "xor", "blobs")
STRAIGHT = ("line", "plane", "moons", "blobs", "iris", "wine", "breast_cancer")


def healthy(number: int) -> Drawn:
    """Return the healthy run of a number."""
    rng = np.random.default_rng([number, *b"healthy"])
    kind = one_of(rng, *MEASURED, *MADE_UP)
    data = {"kind": kind} if kind in MEASURED else seeded(rng, kind, samples=_samples(rng))
    model = _model(rng, kind)
    steps = 300 if kind == "digits" else 800
    batch = 32 if kind == "digits" else one_of(rng, 16, 32, None)
    found = change(rng, data, model, _optimizer(rng, kind, model), batch)
    return Drawn(found, (), steps)


def _samples(rng: Rng) -> int:
    return int(rng.integers(150, 600))


def _model(rng: Rng, kind: str) -> dict[str, Any]:
    # A network would learn the noise of these two by heart.
    if kind in ("diabetes", "loan_applicants") or (kind in STRAIGHT and rng.integers(2)):
        return seeded(rng, "linear" if kind in NUMBERS else "logistic")
    activation = one_of(rng, "tanh", "relu", "leaky_relu", "gelu", "elu")
    init = "he" if "relu" in activation else "glorot"
    hidden = (32, 32) if kind == "spirals" else one_of(rng, (8,), (8, 8), (16, 16))
    return network(rng, hidden, activation, init=init)


def _optimizer(rng: Rng, kind: str, model: dict[str, Any]) -> dict[str, Any]:
    if kind == "diabetes":
        suiting = [sgd(0.02), by("adam", 1.0)]
    elif kind in NUMBERS:
        rate = 0.1 if model["kind"] == "linear" else 0.01
        suiting = [sgd(0.05), sgd(0.02, momentum=0.9), by("adam", rate)]
    elif model["kind"] == "logistic":
        suiting = [sgd(0.1), sgd(0.5), by("adam", 0.05), by("adagrad", 0.2)]
    else:
        suiting = [sgd(0.1), sgd(0.3), by("adam", 0.01), by("rmsprop", 0.005)]
    return suiting[int(rng.integers(len(suiting)))]
