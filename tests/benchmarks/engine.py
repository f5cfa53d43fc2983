"""How fast the engine trains, beside PyTorch eager doing the same work in the same run.

    python tests/benchmarks/engine.py [seconds per measurement]

One thread. For every network, batch and optimizer our `run.advance` with everything recorded and
PyTorch's forward, loss, backward and update take turns, and the median of the ratios is printed;
so are bare trainer steps (nothing recorded) and `run.step()`. All rows are checked every 1000
steps; "checked" is `run.advance` with its own habit, a check of all rows in every epoch, which
PyTorch is not asked for. Prints a table and JSON. Without PyTorch only our own figures are given.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import gd_studio as gds
from gd_studio.data import Column, Dataset

try:
    import torch
except ImportError:
    torch = None

ROUNDS = 7
Work = Callable[[int], object]


@dataclass(frozen=True)
class Case:
    """One network on made-up rows, and the ratios to PyTorch that are aimed at."""

    name: str
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    batch: int
    rows: int
    precision: str
    aims: dict[str, float]


CASES = (
    Case("2-4-2-1, 10", 2, (4, 2), 2, 10, 400, "float64", {"sgd": 16, "adam": 18}),
    Case("2-8-8-1, 10", 2, (8, 8), 2, 10, 400, "float64", {"sgd": 15, "adam": 17}),
    Case("2-8x6-1, 30", 2, (8,) * 6, 2, 30, 600, "float64", {"sgd": 10, "adam": 12}),
    Case("64-32-10, 32", 64, (32,), 10, 32, 1797, "float64", {"sgd": 7, "adam": 7}),
    Case(
        "784-256-128-10, 128", 784, (256, 128), 10, 128, 2560, "float32", {"sgd": 1.1, "adam": 1.1}
    ),
)


def dataset(case: Case) -> Dataset:
    """Return rows of noise with a class that depends on them."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(case.rows, case.inputs))
    score = x @ rng.normal(size=(case.inputs, case.classes)) + rng.normal(size=case.classes)
    names = [str(c) for c in range(case.classes)]
    words = np.array([names[c] for c in score.argmax(axis=1)], dtype=object)
    columns = tuple(Column(f"x{i}", "number", x[:, i]) for i in range(case.inputs))
    target = Column("class", "category", words)
    return Dataset("noise", columns, target, "classification", tuple(names))


def new_run(case: Case, optimizer: str, evaluate_every: int | None = 1000) -> gds.Run:
    """Return a run of the case that never stops by itself."""
    experiment = gds.Experiment.from_dict(
        {
            "preparation": {"validation": 0.2},
            "model": {"hidden": list(case.hidden)},
            "optimizer": {"kind": optimizer, "learning_rate": 0.001},
            "training": {
                "batch_size": case.batch,
                "precision": case.precision,
                "evaluate_every": evaluate_every,
            },
            "stop": {"max_steps": None},
        }
    )
    return gds.Run(experiment, dataset=dataset(case))


def ours(case: Case, optimizer: str) -> dict[str, Work]:
    """Return what to measure of ours: each takes a number of steps and makes them."""
    run, stepped = new_run(case, optimizer), new_run(case, optimizer)
    trainer = new_run(case, optimizer).trainer

    def bare(steps: int) -> None:
        with np.errstate(all="ignore"):
            for _ in range(steps):
                trainer.step()

    def single(steps: int) -> None:
        for _ in range(steps):
            stepped.step()

    checked = new_run(case, optimizer, None)
    return {"advance": run.advance, "bare": bare, "step": single, "checked": checked.advance}


def theirs(case: Case, optimizer: str) -> Work:
    """Return the same work in PyTorch eager: forward, loss, backward, update."""
    torch.set_num_threads(1)
    dtype = getattr(torch, case.precision)
    run = new_run(case, optimizer)
    x = torch.tensor(run.data.train.x, dtype=dtype)
    y = torch.tensor(run.data.train.y)
    loss: Any = torch.nn.CrossEntropyLoss()
    outputs = case.classes
    if case.classes == 2:
        loss, outputs, y = torch.nn.BCEWithLogitsLoss(), 1, y.to(dtype)[:, None]
    widths = [case.inputs, *case.hidden, outputs]
    layers: list[Any] = []
    for i in range(len(widths) - 1):
        layers.append(torch.nn.Linear(widths[i], widths[i + 1], dtype=dtype))
        if i < len(widths) - 2:
            layers.append(torch.nn.Tanh())
    model = torch.nn.Sequential(*layers)
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    moves = kinds[optimizer](model.parameters(), lr=0.001)
    start = len(x)

    def steps(count: int) -> None:
        nonlocal start, x, y
        for _ in range(count):
            if start >= len(x):
                order = torch.randperm(len(x))
                start, x, y = 0, x[order], y[order]
            end = start + case.batch
            moves.zero_grad()
            found = loss(model(x[start:end]), y[start:end])
            found.backward()
            moves.step()
            start = end

    return steps


def seconds_per_step(work: Work, seconds: float) -> float:
    """Return the time of a step, over a portion of about so many seconds."""
    count, spent, portion = 0, 0.0, 10
    while spent < seconds:
        started = time.perf_counter()
        work(portion)
        took = time.perf_counter() - started
        count, spent = count + portion, spent + took
        if took < seconds / 4:
            portion *= 2
    return spent / count


def measure(case: Case, optimizer: str, seconds: float) -> dict[str, float]:
    """Return steps per second of each, and the medians of the ratios taken round by round."""
    works = ours(case, optimizer)
    if torch is not None:
        works["torch"] = theirs(case, optimizer)
    rounds: list[dict[str, float]] = []
    for turn in range(ROUNDS + 1):
        taken = {name: seconds_per_step(work, seconds) for name, work in works.items()}
        if turn > 0:  # the first warms everything up
            rounds.append(taken)
    median = statistics.median
    found = {name: 1 / median(r[name] for r in rounds) for name in works}
    found["advance over bare"] = median(r["advance"] / r["bare"] for r in rounds) - 1
    found["checked over bare"] = median(r["checked"] / r["bare"] for r in rounds) - 1
    found["step over bare"] = median(r["step"] / r["bare"] for r in rounds) - 1
    if "torch" in works:
        found["times torch"] = median(r["torch"] / r["advance"] for r in rounds)
        found["bare times torch"] = median(r["torch"] / r["bare"] for r in rounds)
    return found


def main(seconds: float) -> None:
    """Measure all cases, and print each as it is done."""
    print("network, batch         optimizer  advance/s    bare/s    step/s   torch/s", end="")
    print(" × torch (bare)    aim advance   step checked (over bare; aims 25 %, 35 %, none)")
    results: dict[str, dict[str, float]] = {}
    for case in CASES:
        for optimizer, aim in case.aims.items():
            found = measure(case, optimizer, seconds)
            results[f"{case.name} {optimizer}"] = {**found, "aim": aim}
            rates = "".join(f"{found[k]:10.0f}" for k in ("advance", "bare", "step"))
            torch_rate = f"{found['torch']:10.0f}" if "torch" in found else "         –"
            ratio = f"{found.get('times torch', float('nan')):8.1f}"
            bare = f"{found.get('bare times torch', float('nan')):8.1f}"
            shares = [found[f"{name} over bare"] for name in ("advance", "step", "checked")]
            over = "".join(f"{share:8.0%}" for share in shares)
            print(f"{case.name:22s} {optimizer:8s} {rates}{torch_rate}{ratio}{bare}{aim:7g}{over}")
    print(json.dumps({"engine": results}))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.3)
