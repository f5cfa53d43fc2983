"""Small experiments that many tests run, and ways to look at a run from outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from gd_studio.data import Column, Dataset
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import AbstractOptimizer
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.full_batch import fitted_to_optimizer
from gd_studio.experiment.run import Run

SMALL: dict[str, Any] = {
    "data": {"kind": "moons", "samples": 60},
    "model": {"kind": "mlp", "hidden": [4]},
    "training": {"batch_size": 10},
    "stop": {"max_steps": None},
}
LINE: dict[str, Any] = {
    "data": {"kind": "line", "samples": 50},
    "model": {"kind": "linear"},
    "optimizer": {"learning_rate": 0.1},
    "training": {"batch_size": None},
    "stop": {"max_steps": None},
}


def small(**changes: Any) -> Experiment:
    """Return a small network on moons, with groups changed: `stop={"max_steps": 5}`."""
    return Experiment.from_dict(_laid_over(SMALL, changes))


def line(**changes: Any) -> Experiment:
    """Return a linear model on a line, full batch, with groups changed."""
    return Experiment.from_dict(_laid_over(LINE, changes))


def small_with(optimizer: AbstractOptimizer, **changes: Any) -> Experiment:
    """Return `small` with an optimizer, and on all rows at once where it asks for that."""
    experiment = small(**changes).edit({"optimizer": optimizer})
    return fitted_to_optimizer(experiment, "classification")


def _laid_over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in changes.items():
        kept = result.get(key)
        fits = isinstance(kept, dict) and isinstance(value, dict) and "kind" not in value
        result[key] = {**kept, **value} if fits and isinstance(kept, dict) else value
    return result


def table(
    x: Array, y: Array, names: tuple[str, ...] = (), classes: tuple[str, ...] = ()
) -> Dataset:
    """Return numbers x (rows, columns) and targets y as a data set."""
    names = names or tuple(f"x{i + 1}" for i in range(x.shape[1]))
    columns = tuple(Column(n, "number", x[:, i].astype(float)) for i, n in enumerate(names))
    if classes:
        words = np.array([classes[int(code)] for code in y], dtype=object)
        return Dataset("table", columns, Column("y", "category", words), "classification", classes)
    return Dataset("table", columns, Column("y", "number", y.astype(float)), "regression")


def prints(run: Run) -> list[str]:
    """Return the fingerprints of all steps, by walking from the first to the last."""
    found = []
    for step in range(run.last_step + 1):
        run.seek(step)
        found.append(run.fingerprint())
    return found
