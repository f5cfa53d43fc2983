"""The account of one parameter's move: what an optimizer says it did, number by number.

It is told in terms that compute and write themselves (`engine.arithmetic`). An optimizer that
tells nothing still gets an honest line: by how much the parameter moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arithmetic import Term, number
from gd_studio.engine.arrays import Array

if TYPE_CHECKING:
    from gd_studio.engine.optimizers.base import Oracle


class UntoldError(Exception):
    """An account needs what is not at hand: the optimizer's memory, or the curvature."""


@dataclass(frozen=True)
class Entry:
    """One line: a name, how its value came about, and what it means.

    `value` is the number the run itself has; `aside`: so many are alike that it is only copied.
    """

    name: str
    term: Term
    value: float
    help: str = ""
    aside: bool = False


@dataclass(frozen=True, eq=False)
class Move:
    """A whole step as the optimizer saw it.

    theta, new and g (P,), memory before and after (slots, P), in the run's own precision; `new` or
    a memory may not be known. `oracle` answers about the batch, for the methods that ask one.
    """

    step: int
    rate: float
    theta: Array
    new: Array | None
    g: Array
    before: Array | None
    after: Array | None
    oracle: Oracle | None = None

    def leads_to(self, there: Array) -> bool:
        """Whether the step ended there (P,), up to rounding; also where nobody knows."""
        if self.new is None:
            return True
        apart, change = np.abs(self.new - there).max(), np.abs(there - self.theta).max()
        rounding = 4 * float(np.finfo(self.theta.dtype).eps) * np.abs(self.theta).max()
        return bool(apart <= 1e-9 * change + rounding)


class Account:
    """What one parameter's move consists of: an optimizer reads `old`, `g`, `rate`, and notes.

    `words` say the same in sentences of text and numbers; `carrier` is what may move a parameter
    against its gradient.
    """

    def __init__(self, move: Move, index: int, slots: Sequence[str], g: float) -> None:
        self.move, self.index, self.step = move, index, move.step
        self._slots = tuple(slots)
        self.old = number(move.theta[index], "old")
        self.g = number(g, "g")
        self.rate = number(move.rate, "η")
        self.entries: list[Entry] = []
        self.words: list[tuple[str | float, ...]] = []
        self.carrier = "what the optimizer remembers carried it"

    def before(self, slot: str) -> Term:
        """Return what was remembered before the step under a slot's name."""
        return number(self.vector(slot, self.move.before)[self.index], f"{slot} before")

    def after(self, slot: str) -> float:
        """Return what is remembered after the step."""
        return float(self.vector(slot, self.move.after)[self.index])

    def vector(self, slot: str, memory: Array | None) -> Array:
        """Return a slot of a memory (P,)."""
        if memory is None:
            raise UntoldError
        row: Array = memory[self._slots.index(slot)]
        return row

    def note(
        self,
        name: str,
        term: Term,
        help: str = "",
        value: float | None = None,
        aside: bool = False,
    ) -> Term:
        """Write a line, and return its value as an operand of lines to come."""
        stated = float(term.value) if value is None else float(value)
        self.entries.append(Entry(name, term, stated, help, aside))
        return number(stated, name)

    def say(self, *parts: str | float | Term) -> None:
        """Write a sentence of text and numbers."""
        self.words.append(tuple(float(p.value) if isinstance(p, Term) else p for p in parts))

    def keep(self, slot: str, name: str, term: Term, help: str = "") -> Term:
        """Write a line for what is remembered from now on; its value is the run's own."""
        return self.note(name, term, help or slot, self.after(slot))

    def becomes(self, term: Term) -> None:
        """Write the last line: the new value."""
        new = self.move.new
        value = None if new is None else float(new[self.index])
        self.note("new", term, "the parameter after the step", value)

    def stays(self) -> None:
        """Write the last line where nothing moved."""
        self.becomes(self.old + self.note("change", number(0.0), "no lower place was found"))

    def moves_by_itself(self) -> None:
        """Write the last line where no formula is told: old, and by how much it moved, if known."""
        if self.move.new is None:
            return
        by = float(self.move.new[self.index]) - float(self.move.theta[self.index])
        change = self.note("change", number(by), "how far the optimizer moved it")
        self.becomes(self.old + change)


def setting(value: float, symbol: str) -> Term:
    """Return a setting of an optimizer under its letter."""
    return number(value, symbol)


def numbered(letter: str, number: int) -> str:
    """Return a letter with a number below it: "α₂"."""
    return letter + str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
