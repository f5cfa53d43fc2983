"""The record of every step of a run, in growing columns, and the evaluations between them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.errors import GDStudioError
from gd_studio.experiment.arguments import LAST_MADE, whole_number
from gd_studio.experiment.columns import GrowingColumn
from gd_studio.experiment.step import Step

STEP_COLUMNS = ("epoch", "loss", "penalty", "learning_rate", "gradient_norm", "update_norm")
EVALUATED_COLUMNS = (
    "evaluated_step",
    "train_loss",
    "validation_loss",
    "train_score",
    "validation_score",
)
COLUMNS = (
    "step",
    "epoch",
    "loss",
    "penalty",
    "total",
    "learning_rate",
    "gradient_norm",
    "update_norm",
    *EVALUATED_COLUMNS,
)


# Steps are noted as rows, and turned into columns when read or when these have gathered.
GATHERED = 1024 * len(STEP_COLUMNS)


@dataclass(frozen=True, eq=False)
class Curve:
    """Points to be drawn: steps (n,) and values (n,)."""

    steps: Array
    values: Array


class History:
    """All steps of a run; `history["loss"]` is a column as an array.

    Evaluated columns hold totals (loss + penalty) and scores (accuracy or R²) at
    `evaluated_step`, which begins with step 0; without validation rows theirs are NaN.
    """

    def __init__(self) -> None:
        self._columns = {name: GrowingColumn() for name in STEP_COLUMNS + EVALUATED_COLUMNS}
        self._totals = GrowingColumn()
        self._rows = array("d")
        self._clock = array("d", (0.0, 0.0, 0.0))
        self._now = (0.0, 0.0, 0.0)

    def __len__(self) -> int:
        return len(self._totals) + len(self._rows) // len(STEP_COLUMNS)

    @property
    def evaluations(self) -> int:
        """How many evaluations there are."""
        return len(self._columns["evaluated_step"])

    def __getitem__(self, name: str) -> Array:
        _refuse_unknown(name, COLUMNS)
        if name == "step":
            return np.arange(1, len(self) + 1)
        self._settle()
        if name == "total":
            return self._totals.values()
        values = self._columns[name].values()
        return values.astype(np.int64) if name in ("epoch", "evaluated_step") else values

    def append(
        self,
        epoch: int,
        loss: float,
        penalty: float,
        learning_rate: float,
        gradient_norm: float,
        update_norm: float,
    ) -> None:
        """Record the next step."""
        rows = self._rows
        rows.extend((epoch, loss, penalty, learning_rate, gradient_norm, update_norm))
        if len(rows) == GATHERED:
            self._settle()

    def append_evaluation(
        self, step: int, train: tuple[float, float], validation: tuple[float, float] | None
    ) -> None:
        """Record an evaluation: (total, score) of train and of validation."""
        held_out = validation or (np.nan, np.nan)
        row = (step, train[0], held_out[0], train[1], held_out[1])
        for name, value in zip(EVALUATED_COLUMNS, row, strict=True):
            self._columns[name].append(value)

    def mark_time(self, step: int, epochs: float, seconds: float, keep: bool = False) -> None:
        """Note how many epochs and seconds had passed at the newest step, until the next note.

        `keep` it for good, as is wanted now and then: times between kept steps are interpolated.
        """
        self._now = (float(step), epochs, seconds)
        if keep and step > self._clock[-3]:
            self._clock.extend(self._now)

    def record(self, step: int) -> Step:
        """Return the record of one step, counted from 1. Raises GDStudioError outside the run."""
        step = whole_number("step", step, 1, len(self), LAST_MADE)
        self._settle()
        i = step - 1
        at = {name: self._columns[name].at(i) for name in STEP_COLUMNS}
        return Step(
            step=step,
            epoch=int(at["epoch"]),
            loss=at["loss"],
            penalty=at["penalty"],
            total=self._totals.at(i),
            gradient_norm=at["gradient_norm"],
            update_norm=at["update_norm"],
            learning_rate=at["learning_rate"],
        )

    def curve(self, name: str, points: int = 2000) -> Curve:
        """Return a column as a curve of at most about `points` points with the same picture."""
        _refuse_unknown(name, COLUMNS[1:])
        if name in EVALUATED_COLUMNS:
            places, values = self._columns[name].thinned(points)
            steps = self._columns["evaluated_step"].values()
            return Curve(steps[places.astype(np.intp)], values)
        self._settle()
        column = self._totals if name == "total" else self._columns[name]
        places, values = column.thinned(points)
        return Curve(places + 1, values)

    def last(self, name: str, count: int) -> Array:
        """Return the last numbers (count,) of a column of the steps; fewer if there are fewer."""
        self._settle()
        column = self._columns[name]
        return column.values(max(0, len(column) - count))

    def totals_until(self, step: int, most: int) -> Array:
        """Return the batch totals of the last `most` steps up to a step; fewer at the start."""
        self._settle()
        return self._totals.values(max(0, step - most), step)

    def evaluated_until(self, step: int, most: int) -> dict[str, Array]:
        """Return the evaluated columns, only of the last `most` evaluations up to a step."""
        at = self._columns["evaluated_step"]
        stop = len(at)
        if stop and step < at.at(stop - 1):
            stop = int(np.searchsorted(at.values(), step, side="right"))
        start = max(0, stop - most)
        return {name: self._columns[name].values(start, stop) for name in EVALUATED_COLUMNS}

    def lowest_evaluated(self, step: int) -> int:
        """Return the evaluated step, up to a step, at which the training total was lowest."""
        found = self.evaluated_until(step, self.evaluations)
        return int(found["evaluated_step"][found["train_loss"].argmin()])

    def clock(self) -> Array:
        """Return (n, 3): step, epochs and seconds passed, at some steps, for interpolation."""
        later = self._now if self._now[0] > self._clock[-3] else ()
        return np.concatenate([np.array(self._clock), later]).reshape(-1, 3)

    def seconds_at(self, step: int) -> float:
        """Return the seconds that had passed at a step, by interpolation."""
        steps, _, seconds = self.clock().T
        return float(np.interp(step, steps, seconds))

    def cut(self, last: int, evaluate_anew: bool = False) -> History:
        """Return the history up to a step; full chunks are shared.

        With `evaluate_anew` the evaluation of that step itself is left out: another will follow.
        """
        self._settle()
        other = History()
        for name in STEP_COLUMNS:
            other._columns[name] = self._columns[name].cut(last)
        side: Literal["left", "right"] = "left" if evaluate_anew else "right"
        evaluated = int(np.searchsorted(self["evaluated_step"], last, side=side))
        for name in EVALUATED_COLUMNS:
            other._columns[name] = self._columns[name].cut(evaluated)
        other._totals = self._totals.cut(last)
        clock = self.clock()
        other._clock = array("d", clock[clock[:, 0] <= last].ravel())
        steps, epochs, seconds = clock.T
        at = min(float(last), float(steps[-1]))
        other._now = (at, float(np.interp(at, steps, epochs)), float(np.interp(at, steps, seconds)))
        return other

    def _settle(self) -> None:
        """Turn the rows that have gathered into columns."""
        if not self._rows:
            return
        columns = np.array(self._rows).reshape(-1, len(STEP_COLUMNS)).T
        self._rows = array("d")
        for name, values in zip(STEP_COLUMNS, columns, strict=True):
            self._columns[name].extend(values)
        by_name = dict(zip(STEP_COLUMNS, columns, strict=True))
        self._totals.extend(by_name["loss"] + by_name["penalty"])


def _refuse_unknown(name: object, columns: tuple[str, ...]) -> None:
    if not isinstance(name, str) or name not in columns:
        known = ", ".join(columns)
        raise GDStudioError(f"History has no column {name!r}; its columns are {known}.")
