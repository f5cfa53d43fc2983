"""The account of a line search: every length that was tried, how it came about, and why it ended.

A length is told by the formula that chose it, from losses and slopes that are printed, too.
"""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arithmetic import Term, largest, number, size, smallest
from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers.account import Account, numbered
from gd_studio.engine.optimizers.base import Oracle
from gd_studio.engine.optimizers.line_search import FALL, Line, Trial


class TracedLine(Line):
    """A line that remembers what was tried on it, and between which two places it was guessed."""

    def __init__(
        self, oracle: Oracle, theta: Array, g: Array, direction: Array, flatter: float
    ) -> None:
        super().__init__(oracle, theta, g, direction, flatter)
        self.tried: list[tuple[Trial, tuple[Trial, Trial] | None]] = []
        self._ends: tuple[Trial, Trial] | None = None

    def at(self, length: float) -> Trial:
        trial = super().at(length)
        self.tried.append((trial, self._ends))
        self._ends = None
        return trial

    def guess(self, low: Trial, high: Trial) -> float:
        self._ends = low, high
        return super().guess(low, high)


def tell_slope(book: Account, line: Line) -> Term:
    """Write the slope along the direction."""
    help = "g·d over all parameters: how steeply the loss falls along the direction"
    return book.note("slope", number(line.start.slope, "g·d"), help)


def tell_search(book: Account, line: Line, found: Trial, first: Term) -> Term:
    """Write the lengths tried up to the one found, from the first one on; return that one."""
    assert isinstance(line, TracedLine)
    last = next(k for k, (trial, _) in enumerate(line.tried) if trial is found)
    length = first
    for k, (trial, ends) in enumerate(line.tried[: last + 1]):
        if ends is not None:
            length = _guessed(book, line, *ends)
        elif k > 0:
            length = 4 * length
        name, help = numbered("α", k + 1), "a length that was tried: " + _verdict(line, trial)
        if k == last:
            name, help = "α", "how far along d: by a line search, " + _count(len(line.tried))
        length = book.note(name, length, help, trial.length, aside=k < last)
    _tell_conditions(book, line, found, length)
    return length


def _tell_conditions(book: Account, line: Line, found: Trial, length: Term) -> None:
    """Write the strong Wolfe conditions with their numbers."""
    start = line.start
    slope, loss = number(start.slope, "slope"), number(start.loss, "loss")
    fallen = loss + number(FALL, "share") * length * slope
    book.note("loss asked", fallen, "at most this: the loss falls by a share of what d promised")
    book.note("loss there", number(found.loss), _verdict(line, found))
    flat = number(line.flatter, "share") * size(slope)
    book.note("slope asked", flat, "at most this steep: far enough, but not too far")
    book.note("slope there", number(found.slope), "how steep the loss still is where it ended")


def _verdict(line: Line, trial: Trial) -> str:
    if not line.falls(trial):
        return "the loss did not fall by its share"
    if not line.flattens(trial):
        return "the loss fell, and was still too steep"
    fallen = trial.loss < line.start.loss
    return "the loss fell by its share" if fallen else "equal up to rounding, and flat"


def _count(tries: int) -> str:
    return "its first guess" if tries == 1 else f"after {tries} tries"


def _guessed(book: Account, line: TracedLine, low: Trial, high: Trial) -> Term:
    """Write where between two places the loss should be lowest, as `Line.guess` finds it."""
    from_, to = number(low.length, "α low"), number(high.length, "α high")
    width = book.note("width", to - from_, "from the lower end to the other", aside=True)
    if not math.isfinite(high.loss + high.slope):
        return from_ + width / 10
    by_slopes = abs(high.loss - low.loss) <= line.rounding
    found = (_level if by_slopes else _lowest_of_cubic)(book, low, high, width)
    if not np.isfinite(found.value):
        return (from_ + to) / 2
    least, most = sorted((from_ + width / 10, to - width / 10), key=lambda end: float(end.value))
    if found.value < least.value:
        return largest(found, least)
    return smallest(found, most) if found.value > most.value else found


def _level(book: Account, low: Trial, high: Trial, width: Term) -> Term:
    """Return where the slope should be zero, if it changes evenly."""
    here, there = number(low.slope, "slope low"), number(high.slope, "slope high")
    return number(low.length, "α low") + width * here / (here - there)


def _lowest_of_cubic(book: Account, low: Trial, high: Trial, width: Term) -> Term:
    """Return where the cubic with both losses and slopes is lowest."""
    here, there = number(low.slope, "slope low"), number(high.slope, "slope high")
    rise = number(high.loss, "loss high") - number(low.loss, "loss low")
    bend = book.note("bend", here + there - 3 * rise / width, "of the cubic between", aside=True)
    room = largest(0.0, bend * bend - here * there).root()
    root = book.note("root", room if width.value > 0 else -room, "of the cubic", aside=True)
    down = there - here + 2 * root
    return number(high.length, "α high") - width * (there + root - bend) / down
