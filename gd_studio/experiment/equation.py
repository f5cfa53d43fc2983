"""A hypothesis as an equation: with its present numbers where they are few, else by its layers."""

from __future__ import annotations

import re
from itertools import starmap
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.data import Prepared
from gd_studio.engine.analytic import Landscape
from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.models import Linear, Logistic
from gd_studio.experiment.terms import Terms

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

MOST_TERMS = 5  # with the constant one
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
Named = list[tuple[float, str]]


def equation(hypothesis: Hypothesis, theta: Array) -> str:
    """Return the equation of a hypothesis at parameters theta (P,)."""
    if isinstance(hypothesis.network, Landscape):
        return _landscape(hypothesis.network, theta)
    single, terms = hypothesis.network.outputs == 1, hypothesis.terms
    note = ""
    if single and isinstance(hypothesis.model, Linear | Logistic):
        inner = _largest(*_linear(hypothesis, theta))
    elif single and terms is not None and len(hypothesis.prepared.features) == 1:
        inner = _first(_in_own_units(hypothesis, terms, theta), _names(hypothesis.prepared)[0])
    elif single and terms is not None:
        inner = _largest(*_scaled(hypothesis, terms, theta))
        note = ", with every term scaled" if (terms.scale != 1).any() else ""
    else:
        inner = _layers(hypothesis)
    if hypothesis.task == "regression":
        return f"ŷ = {inner}{note}"
    return f"ŷ = {'σ' if len(hypothesis.classes) == 2 else 'softmax'}({inner}){note}"


def _landscape(landscape: Landscape, theta: Array) -> str:
    """Write the formula, and below it the height at the present place."""
    height = float(landscape.height(theta[:1], theta[1:])[0][0])
    x, y = (_number(float(value)) for value in theta)
    return f"f(x, y) = {said_formula(landscape.formula)}\nf({x}, {y}) = {_number(height)}"


def said_formula(formula: str) -> str:
    """Return a formula as it stands in a book: with · for products and small digits for powers."""
    said = formula.replace("**", "^").replace("*", "·").replace("-", "−")
    # Only a whole number of one digit can be raised without a doubt about where it ends.
    return re.sub(r"\^(\d)(?![\d.^])", lambda found: found[1].translate(_RAISED), said)


def own_polynomial(prepared: Prepared, terms: Terms, weights: Array, bias: float) -> Array:
    """Return the coefficients (degree + 1,), rising powers of the one raw input, of an output.

    The terms, the input and (in regression) the target were each shifted and scaled; a polynomial
    of a shifted input is again one, so this is the same function and no approximation.
    """
    feature = prepared.features[0]
    with np.errstate(all="ignore"):
        by_power = weights / terms.scale
        scaled = np.array([bias - terms.mean @ by_power, *by_power])
        # Horner's rule, with a polynomial in x for the number: scaled input = (x - mean) / scale.
        own = np.zeros(len(scaled))
        for coefficient in scaled[::-1]:
            shifted = np.concatenate([[0.0], own[:-1]])
            own = (shifted - feature.mean * own) / feature.scale
            own[0] += coefficient
        if prepared.task == "regression":
            own = own * prepared.target_scale
            own[0] += prepared.target_mean
    return own


def _linear(hypothesis: Hypothesis, theta: Array) -> tuple[float, Named]:
    numbers = list(hypothesis.coefficients(theta).values())
    return numbers[0], list(zip(numbers[1:], _names(hypothesis.prepared), strict=True))


def _in_own_units(hypothesis: Hypothesis, terms: Terms, theta: Array) -> Array:
    weights, bias = _weights(hypothesis, theta)
    return own_polynomial(hypothesis.prepared, terms, weights, bias)


def _scaled(hypothesis: Hypothesis, terms: Terms, theta: Array) -> tuple[float, Named]:
    """Return the constant, and each scaled term's number, of an output in its own units."""
    weights, bias = _weights(hypothesis, theta)
    if hypothesis.task == "regression":
        prepared = hypothesis.prepared
        weights = weights * prepared.target_scale
        bias = bias * prepared.target_scale + prepared.target_mean
    names = terms.names(_names(hypothesis.prepared))
    return bias, list(zip(weights.tolist(), names, strict=True))


def _weights(hypothesis: Hypothesis, theta: Array) -> tuple[Array, float]:
    layer = hypothesis.network.layers[0]
    return np.asarray(layer.weight(theta)[:, 0], np.float64), float(layer.bias(theta)[0])


def _names(prepared: Prepared) -> tuple[str, ...]:
    """Return the features' names; "purpose = car" in brackets, which is 1 where it is true."""
    return tuple(f"[{f.name}]" if f.category is not None else f.name for f in prepared.features)


def _largest(constant: float, named: Named) -> str:
    """Write the numbers that weigh most, in the order of the data."""
    order = sorted(range(len(named)), key=lambda i: -abs(named[i][0]))[: MOST_TERMS - 1]
    return _sum(constant, [named[i] for i in sorted(order)], len(named) > len(order))


def _first(coefficients: Array, name: str) -> str:
    """Write the lowest powers: the numbers of different powers cannot be compared in size."""
    linear = Terms(np.arange(1, len(coefficients))[:, None], np.zeros(0), np.zeros(0))
    named = list(zip(coefficients[1:].tolist(), linear.names((name,)), strict=True))
    shown = named[: MOST_TERMS - 1]
    return _sum(float(coefficients[0]), shown, len(named) > len(shown))


def _sum(constant: float, named: Named, more: bool) -> str:
    parts = [_number(constant), *starmap(_added, named)]
    return " ".join([*parts, "+ …"] if more else parts)


def _added(number: float, name: str) -> str:
    return f"{'−' if number < 0 else '+'} {_number(abs(number))}·{name}"


def _number(value: float) -> str:
    mantissa, mark, power = f"{value:.4g}".partition("e")
    return f"{mantissa}{mark}{int(power) if mark else ''}".replace("-", "−")


def _layers(hypothesis: Hypothesis) -> str:
    """Write the layers by their names, from the inside: W₂·tanh(W₁·x)."""
    network = hypothesis.network
    assert isinstance(network, Network)
    symbol, depth = network.activation.symbol, len(network.layers)
    if depth > 4:
        return f"W{str(depth).translate(_LOWERED)}·…{symbol}(W₁·x)"
    inner = "x" if hypothesis.terms is None else "terms of x"
    for i in range(1, depth + 1):
        weighted = f"W{str(i).translate(_LOWERED)}·{inner}"
        inner = weighted if i == depth else f"{symbol}({weighted})"
    return inner
