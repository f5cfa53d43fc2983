"""The rows of *Who pulled*: each row's part in the selected parameter's gradient, and the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.optimizers import Sgd
from gd_studio.experiment.batch_pass import StepBatch
from gd_studio.experiment.models import Mlp
from gd_studio.experiment.pulls import Pulls
from gd_studio.experiment.tape import Edit
from gd_studio.gui.numbers import brief, counted, exact, percent
from gd_studio.gui.panels.bar_rows import NO_KEY, BarRow
from gd_studio.session.frame import Frame

HEADERS = ("row", "share", "gradient", "pull")
HELPS = (
    "A row of this step's batch, by its number in the data; a click selects it everywhere.",
    "Its share of the gradient; all shares, the penalty's included, make 100 %.",
    "Its part in the gradient of the batch's mean loss: error of the neuron × input, divided by n.",
    "▲ raises the gradient, which moves the parameter down; ▼ lowers it.",
)


@dataclass(frozen=True, eq=False)
class Pulled:
    """A table to be shown: rows, the chosen key, how many of how many they are, and a summary."""

    rows: tuple[BarRow, ...]
    chosen: int
    count: str
    summary: str


def batch_of(frame: Frame) -> StepBatch:
    """Return the batch that a frame's step looked at, under the settings then in force."""
    hypothesis, experiment = frame.hypothesis, frame.experiment
    if any(isinstance(act, Edit) for act in frame.tape.at(frame.step)):
        # An edit at this step rules from the next one on.
        experiment = frame.start
        for act in frame.tape.acts:
            if isinstance(act, Edit) and act.step < frame.step:
                experiment = experiment.edit(dict(act.changes))
        hypothesis = hypothesis.with_penalty(experiment.penalty)
    rows = frame.batch_rows if frame.step else np.arange(len(hypothesis.prepared.train.rows))
    model = frame.start.model
    dropout = model.dropout if isinstance(model, Mlp) else 0.0
    seed = frame.start.training.seed
    return StepBatch(hypothesis, frame.previous, rows, frame.step, dropout, seed)


def pulled(frame: Frame, pulls: Pulls, most: int, selected: int | None) -> Pulled:
    """Return the table of the `most` strongest rows, the last giving way to the selected one.

    `selected` is a training row, or None; then come the other rows together, and the penalty.
    """
    places = pulls.strongest(most).tolist()
    at = _place_of(pulls, selected)
    if at is not None and at not in places:
        places[-1] = at
    parts = [float(pulls.parts[place]) for place in places]
    rest = float(np.delete(pulls.parts, places).sum())
    reach = max((abs(part) for part in (*parts, rest, pulls.penalty)), default=0.0)
    train = frame.hypothesis.prepared.train.rows
    rows = []
    for place, part in zip(places, parts, strict=True):
        row = int(pulls.rows[place])
        rows.append(_row(row, f"row {int(train[row]) + 1}", part, pulls, reach))
    others = len(pulls.rows) - len(places)
    if others:
        rows.append(_row(NO_KEY, counted(others, "other row"), rest, pulls, reach))
    if pulls.penalty:
        rows.append(_row(NO_KEY, "penalty", pulls.penalty, pulls, reach))
    name = frame.hypothesis.said_name(pulls.parameter)
    first = "; ".join(row.help for row in rows[:3])
    return Pulled(
        tuple(rows),
        selected if at is not None and selected is not None else NO_KEY,
        f"{len(places)} of {counted(len(pulls.rows), 'row')}",
        f"Who pulled at {name} in step {frame.step}: gradient {exact(pulls.gradient, 4)}; {first}.",
    )


def without_words(frame: Frame, pulls: Pulls, selected: int) -> str:
    """Say what the gradient and the move would be without a row of the batch; "" if not in it."""
    at = _place_of(pulls, selected)
    if at is None:
        return ""
    number = int(frame.hypothesis.prepared.train.rows[selected]) + 1
    name = frame.hypothesis.said_name(pulls.parameter)
    left = pulls.without(at)
    if math.isnan(left) and len(pulls.rows) < 2:
        return f"Row {number} is the only one of this batch: without it there is no step."
    lines = [
        f"{name}, plain step by gradient × rate {exact(rate_of(frame), 4)}:",
        f"all {counted(len(pulls.rows), 'row')}: {_move(frame, pulls.parameter, pulls.gradient)}",
        f"without row {number}: {_move(frame, pulls.parameter, left)}",
        _compared(pulls.gradient, left),
    ]
    optimizer = frame.experiment.optimizer
    if not (isinstance(optimizer, Sgd) and optimizer.momentum == 0):
        lines[-1] += f" {optimizer.title} makes a step of its own from the gradient."
    return "\n".join(lines)


def rate_of(frame: Frame) -> float:
    """Return the rate of the frame's step, or at step 0 that of the first one."""
    return frame.record.learning_rate if frame.record else frame.experiment.optimizer.learning_rate


def _move(frame: Frame, parameter: int, gradient: float) -> str:
    old = float(frame.previous[parameter])
    new = old - rate_of(frame) * gradient
    sign = "▲" if new > old else "▼" if new < old else "="
    return f"{exact(old)} {sign} {exact(new)} (gradient {exact(gradient, 4)})"


def _compared(whole: float, left: float) -> str:
    if not (math.isfinite(whole) and math.isfinite(left)):
        return "One of the gradients is no finite number."
    if whole == left:
        return "Without it nothing changes."
    if whole * left < 0:
        return "Without it the step goes the other way."
    if whole == 0:
        return "With it there is no step at all."
    longer = abs(left) > abs(whole)
    return f"Without it the step is {percent(abs(abs(left / whole) - 1), 0)} " + (
        "longer." if longer else "shorter."
    )


def _place_of(pulls: Pulls, selected: int | None) -> int | None:
    if selected is None:
        return None
    found = np.flatnonzero(pulls.rows == selected)
    return int(found[0]) if len(found) else None


def _row(key: int, name: str, part: float, pulls: Pulls, reach: float) -> BarRow:
    share = part / pulls.gradient if pulls.gradient else math.nan
    said = percent(share, 0) if math.isfinite(share) else "–"
    bar = part / reach if reach and math.isfinite(reach) else math.nan
    way = "raises" if part > 0 else "lowers"
    help = f"{name} {way} the gradient by {exact(abs(part), 4)}, {said} of it"
    return BarRow(key, (name, said, brief(part)), bar, help)
