"""A small calculator for the text of a copied ledger; it knows nothing of who wrote it.

A line is `name = formula = value` or `name = value`; # begins a remark. Formulas have numbers,
+ - * / **2, brackets and functions; [n more] after a number is a remark, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:e[+-]?\d+)?|nan|inf)"
    r"|(?P<name>[a-z_]\w*)|(?P<remark>\[\d+ more\])|(?P<sign>\*\*|[-+*/(),]))"
)
LEAK = 0.01


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def _bell(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _normal(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


FUNCTIONS: dict[str, Callable[..., float]] = {
    "max": max,
    "min": min,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log1p": math.log1p,
    "tanh": math.tanh,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "sigmoid": _sigmoid,
    "softplus": lambda z: max(z, 0.0) + math.log1p(math.exp(-abs(z))),
    "softplus_slope": _sigmoid,
    "relu": lambda z: max(z, 0.0),
    "relu_slope": lambda z: float(z > 0),
    "leaky_relu": lambda z: z if z > 0 else LEAK * z,
    "leaky_relu_slope": lambda z: 1.0 if z > 0 else LEAK,
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "elu_slope": lambda z: 1.0 if z > 0 else math.exp(z),
    "gelu": lambda z: z * _normal(z),
    "gelu_slope": lambda z: _normal(z) + z * _bell(z),
    "silu": lambda z: z * _sigmoid(z),
    "silu_slope": lambda z: _sigmoid(z) * (1 + z * (1 - _sigmoid(z))),
}


@dataclass(frozen=True)
class Line:
    """One line that was read: what its formula gives, and what it states."""

    name: str
    formula: str
    found: float
    stated: float

    @property
    def numbers(self) -> list[float]:
        """The operands as they are printed, without their signs."""
        texts = (found.group("number") for found in TOKEN.finditer(self.formula))
        return [float(text) for text in texts if text]


def read(text: str) -> list[Line]:
    """Return all lines, each computed from the numbers in its formula."""
    lines = []
    for written in text.splitlines():
        if not written or written.startswith("#"):
            continue
        name, *parts = [part.strip() for part in written.split(" = ")]
        assert 1 <= len(parts) <= 2, written
        stated = float(parts[-1])
        found = _Calculator(parts[0]).value() if len(parts) == 2 else stated
        lines.append(Line(name, parts[0] if len(parts) == 2 else "", found, stated))
    return lines


class _Calculator:
    """Recursive descent: sum, product, signed power, atom."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            assert found is not None, f"{text!r} cannot be read at {text[place:]!r}"
            assert found.lastgroup is not None
            if found.lastgroup != "remark":
                self._tokens.append((found.lastgroup, found.group(found.lastgroup)))
            place = found.end()
        self._at = 0

    def value(self) -> float:
        found = self._sum()
        assert self._at == len(self._tokens), self._tokens
        return found

    def _next(self, *wanted: str) -> str:
        """Take the next token if it is one of the signs wanted."""
        if self._at < len(self._tokens) and self._tokens[self._at][1] in wanted:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def _sum(self) -> float:
        found = self._product()
        while sign := self._next("+", "-"):
            found = found + self._product() if sign == "+" else found - self._product()
        return found

    def _product(self) -> float:
        found = self._signed()
        while sign := self._next("*", "/"):
            found = found * self._signed() if sign == "*" else found / self._signed()
        return found

    def _signed(self) -> float:
        return -self._signed() if self._next("-") else self._power()

    def _power(self) -> float:
        found = self._atom()
        while self._next("**"):
            found = found ** self._atom()
        return found

    def _atom(self) -> float:
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return float(text)
        if kind == "name":
            assert self._next("("), text
            arguments = [self._sum()]
            while self._next(","):
                arguments.append(self._sum())
            assert self._next(")"), text
            return FUNCTIONS[text](*arguments)
        assert text == "(", text
        found = self._sum()
        assert self._next(")")
        return found
