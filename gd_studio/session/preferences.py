"""What the window remembers between starts: theme, layout, recent files.

A missing or broken preferences file never stops the start: it is set aside and defaults are used.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from gd_studio.errors import GDStudioError
from gd_studio.experiment.atomic import write_bytes
from gd_studio.settings import Settings, convert, plain

MOST_RECENT = 8


class Preferences(Settings, frozen=True):
    """All that is remembered; layouts are opaque words of the window's own, base64."""

    theme: Literal["system", "light", "dark"] = "system"
    scale: Annotated[float, msgspec.Meta(ge=0.8, le=2.5)] = 1.0
    recent: tuple[str, ...] = ()
    geometry: str = ""
    layout: str = ""
    columns: str = ""
    more: tuple[str, ...] = ()
    started_before: bool = False
    reduced_motion: bool = False
    views: dict[str, Any] = msgspec.field(default_factory=dict)


class PreferencesFile:
    """Keeps `preferences` and writes every change to the file at once; no folder, no file."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "preferences.json" if folder is not None else None
        self.problem: str | None = None
        self.preferences = self._read()

    def change(self, **values: Any) -> None:
        """Change some preferences and write them; a disk that cannot be written is no error."""
        changed = msgspec.structs.replace(self.preferences, **values)
        if changed == self.preferences:
            return
        self.preferences = changed
        if self._path is None:
            return
        with contextlib.suppress(GDStudioError, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._path, msgspec.json.format(msgspec.json.encode(plain(changed))))

    def add_recent(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        name = str(path.resolve())
        others = [p for p in self.preferences.recent if p != name]
        self.change(recent=(name, *others)[:MOST_RECENT])

    def _read(self) -> Preferences:
        if self._path is None:
            return Preferences()
        try:
            values = msgspec.json.decode(self._path.read_bytes())
            known: Preferences = convert(values, Preferences)
            return known
        except FileNotFoundError:
            return Preferences()
        except (OSError, msgspec.DecodeError, GDStudioError) as error:
            self.problem = f"The preferences in {self._path} could not be read: {error}"
            with contextlib.suppress(OSError):
                os.replace(self._path, self._path.with_suffix(".broken"))
            return Preferences()
