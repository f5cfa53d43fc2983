"""Whether a data set that a program made holds together; one that was read from a file does."""

from __future__ import annotations

from typing import get_args

import numpy as np

from gd_studio.data.dataset import Column, Dataset, Kind, Task
from gd_studio.errors import DataError


def refuse_unsound(dataset: object) -> None:
    """Raise DataError, naming the column, for what no preparation could make anything of."""
    if not isinstance(dataset, Dataset):
        raise DataError(f"dataset must be a Dataset, not {type(dataset).__name__}.")
    if dataset.task not in get_args(Task):
        raise DataError(
            f"dataset.task must be one of {', '.join(get_args(Task))}, not {dataset.task!r}."
        )
    columns = (*dataset.columns, dataset.target)
    for column in columns:
        _refuse_unsound_column(column)
        if len(column.values) != dataset.rows:
            raise DataError(
                f"dataset: column {column.name!r} has {len(column.values)} values, but the target "
                f"{dataset.target.name!r} has {dataset.rows}."
            )
        _refuse_mishaps(column, dataset.gaps)
    names = [column.name for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"dataset has two columns called {twice!r}; rename one.")
    _refuse_unsound_target(dataset)


def _refuse_unsound_column(column: Column) -> None:
    if not isinstance(column, Column):
        raise DataError(f"dataset.columns must be Columns, not {type(column).__name__}.")
    if column.kind not in get_args(Kind):
        known = ", ".join(get_args(Kind))
        raise DataError(f"Column {column.name!r} cannot be {column.kind!r}; it can be: {known}.")
    values = column.values
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        raise DataError(f"Column {column.name!r} must have its values in an array (rows,).")
    if column.kind != "number":
        if values.dtype != object or not all(v is None or isinstance(v, str) for v in values):
            raise DataError(
                f"Column {column.name!r} must hold words, or None where one is missing."
            )
    elif values.dtype.kind not in "fiu":
        raise DataError(f"Column {column.name!r} must hold numbers, not {values.dtype}.")
    elif np.isinf(values).any():
        raise DataError(
            f"Column {column.name!r} holds an infinite number, in row "
            f"{int(np.argmax(np.isinf(values))) + 1}; put a finite one in its place."
        )


def _refuse_mishaps(column: Column, gaps: bool) -> None:
    if column.kind == "number" and column.missing and not gaps:
        raise DataError(
            f"dataset: column {column.name!r} holds NaN, in row "
            f"{int(np.argmax(column.is_missing)) + 1}; mend it, or say with "
            "Dataset(..., gaps=True) that NaN means a missing value."
        )


def _refuse_unsound_target(dataset: Dataset) -> None:
    target = dataset.target
    if dataset.task == "regression" and target.kind != "number":
        raise DataError(f"The target {target.name!r} of a regression must be numbers.")
    if dataset.task == "classification" and len(dataset.classes) < 2:
        raise DataError(
            f"dataset.classes must name the classes of {target.name!r}: at least two, the "
            "positive one last."
        )
