"""Expressions written out as formulas, with no more parentheses than they need."""

from __future__ import annotations

from gd_studio.engine.expressions import (
    Call,
    Expression,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
)

# How tightly a text holds together: what is looser than its place asks for gets parentheses.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def formula_text(expression: Expression) -> str:
    """Write an expression as a formula; with finite numbers, one that reads back as the same."""
    return _written(expression)[0]


def _written(node: Expression) -> tuple[str, int]:
    """Return the text of a node, and how tightly it holds together."""
    match node:
        case Number(value=value):
            text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
            return text, _ATOM if value >= 0 else _SUM
        case Variable(name=name):
            return name, _ATOM
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_written(a)[0] for a in arguments)})", _ATOM
        case Sum(left=left, right=right):
            return _sum_text(left, right), _SUM
        case Product(left=left, right=right):
            if isinstance(left, Number) and left.value == -1:
                return f"-{_within(right, _PRODUCT)}", _SUM
            return f"{_within(left, _PRODUCT)}*{_within(right, _POWER)}", _PRODUCT
        case Quotient(left=left, right=right):
            return f"{_within(left, _PRODUCT)}/{_within(right, _POWER)}", _PRODUCT
        case Power(left=left, right=right):
            return f"{_within(left, _ATOM)}^{_within(right, _POWER)}", _POWER
    raise TypeError(f"{node!r} is no expression")


def _sum_text(left: Expression, right: Expression) -> str:
    first = _written(left)[0]
    if isinstance(right, Product) and isinstance(right.left, Number) and right.left.value < 0:
        return f"{first} - {_within(-right, _PRODUCT)}"
    if isinstance(right, Number) and right.value < 0:
        return f"{first} - {_written(Number(-right.value))[0]}"
    return f"{first} + {_within(right, _PRODUCT)}"


def _within(node: Expression, tightness: int) -> str:
    text, own = _written(node)
    return text if own >= tightness else f"({text})"
