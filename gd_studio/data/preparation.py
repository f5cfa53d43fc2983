"""From a data set to what a model trains on: split, gaps filled, words turned into numbers.

Whatever is learned for it (means, scales, fills) is learned from training rows only, and whatever
is done is said in `Prepared.treatments`: nothing silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from gd_studio.data.cells import MISSING_WORDS
from gd_studio.data.columns import as_number
from gd_studio.data.dataset import Column, Dataset, Floats, Integers, Task, mean_and_deviation
from gd_studio.data.encoders import Encoder, Feature, learn
from gd_studio.data.split import describe_split, split_rows
from gd_studio.data.treatments import Treatment, counted, sentences
from gd_studio.errors import DataError
from gd_studio.settings import Settings, described


class Preparation(Settings, frozen=True):
    """How rows are split and scaled, and which columns are used."""

    standardize: Annotated[
        bool,
        described(
            "Standardise",
            "Shift and scale each input to mean 0 and deviation 1, so that one learning rate "
            "suits all weights.",
        ),
    ] = True
    standardize_target: Annotated[
        bool | None,
        described(
            "Standardise target",
            "Train on a target of mean 0 and deviation 1; guesses are still shown in own units. "
            "Unset: on for networks, off for linear models.",
            more=True,
        ),
    ] = None
    validation: Annotated[
        float,
        described(
            "Validation share",
            "The share of rows held back from training, to see whether what is learned holds "
            "for rows never seen.",
            ge=0,
            le=0.9,
        ),
    ] = 0.2
    test: Annotated[
        float,
        described(
            "Test share",
            "A second share held back, to be looked at once, at the very end.",
            ge=0,
            le=0.9,
            more=True,
        ),
    ] = 0.0
    seed: Annotated[
        int,
        described(
            "Split seed",
            "Another seed holds back other rows.",
            ge=0,
            le=2**32 - 1,
            more=True,
        ),
    ] = 0
    fill: Annotated[
        Literal["mean", "median"],
        described(
            "Fill gaps with",
            "What a missing number is taken to be; the median is not moved by a few huge values.",
            more=True,
        ),
    ] = "mean"
    use: Annotated[
        dict[str, bool],
        described(
            "Columns in use",
            "Which columns the model sees; a column not named here is used if its type allows.",
            editor="columns",
        ),
    ] = msgspec.field(default_factory=dict)

    def check(self) -> None:
        if self.validation + self.test > 0.95:
            raise ValueError(
                "validation: Validation share and test share together must leave at least "
                "5 % of the rows for training."
            )


@dataclass(frozen=True, eq=False)
class Split:
    """The prepared rows of one part; `rows` are their numbers in the data set."""

    x: Floats
    y: NDArray[Any]
    rows: Integers


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set made ready, with all that is needed to treat another row alike."""

    dataset: Dataset
    settings: Preparation
    train: Split
    validation: Split
    test: Split
    encoders: tuple[Encoder, ...]
    target_mean: float
    target_scale: float
    treatments: tuple[str, ...]
    done: tuple[Treatment, ...]

    @property
    def task(self) -> Task:
        return self.dataset.task

    @property
    def classes(self) -> tuple[str, ...]:
        return self.dataset.classes

    @property
    def target_name(self) -> str:
        return self.dataset.target.name

    @property
    def columns_in_use(self) -> tuple[Column, ...]:
        return tuple(encoder.column for encoder in self.encoders)

    @property
    def features(self) -> tuple[Feature, ...]:
        return tuple(feature for encoder in self.encoders for feature in encoder.features)

    def treatment_of(self, column: str) -> str:
        """Return all that was done to one column, in words."""
        return "; ".join(t.words for t in self.done if t.column == column)

    def transform(self, raw: ArrayLike | Mapping[str, Any] | Sequence[Any]) -> Floats:
        """Return rows in own units and words as the model's (rows, features).

        A row is a list (one value per column in use, or per input column) or a dict by name;
        None and the usual words for nothing count as missing and are filled; so does NaN, if the
        column had gaps when it was learned, else it is refused. Raises DataError.
        """
        values = self._by_column(raw)
        parts = [e.encode(e.read(v)) for e, v in zip(self.encoders, values, strict=True)]
        return np.concatenate(parts, axis=1)

    def untransform_target(self, values: ArrayLike) -> Floats:
        """Return values of the target, as the model sees them, in own units."""
        return np.asarray(values, dtype=float) * self.target_scale + self.target_mean

    def raw_rows(self, rows: ArrayLike) -> list[list[float | str | None]]:
        """Return rows of the data set (by number) in own units and words, columns in use only."""
        chosen = np.asarray(rows, dtype=np.intp)
        columns = [_plain_values(column.take(chosen)) for column in self.columns_in_use]
        return [list(row) for row in zip(*columns, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Return all it takes to prepare a raw row elsewhere, as plain JSON-able values."""
        return {
            "columns": [encoder.to_dict() for encoder in self.encoders],
            "features": [
                {
                    "name": f.name,
                    "column": f.column,
                    "category": f.category,
                    "mean": f.mean,
                    "scale": f.scale,
                    "fill": f.fill,
                }
                for f in self.features
            ],
            "missing": sorted(MISSING_WORDS),
            "target": {
                "name": self.target_name,
                "task": self.task,
                "classes": list(self.classes),
                "mean": self.target_mean,
                "scale": self.target_scale,
            },
        }

    def _by_column(self, raw: Any) -> list[Any]:
        if isinstance(raw, Mapping):
            raw = [raw]
        if isinstance(raw, Sequence) and raw and isinstance(raw[0], Mapping):
            self._refuse_unknown_names(raw)
            return [[row.get(c.name) for row in raw] for c in self.columns_in_use]
        table = raw if isinstance(raw, np.ndarray) else _as_table(raw)
        if table.ndim != 2:
            raise DataError(_NO_TABLE)
        picked = self._picked(table.shape[1])
        return [table[:, index] for index in picked]

    def _picked(self, width: int) -> list[int]:
        used = self.columns_in_use
        if width == len(used):
            return list(range(width))
        if width == len(self.dataset.columns):
            names = [column.name for column in self.dataset.columns]
            return [names.index(column.name) for column in used]
        shown = ", ".join(column.name for column in used[:12])
        raise DataError(
            f"A row needs {len(used)} values ({shown}{', …' if len(used) > 12 else ''}), "
            f"not {width}."
        )

    def _refuse_unknown_names(self, rows: Sequence[Mapping[str, Any]]) -> None:
        known = {column.name for column in self.dataset.columns} | {self.target_name}
        for row in rows:
            strange = next((name for name in row if name not in known), None)
            if strange is not None:
                names = ", ".join(column.name for column in self.columns_in_use[:12])
                raise DataError(f"There is no column called {strange!r}; a row has: {names}.")


def default_use(column: Column) -> tuple[bool, str]:
    """Return whether a column starts switched on, and if not, why."""
    if column.missing == len(column.values):
        return False, "is empty"
    if column.kind == "identifier":
        return False, "looks like an identifier, which names a row but says nothing about it"
    if column.kind == "date":
        return False, "holds dates"
    if column.kind == "text":
        return False, f"holds text with {column.distinct} different values"
    return True, ""


def prepare(dataset: Dataset, settings: Preparation, standardize_target: bool) -> Prepared:
    """Split the data set and learn from its training rows how to turn it into numbers.

    `standardize_target` is what the model prefers; the setting of that name overrides it.
    """
    labels = dataset.codes if dataset.task == "classification" else None
    labelled = np.flatnonzero(labels >= 0 if labels is not None else ~dataset.target.is_missing)
    _refuse_too_little(dataset, labels, labelled)
    columns, done = _chosen_columns(dataset, settings)
    groups = labels[labelled] if labels is not None else np.zeros(len(labelled), dtype=np.intp)
    parts = split_rows(groups, settings.validation, settings.test, settings.seed)
    train, validation, test = (labelled[part] for part in parts)
    encoders = tuple(learn(c, train, settings.fill, settings.standardize) for c in columns)
    override = settings.standardize_target
    wanted = standardize_target if override is None else override
    mean, scale = _target_scaling(dataset, train, wanted)
    done += [treatment for encoder in encoders for treatment in encoder.treatments]
    done += _done_to_target(dataset, len(labelled), mean, scale)
    said = [*dataset.notes, *sentences(done)]
    said.append(describe_split(len(train), len(validation), len(test), labels is not None))
    first, second, third = (
        _split(dataset, encoders, rows, mean, scale) for rows in (train, validation, test)
    )
    return Prepared(
        dataset, settings, first, second, third, encoders, mean, scale, tuple(said), tuple(done)
    )


def _refuse_too_little(dataset: Dataset, labels: Integers | None, labelled: Integers) -> None:
    target = dataset.target.name
    if dataset.rows == 0:
        raise DataError(f"{dataset.name} has no rows; choose data with at least two.")
    if len(labelled) == 0:
        raise DataError(
            f"{dataset.name}: every value of the target {target!r} is missing; "
            f"choose another target."
        )
    if labels is not None and len(np.unique(labels[labelled])) < 2:
        raise DataError(
            f"{dataset.name}: the target {target!r} has one class only "
            f"({dataset.classes[int(labels[labelled[0]])]!r}), so there is nothing to tell apart; "
            f"choose another target."
        )


def _chosen_columns(
    dataset: Dataset, settings: Preparation
) -> tuple[list[Column], list[Treatment]]:
    chosen, done = [], []
    for column in dataset.columns:
        default, reason = default_use(column)
        if settings.use.get(column.name, default):
            chosen.append(_as_used(column))
        elif default:
            done.append(Treatment(column.name, "switched off"))
        else:
            done.append(Treatment(column.name, f"{reason}; switched off"))
    if not chosen and dataset.task != "landscape":
        raise DataError(
            f"{dataset.name}: no column is in use, so there is nothing to guess "
            f"{dataset.target.name!r} from; switch one on."
        )
    return chosen, done


def _as_used(column: Column) -> Column:
    """Return a column as the model shall see it: an identifier of numbers as numbers."""
    numbers = as_number(column) if column.kind == "identifier" else None
    return column if numbers is None else numbers


def _target_scaling(dataset: Dataset, train: Integers, wanted: bool) -> tuple[float, float]:
    if dataset.task != "regression" or not wanted:
        return 0.0, 1.0
    mean, scale = mean_and_deviation(dataset.target.values[train])
    return mean, scale if scale > 1e-14 * abs(mean) else 1.0


def _done_to_target(dataset: Dataset, labelled: int, mean: float, scale: float) -> list[Treatment]:
    name, done = dataset.target.name, []
    unlabelled = dataset.rows - labelled
    if unlabelled:
        rows = counted(unlabelled, "row")
        done.append(Treatment(name, f"rows without a label are left out ({rows})"))
    if scale != 1 or mean != 0:
        detail = f"minus {mean:.4g}, divided by {scale:.4g}"
        done.append(Treatment(name, "target standardised", detail))
    return done


def _split(
    dataset: Dataset, encoders: tuple[Encoder, ...], rows: Integers, mean: float, scale: float
) -> Split:
    width = sum(len(encoder.features) for encoder in encoders)
    x = np.empty((len(rows), width))
    start = 0
    for encoder in encoders:
        stop = start + len(encoder.features)
        x[:, start:stop] = encoder.encode(encoder.column.take(rows))
        start = stop
    if dataset.task == "classification":
        return Split(x, dataset.codes[rows], rows)
    target = dataset.target.values[rows]
    return Split(x, ((target - mean) / scale)[:, None], rows)


_NO_TABLE = "Rows must be given as a table: a list of rows, each a list of values."


def _is_row(row: object) -> bool:
    return isinstance(row, Sequence | np.ndarray) and not isinstance(row, str)


def _as_table(raw: Any) -> NDArray[np.object_]:
    if not isinstance(raw, Sequence) or any(not _is_row(row) for row in raw):
        raise DataError(_NO_TABLE)
    rows = [list(row) for row in raw]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise DataError("The rows do not all have the same number of values.")
    table = np.empty((len(rows), widths.pop() if widths else 0), dtype=object)
    for index, row in enumerate(rows):
        table[index] = row
    return table


def _plain_values(column: Column) -> list[float | str | None]:
    if column.kind != "number":
        return list(column.values)
    return [None if value != value else value for value in column.values.tolist()]
