"""What start-up may not do: import what the window does not need, or train before it is painted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "typer", "rich", "sklearn", "scipy", "polars", "pandas", "matplotlib", "torch", "onnx", "PIL",
    "contourpy", "safetensors", "charset_normalizer", "clevercsv", "threadpoolctl", "numpy.random",
    "pytest", "gd_studio.cli", "gd_studio.experiment.run", "gd_studio.experiment.hypothesis",
    "gd_studio.data.reading", "gd_studio.gui.dialogs.import_data", "gd_studio.gui.dialogs.rows",
    "gd_studio.export",
)  # fmt: skip
PROGRAM = """
import json, sys
from gd_studio.app import create_application, create_window
app = create_application()
window = create_window()
begun = window.session.frame is not None
created = sorted(sys.modules)
names = [w.objectName() for w in app.allWidgets() if w.objectName()]
window.show()
while window.session.frame is None:
    app.processEvents()
window.close()
print(json.dumps([created, begun, names]))
"""


def test_the_window_is_up_before_anything_heavy_is_imported(own_preferences: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=100, check=True,
        cwd=ROOT,
    )  # fmt: skip
    modules, begun, names = json.loads(done.stdout.splitlines()[-1])
    assert not begun
    assert [name for name in HEAVY if name in modules] == []
    # What can be seen is there all the same: every panel, plot and field.
    wanted = {"panel.data", "panel.model", "panel.training", "panel.inside", "plot.loss",
              "plot.surface", "plot.prediction", "plot.weights", "timeline", "speed", "status",
              "field.optimizer.learning_rate", "field.stop.patience"}  # fmt: skip
    assert wanted <= set(names)
