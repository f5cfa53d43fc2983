"""What a trained run leaves in the folder of `--out`."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from gd_studio.cli.saying import UnfinishedError
from gd_studio.errors import FileError
from gd_studio.experiment.run import Run

PROBE_BYTES = 4096


def make_writable(folder: Path) -> None:
    """Make the folder, and find out before hours of training whether it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A full disk lets an empty file be made; only a written one shows that there is room.
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            if probe.write(bytes(PROBE_BYTES)) < PROBE_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise FileError(
            f"--out {folder} cannot be written to: {error.strerror or error}; choose another one."
        ) from None


def write(run: Run, out: Path, formats: list[str]) -> None:
    """Write weights in each format, history and project; say where."""
    from gd_studio.export.model import TrainedModel
    from gd_studio.export.tables import export_history
    from gd_studio.export.weights import WEIGHT_FORMATS, export_weights

    model = TrainedModel.of(run)
    written = [out / f"weights{WEIGHT_FORMATS[key].suffix}" for key in formats]
    try:
        for key, path in zip(formats, written, strict=True):
            export_weights(path, key, model)
        export_history(out / "history.csv", run.history)
        run.save(out / "experiment.gds")
    except FileError as error:
        raise UnfinishedError(str(error)) from None
    for path in (*written, out / "history.csv", out / "experiment.gds"):
        print(f"wrote {path}")
