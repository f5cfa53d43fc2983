"""How fast the window answers: a step, a drag of the timeline, many rows, and how little it idles.

    python -m tests.benchmarks.screen [rounds]

Every measurement is one window in a process of its own, offscreen, and once more under X where
there is a DISPLAY. Times are from the wish to the end of the paint events that it caused. Prints
a table and JSON. As a machine's pace may change from second to second, steps are also told as they
would be at one pace, that of a quick machine, measured before and after each of them.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from tests.benchmarks.racing import pace, result_of

AIMS = {
    "step_p95_ms": 30.0,
    "drag_updates_per_second": 30.0,
    "rows_worst_p95_ms": 16.0,
    "idle_cpu": 0.01,
}

WINDOW = """
import json, sys, time
import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from gd_studio.app import create_application, create_window
from gd_studio.experiment.experiment import Experiment
rounds = int(float(sys.argv[1]))
app = create_application()
def shown(experiment):
    window = create_window(experiment.edit({"stop.max_steps": None}), remember=False)
    window.resize(1440, 900)
    window.show()
    return window
def spin(seconds):
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
def drawn_after(window, wish):
    # The painter's own timer fires when the paint events that a frame asked for are done.
    loop = QEventLoop()
    window._painter._done.timeout.connect(loop.quit)
    began = time.perf_counter()
    wish()
    QTimer.singleShot(5000, loop.quit)
    loop.exec()
    window._painter._done.timeout.disconnect(loop.quit)
    return (time.perf_counter() - began) * 1000
"""

STEP = WINDOW + """
window = shown(Experiment())
spin(2.0)
def pace():
    began, total = time.perf_counter(), 0
    for number in range(200_000):
        total += number
    return (time.perf_counter() - began) * 50  # seconds for ten million
times, paced = [], []
for _ in range(rounds):
    before = pace()
    times.append(drawn_after(window, window.session.step))
    paced.append(times[-1] * 0.45 / ((before + pace()) / 2))
    spin(0.05)
def written(write):
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        write(window.session.frame)
        took.append((time.perf_counter() - began) * 1000)
    return float(np.percentile(took, 50))
by_part = {"words, ledger": written(lambda frame: [w(frame) for w in window._painter._writings])}
for panel in window._painter._plots:
    if panel.is_seen:
        by_part[panel.objectName()] = written(panel.set_frame)
print(json.dumps({"step_p50_ms": float(np.percentile(times, 50)),
                  "step_p95_ms": float(np.percentile(times, 95)),
                  "step_p50_at_pace_ms": float(np.percentile(paced, 50)),
                  "step_p95_at_pace_ms": float(np.percentile(paced, 95)),
                  "step_by_part_p50_ms": by_part}))
window.close_now()
"""

DRAG = WINDOW + """
window = shown(Experiment())
spin(1.0)
window.session.set_rate(None)
window.session.play()
spin(2.0)
window.session.pause()
spin(1.0)
slider, updates = window.desk.timeline.slider, []
slider.setSliderDown(True)
window.frame_shown.connect(lambda frame: updates.append(frame.step))
last = window.session.frame.last_step
began = time.perf_counter()
for k in range(rounds):
    slider.setValue(int(last * (1 - k / rounds)))
    spin(0.008)
seconds = time.perf_counter() - began
slider.setSliderDown(False)
print(json.dumps({"drag_updates_per_second": len(updates) / seconds, "drag_last_step": last}))
window.close_now()
"""

ROWS = WINDOW + """
experiment = Experiment().edit({"data.samples": 100_000, "training.batch_size": 32})
window = shown(experiment)
spin(3.0)
frames = []
window.frame_shown.connect(frames.append)
for _ in range(3):
    drawn_after(window, window.session.step)
spin(2.0)
worst, calm = {}, window.session.control.calm
for panel in window._painter._plots:
    if not panel.is_seen:
        continue
    times = []
    for _ in range(max(rounds // 10, 5)):
        for frame in frames[-2:]:
            began = time.perf_counter()
            calm.clear()  # as the painter does: whatever is computed beside the run waits
            panel.set_frame(frame)
            app.processEvents()
            calm.set()
            times.append((time.perf_counter() - began) * 1000)
    worst[panel.objectName()] = float(np.percentile(times, 95))
print(json.dumps({"rows_worst_p95_ms": max(worst.values()), "rows_by_view": worst}))
window.close_now()
"""

IDLE = WINDOW + """
import resource
window = shown(Experiment())
window.session.step()
# Idle is what is left when every map is as fine as it gets.
quiet, panels = 0, window._painter._plots
for _ in range(90):
    spin(1.0)
    quiet = 0 if any(getattr(panel, "is_computing", False) for panel in panels) else quiet + 1
    if quiet == 5:
        break
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
before, began = used(), time.perf_counter()
spin(5.0)
print(json.dumps({"idle_cpu": (used() - before) / (time.perf_counter() - began)}))
window.close_now()
"""


def measure(platform: str, rounds: float) -> dict[str, Any]:
    """Return all figures of one platform."""
    found: dict[str, Any] = {}
    for program in (STEP, DRAG, ROWS, IDLE):
        found |= result_of(program, platform, rounds)
    return found


def report(platform: str, found: dict[str, Any]) -> None:
    """Print one platform's table."""
    print(f"screen, {platform}")
    rows = (
        ("step, all repainted, p95 (ms)", "step_p95_ms", "<="),
        ("timeline drag (updates/s)", "drag_updates_per_second", ">="),
        ("100 000 rows, worst view, p95 (ms)", "rows_worst_p95_ms", "<="),
        ("idle (share of a core)", "idle_cpu", "<"),
    )
    for title, name, sign in rows:
        print(f"  {title:36s} {found[name]:8.3g}   {sign} {AIMS[name]:g}")
    p50, p95 = found["step_p50_at_pace_ms"], found["step_p95_at_pace_ms"]
    print(f"  step at a pace of 0.45 s for ten million additions: p50 {p50:.0f}, p95 {p95:.0f} ms")
    print("  of a step, to be handed over (p50; painting comes on top)")
    for part, median in found["step_by_part_p50_ms"].items():
        print(f"    {part:20s} {median:6.1f} ms")
    print("  100 000 rows, by view (p95)")
    for view, worst in found["rows_by_view"].items():
        print(f"    {view:20s} {worst:6.1f} ms")


if __name__ == "__main__":
    count = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    platforms = ["offscreen"] + (["xcb"] if os.environ.get("DISPLAY") else [])
    results = {platform: measure(platform, count) for platform in platforms}
    print(f"ten million additions: {pace():.2f} s")
    for name, figures in results.items():
        report(name, figures)
    print(json.dumps({"screen": results}))
