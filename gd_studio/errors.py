"""The one family of errors whose sentence is meant for the person at the screen.

Whatever goes wrong because of what a user gave (a file, a value, a name) is raised as a
`GDStudioError` with one clear sentence, low in the house, and shown once, at the top of it.
A run that diverges is *not* an error: it ends with a `StopReason`.
"""

from __future__ import annotations


class GDStudioError(Exception):
    """A user's mistake or a wish that cannot be met: says what, where, and what to do."""


class SettingError(GDStudioError):
    """A setting is unknown, of the wrong type, out of bounds, or does not fit another one."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class DataError(GDStudioError):
    """A data file, a column or a row cannot be used."""


class FileError(GDStudioError):
    """A file cannot be read or written."""
