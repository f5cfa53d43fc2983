"""Exact derivatives of expressions: the rules of the first term of calculus, and nothing measured.

Sum, product, quotient and power rule, and the chain rule with each function's slope. Where a
function has a corner or a jump (abs, sign, heaviside, min, max), its slope there is the middle of
both sides, and what comes of a jump counts as zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from gd_studio.engine.expressions import (
    ONE,
    ZERO,
    Call,
    Expression,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    call,
)

SLOPES: dict[str, Callable[..., tuple[Expression, ...]]] = {
    "sin": lambda u: (call("cos", u),),
    "cos": lambda u: (-call("sin", u),),
    "tan": lambda u: (1 + call("tan", u) ** 2,),
    "arcsin": lambda u: (1 / call("sqrt", 1 - u**2),),
    "arccos": lambda u: (-1 / call("sqrt", 1 - u**2),),
    "arctan": lambda u: (1 / (1 + u**2),),
    "sinh": lambda u: (call("cosh", u),),
    "cosh": lambda u: (call("sinh", u),),
    "tanh": lambda u: (1 - call("tanh", u) ** 2,),
    "sigmoid": lambda u: (call("sigmoid", u) * (1 - call("sigmoid", u)),),
    "exp": lambda u: (call("exp", u),),
    "log": lambda u: (1 / u,),
    "log2": lambda u: (1 / (math.log(2) * u),),
    "log10": lambda u: (1 / (math.log(10) * u),),
    "sqrt": lambda u: (0.5 / call("sqrt", u),),
    "abs": lambda u: (call("sign", u),),
    "sign": lambda u: (ZERO,),
    "heaviside": lambda u: (ZERO,),
    "min": lambda u, v: (call("heaviside", v - u), call("heaviside", u - v)),
    "max": lambda u, v: (call("heaviside", u - v), call("heaviside", v - u)),
}
"""The slope of each function of `FUNCTIONS` by each of its arguments."""


def derivative(expression: Expression, variable: Variable) -> Expression:
    """Return the partial derivative of an expression by x or y.

    Parts that occur in many places are differentiated once, so that the work grows with the
    length of a formula and not with the number of ways through it.
    """
    known: dict[int, Expression] = {}

    def of(node: Expression) -> Expression:
        if id(node) not in known:
            known[id(node)] = _derivative(node, variable, of)
        return known[id(node)]

    return of(expression)


def _derivative(
    node: Expression, variable: Variable, of: Callable[[Expression], Expression]
) -> Expression:
    match node:
        case Variable():
            return ONE if node.name == variable.name else ZERO
        case Sum():
            return of(node.left) + of(node.right)
        case Product():
            return of(node.left) * node.right + node.left * of(node.right)
        case Quotient():
            return _of_quotient(node, of(node.left), of(node.right))
        case Power():
            return _of_power(node, of(node.left), of(node.right))
        case Call():
            slopes = SLOPES[node.function](*node.arguments)
            total: Expression = ZERO
            for slope, argument in zip(slopes, node.arguments, strict=True):
                total = total + slope * of(argument)
            return total
    return ZERO


def _of_quotient(node: Quotient, top: Expression, bottom: Expression) -> Expression:
    """(u / v)' = u' / v - u v' / v²."""
    return top / node.right - node.left * bottom / node.right**2


def _of_power(node: Power, base: Expression, exponent: Expression) -> Expression:
    """(uⁿ)' = n uⁿ⁻¹ u' for a number n; (uᵛ)' = uᵛ (v' ln u + v u' / u) for any v."""
    u, v = node.left, node.right
    if isinstance(v, Number):
        return v.value * u ** (v.value - 1) * base
    if isinstance(u, Number):
        return node * call("log", u) * exponent
    return node * (exponent * call("log", u) + v * base / u)
