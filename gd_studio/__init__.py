"""GD Studio: watch, one iteration at a time, how a model learns by gradient descent.

The package is a plain library: `Run(Experiment()).step()` needs no window and no Qt.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gd_studio.errors import DataError, FileError, GDStudioError, SettingError
from gd_studio.version import __version__

if TYPE_CHECKING:
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.experiment.race import Race, race
    from gd_studio.experiment.run import Run
    from gd_studio.experiment.surface import Surface, surface
    from gd_studio.experiment.verification import Verification

__all__ = [
    "DataError",
    "Experiment",
    "FileError",
    "GDStudioError",
    "Race",
    "Run",
    "SettingError",
    "Surface",
    "Verification",
    "__version__",
    "load",
    "race",
    "surface",
]

# Found when first asked for: the window must not wait for what only a run needs.
_HOMES = {
    "Experiment": "experiment",
    "Race": "race",
    "Run": "run",
    "Surface": "surface",
    "Verification": "verification",
    "race": "race",
    "surface": "surface",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"gd_studio.experiment.{_HOMES[name]}"), name)


def load(path: str | Path) -> Experiment:
    """Return the start experiment of a project (.gds) or experiment (.json) file.

    Raises FileError or SettingError, naming the file.
    """
    from gd_studio.experiment.arguments import file_path
    from gd_studio.experiment.files import load_project

    return load_project(file_path("path", path)).experiment
