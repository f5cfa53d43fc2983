"""What a program hands in is checked at the door, and refused by the argument's name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gd_studio.errors import FileError, GDStudioError, SettingError

MOST = 10**12
LAST_MADE = "the last step made"


def whole_number(name: str, value: object, low: int, high: int = MOST, high_is: str = "") -> int:
    """Return a whole number within its limits; numpy's count, true and false do not.

    `high_is` says what the upper limit stands for, such as "the last step made".
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise GDStudioError(f"{name} must be a whole number, not {value!r}.")
    if low <= value <= high:
        return int(value)
    if high_is:
        raise GDStudioError(f"{name} must be between {low} and {high}, {high_is}; it is {value}.")
    limit = f"at least {low}" if value < low else f"at most {high}"
    raise GDStudioError(f"{name} must be {limit}, not {value}.")


def the_run(name: str, value: object) -> None:
    """Refuse what is no run."""
    from gd_studio.experiment.run import Run  # which needs this file first

    if not isinstance(value, Run):
        raise GDStudioError(f"{name} must be a Run, not {value!r}.")


def changes_by_path(name: str, value: object) -> dict[str, Any]:
    """Return changes of settings, {path: value}."""
    if not isinstance(value, Mapping) or not all(isinstance(path, str) for path in value):
        raise SettingError(
            "", f'{name} must be settings by path, like {{"penalty.l2": 0.1}}, not {value!r}.'
        )
    return dict(value)


def file_path(name: str, value: object) -> Path:
    """Return the path of a file or folder."""
    if not isinstance(value, str | os.PathLike) or "\0" in os.fspath(value):
        raise FileError(f"{name} must be the path of a file or folder, not {value!r}.")
    return Path(value)
