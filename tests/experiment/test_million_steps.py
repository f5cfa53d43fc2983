"""A million steps with full history and time travel: what they hold, and how fast one gets back.

In a process of its own, so that its memory can be seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, random, time
import psutil
import gd_studio as gds

process = psutil.Process()
before = process.memory_info().rss

def grown():
    return (process.memory_info().rss - before) / 2**20

def seek(run, step):
    started = time.perf_counter()
    run.seek(step)
    return time.perf_counter() - started

def run_of(hidden, steps):
    settings = {"model": {"hidden": hidden}, "optimizer": {"kind": "adam"}}
    run = gds.Run(gds.Experiment.from_dict({**settings, "stop": {"max_steps": None}}))
    run.advance(steps)
    return run

run = run_of([8, 8], 1_000_000)
held, drawn = [grown()], random.Random(1)
jumps = [seek(run, drawn.randrange(1_000_000)) for _ in range(100)]
held.append(grown())
back = {}
for hidden in ([8, 8], [66, 68]):
    run = run_of(hidden, 100_000)
    back[len(run.parameters)] = max(seek(run, run.step_number - 1) for _ in range(200))
print(json.dumps({"megabytes": held, "jump": max(jumps), "back": back}))
"""


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_million_steps_take_little_room_and_are_all_near() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert max(found["megabytes"]) <= 200, found
    assert found["jump"] < 1.0, found
    assert max(found["back"].values()) < 0.05, found
    assert max(map(int, found["back"])) == pytest.approx(5000, rel=0.05), found
