"""Formulas that a user types, such as `(1 - x)^2 + 100*(y - x^2)^2`, read into expressions.

The text is parsed by the standard library's `ast` and rebuilt node by node from a list of what is
allowed; anything else is refused with its position and the reason. Nothing is ever executed.
"""

from __future__ import annotations

import ast
import math
import re
from functools import lru_cache

from gd_studio.engine.expressions import FUNCTIONS, Expression, Number, X, Y, call

LONGEST = 400
DEEPEST = 60
NAMES: dict[str, Expression] = {"x": X, "y": Y, "pi": Number(math.pi), "e": Number(math.e)}
OTHER_WORDS = {"ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_SIGNS = {"^": "**", "·": "*", "×": "*", "−": "-", "²": "**2", "³": "**3", "π": "pi"}
_TOKEN = re.compile(r"[A-Za-z_]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\*\*|\S")
_SIGNS_BETWEEN = ("+", "-", "*", "/", "**", ",")


class FormulaError(ValueError):
    """A formula that cannot be read: `position` counts its characters from 1."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"At position {position}: {reason}")
        self.position, self.reason = position, reason


@lru_cache(maxsize=64)
def read_formula(text: str) -> Expression:
    """Return the expression that a formula in x and y stands for. Raises FormulaError.

    It may hold numbers, x, y, pi, e, + - * / ^ (or **), parentheses, and the functions of
    `FUNCTIONS`. What holds numbers only is computed at once, in float64.
    """
    if not text.strip():
        raise FormulaError(1, "there is no formula; write one in x and y, such as x^2 + 3*y^2.")
    if len(text) > LONGEST:
        raise FormulaError(LONGEST + 1, f"the formula goes on beyond {LONGEST} characters.")
    return _Reader(text).read()


class _Reader:
    """Reads one formula; knows which character of it each character of Python's text was."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [" " if sign.isspace() else _SIGNS.get(sign, sign) for sign in text]
        self.source = "".join(pieces)
        self._origin = [i for i, piece in enumerate(pieces) for _ in piece]

    def read(self) -> Expression:
        self._check_signs()
        self._check_order()
        self._check_parentheses()
        # Blanks in front would be an indentation.
        blanks = len(self.source) - len(self.source.lstrip(" "))
        try:
            tree = ast.parse(self.source[blanks:], mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise FormulaError(1, "this is no formula in x and y.") from None
        return self._expression(tree.body, blanks, 1)

    # --- before it is parsed: what Python would refuse in words of its own --------------------

    def _check_signs(self) -> None:
        for i, sign in enumerate(self.source):
            if not (sign.isascii() and (sign.isalnum() or sign in "_+-*/(),. ")):
                raise self._error(i, f"{sign!r} has no meaning in a formula.")

    def _check_order(self) -> None:
        """Refuse two values without a sign between them, and signs without a value."""
        before = ""
        for found in _TOKEN.finditer(self.source):
            place, token = found.start(), found.group()
            if before == ")" or before[:1].isalnum():
                self._check_sign(place, token, before)
            else:
                self._check_value(place, token)
            before = token
        if not (before == ")" or before[:1].isalnum()):
            raise self._error(len(self.source), "the formula ends too early; a value is missing.")

    def _check_value(self, place: int, token: str) -> None:
        if token[0].isalpha() or token[0] == "_":
            called = self.source[place + len(token) :].lstrip().startswith("(")
            if token not in NAMES and not called:
                raise self._unknown(token, place)
        elif not (token in ("+", "-", "(") or token[0].isdigit() or token[1:]):
            raise self._error(place, f"a number, x, y or a function is missing before {token!r}.")
        elif token == "**":
            raise self._error(place, "a number, x, y or a function is missing before the power.")

    def _check_sign(self, place: int, token: str, before: str) -> None:
        called = token == "(" and before[0].isalpha() and before not in NAMES
        if called or token in _SIGNS_BETWEEN or token == ")":
            return
        raise self._error(place, f"a sign such as * is missing before {token!r}.")

    def _check_parentheses(self) -> None:
        opened: list[int] = []
        for i, sign in enumerate(self.source):
            if sign == "(":
                opened.append(i)
            elif sign == ")" and not opened:
                raise self._error(i, "this ')' has no '(' before it.")
            elif sign == ")":
                opened.pop()
            if len(opened) > DEEPEST:
                raise self._error(i, f"more than {DEEPEST} parentheses are open here.")
        if opened:
            raise self._error(opened[-1], "this '(' is never closed by a ')'.")

    def _unknown(self, name: str, place: int) -> FormulaError:
        if name in FUNCTIONS or name in OTHER_WORDS:
            return self._error(place, f"{name!r} needs its argument in parentheses: {name}(x).")
        return self._error(place, f"{name!r} is not known; the variables are x and y.")

    # --- node by node -------------------------------------------------------------------------

    def _expression(self, node: ast.expr, shift: int, depth: int) -> Expression:
        place = shift + node.col_offset
        if depth > DEEPEST:
            raise self._error(
                place, f"more than {DEEPEST} operations stand within one another; write it shorter."
            )
        result = self._checked(node, shift, depth + 1)
        if isinstance(result, Number) and not math.isfinite(result.value):
            raise self._error(place, "this is no finite number.")
        return result

    def _checked(self, node: ast.expr, shift: int, depth: int) -> Expression:
        place = shift + node.col_offset
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._number(value, place)
            case ast.Name(id=name):
                return self._name(name, place)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._expression(operand, shift, depth)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._expression(operand, shift, depth)
            case ast.BinOp():
                left = self._expression(node.left, shift, depth)
                right = self._expression(node.right, shift, depth)
                return self._joined(node, left, right, place)
            case ast.Call(func=ast.Name(id=name), keywords=[]):
                arguments = [self._expression(a, shift, depth) for a in node.args]
                return self._call(name, arguments, place)
        words = ast.get_source_segment(self.source[shift:], node) or ""
        raise self._error(
            place, f"{_shortened(words)!r} is more than a formula of numbers, x and y."
        )

    def _number(self, value: float, place: int) -> Number:
        try:
            return Number(float(value))
        except OverflowError:
            raise self._error(place, "this number is too large.") from None

    def _name(self, name: str, place: int) -> Expression:
        if name not in NAMES:
            raise self._unknown(name, place)
        return NAMES[name]

    def _joined(
        self, node: ast.BinOp, left: Expression, right: Expression, place: int
    ) -> Expression:
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.Pow():
                return left**right
        raise self._error(place, "only + - * / and ^ may stand between two values.")

    def _call(self, name: str, arguments: list[Expression], place: int) -> Expression:
        word = OTHER_WORDS.get(name, name)
        if word not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise self._error(place, f"{name!r} is not a known function; known are {known}.")
        needed = FUNCTIONS[word][1]
        if len(arguments) != needed:
            wanted = "one argument" if needed == 1 else f"{needed} arguments"
            raise self._error(place, f"{name!r} takes {wanted}, not {len(arguments)}.")
        return call(word, *arguments)

    def _error(self, place: int, reason: str) -> FormulaError:
        origin = self._origin[place] if place < len(self._origin) else len(self.text)
        return FormulaError(origin + 1, reason)


def _shortened(words: str) -> str:
    return words if len(words) <= 30 else f"{words[:29]}…"
