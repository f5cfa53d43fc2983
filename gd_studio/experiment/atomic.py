"""Writing a file whole or not at all.

A temporary file in the same folder is written, flushed to the disk and then put in the old one's
place; whatever fails before that leaves the old file as it was. (Qt's own safe file was measured
to replace a good file by a cut-off one on a full disk.)
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from gd_studio.errors import FileError


def write_atomically(path: str | Path, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` fill a new file, then put it in place of `path`. Raises FileError."""
    path = Path(path)
    target = _target(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{path.name[:40]}.")
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_of(target))
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(
            f"{path} could not be written: {error.strerror or error}. Nothing was changed; "
            f"choose another name or folder, or free some space."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write bytes to a file, whole or not at all. Raises FileError."""
    write_atomically(path, lambda file: _write_all(file, content))


def write_text(path: str | Path, text: str) -> None:
    """Write text as UTF-8 to a file, whole or not at all. Raises FileError."""
    write_bytes(path, text.encode())


def _write_all(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _target(path: Path) -> Path:
    """Return the file that a path leads to, through links."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, or a zero byte
        raise FileError(f"No file can be written as {str(path)!r}; choose another name.") from error


def _mode_of(target: Path) -> int:
    """Return the permissions of the file to be replaced, or those a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; some systems cannot open a folder, and need not."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
