"""How fast frames come, and how fast training goes, while the default experiment races.

    python tests/benchmarks/racing.py [seconds] [history]

All panels are open, nothing is throttled and nothing stops the run. Seconds of racing alternate
with moments in which the same process trains headless (`advance` of another run, nothing drawn):
the share is the median of their ratios, so that it is fair on a machine whose pace changes from
second to second. Bare trainer steps are measured beside `advance` in processes of their own. With
a `history` of so many steps (a million) all is measured again with them behind it. Prints a table
and JSON. Runs offscreen, and once more under X where there is a DISPLAY.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LEAST_FRAMES = 30.0  # per second
AIMS = {"work_p95_ms": 10.0, "interval_p95_ms": 20.0, "share": 0.45}

HEADLESS = """
import json, sys, time
import numpy as np
import gd_studio as gds
run = gds.Run(gds.Experiment().edit({"stop.max_steps": None}))
def rate(work, seconds):
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        work()
        count += 1000
    return count / (time.perf_counter() - start)
def bare():
    step = trainer.step
    for _ in range(1000):
        step()
run.advance(2000)
trainer = gds.Run(run.experiment).trainer
with np.errstate(all="ignore"):
    pairs = [(rate(lambda: run.advance(1000), 0.5), rate(bare, 0.5)) for _ in range(3)]
print(json.dumps([max(column) for column in zip(*pairs)]))
"""

RACING = """
import json, sys, time
import msgspec
import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
import gd_studio as gds
from gd_studio.app import create_application, create_window
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.story import Opening
app = create_application()
experiment = Experiment().edit({"stop.max_steps": None})
history = int(float(sys.argv[2]))
# The history is made while the window waits for its first frame.
experiment = msgspec.structs.replace(experiment, opening=Opening(step=history))
window = create_window(experiment, remember=False)
window.resize(1440, 900)
window.show()
frames, begun, works = [], [], []
painter, session = window._painter, window.session
clear = painter._gate.clear
class Gate:
    # Closed when the window begins to draw a share of a frame.
    def __init__(self, gate):
        self.set = gate.set
    def clear(self):
        begun[:] = [time.perf_counter()]
        frames.append((begun[0], session.frame.step))
        clear()
painter._gate = Gate(painter._gate)
# The painter's own timer fires when the paint events that a frame asked for are done.
painter._done.timeout.connect(lambda: works.append(time.perf_counter() - begun[0]))
def spin(seconds):
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
spin(1.0)
headless = gds.Run(gds.Experiment().edit({"stop.max_steps": None}))
headless.advance(2000)
def headless_rate():
    # Nothing else is being done: the last map of the race is ready, and the finest not begun.
    for _ in range(100):
        spin(0.02)
        if not any(getattr(panel, "is_computing", False) for panel in painter._plots):
            break
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < 0.4:
        headless.advance(500)
        count += 500
    return count / (time.perf_counter() - start)
while session.frame is None or session.frame.last_step < history:
    spin(0.2)
session.set_rate(None)
session.play()
spin(1.0)
session.pause()
rates, shares, intervals, of_work = [headless_rate()], [], [], []
for _ in range(max(int(float(sys.argv[1])), 2)):
    session.play()
    spin(0.3)
    frames.clear(); works.clear()
    spin(1.0)
    (began, first), (ended, last) = frames[0], frames[-1]
    session.pause()
    intervals += [*np.diff([at for at, _ in frames]) * 1000]
    of_work += [took * 1000 for took in works]
    rates.append(headless_rate())
    shares.append((last - first) / (ended - began) / ((rates[-2] + rates[-1]) / 2))
print(json.dumps({
    "frames_per_second": 1000 / float(np.mean(intervals)),
    "interval_p50_ms": float(np.percentile(intervals, 50)),
    "interval_p95_ms": float(np.percentile(intervals, 95)),
    "work_p50_ms": float(np.percentile(of_work, 50)),
    "work_p95_ms": float(np.percentile(of_work, 95)),
    "headless_steps_per_second": float(np.median(rates)),
    "share": float(np.median(shares)),
    "steps": last,
}))
window.close_now()
"""


def pace() -> float:
    """Return how many seconds this machine takes for ten million additions, one by one.

    About 0.45 on a quick machine. What is drawn is mostly Python's work, too: of two machines the
    ratio of their paces is nearly that of their milliseconds.
    """
    taken = []
    for _ in range(3):
        began, total = time.perf_counter(), 0
        for number in range(10_000_000):
            total += number
        taken.append(time.perf_counter() - began)
    return min(taken)


def result_of(program: str, platform: str, seconds: float, history: float = 0) -> Any:
    """Run a program in a process of its own and return what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": platform,
            "PYTHONPATH": str(ROOT),
            "GD_STUDIO_CONFIG": folder,
        }
        done = subprocess.run(
            [sys.executable, "-c", program, str(seconds), str(history)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds + 120 + history / 1000,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def measure(platform: str, seconds: float, history: float = 0) -> dict[str, float]:
    """Return frames and training of one platform, beside headless training around it."""
    before = result_of(HEADLESS, platform, 0)
    racing: dict[str, float] = result_of(RACING, platform, seconds, history)
    after = result_of(HEADLESS, platform, 0)
    advanced, bare = ((a + b) / 2 for a, b in zip(before, after, strict=True))
    racing["overhead"] = bare / advanced - 1
    return racing


def report(platform: str, found: dict[str, float]) -> None:
    """Print one platform's table."""
    print(f"racing, {platform}, after {found['steps']:.0f} steps")
    print(f"  frames per second    {found['frames_per_second']:8.1f}   least {LEAST_FRAMES:g}")
    for name in ("interval", "work"):
        p50, p95 = found[f"{name}_p50_ms"], found[f"{name}_p95_ms"]
        aim = AIMS[f"{name}_p95_ms"]
        print(f"  frame {name:8s} p50 {p50:5.1f} ms, p95 {p95:5.1f} ms   aim {aim:g}")
    print(f"  headless             {found['headless_steps_per_second']:8.0f} steps/s")
    print(f"  share of headless    {found['share']:8.0%}   aim {AIMS['share']:.0%}")
    print(f"  advance over bare    {found['overhead']:8.0%}   all rows being checked in each epoch")


if __name__ == "__main__":
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    platforms = ["offscreen"] + (["xcb"] if os.environ.get("DISPLAY") else [])
    behind = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    results = {platform: measure(platform, length) for platform in platforms}
    if behind:
        results |= {
            f"{platform}, long": measure(platform, length, behind) for platform in platforms
        }
    print(f"ten million additions: {pace():.2f} s")
    for platform, found in results.items():
        report(platform, found)
    print(json.dumps({"racing": results}))
