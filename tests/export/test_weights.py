"""Exported weights can be used elsewhere: a raw row is scored from the file with numpy alone."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gd_studio.engine import activations
from gd_studio.errors import FileError, GDStudioError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.export.model import TrainedModel
from gd_studio.export.weights import WEIGHT_FORMATS, export_weights, weight_format

EXPERIMENTS: dict[str, dict[str, Any]] = {
    "words, gaps and numbers": {
        "data": {"kind": "loan_applicants"},
        "model": {"kind": "mlp", "hidden": [6, 4], "activation": "sigmoid"},
    },
    "dates and identifiers in use": {
        "data": {"kind": "loan_applicants", "samples": 80},
        "model": {"kind": "logistic"},
        "preparation": {"use": {"applied on": True, "home": False}, "fill": "median"},
    },
    "images, ten classes": {"data": {"kind": "digits"}, "model": {"kind": "logistic"}},
    "a target in its own units": {
        "data": {"kind": "diabetes"},
        "model": {"kind": "mlp", "hidden": [5], "activation": "leaky_relu"},
        "optimizer": {"learning_rate": 0.05},
    },
    "nothing standardised": {
        "data": {"kind": "plane"},
        "model": {"kind": "linear"},
        "preparation": {"standardize": False},
    },
    "a polynomial": {
        "data": {"kind": "moons"},
        "model": {"kind": "polynomial", "degree": 4},
        "loss": {"kind": "mse"},
    },
}
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "gelu": lambda z: z * (1 + np.array([math.erf(v / math.sqrt(2)) for v in z])) / 2,
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def run_of(name: str, **changes: Any) -> Run:
    run = Run(Experiment.from_dict(EXPERIMENTS[name] | changes))
    run.advance(40)
    return run


def features(model: dict[str, Any], row: list[Any]) -> np.ndarray[Any, Any]:
    parts: list[float] = []
    for column, value in zip(model["preparation"]["columns"], row, strict=True):
        if value is None or str(value).strip().lower() in model["preparation"]["missing"]:
            value = column["fill"]
        elif column["kind"] == "date":
            value = (date.fromisoformat(value) - date(1970, 1, 1)).days
        if column["kind"] == "category":
            parts += [float(value == word) for word in column["categories"]]
        else:
            parts.append((float(value) - column["mean"]) / column["scale"])
    return np.array(parts)


def score(model: dict[str, Any], row: list[Any]) -> np.ndarray[Any, Any]:
    """Follow `how_to_guess`, with nothing but the file and numpy."""
    a = features(model, row)
    if model["terms"] is not None:
        terms = {key: np.array(model["terms"][key]) for key in ("exponents", "means", "scales")}
        a = (np.prod(a ** terms["exponents"], axis=1) - terms["means"]) / terms["scales"]
    layers = model["network"]["layers"]
    for layer in layers:
        weight, bias = (np.array(model["weights"][layer[key]]) for key in ("weight", "bias"))
        a = a @ weight + bias
        if layer is not layers[-1]:
            a = ACTIVATIONS[model["network"]["activation"]](a)
    target = model["preparation"]["target"]
    if model["network"]["output"] == "value":
        return np.asarray(a * target["scale"] + target["mean"])
    if model["network"]["output"] == "sigmoid":
        return np.array([1 - ACTIVATIONS["sigmoid"](a[0]), ACTIVATIONS["sigmoid"](a[0])])
    return np.asarray(np.exp(a) / np.exp(a).sum())


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_raw_row_is_scored_from_the_json_with_numpy_alone(name: str) -> None:
    run = run_of(name)
    model = json.loads(WEIGHT_FORMATS["json"].write(TrainedModel.of(run)))
    rows = run.data.raw_rows(np.arange(40))
    expected = run.predict(rows)
    for row, guess in zip(rows, expected, strict=True):
        np.testing.assert_allclose(score(model, row), guess, rtol=1e-12, atol=1e-12)
    nothing: list[Any] = [None] * len(rows[0])
    np.testing.assert_allclose(score(model, nothing), run.predict([nothing])[0], rtol=1e-12)


@pytest.mark.parametrize("activation", activations.ACTIVATIONS)
def test_every_activation_means_what_its_name_in_the_file_says(activation: str) -> None:
    hidden = {"kind": "mlp", "hidden": [4, 3], "activation": activation}
    run = run_of("a target in its own units", model=hidden)
    model = json.loads(WEIGHT_FORMATS["json"].write(TrainedModel.of(run)))
    row = run.data.raw_rows(np.arange(1))[0]
    np.testing.assert_allclose(score(model, row), run.predict([row])[0], rtol=1e-12)


def test_the_description_names_what_a_reader_needs() -> None:
    run = run_of("words, gaps and numbers")
    model = json.loads(WEIGHT_FORMATS["json"].write(TrainedModel.of(run)))
    assert (model["format"], model["version"]) == ("gd-studio model", 1)
    assert (model["task"], model["step"]) == ("classification", 40)
    assert model["loss"] == {
        "kind": "cross_entropy",
        "label_smoothing": 0.0,
        "class_weights": "none",
    }
    assert model["preparation"]["target"]["classes"] == ["denied", "approved"]
    columns = [column["name"] for column in model["preparation"]["columns"]]
    assert columns == [column.name for column in run.data.columns_in_use]
    assert [layer["name"] for layer in model["network"]["layers"]] == [
        "hidden 1",
        "hidden 2",
        "output",
    ]
    assert len(model["how_to_guess"]) == 4


def test_a_description_holds_no_path_of_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "my rows.csv"
    file.write_text("a,b\n" + "\n".join(f"{i},{2 * i}" for i in range(20)), "utf-8")
    run = Run(
        Experiment.from_dict(
            {"data": {"kind": "file", "path": str(file)}, "model": {"kind": "linear"}}
        )
    )
    for fmt in WEIGHT_FORMATS.values():
        assert str(tmp_path).encode() not in fmt.write(TrainedModel.of(run))


def read(key: str, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (arrays by name, description) as other programs read them."""
    if key == "npz":
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, json.loads(str(arrays.pop("model")))
    if key == "safetensors":
        from safetensors import safe_open

        with safe_open(path, "numpy") as file:
            names = list(file.keys())
            return {n: file.get_tensor(n) for n in names}, json.loads(file.metadata()["model"])
    if key == "json":
        whole = json.loads(path.read_text("utf-8"))
        precision = whole["network"]["precision"]
        lists = whole.pop("weights")
        return {name: np.array(values, precision) for name, values in lists.items()}, whole
    said, described, *table = path.read_text("utf-8").splitlines()
    assert said.startswith("# ")
    return _from_rows(list(csv.DictReader(table)), json.loads(described.removeprefix("# ")))


def _from_rows(
    rows: list[dict[str, str]], whole: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    precision = whole["network"]["precision"]
    arrays: dict[str, Any] = {}
    for layer in whole["network"]["layers"]:
        arrays[layer["weight"]] = np.zeros((layer["inputs"], layer["outputs"]), precision)
        arrays[layer["bias"]] = np.zeros(layer["outputs"], precision)
    for row in rows:
        name, _, place = row["parameter"].partition("[")
        arrays[name][tuple(int(i) for i in place.rstrip("]").split(","))] = float(row["value"])
    return arrays, whole


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("key", WEIGHT_FORMATS)
def test_weights_read_back_byte_equal(key: str, precision: str, tmp_path: Path) -> None:
    run = run_of("words, gaps and numbers", training={"precision": precision})
    path = tmp_path / f"weights{WEIGHT_FORMATS[key].suffix}"
    export_weights(path, key, TrainedModel.of(run))
    arrays, described = read(key, path)
    expected = run.weights()
    assert set(arrays) == set(expected)
    for name, value in expected.items():
        assert arrays[name].dtype == value.dtype == precision
        assert arrays[name].shape == value.shape
        assert arrays[name].tobytes() == value.tobytes()
    assert described["preparation"] == json.loads(json.dumps(run.data.to_dict()))
    assert described["network"]["precision"] == precision


@pytest.mark.parametrize("key", WEIGHT_FORMATS)
def test_the_same_model_gives_the_same_bytes(key: str) -> None:
    model = TrainedModel.of(run_of("a polynomial"))
    assert WEIGHT_FORMATS[key].write(model) == WEIGHT_FORMATS[key].write(model)


def test_the_table_says_what_each_weight_means() -> None:
    text = WEIGHT_FORMATS["csv"].write(TrainedModel.of(run_of("images, ten classes"))).decode()
    rows = list(csv.reader(io.StringIO(text)))[2:]
    assert rows[0] == ["parameter", "meaning", "value"]
    assert rows[1][:2] == ["output.weight[0,0]", "output: pixel 1,1 → 0"]


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(GDStudioError, match=r"'pth'; the formats are npz, safetensors, json, csv"):
        weight_format("pth")


def test_a_failed_export_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.npz"
    model = TrainedModel.of(run_of("a polynomial"))
    export_weights(path, "npz", model)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FileError, match=r"weights\.npz could not be written: No space left"):
        export_weights(path, "npz", TrainedModel.of(run_of("nothing standardised")))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
