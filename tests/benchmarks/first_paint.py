"""How long from starting Python to the first paint, against a bare window with four empty plots.

    python tests/benchmarks/first_paint.py [pairs]

Each pair starts both programs one after the other in processes of their own; the ratio is taken
pair by pair, so that a noisy machine disturbs both sides alike. Prints a table and JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOUND = 1.6

WATCH = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.done)
        return False
    def done(self):
        print(time.time() - float(os.environ["STARTED"]), flush=True)
        window.close()
        app.quit()
"""

BARE = """
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QGridLayout, QMainWindow, QWidget
app = QApplication([])
window = QMainWindow()
middle = QWidget()
grid = QGridLayout(middle)
for i in range(4):
    grid.addWidget(pg.PlotWidget(), i // 2, i % 2)
window.setCentralWidget(middle)
window.resize(1440, 900)
watch = Watch()
middle.installEventFilter(watch)
window.show()
app.exec()
"""

OURS = """
from gd_studio.app import create_application, create_window
app = create_application()
window = create_window()
watch = Watch()
window.centralWidget().installEventFilter(watch)
window.show()
app.exec()
"""


def seconds_to_paint(program: str, folder: str) -> float:
    """Start a program and return when it first painted, in seconds after its start."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "PYTHONPATH": str(ROOT),
        "GD_STUDIO_CONFIG": folder,
        "STARTED": repr(time.time()),
        # As on a user's second start: both sides have their byte code ready.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode"),
    }
    command = [sys.executable, "-c", WATCH + program]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return float(done.stdout.split()[-1])


def measure(pairs: int) -> dict[str, float]:
    """Return the medians of both and of their ratio, after one warm-up pair."""
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(pairs + 1):
            times = seconds_to_paint(BARE, folder), seconds_to_paint(OURS, folder)
            if i > 0:
                bare.append(times[0])
                ours.append(times[1])
    ratios = [b / a for a, b in zip(bare, ours, strict=True)]
    return {
        "bare_seconds": statistics.median(bare),
        "ours_seconds": statistics.median(ours),
        "ratio": statistics.median(ratios),
        "bound": BOUND,
    }


if __name__ == "__main__":
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
    print("first paint     bare window   GD Studio   ratio   bound")
    print(
        f"                {result['bare_seconds']:9.3f} s {result['ours_seconds']:9.3f} s"
        f"   {result['ratio']:5.2f}   {result['bound']:5.2f}"
    )
    print(json.dumps({"first_paint": result}))
