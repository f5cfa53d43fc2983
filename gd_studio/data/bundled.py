"""Real data sets that come with GD Studio, in their raw units; sources: resources/datasets."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import ClassVar

import numpy as np

from gd_studio.data.dataset import Column, Dataset, Task, words
from gd_studio.errors import DataError
from gd_studio.paths import resource
from gd_studio.settings import Choice, kind_of


class Bundled(Choice, frozen=True):
    """A shipped table: inputs are numbers, the output is the last column."""

    source: ClassVar[str] = ""
    units: ClassVar[dict[str, str]] = {}
    categories: ClassVar[frozenset[str]] = frozenset()  # columns whose numbers are only names
    classes: ClassVar[tuple[str, ...]] = ()  # in code order; none: the output is a number

    def load(self, folder: Path | None = None) -> Dataset:
        """Read the shipped file; `folder` is of use to a user's files only."""
        header, *rows = _rows(resource("datasets", f"{kind_of(self)}.csv"))
        *inputs, target = (
            self._column(name, cells)
            for name, cells in zip(header, zip(*rows, strict=True), strict=True)
        )
        task: Task = "classification" if self.classes else "regression"
        return Dataset(self.title, tuple(inputs), target, task, self.classes, source=self.source)

    def _column(self, name: str, cells: tuple[str, ...]) -> Column:
        if name in self.categories or cells[0] in self.classes:
            return Column(name, "category", words(cells))
        return Column(name, "number", np.array(cells, dtype=float), self.units.get(name, ""))


class Iris(Bundled, frozen=True, tag="iris"):
    """150 flowers of three species, by four lengths."""

    title: ClassVar[str] = "Iris flowers"
    source: ClassVar[str] = "Fisher (1936), UCI, CC BY 4.0"
    units: ClassVar[dict[str, str]] = dict.fromkeys(
        ("sepal length", "sepal width", "petal length", "petal width"), "cm"
    )
    classes: ClassVar[tuple[str, ...]] = ("setosa", "versicolor", "virginica")


class Wine(Bundled, frozen=True, tag="wine"):
    """178 wines of three cultivars, by 13 chemical measurements."""

    title: ClassVar[str] = "Wine"
    source: ClassVar[str] = "Aeberhard, Forina (1992), UCI, CC BY 4.0"
    classes: ClassVar[tuple[str, ...]] = ("cultivar 1", "cultivar 2", "cultivar 3")


class BreastCancer(Bundled, frozen=True, tag="breast_cancer"):
    """569 tumours, benign or malignant, by 30 measurements of cell nuclei."""

    title: ClassVar[str] = "Breast cancer"
    source: ClassVar[str] = "Wolberg and others (1995), UCI, CC BY 4.0"
    classes: ClassVar[tuple[str, ...]] = ("benign", "malignant")


class Diabetes(Bundled, frozen=True, tag="diabetes"):
    """442 patients: how far the disease went in a year, by ten measurements."""

    title: ClassVar[str] = "Diabetes"
    source: ClassVar[str] = "Efron and others (2004), as published with Least Angle Regression"
    units: ClassVar[dict[str, str]] = {"age": "years", "blood pressure": "mm Hg"}
    categories: ClassVar[frozenset[str]] = frozenset({"sex"})


class Digits(Choice, frozen=True, tag="digits"):
    """1 797 handwritten digits as images of 8 x 8 pixels."""

    title: ClassVar[str] = "Handwritten digits"
    source: ClassVar[str] = "Alpaydin, Kaynak (1998), UCI, CC BY 4.0"

    def load(self, folder: Path | None = None) -> Dataset:
        """Read the shipped images; `folder` is of use to a user's files only."""
        path = resource("datasets", "digits.npz")
        try:
            with np.load(path, allow_pickle=False) as file:
                pixels, digit = file["pixels"].astype(float), file["digit"]
        except (OSError, ValueError, KeyError) as error:
            raise _broken(path) from error
        inputs = tuple(
            Column(f"pixel {1 + i // 8},{1 + i % 8}", "number", pixels[:, i].copy())
            for i in range(64)
        )
        target = Column("digit", "category", words(str(d) for d in digit.tolist()))
        classes = tuple("0123456789")
        return Dataset(
            self.title, inputs, target, "classification", classes,
            image_shape=(8, 8), source=self.source,
        )  # fmt: skip


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    except OSError as error:
        raise _broken(path) from error


def _broken(path: Path) -> DataError:
    return DataError(f"The shipped data set {path.name} cannot be read; install GD Studio again.")
