"""Methods that learn the curvature from the gradients of their own path: no Hessian is stored.

Each chooses a direction, and a line search says how far to go along it.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from gd_studio.engine.arithmetic import largest, number
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, UntoldError
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.full_batch import AbstractFullBatch
from gd_studio.engine.optimizers.line_search import Line, Trial, dot, search
from gd_studio.settings import described


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
        direction, before, since = memory
        beta = _polak_ribiere(g, before) if since[0] < theta.size else 0.0
        np.multiply(direction, beta, direction)
        direction -= g
        if beta > 0 and not dot(g, direction) < 0:
            beta = 0.0
            np.negative(g, direction)
        found = self._along(direction, theta, g, rate, oracle)
        if found is None and beta > 0:
            beta = 0.0
            np.negative(g, direction)
            found = self._along(direction, theta, g, rate, oracle)
        since += 1
        if beta == 0:
            since[:] = 1
        np.copyto(before, g)
        if found is None:
            memory.fill(0)
            return
        theta[:] = found.theta

    def account(self, book: Account) -> None:
        move = book.move
        if book.stays():
            return
        way, past = (book.vector("direction", m) for m in (move.after, move.before))
        share = float((way + move.g) @ past) / float(past @ past) if past.any() else 0.0
        if share > 1e-12:
            gone = book.vector("gradient before", move.before)
            now, then = number(dot(move.g, move.g)), number(dot(gone, gone))
            both = number(dot(move.g, gone))
            beta = book.note("β", largest(0.0, (now - both) / then), "how much is carried on")
            d = book.keep("direction", "d", beta * book.before("direction") - book.g)
        else:
            d = book.keep("direction", "d", -book.g, "straight down")
        alpha = book.note("α", number(move.length_along(way)), "how far: by a line search")
        book.becomes(book.old + alpha * d)

    def _along(
        self, direction: Array, theta: Array, g: Array, rate: float, oracle: Oracle
    ) -> Trial | None:
        bend = dot(direction, oracle.hessian_product(theta, direction))
        slope = dot(g, direction)
        first = -slope / bend if bend > 0 else 1 / max(1.0, dot(direction, direction) ** 0.5)
        return search(Line(oracle, theta, g, direction, flatter=0.1), rate * first)


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
        moves, changes = memory[: self.history], memory[self.history :]
        found = None
        if moves[0].any():
            line = Line(oracle, theta, g, -_inverse_times(g, moves, changes), flatter=0.9)
            found = search(line, rate)
        if found is None:
            # What was learned of the curvature leads nowhere: start anew, straight down.
            memory.fill(0)
            length = dot(g, g) ** 0.5
            found = search(Line(oracle, theta, g, -g, flatter=0.9), rate / max(1.0, length))
        if found is None:
            return
        move, change = found.theta - theta, found.gradient - g
        known, size = np.finfo(theta.dtype), dot(change, change)
        if dot(move, change) > max(known.eps * size, known.tiny) and size > known.tiny:
            moves[1:], changes[1:] = moves[:-1].copy(), changes[:-1].copy()
            moves[0], changes[0] = move, change
        theta[:] = found.theta

    def account(self, book: Account) -> None:
        move = book.move
        if move.before is None:
            raise UntoldError
        if book.stays():
            return
        moves, changes = move.before[: self.history], move.before[self.history :]
        way, help = -move.g, "straight down: nothing is known of the curvature"
        if moves[0].any():
            bent = -_inverse_times(move.g, moves, changes)
            if move.is_along(bent):
                way, help = bent, "the gradient, turned by the curvature of the last moves"
        d = book.note("d", number(way[book.index]), help)
        alpha = book.note("α", number(move.length_along(way)), "how far: by a line search")
        book.becomes(book.old + alpha * d)


def _polak_ribiere(g: Array, before: Array) -> float:
    """Return β; 0 without a gradient before, or where the two have much in common."""
    size, both = dot(before, before), dot(g, before)
    if size == 0 or abs(both) >= 0.2 * dot(g, g):
        return 0.0
    return max(0.0, (dot(g, g) - both) / size)


def _inverse_times(g: Array, moves: Array, changes: Array) -> Array:
    """Return B g by the two-loop recursion; moves and changes (m, P), newest first."""
    pairs = [(s, y, dot(s, y)) for s, y in zip(moves, changes, strict=True) if s.any()]
    rest, shares = g.copy(), []
    for s, y, both in pairs:
        shares.append(dot(s, rest) / both)
        rest -= shares[-1] * y
    _, newest, both = pairs[0]
    rest *= both / dot(newest, newest)
    for (s, y, both), share in zip(reversed(pairs), reversed(shares), strict=True):
        rest += (share - dot(y, rest) / both) * s
    return rest
