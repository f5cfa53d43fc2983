"""Which nodes of a network are drawn: all of a small one, of a large one those that matter most.

Up to 8 layers of weights with up to 16 nodes a column are drawn in full. Of a wider column the
nodes with the largest weights going out (of the outputs: coming in) are drawn, of a deeper network
the first and the last columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.layers import Layer

MOST_UNITS = 16
MOST_LAYERS = 8
ENDS = 4  # columns drawn at each end of a network that is too deep


@dataclass(frozen=True, eq=False)
class Column:
    """The drawn nodes (rising) of one column; `place` 0 is the inputs, `place` i layer i − 1."""

    place: int
    units: Integers
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether some of its nodes are not drawn."""
        return len(self.units) < self.total


@dataclass(frozen=True, eq=False)
class Shown:
    """The drawn columns from left to right, and how many are left out in their middle."""

    columns: tuple[Column, ...]
    left_out: int

    def key(self) -> tuple[object, ...]:
        """Return what two equal choices have in common."""
        return (self.left_out, *((c.place, c.total, c.units.tobytes()) for c in self.columns))


def shown_units(
    layers: Sequence[Layer], theta: Array, selected: int, before: Shown | None = None
) -> Shown:
    """Return the nodes to draw at theta (P,), both ends of the selected parameter among them.

    With `before`, a choice for the same network, only what the selection needs is changed: nodes
    do not jump about while it trains.
    """
    totals = [layers[0].inputs, *(layer.outputs for layer in layers)]
    places = list(range(len(totals)))
    if len(layers) > MOST_LAYERS:
        places = places[:ENDS] + places[-ENDS:]
    must = _ends(layers, selected)
    known = {c.place: c.units for c in before.columns} if before is not None else {}
    columns = []
    for place in places:
        wanted = must.get(place)
        units = known.get(place)
        if units is None or (wanted is not None and wanted not in units):
            units = _chosen(_importance(layers, theta, place), totals[place], wanted)
        columns.append(Column(place, units, totals[place]))
    return Shown(tuple(columns), len(totals) - len(places))


def _ends(layers: Sequence[Layer], selected: int) -> dict[int, int]:
    """Return {column: node} of the nodes at both ends of a parameter."""
    for i, layer in enumerate(layers):
        if layer.offset <= selected < layer.offset + layer.size:
            source, target = layer.place(selected)
            return {i + 1: target} if source is None else {i: source, i + 1: target}
    return {}


def _importance(layers: Sequence[Layer], theta: Array, place: int) -> Array:
    """Return the sum of the sizes of each node's outgoing weights; of outputs, the incoming."""
    leaving = place < len(layers)
    weights = layers[place if leaving else place - 1].matrix(theta)[:, :-1]
    sizes: Array = np.abs(np.nan_to_num(weights, posinf=0, neginf=0))
    sums: Array = sizes.sum(axis=0 if leaving else 1)
    return sums


def _chosen(importance: Array, total: int, wanted: int | None) -> Integers:
    if total <= MOST_UNITS:
        return np.arange(total)
    first = np.argsort(-importance, kind="stable")[:MOST_UNITS]
    if wanted is not None and wanted not in first:
        first[-1] = wanted
    return np.sort(first)
