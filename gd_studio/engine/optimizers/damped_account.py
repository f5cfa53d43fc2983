"""The account of a damped step: the damping, the equations solved, and what the step kept.

The direction solves (H + λI) d = -g, where H is the Hessian, or JᵀJ. One parameter's row of that is
written with all its terms, so that anybody can check it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gd_studio.engine.arithmetic import Term, largest, number, smallest, total
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account

if TYPE_CHECKING:
    from gd_studio.engine.optimizers.damped import Landing, Trial

# A refused damping after so many is only copied.
FEW_TRIES = 3


def tell_refusals(book: Account, landing: Landing, most: tuple[float, float]) -> Term:
    """Write how the damping grew with every try that was refused, and return that of the last."""
    mu = book.note("μ", book.before("damping"), "the damping that the step before left")
    growth = number(book.before("growth").value, "ν")
    refused = landing.trials[:-1] if landing.trials else ()
    for k, trial in enumerate(refused):
        aside = k >= FEW_TRIES
        fall = number(landing.before, "loss") - number(trial.loss, "loss there")
        promised = _promise(book, trial)
        book.note("fall tried", fall, "by how much the loss would have fallen", aside=aside)
        book.note("promised", promised, "what the parabola foretold: refused", aside=aside)
        value = landing.trials[k + 1].damping
        grown = largest(smallest(mu * growth, most[1]), most[0])
        mu = book.note("μ", grown, "more damping after a refusal, faster each time", value, aside)
        help = "how fast the damping grows, from refusal to refusal"
        growth = book.note("ν", smallest(2 * growth, most[1]), help, aside=True)
    return mu


def tell_row(book: Account, row: Array, direction: Array, matrix: str) -> Term:
    """Write one row of the matrix (P,) times the direction (P,)."""
    terms = [number(h, matrix) * number(d, "d") for h, d in zip(row, direction, strict=True)]
    help = f"this parameter's row of {matrix}, times the direction of every parameter"
    return book.note(f"({matrix}·d)", total(terms), help)


def tell_gain(book: Account, landing: Landing, at_once: float) -> None:
    """Write what the step kept of the parabola's promise, and the damping that follows from it."""
    trial = landing.trials[-1]
    fall = number(landing.before, "loss") - number(trial.loss, "loss there")
    gain = book.note("fall", fall, "by how much the loss fell")
    promised = book.note("promised", _promise(book, trial), "by how much the parabola foretold")
    if landing.kind == "small":
        share: Term = number(at_once, "share")
        help = "less: the step is too small for the loss to tell, and is trusted"
    else:
        ratio = book.note("ρ", gain / promised, "how much of the promise was kept")
        share, help = _share_left(ratio, at_once), "less damping the better the promise was kept"
    book.note("μ next", number(trial.damping, "μ") * share, help)


def _promise(book: Account, trial: Trial) -> Term:
    """Return η a - η² b, the fall that a share η of the move promises."""
    linear, square = number(trial.linear, "−g·d"), number(trial.square, "½d·Hd")
    return book.rate * linear - book.rate * book.rate * square


def _share_left(ratio: Term, at_once: float) -> Term:
    if abs(float(ratio.value) - 1) < at_once:
        return number(at_once, "share")
    kept = 2 * smallest(ratio, 2.0) - 1
    return largest(1 / number(3.0), 1 - kept.squared() * kept)
