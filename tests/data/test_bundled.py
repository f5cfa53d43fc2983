from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio.data import BreastCancer, Diabetes, Digits, Iris, Preparation, Wine, prepare
from gd_studio.paths import resource


@pytest.mark.parametrize(
    ("kind", "rows", "inputs", "classes"),
    [(Iris, 150, 4, 3), (Wine, 178, 13, 3), (BreastCancer, 569, 30, 2),
     (Diabetes, 442, 10, 0), (Digits, 1797, 64, 10)],
)  # fmt: skip
def test_a_shipped_data_set_is_whole(kind: type[Any], rows: int, inputs: int, classes: int) -> None:
    data = kind().load()
    assert (data.rows, len(data.columns), len(data.classes)) == (rows, inputs, classes)
    assert data.task == ("classification" if classes else "regression")
    assert all(column.missing == 0 for column in data.columns)
    assert data.source
    prepare(data, Preparation(), standardize_target=True)


def test_iris_is_in_centimetres_with_fifty_of_each_species() -> None:
    data = Iris().load()
    assert data.columns[0].unit == "cm"
    assert data.columns[0].mean == pytest.approx(5.8433, abs=1e-3)
    assert np.bincount(data.codes).tolist() == [50, 50, 50]


def test_diabetes_is_in_raw_units() -> None:
    data = Diabetes().load()
    age = next(c for c in data.columns if c.name == "age")
    assert (age.values.min(), age.values.max()) == (19, 79)
    assert data.target.mean == pytest.approx(152.13, abs=0.01)


def test_malignant_is_the_positive_class() -> None:
    assert BreastCancer().load().classes[-1] == "malignant"


def test_a_digit_is_an_image() -> None:
    data = Digits().load()
    assert data.image_shape == (8, 8)
    assert data.columns[0].name == "pixel 1,1"
    assert data.columns[63].name == "pixel 8,8"
    assert max(column.values.max() for column in data.columns) == 16


def test_every_shipped_file_names_its_source_and_licence() -> None:
    said = resource("datasets", "README.md").read_text(encoding="utf-8")
    for path in resource("datasets").iterdir():
        assert path.name == "README.md" or f"`{path.name}`" in said
    assert said.count("CC BY 4.0") >= 4
