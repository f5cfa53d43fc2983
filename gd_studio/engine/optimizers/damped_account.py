"""The account of a damped step: the damping, the equations solved, and what the step kept.

The direction solves (H + λI) d = -g, where H is the Hessian, or JᵀJ. One parameter's row of that is
written with all its terms, so that anybody can check it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gd_studio.engine.arithmetic import Term, largest, number, smallest, total
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account
from gd_studio.engine.optimizers.damping import AT_ONCE, LEAST_DAMPING, MOST_DAMPING

if TYPE_CHECKING:
    from gd_studio.engine.optimizers.damped import Landing, Trial

# A refused damping after so many is only copied.
FEW_TRIES = 3


def tell_equation(book: Account, landing: Landing) -> None:
    """Write the damping, the direction, its row of (H + λI) d = -g, and what came of the step."""
    fit = landing.fit
    mu = _tell_refusals(book, landing)
    damping, d = fit.tell(book, mu, landing.direction)
    of_d = _tell_row(book, fit.row(book.index), landing.direction, fit.matrix)
    left = book.g + of_d + damping * d
    book.note("slope left", left, "none but rounding: d goes to where the parabola is level")
    _tell_gain(book, landing)
    book.say(
        "Its way d = ",
        d,
        " leads to the lowest place of the parabola that fits the loss here, damped by λ = ",
        damping,
        ".",
    )
    refused = len(landing.trials) - 1
    if refused:
        tries = "One longer step was" if refused == 1 else f"{refused} longer steps were"
        book.say(tries, " tried before and refused: the loss would not have fallen enough.")
    book.becomes(book.old + book.rate * d)


def tell_saddle(book: Account, landing: Landing) -> None:
    """Write the way off a saddle: the eigenvector of the lowest eigenvalue."""
    fit, way = landing.fit, landing.direction
    bend = book.note("bend", number(fit.bend), "the lowest eigenvalue: the loss bends down along d")
    d = book.note(
        "d", number(way[book.index]), "its eigenvector, of length 1, as the solver has it"
    )
    of_d = _tell_row(book, fit.row(book.index), way, fit.matrix)
    book.note("left over", of_d - bend * d, "none but rounding: d is an eigenvector")
    length = book.note("α", number(landing.share), "1, halved until the loss fell")
    book.say("Nothing had a slope: it left the saddle along the way that bends down most.")
    book.becomes(book.old + length * d)


def _tell_refusals(book: Account, landing: Landing) -> Term:
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
        grown = largest(smallest(mu * growth, MOST_DAMPING), LEAST_DAMPING)
        mu = book.note("μ", grown, "more damping after a refusal, faster each time", value, aside)
        help = "how fast the damping grows, from refusal to refusal"
        growth = book.note("ν", smallest(2 * growth, MOST_DAMPING), help, aside=True)
    return mu


def _tell_row(book: Account, row: Array, direction: Array, matrix: str) -> Term:
    """Write one row of the matrix (P,) times the direction (P,)."""
    terms = [number(h, matrix) * number(d, "d") for h, d in zip(row, direction, strict=True)]
    help = f"this parameter's row of {matrix}, times the direction of every parameter"
    return book.note(f"({matrix}·d)", total(terms), help)


def _tell_gain(book: Account, landing: Landing) -> None:
    """Write what the step kept of the parabola's promise, and the damping that follows from it."""
    trial = landing.trials[-1]
    fall = number(landing.before, "loss") - number(trial.loss, "loss there")
    gain = book.note("fall", fall, "by how much the loss fell")
    promised = book.note("promised", _promise(book, trial), "by how much the parabola foretold")
    if landing.kind == "small":
        share: Term = number(AT_ONCE, "share")
        help = "less: the step is too small for the loss to tell, and is trusted"
    else:
        ratio = book.note("ρ", gain / promised, "how much of the promise was kept")
        share, help = _share_left(ratio), "less damping the better the promise was kept"
    book.note("μ next", number(trial.damping, "μ") * share, help)


def _promise(book: Account, trial: Trial) -> Term:
    """Return η a - η² b, the fall that a share η of the move promises."""
    linear, square = number(trial.linear, "−g·d"), number(trial.square, "½d·Hd")
    return book.rate * linear - book.rate * book.rate * square


def _share_left(ratio: Term) -> Term:
    if abs(float(ratio.value) - 1) < AT_ONCE:
        return number(AT_ONCE, "share")
    kept = 2 * smallest(ratio, 2.0) - 1
    return largest(1 / number(3.0), 1 - kept.squared() * kept)
