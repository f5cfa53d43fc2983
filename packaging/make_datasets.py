"""Write the shipped real data sets from scikit-learn's copies, as small plain files.

Run by hand when a data set is added (needs scikit-learn): python packaging/make_datasets.py
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "datasets"

IRIS = ["sepal length", "sepal width", "petal length", "petal width"]
WINE = [
    "alcohol",
    "malic acid",
    "ash",
    "alkalinity of ash",
    "magnesium",
    "total phenols",
    "flavonoids",
    "nonflavonoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "OD280/OD315 of diluted wine",
    "proline",
]
DIABETES = [
    "age",
    "sex",
    "body mass index",
    "blood pressure",
    "total cholesterol",
    "LDL",
    "HDL",
    "cholesterol / HDL",
    "log triglycerides",
    "glucose",
]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    iris = datasets.load_iris()
    _write("iris", [*IRIS, "species"], iris.data, [iris.target_names[c] for c in iris.target])
    wine = datasets.load_wine()
    _write("wine", [*WINE, "cultivar"], wine.data, [f"cultivar {c + 1}" for c in wine.target])
    cancer = datasets.load_breast_cancer()
    diagnosis = [cancer.target_names[c] for c in cancer.target]
    _write("breast_cancer", [*cancer.feature_names, "diagnosis"], cancer.data, diagnosis)
    diabetes = datasets.load_diabetes(scaled=False)
    _write("diabetes", [*DIABETES, "disease progression"], diabetes.data, diabetes.target)
    digits = datasets.load_digits()
    np.savez_compressed(
        FOLDER / "digits.npz",
        pixels=digits.data.astype(np.uint8),
        digit=digits.target.astype(np.uint8),
    )


def _write(name: str, header: Sequence[str], inputs: Any, output: Iterable[Any]) -> None:
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row, last in zip(inputs, output, strict=True):
            writer.writerow([*(_short(value) for value in row), _short(last)])


def _short(value: Any) -> str:
    """Write a number without the rounding dust of its binary form."""
    return value if isinstance(value, str) else f"{float(value):.10g}"


if __name__ == "__main__":
    main()
