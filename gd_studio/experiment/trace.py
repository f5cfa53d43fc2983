"""A trace: what a run leaves in its project file, so that a replay can be held against it.

Two numbers of every step, fingerprints of the whole state along the way, and the platform that
they were computed on: the last bits of a sum depend on the processor and its library.
"""

from __future__ import annotations

import io
import json
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.errors import FileError
from gd_studio.experiment.tape import StepNumber
from gd_studio.settings import Settings, convert, plain
from gd_studio.version import __version__

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

COLUMNS = ("total", "update_norm")
MOST_NUMBERS = 2**18
MOST_FINGERPRINTS = 64
# Hashing is what takes time when a large model is saved.
MOST_HASHED = 32 * 2**20

Word = Annotated[str, msgspec.Meta(max_length=500)]


class Note(Settings, frozen=True):
    """The part of a trace that a reader can read: platform, and fingerprints at steps."""

    platform: dict[Word, Word]
    every: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    fingerprints: tuple[tuple[StepNumber, Word], ...]


@dataclass(frozen=True, eq=False)
class Trace:
    """What a replay is held against: `numbers` (n, 2), and `fingerprints` at some steps.

    The numbers are total loss and update norm of the steps `every`, 2·`every` and so on. The loss
    shows a change in the parameters before a step, the norm one in what the step made of them; a
    fingerprint shows the rest. It is of a step after which nothing was done, or of the last.
    """

    platform: dict[str, str]
    every: int
    numbers: Array
    fingerprints: dict[int, str]


def trace_of(run: Run) -> Trace:
    """Return the trace of a run up to its last step."""
    every = 1
    while run.last_step > MOST_NUMBERS * every:
        every *= 2
    return Trace(platform_note(), every, numbers_of(run, every), _fingerprints(run))


def numbers_of(run: Run, every: int) -> Array:
    """Return the numbers (n, 2) of every so many steps of a run."""
    return np.stack([run.history[name][every - 1 :: every] for name in COLUMNS], axis=1)


def trace_members(trace: Trace) -> dict[str, bytes]:
    """Return a trace as the members {name: content} of a project file."""
    note = Note(
        platform=trace.platform,
        every=trace.every,
        fingerprints=tuple(sorted(trace.fingerprints.items())),
    )
    table = io.BytesIO()
    np.save(table, trace.numbers.astype("<f8"), allow_pickle=False)
    return {
        "trace.json": json.dumps(plain(note)).encode(),
        "trace.npy": table.getvalue(),
    }


def trace_from(note: Any, table: bytes) -> Trace:
    """Return the trace that a file's members hold. Raises SettingError or FileError."""
    read: Note = convert(note, Note, "trace")
    try:
        numbers = np.load(io.BytesIO(table), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError):
        raise FileError("The project file is damaged: trace.npy is no table.") from None
    if numbers.dtype != np.float64 or numbers.ndim != 2 or numbers.shape[1] != len(COLUMNS):
        raise FileError(
            f"The project file is damaged: trace.npy must be numbers (steps, {len(COLUMNS)}), "
            f"not {numbers.dtype} {numbers.shape}."
        )
    return Trace(read.platform, read.every, numbers, dict(read.fingerprints))


def platform_note() -> dict[str, str]:
    """Return what the last bits of a run may depend on, in words."""
    from threadpoolctl import threadpool_info  # here: the window comes first

    kernels = [i.get("architecture", "") for i in threadpool_info() if i["user_api"] == "blas"]
    built: Any = np.show_config(mode="dicts")
    blas = built["Build Dependencies"]["blas"]
    return {
        "GD Studio": __version__,
        "system": f"{platform.system()} {platform.machine()}",
        "C library": " ".join(platform.libc_ver()).strip() or platform.release(),
        "numpy": np.__version__,
        "BLAS": " ".join([blas["name"], blas["version"], *kernels]),
        "SIMD": " ".join(built["SIMD Extensions"]["found"]),
    }


def _fingerprints(run: Run) -> dict[int, str]:
    """Return {step: fingerprint}: of the start, of kept states evenly on the way, of the end."""
    timeline = run.timeline
    states = [timeline.snapshots.first, *timeline.snapshots.even()]
    states = [state for state in states if not timeline.tape.at(state.step)]
    most = max(1, min(MOST_FINGERPRINTS, MOST_HASHED // timeline.snapshots.first.size))
    apart = -(-len(states) // most)
    found = {state.step: state.fingerprint() for state in states[:: max(1, apart)]}
    if run.step_number == run.last_step:
        found[run.last_step] = run.fingerprint()
    elif timeline.end is not None and timeline.end[0] == run.last_step:
        found[run.last_step] = timeline.end[1]
    return found
