"""Numbers that remember how they came about: a value and its formula in one.

`old - rate * g` computes and writes itself, so what is printed and what is true cannot differ.
Optimizers tell their move of one parameter in such terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SUM, PRODUCT, ATOM = 1, 2, 3


@dataclass(frozen=True)
class Style:
    """How formulas are written: `number` writes (value, symbol), `most` terms of a sum at most.

    `left_out` says how many other terms the last number of a longer sum stands for. In a `brief`
    style such a sum stands in letters instead, where it has any.
    """

    number: Callable[[float, str], str]
    times: str = "·"
    minus: str = "−"
    square: str = "²"
    root: str = "√"
    names: tuple[tuple[str, str], ...] = ()
    most: int = 4
    left_out: str = "[{} more]"
    brief: bool = False

    def name(self, function: str) -> str:
        """Return how a function is called here."""
        return dict(self.names).get(function, function)


class Term:
    """A value in float64 and how it is written; arithmetic on terms gives terms.

    `strength` says what binds tighter; a weaker part stands in brackets.
    """

    __slots__ = ("_write", "strength", "value")

    def __init__(self, value: Any, strength: int, write: Callable[[Style], str]) -> None:
        self.value = np.float64(value)
        self.strength = strength
        self._write = write

    def write(self, style: Style) -> str:
        """Return the formula, not bracketed."""
        return self._write(style)

    def inside(self, style: Style, strength: int) -> str:
        """Return the formula as part of something that binds that tightly."""
        text = self._write(style)
        negative = text.startswith(("-", style.minus))
        return f"({text})" if self.strength < strength or negative else text

    def __add__(self, other: Term | float) -> Term:
        return _joined(self, as_term(other), "+", self.value + as_term(other).value)

    def __radd__(self, other: float) -> Term:
        return as_term(other) + self

    def __sub__(self, other: Term | float) -> Term:
        return _joined(self, as_term(other), "-", self.value - as_term(other).value)

    def __rsub__(self, other: float) -> Term:
        return as_term(other) - self

    def __mul__(self, other: Term | float) -> Term:
        right = as_term(other)
        return Term(
            self.value * right.value,
            PRODUCT,
            lambda s: f"{self.inside(s, PRODUCT)}{s.times}{right.inside(s, ATOM)}",
        )

    def __rmul__(self, other: float) -> Term:
        return as_term(other) * self

    def __truediv__(self, other: Term | float) -> Term:
        right = as_term(other)
        return Term(
            self.value / right.value,
            PRODUCT,
            lambda s: f"{self.inside(s, PRODUCT)}/{right.inside(s, ATOM)}",
        )

    def __rtruediv__(self, other: float) -> Term:
        return as_term(other) / self

    def __neg__(self) -> Term:
        return Term(-self.value, PRODUCT, lambda s: f"{s.minus}{self.inside(s, ATOM)}")

    def squared(self) -> Term:
        """Return the square."""
        return Term(self.value * self.value, ATOM, lambda s: f"{self.inside(s, ATOM)}{s.square}")

    def root(self) -> Term:
        """Return the square root."""
        return Term(np.sqrt(self.value), ATOM, lambda s: f"{s.root}({self.write(s)})")


def _joined(left: Term, right: Term, sign: str, value: Any) -> Term:
    """Return a sum or a difference; what is subtracted must not itself be a bare sum."""
    least = PRODUCT if sign == "-" else SUM

    def write(style: Style) -> str:
        shown = style.minus if sign == "-" else sign
        return f"{left.write(style)} {shown} {right.inside(style, least)}"

    return Term(value, SUM, write)


def number(value: Any, symbol: str = "") -> Term:
    """Return a plain number; `symbol` stands for it where a formula is written in letters."""
    exact = float(value)
    return Term(exact, ATOM, lambda s: s.number(exact, symbol))


def as_term(value: Term | float) -> Term:
    """Return a term as it is, and a bare number as one."""
    return value if isinstance(value, Term) else number(value)


def call(name: str, value: Any, *arguments: Term) -> Term:
    """Return a function of terms, whose value is given."""
    return Term(
        value,
        ATOM,
        lambda s: f"{s.name(name)}({', '.join(a.write(s) for a in arguments)})",
    )


def largest(a: Term | float, b: Term | float) -> Term:
    """Return the larger of two."""
    left, right = as_term(a), as_term(b)
    return call("max", np.maximum(left.value, right.value), left, right)


def smallest(a: Term | float, b: Term | float) -> Term:
    """Return the smaller of two."""
    left, right = as_term(a), as_term(b)
    return call("min", np.minimum(left.value, right.value), left, right)


def sign(a: Term) -> Term:
    """Return -1, 0 or 1."""
    return call("sign", np.sign(a.value), a)


def size(a: Term) -> Term:
    """Return the number without its sign."""
    return call("abs", np.abs(a.value), a)


def total(terms: Sequence[Term]) -> Term:
    """Return the sum of many terms; where they are too many, the smaller ones are one number.

    Nothing is left out: that number is their sum, and says how many they are.
    """
    value = np.float64(0.0)
    for term in terms:
        value = value + term.value
    if len(terms) == 1:
        return terms[0]

    def write(style: Style) -> str:
        shown, left_out = _parted(terms, style.most)
        parts = [shown[0].write(style), *(t.inside(style, SUM) for t in shown[1:])]
        if left_out:
            left = number(sum(float(t.value) for t in left_out))
            parts.append(f"{left.inside(style, SUM)}{style.left_out.format(len(left_out))}")
        return " + ".join(parts)

    return Term(value, SUM, write)


def worked_out(term: Term) -> Term:
    """Return a term as a factor, of which a brief style has the value only."""

    def write(style: Style) -> str:
        if style.brief:
            return style.number(float(term.value), "")
        text = term.write(style)
        return f"({text})" if term.strength < ATOM else text

    return Term(term.value, ATOM, write)


def sum_of(
    value: Any, count: int, terms: Callable[[], Sequence[Term]], letters: str
) -> Term:
    """Return a sum of so many terms whose value is known: they are asked for to be written.

    `letters` stand for it in a brief style: "Σ w·h + b".
    """

    def write(style: Style) -> str:
        return letters if style.brief and count > style.most else total(terms()).write(style)

    return Term(value, SUM if count > 1 else PRODUCT, write)


def _parted(terms: Sequence[Term], most: int) -> tuple[list[Term], list[Term]]:
    """Return the terms to be written, the largest in their own order, and those that are not."""
    if len(terms) <= most:
        return list(terms), []
    by_size = sorted(range(len(terms)), key=lambda i: -abs(float(terms[i].value)))
    kept = set(by_size[: most - 1])
    shown = [t for i, t in enumerate(terms) if i in kept]
    return shown, [t for i, t in enumerate(terms) if i not in kept]
