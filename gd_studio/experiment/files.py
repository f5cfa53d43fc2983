"""Project files: a stored zip of experiment and tape (.gds), or a bare experiment (.json).

Beside them a .gds may hold the trace of its run, which only a verification reads.

Sizes and names are checked before anything is read; nothing in a file is ever executed.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from gd_studio.data import File
from gd_studio.errors import FileError, GDStudioError, SettingError
from gd_studio.experiment.atomic import write_bytes
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import Tape
from gd_studio.experiment.trace import Trace, trace_from, trace_members
from gd_studio.settings import convert, plain

FORMAT = 1
DEEPEST = 50
LARGEST = 256 * 2**20
_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
ARCHIVE = b"PK\x03\x04"
# How a file begins that may be a project or an experiment; the second is UTF-8's mark.
STARTS = (ARCHIVE, b"\xef\xbb\xbf", b"{")
_MEMBERS = ("format.json", "experiment.json", "tape.json")
_TRACE = ("trace.json", "trace.npy")


@dataclass(frozen=True)
class Project:
    """What a project file holds: the start of a run, and what was done to it."""

    experiment: Experiment
    tape: Tape


def save_project(
    path: str | Path,
    project: Project,
    folder: Path | None = None,
    trace: Trace | None = None,
) -> None:
    """Write a project file, whole or not at all; by its ending as .gds or bare .json.

    A `data.path` inside the file's folder is written relative to it, any other one in full;
    `folder` is what it was relative to until now. `trace` is what a replay can be held against.
    Raises FileError.
    """
    path = Path(path)
    experiment = _with_data_path(project.experiment, path.resolve().parent, folder)
    if path.suffix.lower() == ".json":
        write_bytes(path, (experiment_text(experiment) + "\n").encode())
        return
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("format.json", json.dumps({"format": FORMAT}))
        archive.writestr("experiment.json", experiment_text(experiment))
        archive.writestr("tape.json", json.dumps(plain(project.tape)))
        for name, content in trace_members(trace).items() if trace else ():
            archive.writestr(name, content)
    write_bytes(path, buffer.getvalue())


def load_project(path: str | Path) -> Project:
    """Read a project file or a bare experiment. Raises FileError or SettingError, naming it.

    A relative `data.path` is one beside the file, and is given back in full.
    """
    path = Path(path)
    content = _read(path)
    if path.suffix.lower() != ".json" and not content.lstrip().startswith(STARTS):
        raise _foreign(path)
    with _naming(path):
        if content[:4] == ARCHIVE:
            project = _from_archive(content)
        else:
            text = content.decode("utf-8-sig")
            project = Project(experiment_from_text(text), Tape())
    folder = path.resolve().parent
    return replace(project, experiment=with_full_data_path(project.experiment, folder))


def load_trace(path: str | Path) -> Trace | None:
    """Read what a project file recorded of its run; None if it did not. Raises FileError."""
    path = Path(path)
    content = _read(path)
    if content[:4] != ARCHIVE:
        return None
    with _naming(path), _damage_told(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not set(_TRACE) & set(archive.namelist()):
            return None
        note, table = (_member(archive, name) for name in _TRACE)
        return trace_from(_parse(_text(note), _TRACE[0]), table)


def with_full_data_path(experiment: Experiment, folder: Path) -> Experiment:
    """Return the experiment with a relative path of its data file taken as one in `folder`."""
    data = experiment.data
    if not isinstance(data, File) or not data.path:
        return experiment
    full = folder / Path(data.path).expanduser()
    data = msgspec.structs.replace(data, path=str(full))
    return msgspec.structs.replace(experiment, data=data)


def experiment_text(experiment: Experiment) -> str:
    """Return an experiment as text, for a file or the clipboard."""
    text = json.dumps({"format": FORMAT, **experiment.to_dict()}, indent=2, ensure_ascii=False)
    # Half a character, as undecodable file names hold them, is written as JSON's escape for it.
    return text.encode("utf-8", "backslashreplace").decode()


def experiment_from_text(text: str) -> Experiment:
    """Read an experiment from text. Raises FileError or SettingError with a sentence."""
    values = _parse(text, "the experiment")
    if not isinstance(values, dict):
        raise FileError("An experiment must be an object of settings in JSON.")
    _check_format(values.pop("format", FORMAT))
    return Experiment.from_dict(values)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(f"{path.name} is larger than {LARGEST // 2**20} MB; it is no project.")
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} could not be read: {error.strerror or error}.") from None


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say of which file an error is."""
    try:
        yield
    except SettingError as error:
        raise SettingError(error.path, f"{path.name}: {error}") from None
    except GDStudioError as error:
        raise FileError(f"{path.name}: {error}") from None
    except UnicodeDecodeError:
        raise _foreign(path) from None


def _foreign(path: Path) -> FileError:
    return FileError(f"{path.name} is neither a project (.gds) nor an experiment (.json).")


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        raise FileError("The project file is damaged and cannot be opened.") from None


def _from_archive(content: bytes) -> Project:
    with _damage_told(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: _text(_member(archive, name)) for name in _MEMBERS}
    version = _parse(parts["format.json"], "format.json")
    _check_format(version.get("format") if isinstance(version, dict) else None)
    experiment = experiment_from_text(parts["experiment.json"])
    tape = convert(_parse(parts["tape.json"], "tape.json"), Tape, "tape")
    return Project(experiment, tape)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise FileError(f"The project file is damaged: {name} is missing.") from None
    if info.file_size > LARGEST:
        raise FileError(f"The project file is damaged: {name} is too large.")
    return archive.read(name)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _parse(text: str, what: str) -> Any:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{what} is not valid JSON: {error}.") from None
    if _depth(values) > DEEPEST:
        raise FileError(f"{what} is nested too deeply: more than {DEEPEST} levels.")
    return values


def _depth(values: Any) -> int:
    """Return how deep lists and objects are nested, however deep that is."""
    depth, level = 0, [values]
    while level := [v for v in level if isinstance(v, dict | list)]:
        depth += 1
        level = [x for v in level for x in (v.values() if isinstance(v, dict) else v)]
    return depth


def _check_format(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(f"The format version must be a whole number, not {version!r}.")
    if version > FORMAT:
        raise FileError(
            f"It was saved by a newer GD Studio (format {version}; this one reads up to "
            f"{FORMAT}). Update GD Studio to open it."
        )


def _with_data_path(experiment: Experiment, new: Path, old: Path | None) -> Experiment:
    """Return the experiment with its data file's path as a file in the folder `new` needs it."""
    if old is not None:
        experiment = with_full_data_path(experiment, old)
    data = experiment.data
    if not isinstance(data, File) or not Path(data.path).is_absolute():
        return experiment
    full = Path(data.path).resolve()
    inside = full.relative_to(new) if full.is_relative_to(new) else full
    data = msgspec.structs.replace(data, path=inside.as_posix())
    return msgspec.structs.replace(experiment, data=data)
