"""Expressions made ready to be computed again and again: a list of operations, in order.

What several expressions have in common (a function and its two slopes mostly do) is computed once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.expressions import (
    FUNCTIONS,
    Binary,
    Call,
    Expression,
    Number,
    Power,
    Variable,
)


class Program:
    """The values of some expressions at any points: `program(x, y)` gives one array for each.

    x and y are arrays of one shape; float32 stays float32. Outside its domain an expression is
    NaN or infinite, without a warning. The expression `x` gives the array x itself, no copy.
    """

    def __init__(self, *expressions: Expression) -> None:
        self._values: list[Any] = [None, None]  # x and y, then constants and what is computed
        self._operations: list[tuple[int, Callable[..., Any], tuple[int, ...]]] = []
        self._places: dict[tuple[Any, ...], int] = {}
        seen: dict[int, int] = {}
        self._results = [self._place(e, seen) for e in expressions]

    def __call__(self, x: Array, y: Array) -> list[Array]:
        """Return the value of each expression, in the shape and precision of x."""
        values = self._values.copy()
        values[:2] = x, y
        with np.errstate(all="ignore"):
            for place, compute, parts in self._operations:
                values[place] = compute(*[values[i] for i in parts])
        found = [values[i] for i in self._results]
        return [np.full_like(x, v) if isinstance(v, float) else v for v in found]

    @property
    def operations(self) -> int:
        """How many operations it takes."""
        return len(self._operations)

    def _place(self, node: Expression, seen: dict[int, int]) -> int:
        """Return where the value of a node will stand; equal nodes stand in one place."""
        if isinstance(node, Variable):
            return 0 if node.name == "x" else 1
        if id(node) not in seen:
            seen[id(node)] = self._new_place(node, seen)
        return seen[id(node)]

    def _new_place(self, node: Expression, seen: dict[int, int]) -> int:
        parts = tuple(self._place(part, seen) for part in node.parts)
        key = (node.value if isinstance(node, Number) else _computed(node), *parts)
        if key in self._places:
            return self._places[key]
        place = self._places[key] = len(self._values)
        if isinstance(node, Number):
            self._values.append(node.value)
        else:
            self._values.append(None)
            self._operations.append((place, _computed(node), parts))
        return place


def _computed(node: Expression) -> Callable[..., Any]:
    """Return the function that computes a node from its parts."""
    if isinstance(node, Call):
        return FUNCTIONS[node.function][0]
    if isinstance(node, Power) and isinstance(node.right, Number) and node.right.value == 2:
        return _square
    assert isinstance(node, Binary)
    return type(node).compute


def _square(base: Array, exponent: float) -> Array:
    return np.square(base)
