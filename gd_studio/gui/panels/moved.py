"""The rows of *Who moved most*: parameters, or the columns they belong to, by size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.experiment.movers import Groups, largest, rank
from gd_studio.gui.numbers import brief, counted, exact, fixed, whole
from gd_studio.gui.panels.bar_rows import BarRow
from gd_studio.session.frame import Frame

Order = Literal["change", "gradient", "agreement"]
ORDERS: dict[Order, str] = {
    "change": "by change",
    "gradient": "by gradient",
    "agreement": "by signal-to-noise",
}
HELPS = {
    "parameter": "A weight or a bias; a click selects it in the whole window.",
    "column": "A column of the data with all its weights, or a layer behind the first.",
    "value": "Its value after the step.",
    "length": "The length √Σv² of the values of all its weights.",
    "gradient": "How steeply the batch's loss rises with it: the step goes against it.",
    "signal": (
        "Signal-to-noise: |mean over the batch's rows of the row's own gradient| divided by the "
        "standard deviation of those gradients; above 1 the rows agree on the way."
    ),
    "change": "By how much this step moved it: ▲ up, ▼ down.",
    "moved": "The length √Σv² of the changes of all its weights.",
}


@dataclass(frozen=True, eq=False)
class Values:
    """What is told of each parameter or group: `value`, `gradient`, `change`, `agreement` (n,).

    `sizes` (n,) is what they are ordered by; `change` keeps its sign only where there is one.
    """

    value: Array
    gradient: Array
    change: Array
    agreement: Array | None
    sizes: Array


@dataclass(frozen=True, eq=False)
class Moved:
    """A table to be shown: its headers with their tooltips, rows, the chosen key, and a summary.

    The first header says how many of how many there are.
    """

    headers: tuple[str, ...]
    helps: tuple[str, ...]
    rows: tuple[BarRow, ...]
    chosen: int
    summary: str


def moved(
    frame: Frame,
    order: Order,
    groups: Groups | None,
    most: int,
    selected: int,
    moments: tuple[Array, Array] | None,
) -> Moved:
    """Return the table of a frame: the `most` largest, the last giving way to the selected one.

    With `groups` they are listed instead of parameters; `moments` is what the rows' gradients
    come to, where the order asks for it.
    """
    values = _values(frame, order, groups, moments)
    chosen = selected if groups is None else int(groups.of[selected])
    places = largest(values.sizes, most)
    if chosen not in places:
        places[-1] = chosen
    reach = float(np.nanmax(np.abs(values.change), initial=0.0))
    rows = tuple(_row(frame, values, groups, place, reach) for place in places)
    name = "parameter" if groups is None else "column"
    shown = f"{whole(len(rows))} of {counted(len(values.value), name)}"
    number = rank(values.sizes, chosen)
    own = rows[places.index(chosen)]
    first = "; ".join(row.help for row in rows[:3])
    return Moved(
        *_headers(order, groups, shown),
        rows,
        own.key,
        f"Who moved most in step {frame.step}, {ORDERS[order]}: {first}. "
        f"Selected, number {whole(number)}: {own.help}.",
    )


def _headers(
    order: Order, groups: Groups | None, shown: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    signal = order == "agreement"
    name, value, change = "parameter", "value", "change"
    if groups is not None:
        name, value, change = "column", "length", "moved"
    keys = (name, value, "signal" if signal else "gradient", change)
    words = {name: shown, "moved": "change", "length": "value"}
    return tuple(words.get(key, key) for key in keys), tuple(HELPS[key] for key in keys)


def _values(
    frame: Frame, order: Order, groups: Groups | None, moments: tuple[Array, Array] | None
) -> Values:
    change = frame.parameters - frame.previous
    value, gradient = frame.parameters, frame.gradient
    mean, deviation = moments or (None, None)
    if groups is not None:
        value, gradient, change = (groups.lengths(v) for v in (value, gradient, change))
        mean, deviation = (None if v is None else groups.lengths(v) for v in (mean, deviation))
    agreement = None
    if mean is not None and deviation is not None:
        with np.errstate(all="ignore"):
            agreement = np.abs(mean) / deviation
    # Before the first step nothing has moved.
    sizes = change if frame.step and order == "change" else gradient
    if order == "agreement" and agreement is not None:
        # A parameter that nothing pulls at, 0 / 0, is no mover.
        sizes = np.where(np.isnan(agreement), 0.0, agreement)
    return Values(value, gradient, change, agreement, sizes)


def _row(
    frame: Frame, values: Values, groups: Groups | None, place: int, reach: float
) -> BarRow:
    value, gradient = float(values.value[place]), float(values.gradient[place])
    change = float(values.change[place])
    name, key = frame.hypothesis.said_name(place) if groups is None else "", place
    if groups is not None:
        members = groups.members(place)
        name = groups.names[place]
        key = int(members[np.argmax(np.abs(frame.parameters - frame.previous)[members])])
    middle = gradient if values.agreement is None else float(values.agreement[place])
    help = f"{name}: {exact(value)}, gradient {exact(gradient, 4)}, {_way(change, groups)}"
    if values.agreement is not None:
        said = "none, for no row pulls at it" if math.isnan(middle) else exact(middle, 3)
        help += f", signal-to-noise {said}"
    cells = (name, _in_column(value), brief(middle))
    bar = change / reach if reach else math.nan
    return BarRow(key, cells, bar, help, signed=groups is None)


def _in_column(value: float) -> str:
    """Write a value so that it fits its column, whatever its size: half a number is wrong."""
    return fixed(value) if abs(value) < 1e5 else brief(value)


def _way(change: float, groups: Groups | None) -> str:
    if not math.isfinite(change):
        return "moved to what is no number"
    if not change:
        return "did not move"
    if groups is not None:
        return f"moved by {exact(change, 4)}"
    return f"moved {'up' if change > 0 else 'down'} by {exact(abs(change), 4)}"
