"""Formulas as they are typed: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gd_studio.engine.arrays import Array
from gd_studio.engine.differentiation import SLOPES, derivative
from gd_studio.engine.expressions import FUNCTIONS, Expression, Number, X, Y
from gd_studio.engine.formula_text import formula_text
from gd_studio.engine.formulas import DEEPEST, LONGEST, FormulaError, read_formula
from gd_studio.engine.program import Program


def value(text: str, x: float = 1.5, y: float = 0.5) -> float:
    found = Program(read_formula(text))(np.array([x]), np.array([y]))[0]
    return float(found[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", 1.5),
        ("2", 2.0),
        (" - x ^ 2", -2.25),
        ("2^-x^2", 2 ** -(1.5**2)),
        ("x - y - x", -0.5),
        ("x - (y - x)", 2.5),
        ("12/x/y", 16.0),
        ("12/(x/y)", 4.0),
        ("(1 - x)² + 100·(y − x²)²", (1 - 1.5) ** 2 + 100 * (0.5 - 1.5**2) ** 2),
        ("3×y³", 0.375),
        ("2*π + pi + e", 3 * math.pi + math.e),
        ("1e-3*x + .5 + 2.", 2.5015),
        ("ln(x) - log(x)", 0.0),
        ("atan(x)", math.atan(1.5)),
        ("sqrt(x) + abs(y - 1) + exp(y)", math.sqrt(1.5) + 0.5 + math.exp(0.5)),
        ("sinh(x)*cosh(y) + tanh(x)", math.sinh(1.5) * math.cosh(0.5) + math.tanh(1.5)),
        ("sigmoid(y)", 1 / (1 + math.exp(-0.5))),
        ("max(x, y) - min(x, y)", 1.0),
        ("sign(-x) + heaviside(x) + heaviside(0)", 0.5),
        ("sin(x)/cos(x) - tan(x)", 0.0),
        ("x\n  + y", 2.0),
    ],
)
def test_a_formula_means_what_it_means_on_paper(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 1, "there is no formula"),
        ("   ", 1, "there is no formula"),
        ("x + foo(y)", 5, "'foo' is not a known function; known are sin, cos"),
        ("x + z", 5, "'z' is not known; the variables are x and y"),
        ("2x", 2, "a sign such as * is missing before 'x'"),
        ("x² y", 4, "a sign such as * is missing before 'y'"),
        ("x(y + 1)", 2, "a sign such as * is missing before '('"),
        ("sin x", 1, "'sin' needs its argument in parentheses"),
        ("x + ", 5, "the formula ends too early"),
        ("x + * y", 5, "is missing before '*'"),
        ("x // y", 4, "is missing before '/'"),
        ("x ** ** y", 6, "is missing before the power"),
        ("()", 2, "is missing before ')'"),
        ("(x + y", 1, "never closed"),
        ("x + y)", 6, "has no '(' before it"),
        ("x, y", 1, "more than a formula"),
        ("sin(x, y)", 1, "takes one argument, not 2"),
        ("y*max(x)", 3, "takes 2 arguments, not 1"),
        ("x = 2", 3, "'=' has no meaning"),
        ("x.real", 2, "a sign such as * is missing before '.'"),
        ("1/0", 1, "no finite number"),
        ("x + 9^9^9^9", 7, "no finite number"),
        ("1e999", 1, "no finite number"),
        ("9" * 350 + "*x", 1, "too large"),
        ("sqrt(-1)*x", 1, "no finite number"),
        ("2j*x", 2, "a sign such as * is missing before 'j'"),
        ("x if y else 1", 3, "a sign such as * is missing before 'if'"),
        ("lambda", 1, "'lambda' is not known"),
        ("x\0", 2, "has no meaning"),
        ("ｘ + 1", 1, "has no meaning"),
        ("x" + "+1" * LONGEST, LONGEST + 1, "goes on beyond"),
        ("(" * 99 + "x" + ")" * 99, DEEPEST + 1, "parentheses are open"),
        ("-" * 99 + "x", DEEPEST + 1, "within one another"),
        ("+".join("x" * 99), 1, "within one another"),
        ("sin(" * 40 + "cos(" * 39 + "x" + ")" * 79, DEEPEST * 4 + 4, "parentheses are open"),
    ],
)
def test_a_wrong_formula_gets_the_position_and_the_reason(
    text: str, position: int, reason: str
) -> None:
    with pytest.raises(FormulaError, match=rf"^At position {position}: ") as refused:
        read_formula(text)
    assert reason in str(refused.value)
    assert refused.value.position == position
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "x.__class__.__base__",
        "(lambda: x)()",
        "[x for x in y]",
        "f'{x}'",
        "exec(x)",
        "open(x)",
        "x if x else y",
        "not x",
        "sin(*x)",
        "x[0]",
        "(x := 2)",
        "x@y",
    ],
)
def test_whatever_is_more_than_a_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        read_formula(text)


@given(st.text("xy0123456789+-*/^().,e piabsincolgqrt_²·\n'\"[]", max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_formula_or_is_refused_with_a_reason(text: str) -> None:
    try:
        read = read_formula(text)
    except FormulaError as error:
        place = error.position
    else:
        np.testing.assert_allclose(value(formula_text(read)), value(text), rtol=1e-12)
        place = 1
    assert 1 <= place <= len(text) + 1


leaves = st.sampled_from([X, Y]) | st.floats(-4, 4).map(Number)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(lambda a, b: a + b, inner, inner)
        | st.builds(lambda a, b: a - b, inner, inner)
        | st.builds(lambda a, b: a * b, inner, inner)
        | st.builds(lambda a, b: a / b, inner, inner)
        | st.builds(lambda a, b: a**b, inner, inner)
        | inner.map(lambda a: read_formula("sin(x)") * a)
    ),
    max_leaves=12,
)


@given(trees)
@settings(max_examples=300, deadline=None)
def test_a_formula_written_out_reads_back_as_the_same(tree: Expression) -> None:
    text = formula_text(tree)
    assume(len(text) <= LONGEST and "inf" not in text and "nan" not in text)
    again = read_formula(text)
    at = np.array([1.3, -0.4, 2.0]), np.array([0.7, 1.1, -2.0])
    first, second = Program(tree)(*at)[0], Program(again)(*at)[0]
    np.testing.assert_allclose(second, first, rtol=1e-12, atol=1e-300)


def test_the_longest_and_deepest_formulas_are_differentiated_twice_without_trouble() -> None:
    deepest = "sin(" * 57 + "x*y" + ")" * 57
    steepest = "sigmoid(" * 43 + "x*y" + ")" * 43
    longest = "*".join(f"(x+{i}*y)" for i in range(42))
    powers = "^".join(["(x+2)"] * 55)
    for text in (deepest, steepest, longest, powers):
        expression = read_formula(text)
        twice = Program(derivative(derivative(expression, X), Y))
        assert twice(np.array([0.1]), np.array([0.2]))[0].shape == (1,)
        assert twice.operations < 20 * LONGEST


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 4)])
@pytest.mark.parametrize("text", ["x^2 + 3*y", "7", "x", "max(x, 0)*2^y", "sigmoid(x)*0.1"])
def test_values_keep_the_shape_and_the_precision_of_the_points(
    text: str, shape: tuple[int, ...], dtype: type
) -> None:
    x: Array = np.full(shape, 0.3, dtype)
    y: Array = np.full(shape, 0.9, dtype)
    expression = read_formula(text)
    for found in Program(expression, derivative(expression, X))(x, y):
        assert found.shape == shape
        assert found.dtype == dtype


def test_outside_its_domain_a_formula_is_no_number_and_warns_of_nothing() -> None:
    assert math.isnan(value("log(x - 2)"))
    assert math.isinf(value("1/(x - 1.5)"))


def test_what_several_expressions_share_is_computed_once() -> None:
    f = read_formula("exp(x*y)")
    # x·y, its exponential, and that times y and times x
    assert Program(f, derivative(f, X), derivative(f, Y)).operations == 4


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_slope_for_each_argument(name: str) -> None:
    arguments = (X, Y)[: FUNCTIONS[name][1]]
    assert len(SLOPES[name](*arguments)) == len(arguments)


@pytest.mark.parametrize(
    "text",
    [
        *(f"{f}({'x*y + 0.3' if FUNCTIONS[f][1] == 1 else 'x*y, y^2'})" for f in FUNCTIONS),
        "x^3*y - y/x + 2^(x*y) + (x + 2)^y + y^-2",
        "exp(-x^2)*sin(3*y + x)/(1 + x^2*y^2)",
        "3 - x",
    ],
)
def test_derivatives_agree_with_central_differences(text: str) -> None:
    f = read_formula(text)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0.3, 1.2, 40), rng.uniform(0.2, 1.1, 40)
    step = 1e-3
    for variable, (dx, dy) in ((X, (step, 0.0)), (Y, (0.0, step))):
        height = Program(f)
        near = height(x + dx, y + dy)[0] - height(x - dx, y - dy)[0]
        far = height(x + 2 * dx, y + 2 * dy)[0] - height(x - 2 * dx, y - 2 * dy)[0]
        found = Program(derivative(f, variable))(x, y)[0]
        wrong = np.abs(found - (8 * near - far) / (12 * step)) > 1e-7 * (1 + np.abs(found))
        # Next to a corner it is the differences that are wrong.
        assert wrong.mean() < 0.06


def test_a_corner_takes_the_middle_of_its_two_slopes() -> None:
    at_zero = np.zeros(1), np.zeros(1)
    for text, expected in (("abs(x)", 0.0), ("max(x, y)", 0.5), ("min(x, 0)", 0.5)):
        assert Program(derivative(read_formula(text), X))(*at_zero)[0] == expected
