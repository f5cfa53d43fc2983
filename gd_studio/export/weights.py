"""Trained weights as files: one registry of formats, each with the preparation they belong to.

To add one: a function from a trained model to bytes, and a row in `WEIGHT_FORMATS`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.errors import GDStudioError
from gd_studio.experiment.atomic import write_bytes
from gd_studio.export.model import TrainedModel, as_json_text, description
from gd_studio.export.tables import table_text

# A fixed date, the earliest a zip can hold: the same model always gives the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Format:
    """One kind of file: its word, its title on screen, its ending, and what fills it."""

    key: str
    title: str
    suffix: str
    write: Callable[[TrainedModel], bytes]


def export_weights(path: str | Path, key: str, model: TrainedModel) -> None:
    """Write a model's weights to a file, whole or not at all. Raises FileError."""
    write_bytes(path, weight_format(key).write(model))


def weight_format(key: str) -> Format:
    """Return the format of a word. Raises GDStudioError for an unknown one."""
    if key not in WEIGHT_FORMATS:
        known = ", ".join(WEIGHT_FORMATS)
        raise GDStudioError(f"There is no weight format {key!r}; the formats are {known}.")
    return WEIGHT_FORMATS[key]


def as_npz(model: TrainedModel) -> bytes:
    """Return a numpy archive: one array per name, and "model", the description as JSON text."""
    arrays = model.weights() | {"model": np.array(as_json_text(description(model)))}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _NO_DATE), _npy(array))
    return buffer.getvalue()


def as_safetensors(model: TrainedModel) -> bytes:
    """Return a safetensors file; the description is its metadata "model"."""
    from safetensors.numpy import save

    content: bytes = save(model.weights(), {"model": as_json_text(description(model))})
    return content


def as_json(model: TrainedModel) -> bytes:
    """Return the description with all weights as nested lists, under "weights"."""
    weights = {name: array.tolist() for name, array in model.weights().items()}
    whole = description(model) | {"weights": weights}
    # A line per key: indented throughout, every number would have a line of its own.
    lines = (f"  {json.dumps(k)}: {as_json_text(v)}" for k, v in whole.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def as_csv(model: TrainedModel) -> bytes:
    """Return a table with a row per parameter, below two lines that begin with #.

    The second of them is the description, as JSON on one line.
    """
    network, values = model.hypothesis.network, model.parameters
    rows = []
    for index in range(network.size):
        name, said = network.parameter_name(index), model.hypothesis.said_name(index)
        rows.append((name, said, float(values[index])))
    head = (
        "# Weights of a model, from GD Studio. The next line describes it, as JSON after the #; "
        "the table begins at the third.\n"
        f"# {as_json_text(description(model))}\n"
    )
    return (head + table_text(("parameter", "meaning", "value"), rows)).encode()


def _npy(array: Array) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=False)
    return buffer.getvalue()


WEIGHT_FORMATS: dict[str, Format] = {
    fmt.key: fmt
    for fmt in (
        Format("npz", "NumPy archive", ".npz", as_npz),
        Format("safetensors", "Safetensors", ".safetensors", as_safetensors),
        Format("json", "JSON", ".json", as_json),
        Format("csv", "Table (CSV)", ".csv", as_csv),
    )
}
