"""L-BFGS: the curvature learned from the last moves, and no matrix stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, NamedTuple

import numpy as np

from gd_studio.engine.arithmetic import Term, largest, number, total
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, numbered
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.full_batch import AbstractFullBatch
from gd_studio.engine.optimizers.line_account import TracedLine, tell_search, tell_slope
from gd_studio.engine.optimizers.line_search import Line, Trial, dot, search
from gd_studio.settings import described

# Pairs of moves and changes of gradient that are told line by line; older ones are only copied.
FEW_PAIRS = 2


class Lbfgs(AbstractFullBatch, frozen=True, tag="lbfgs"):
    """θ ← θ - α B g, B built from the last m moves s and changes of gradient y (Liu, Nocedal 1989).

    B ≈ H⁻¹ maps each y to its s; the two-loop recursion applies it without ever forming it. α = 1
    first, then a line search to the strong Wolfe conditions.
    (Nocedal and Wright 2006, algorithms 7.4 and 7.5.)
    """

    title: ClassVar[str] = "L-BFGS"
    history: Annotated[
        int,
        described(
            "History",
            "How many of the last moves the curvature is built from.",
            ge=1,
            le=100,
            more=True,
        ),
    ] = 10

    @property
    def slots(self) -> tuple[str, ...]:  # type: ignore[override]
        """The moves s, newest first, then the changes of gradient y."""
        count = range(1, self.history + 1)
        return (*(f"move {i}" for i in count), *(f"gradient change {i}" for i in count))

    def move(self, theta: Array, g: Array, rate: float, memory: Array, oracle: Oracle) -> None:
        course = self.course(theta, g, rate, memory, oracle)
        if course.loops is None:
            memory.fill(0)
        found = course.found
        if found is None:
            return
        moves, changes = memory[: self.history], memory[self.history :]
        move, change = found.theta - theta, found.gradient - g
        known, size = np.finfo(theta.dtype), dot(change, change)
        if dot(move, change) > max(known.eps * size, known.tiny) and size > known.tiny:
            moves[1:], changes[1:] = moves[:-1].copy(), changes[:-1].copy()
            moves[0], changes[0] = move, change
        theta[:] = found.theta

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
        moves, changes = memory[: self.history], memory[self.history :]
        if moves[0].any():
            loops = two_loops(g, moves, changes)
            turned = line(oracle, theta, g, -loops.result, flatter=0.9)
            found = search(turned, rate)
            if found is not None:
                return Course(loops, turned, found)
        # What was learned of the curvature leads nowhere: start anew, straight down.
        length = dot(g, g) ** 0.5
        down = line(oracle, theta, g, -g, flatter=0.9)
        return Course(None, down, search(down, rate / max(1.0, length)))

    def tell(self, book: Account, memory: Array, oracle: Oracle) -> Array | None:
        book.carrier = "the curvature of the last moves turned it"
        move = book.move
        course = self.course(move.theta, move.g, move.rate, memory, oracle, TracedLine)
        if course.found is None:
            book.stays()
            return None
        if course.loops is None:
            d = book.note("d", -1 * book.g, "straight down: nothing is known of the curvature")
            length = number(dot(move.g, move.g) ** 0.5, "|g|")
            first = book.rate / largest(1.0, length)
            book.say("Nothing is known of the curvature yet: its direction is straight down.")
        else:
            d, first = _tell_loops(book, course.loops), book.rate
            known = len(course.loops.pairs)
            moves = "last move" if known == 1 else f"last {known} moves"
            book.say("The curvature of the ", moves, " turned the gradient into d = ", d, ".")
        tell_slope(book, course.line)
        alpha = tell_search(book, course.line, course.found, first)
        book.say("The line search went ", alpha, " along it.")
        book.becomes(book.old + alpha * d)
        return course.found.theta


class TwoLoops(NamedTuple):
    """The two-loop recursion on a gradient g, for pairs (s, y) that are known, newest first.

    `both` is s·y of each pair; `forth` is s·q, with which the first loop came to it, `back` is y·r
    of the second loop; `bent` is y·y of the newest pair; `result` (P,) is B g.
    """

    pairs: Sequence[tuple[Array, Array]]
    both: Sequence[float]
    forth: Sequence[float]
    back: Sequence[float]
    bent: float
    result: Array


class Course(NamedTuple):
    """A direction's line and where the search on it ended; no loops: straight down."""

    loops: TwoLoops | None
    line: Line
    found: Trial | None


def two_loops(g: Array, moves: Array, changes: Array) -> TwoLoops:
    """Return B g by the two-loop recursion; moves and changes (m, P), newest first."""
    pairs = [(s, y) for s, y in zip(moves, changes, strict=True) if s.any()]
    both = [dot(s, y) for s, y in pairs]
    rest, forth = g.copy(), []
    for (s, y), of_both in zip(pairs, both, strict=True):
        forth.append(dot(s, rest))
        rest -= forth[-1] / of_both * y
    newest = pairs[0][1]
    bent = dot(newest, newest)
    rest *= both[0] / bent
    back = [0.0] * len(pairs)
    for k in reversed(range(len(pairs))):
        s, y = pairs[k]
        back[k] = dot(y, rest)
        rest += (forth[k] / both[k] - back[k] / both[k]) * s
    return TwoLoops(pairs, both, forth, back, bent, rest)


def _tell_loops(book: Account, loops: TwoLoops) -> Term:
    """Write the two loops for one parameter, pair by pair, and return its direction."""
    i, pairs = book.index, range(len(loops.pairs))
    s = [number(loops.pairs[k][0][i], numbered("s", k + 1)) for k in pairs]
    y = [number(loops.pairs[k][1][i], numbered("y", k + 1)) for k in pairs]
    both = [number(loops.both[k], numbered("s·y", k + 1)) for k in pairs]
    a, b = [], {}
    for k in pairs:
        help = f"how much of move {k + 1} (1: the newest) is in the gradient: s·q / s·y"
        share = number(loops.forth[k], "s·q") / both[k]
        a.append(book.note(numbered("a", k + 1), share, help, aside=k >= FEW_PAIRS))
    help = "the gradient without what the known moves explain: g less each a·y"
    q = book.note("q", total([book.g, *(_less(a[k], k) * y[k] for k in pairs)]), help)
    scale = both[0] / number(loops.bent, "y·y")
    gamma = book.note("γ", scale, "how far a gradient goes, by the newest move: s·y / y·y")
    r = book.note("r", gamma * q, "what is left, at that scale")
    for k in reversed(pairs):
        share = number(loops.back[k], "y·r") / both[k]
        help = f"how much of move {k + 1} is made already: y·r / s·y"
        b[k] = book.note(numbered("b", k + 1), share, help, aside=k >= FEW_PAIRS)
    turned = total([r, *((a[k] - b[k]) * s[k] for k in reversed(pairs))])
    turned = book.note("B·g", turned, "what is left, and of each move what it lacks: (a − b)·s")
    help = "against the gradient, turned by the curvature of the last moves"
    return book.note("d", -1 * turned, help, -float(loops.result[i]))


def _less(share: Term, k: int) -> Term:
    return number(-share.value, numbered("−a", k + 1))
