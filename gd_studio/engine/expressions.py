"""Expressions in x and y: small frozen trees that are evaluated, differentiated and written out.

Trees are built by Python's own operators (`2 * x + call("sin", y)`), which tidy up as they go: what
holds numbers only becomes a number, at once and in float64, and a term times 0 or 1 falls away.
To add a function: a row in `FUNCTIONS`, with its derivative in `differentiation.SLOPES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gd_studio.engine.arrays import Array


def sigmoid(u: Array) -> Array:
    """Return 1 / (1 + e^-u), by tanh so that no exponential overflows."""
    return 0.5 * np.tanh(0.5 * u) + 0.5


def heaviside(u: Array) -> Array:
    """Return 0 below 0, 1 above and ½ at 0: the slope of max(u, 0)."""
    return 0.5 * np.sign(u) + 0.5


FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "sin": (np.sin, 1),
    "cos": (np.cos, 1),
    "tan": (np.tan, 1),
    "arcsin": (np.arcsin, 1),
    "arccos": (np.arccos, 1),
    "arctan": (np.arctan, 1),
    "sinh": (np.sinh, 1),
    "cosh": (np.cosh, 1),
    "tanh": (np.tanh, 1),
    "sigmoid": (sigmoid, 1),
    "exp": (np.exp, 1),
    "log": (np.log, 1),
    "log2": (np.log2, 1),
    "log10": (np.log10, 1),
    "sqrt": (np.sqrt, 1),
    "abs": (np.abs, 1),
    "sign": (np.sign, 1),
    "heaviside": (heaviside, 1),
    "min": (np.minimum, 2),
    "max": (np.maximum, 2),
}
"""Each function by its name in formulas: how it is computed, and how many arguments it takes."""


@dataclass(frozen=True, eq=False)
class Expression:
    """Any node; `parts` are the expressions that it is made of."""

    @property
    def parts(self) -> tuple[Expression, ...]:
        return ()

    def __add__(self, other: Expression | float) -> Expression:
        return plus(self, as_expression(other))

    def __radd__(self, other: float) -> Expression:
        return plus(as_expression(other), self)

    def __sub__(self, other: Expression | float) -> Expression:
        return plus(self, times(Number(-1.0), as_expression(other)))

    def __rsub__(self, other: float) -> Expression:
        return plus(as_expression(other), times(Number(-1.0), self))

    def __mul__(self, other: Expression | float) -> Expression:
        return times(self, as_expression(other))

    def __rmul__(self, other: float) -> Expression:
        return times(as_expression(other), self)

    def __truediv__(self, other: Expression | float) -> Expression:
        return over(self, as_expression(other))

    def __rtruediv__(self, other: float) -> Expression:
        return over(as_expression(other), self)

    def __pow__(self, other: Expression | float) -> Expression:
        return power(self, as_expression(other))

    def __neg__(self) -> Expression:
        return times(Number(-1.0), self)


@dataclass(frozen=True, eq=False)
class Number(Expression):
    """A constant."""

    value: float


@dataclass(frozen=True, eq=False)
class Variable(Expression):
    """x or y."""

    name: str


@dataclass(frozen=True, eq=False)
class Binary(Expression):
    """A node of two parts."""

    compute: ClassVar[Callable[..., Any]]
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.left, self.right


class Sum(Binary):
    """left + right."""

    compute = np.add


class Product(Binary):
    """left · right."""

    compute = np.multiply


class Quotient(Binary):
    """left / right."""

    compute = np.divide


class Power(Binary):
    """left to the power of right."""

    compute = np.power


@dataclass(frozen=True, eq=False)
class Call(Expression):
    """A function of `FUNCTIONS`, by name, of its arguments."""

    function: str
    arguments: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.arguments


X, Y = Variable("x"), Variable("y")
ZERO, ONE = Number(0.0), Number(1.0)


def as_expression(value: Expression | float) -> Expression:
    """Return a plain number as an expression, and an expression as it is."""
    return value if isinstance(value, Expression) else Number(float(value))


def plus(left: Expression, right: Expression) -> Expression:
    """Return left + right, tidied."""
    if _is(left, 0):
        return right
    if _is(right, 0):
        return left
    return _folded(np.add, left, right) or Sum(left, right)


def times(left: Expression, right: Expression) -> Expression:
    """Return left · right, tidied: numbers to the front, and joined with a number there."""
    if _is(left, 0) or _is(right, 0):
        return ZERO
    if _is(left, 1):
        return right
    if _is(right, 1):
        return left
    folded = _folded(np.multiply, left, right)
    if folded is not None:
        return folded
    if isinstance(right, Number):
        left, right = right, left
    if isinstance(right, Product) and isinstance(right.left, Number):
        if isinstance(left, Number):
            return times(times(left, right.left), right.right)
        return times(right.left, times(left, right.right))
    return Product(left, right)


def over(top: Expression, bottom: Expression) -> Expression:
    """Return top / bottom, tidied."""
    if _is(top, 0) and not _is(bottom, 0):
        return ZERO
    if _is(bottom, 1):
        return top
    return _folded(np.divide, top, bottom) or Quotient(top, bottom)


def power(base: Expression, exponent: Expression) -> Expression:
    """Return base to the power of exponent, tidied."""
    if _is(exponent, 0):
        return ONE
    if _is(exponent, 1):
        return base
    return _folded(np.power, base, exponent) or Power(base, exponent)


def call(function: str, *arguments: Expression) -> Expression:
    """Return a function of `FUNCTIONS` of its arguments, tidied."""
    return _folded(FUNCTIONS[function][0], *arguments) or Call(function, arguments)


def _is(expression: Expression, value: float) -> bool:
    return isinstance(expression, Number) and expression.value == value


def _folded(compute: Callable[..., Any], *parts: Expression) -> Number | None:
    """Return the number that comes of numbers only, whatever its size; None for anything else."""
    values = [np.float64(p.value) for p in parts if isinstance(p, Number)]
    if len(values) < len(parts):
        return None
    with np.errstate(all="ignore"):
        return Number(float(compute(*values)))
