"""Where shipped resources lie, and where a user's preferences go."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """Return the folder of shipped resources: the checkout's, else the one inside the wheel."""
    checkout = _PACKAGE.parent / "resources"
    inside = _PACKAGE / "resources"
    return checkout if (checkout / "examples").is_dir() else inside


def resource(*parts: str) -> Path:
    """Return the path of one shipped file, such as `resource("datasets", "iris.csv")`."""
    return resources().joinpath(*parts)


def preferences_folder() -> Path:
    """Return the folder of this user's preferences (not created), by the platform's custom.

    `GD_STUDIO_CONFIG` overrides it: portable installations and tests use that.
    """
    override = os.environ.get("GD_STUDIO_CONFIG")
    if override:
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "GD Studio"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "GD Studio"
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "gd-studio"
