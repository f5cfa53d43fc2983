"""GD Studio: watch, one iteration at a time, how a model learns by gradient descent.

The package is a plain library: `Run(Experiment()).step()` needs no window and no Qt.
"""

from __future__ import annotations

from pathlib import Path

from gd_studio.errors import DataError, FileError, GDStudioError, SettingError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.files import load_project
from gd_studio.experiment.run import Run
from gd_studio.experiment.surface import Surface, surface

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "Experiment",
    "FileError",
    "GDStudioError",
    "Run",
    "SettingError",
    "Surface",
    "load",
    "surface",
]


def load(path: str | Path) -> Experiment:
    """Return the start experiment of a project (.gds) or experiment (.json) file."""
    return load_project(Path(path)).experiment
