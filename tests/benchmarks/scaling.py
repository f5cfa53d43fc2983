"""How the engine scales: many models at once, many parameters, many steps, far jumps.

    python tests/benchmarks/scaling.py [steps of the long run]

Prints what was found beside what is aimed at, and JSON. The long run takes place in a process of
its own, so that its memory can be seen. One thread.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import gd_studio as gds
from gd_studio.engine.arrays import Array

ROOT = Path(__file__).resolve().parents[2]

LONG = """
import json, sys, time
import psutil
import gd_studio as gds
process = psutil.Process()
gds.Experiment, gds.Run, gds.surface
before = process.memory_info().rss
steps = int(sys.argv[1])
run = gds.Run(gds.Experiment().edit({"stop.max_steps": None}))
tenths = []
for _ in range(10):
    started = time.perf_counter()
    run.advance(steps // 10)
    tenths.append(steps // 10 / (time.perf_counter() - started))
grown = (process.memory_info().rss - before) / 2**20
jumps = []
for place in range(1, 12):
    started = time.perf_counter()
    run.seek(run.last_step * (place * 7 % 12) // 12 + 1)
    jumps.append(time.perf_counter() - started)
grown_after = (process.memory_info().rss - before) / 2**20
print(json.dumps({"megabytes": grown, "megabytes after jumps": grown_after,
    "last tenth": tenths[-1] / tenths[0], "steps per second": sum(tenths) / 10,
    "longest jump": max(jumps)}))
"""


def seconds(work: Callable[[], Any], rounds: int = 7) -> float:
    """Return the median time of a piece of work."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def endless(**changes: Any) -> gds.Experiment:
    """Return the default experiment without a budget, with changes by path."""
    paths = {path.replace("__", "."): value for path, value in changes.items()}
    return gds.Experiment().edit({"stop.max_steps": None, **paths})


def surface() -> dict[str, float]:
    """Measure 101 x 101 losses of 2-8-8-1 on 500 rows, all at once and one by one."""
    found = {}
    for precision in ("float32", "float64"):
        run = gds.Run(
            endless(
                data__samples=500, preparation__validation=0.0, training__precision=precision
            )
        )
        run.advance(100)
        rng = np.random.default_rng(0)
        thetas: Array = rng.normal(0, 1, (101 * 101, run.parameters.size)).astype(precision)
        train, hypothesis = run.data.train, run.hypothesis
        at_once = seconds(lambda: hypothesis.total_losses(thetas, train))  # noqa: B023
        few = thetas[:300]
        single = seconds(
            lambda: [hypothesis.total_losses(theta[None], train) for theta in few], 3  # noqa: B023
        )
        found[f"surface, {precision} (s)"] = at_once
        found[f"surface, {precision}, times faster than one by one"] = (
            single / 300 * 101 * 101 / at_once
        )
    return found


def races() -> dict[str, float]:
    """Measure a race of 16 learning rates beside one run."""
    run = gds.Run(endless(training__batch_size=10))
    run.advance(1000)
    rates = np.logspace(-3, 0, 16)
    ratios = [
        seconds(lambda: gds.race(run, rates, 400), 1) / seconds(lambda: run.advance(400), 1)
        for _ in range(9)
    ]
    return {"race of 16 rates, times one run": statistics.median(ratios)}


def sizes() -> dict[str, float]:
    """Measure a full-batch step of 100 rows at 10^2 to 10^6 parameters."""
    found = {}
    for width in (8, 30, 100, 315, 1000):
        run = gds.Run(
            endless(
                data__samples=125, model__hidden=[width, width], training__batch_size=None,
                training__evaluate_every=1000,
            )
        )
        count = run.parameters.size
        run.advance(3)
        steps = max(3, min(2000, 3_000_000 // count))
        each = seconds(lambda: run.advance(steps), 5) / steps  # noqa: B023
        found[f"step at {count} parameters, ns per parameter"] = each / count * 1e9
    return found


def back() -> dict[str, float]:
    """Measure one step back from step 100 000, at several sizes."""
    found = {}
    for hidden in ((8, 8), (30, 30), (68, 68)):
        run = gds.Run(endless(model__hidden=list(hidden)))
        run.advance(100_000)
        size = run.parameters.size
        first = seconds(lambda: run.seek(99_999), 1)  # noqa: B023
        found[f"one step back from 100 000, {size} parameters (ms)"] = first * 1000
    return found


AIMS = {
    "surface, float32 (s)": "<= 0.12",
    "surface, float32, times faster than one by one": ">= 8",
    "race of 16 rates, times one run": "<= 6",
    "megabytes": "<= 200",
    "last tenth": ">= 0.9",
    "longest jump": "< 1 s",
}

if __name__ == "__main__":
    steps = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    results = {**surface(), **races(), **sizes(), **back()}
    command = [sys.executable, "-c", LONG, steps]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    results |= json.loads(done.stdout)
    for name, value in results.items():
        aim = AIMS.get(name, "< 50" if name.startswith("one step back") else "")
        print(f"{name:55s} {value:12.4g}   {aim}")
    print(json.dumps({"scaling": results}))
