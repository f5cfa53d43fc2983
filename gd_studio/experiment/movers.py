"""Who moved most: the parameters of a step, one by one or in groups, by size.

A group is what belongs to one column of the data: the parts of a one-hot column and the terms of
a polynomial count as one there. Behind the first layer the neurons have no columns, so a layer is
a group. The size of a group is the length √Σv² of its values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.network import Network

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis


@dataclass(frozen=True, eq=False)
class Groups:
    """Names of groups, and to which of them each parameter belongs: `of` (P,)."""

    names: tuple[str, ...]
    of: Integers

    def lengths(self, values: Array) -> Array:
        """Return the length √Σv² (groups,) of values (P,) in each group."""
        with np.errstate(all="ignore"):
            result: Array = np.sqrt(np.bincount(self.of, values * values, len(self.names)))
        return result

    def members(self, group: int) -> Integers:
        """Return the parameters of a group."""
        return np.flatnonzero(self.of == group)


def groups_of(hypothesis: Hypothesis) -> Groups:
    """Return the groups of a model: columns of the first layer's weights, its biases, other layers.

    On a landscape each parameter stands alone.
    """
    network = hypothesis.network
    if not isinstance(network, Network):
        names = [network.parameter_name(i) for i in range(network.size)]
        return Groups(tuple(names), np.arange(network.size))
    first, *others = network.layers
    inputs = columns_of_inputs(hypothesis)
    names = list(dict.fromkeys(inputs))
    places = [names.index(name) for name in inputs]
    names.append(f"{first.name}: bias")
    of = np.empty(network.size, np.intp)
    first.matrix(of)[:] = [*places, len(names) - 1]
    for layer in others:
        names.append(layer.name)
        layer.matrix(of)[:] = len(names) - 1
    return Groups(tuple(names), of)


def columns_of_inputs(hypothesis: Hypothesis) -> tuple[str, ...]:
    """Return the column of each network input; "x · y" for a product of two columns' terms."""
    columns = tuple(feature.column for feature in hypothesis.prepared.features)
    if hypothesis.terms is None:
        return columns
    found = []
    for exponents in hypothesis.terms.exponents:
        used = dict.fromkeys(columns[i] for i in np.flatnonzero(exponents))
        found.append(" · ".join(used))
    return tuple(found)


def largest(values: Array, most: int) -> list[int]:
    """Return the places of the largest |values|, the largest first; NaN comes before all others."""
    size = np.abs(values)
    size[np.isnan(size)] = np.inf
    found: list[int] = []
    for _ in range(min(most, len(size))):
        # A few searches are quicker than sorting a million.
        found.append(int(size.argmax()))
        size[found[-1]] = -1.0
    return found


def rank(values: Array, place: int) -> int:
    """Return how many |values| are larger than that at a place, plus one."""
    size = np.abs(values)
    return int(np.count_nonzero(size > size[place])) + 1
