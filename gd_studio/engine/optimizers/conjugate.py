"""Conjugate gradient: each direction keeps what the ones before have reached.

A line search says how far to go along it.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from gd_studio.engine.arithmetic import Term, largest, number, size
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.full_batch import AbstractFullBatch
from gd_studio.engine.optimizers.line_account import TracedLine, tell_search, tell_slope
from gd_studio.engine.optimizers.line_search import Line, Trial, dot, search

MOST_IN_COMMON = 0.2


class ConjugateGradient(AbstractFullBatch, frozen=True, tag="conjugate_gradient"):
    """d ← -g + β d, θ ← θ + α d; β = max(0, g·(g - g₋) / g₋·g₋) (Polak and Ribière 1969).

    β = 0 starts anew, straight down: after P steps, and where successive gradients are far from
    orthogonal (Powell 1977). α: Newton's along the line, -g·d / d·Hd, then a line search to the
    strong Wolfe conditions. On a parabola it ends after P steps (Hestenes and Stiefel 1952).
    (Nocedal and Wright 2006, section 5.2.)
    """

    title: ClassVar[str] = "Conjugate gradient"
    slots: ClassVar[tuple[str, ...]] = ("direction", "gradient before", "since start")

    def move(self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle) -> None:
        course = self.course(theta, g, rate, memory, oracle)
        direction, before, since = memory
        if course.found is None:
            memory.fill(0)
            return
        np.copyto(direction, course.direction)
        np.copyto(before, g)
        since += 1
        if course.beta == 0:
            since[:] = 1
        theta[:] = course.found.theta

    def course(
        self,
        theta: Array,
        g: Array,
        rate: float,
        memory: Array,
        oracle: Oracle,
        line: type[Line] = Line,
    ) -> Course:
        """Return direction and step length; nothing is changed."""
        past, before, since = memory
        beta = _polak_ribiere(g, before) if since[0] < theta.size else 0.0
        direction = past * beta - g
        if beta > 0 and not dot(g, direction) < 0:
            beta, direction = 0.0, -g
        course = _along(beta, direction, Point(theta, g, rate, oracle, line))
        if course.found is None and beta > 0:
            course = _along(0.0, -g, Point(theta, g, rate, oracle, line))
        return course

    def tell(self, book: Account, memory: Array, oracle: Oracle) -> Array | None:
        book.carrier = "the direction before carried it"
        move = book.move
        course = self.course(move.theta, move.g, move.rate, memory, oracle, TracedLine)
        if course.found is None:
            book.stays()
            return None
        beta = _tell_beta(book, course, memory)
        way = -1 * book.g if beta is None else beta * book.before("direction") - book.g
        help = "straight down" if beta is None else "down, and on along the direction before"
        d = book.note("d", way, help, course.direction[book.index])
        alpha = tell_search(book, course.line, course.found, _tell_first(book, course))
        carried = () if beta is None else (", plus ", beta, " times the direction before")
        book.say("Its direction d = ", d, " is the way down", *carried, ".")
        book.say("The line search went ", alpha, " along it.")
        book.becomes(book.old + alpha * d)
        return course.found.theta


class Point(NamedTuple):
    """Where a direction starts: theta and g (P,), the share of Newton's length, whom to ask."""

    theta: Array
    g: Array
    rate: float
    oracle: Oracle
    line: type[Line]


class Course(NamedTuple):
    """A direction (P,), β of the one before, its curvature d·Hd, and where the search ended."""

    beta: float
    direction: Array
    bend: float
    line: Line
    found: Trial | None


def _along(beta: float, direction: Array, at: Point) -> Course:
    bend = dot(direction, at.oracle.hessian_product(at.theta, direction))
    slope = dot(at.g, direction)
    first = -slope / bend if bend > 0 else 1 / max(1.0, dot(direction, direction) ** 0.5)
    line = at.line(at.oracle, at.theta, at.g, direction, flatter=0.1)
    return Course(beta, direction, bend, line, search(line, at.rate * first))


def _polak_ribiere(g: Array, before: Array) -> float:
    """Return β; 0 without a gradient before, or where the two have much in common."""
    size, both = dot(before, before), dot(g, before)
    if size == 0 or abs(both) >= MOST_IN_COMMON * dot(g, g):
        return 0.0
    return max(0.0, (dot(g, g) - both) / size)


def _tell_beta(book: Account, course: Course, memory: Array) -> Term | None:
    """Write β, or why there is none: the direction is then straight down."""
    g, (past, before, since) = book.move.g, memory
    if not before.any() or since[0] >= g.size:
        why = "after as many steps as parameters it starts anew" if past.any() else "nothing before"
        book.note("β", number(0.0), f"straight down: {why}")
        return None
    now = book.note("g·g", number(dot(g, g)), "the gradient's length, squared")
    then = book.note("g₋·g₋", number(dot(before, before)), "the same of the gradient before")
    both = book.note("g·g₋", number(dot(g, before)), "what the two have in common")
    if abs(dot(g, before)) >= MOST_IN_COMMON * dot(g, g):
        help = f"{MOST_IN_COMMON} or more is too much in common: straight down"
        book.note("in common", size(both) / now, help)
        return None
    beta = largest(0.0, (now - both) / then)
    if course.beta == 0 < beta.value:
        book.note("β tried", beta, "the direction it makes leads nowhere: straight down instead")
        return None
    return book.note("β", beta, "how much of the direction before is carried on", course.beta)


def _tell_first(book: Account, course: Course) -> Term:
    """Write the length that is tried first: Newton's along the line, where it bends up."""
    slope = tell_slope(book, course.line)
    if course.bend > 0:
        bend = book.note("d·Hd", number(course.bend), "the curvature along the direction")
        return book.rate * (number(-slope.value, "−slope") / bend)
    length = number(dot(course.direction, course.direction) ** 0.5, "|d|")
    return book.rate * (1 / largest(1.0, length))
