"""How a ledger is written: in full precision for the clipboard, or by any other style."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gd_studio.engine.arithmetic import Style
from gd_studio.engine.optimizers.account import Entry

if TYPE_CHECKING:
    from gd_studio.experiment.ledger.book import Ledger

# Sentences of words and numbers; the numbers are written by whoever shows them.
Said = tuple[tuple[str | float, ...], ...]

MOST_COPIED = 256


def whole_number(value: float, symbol: str = "") -> str:
    """Write a number so that it can be read back to the last bit."""
    text = repr(float(value) + 0.0)  # which makes a plain 0 of -0
    return text[:-2] if text.endswith(".0") else text


PLAIN = Style(whole_number, times=" * ", minus="-", square="**2", root="sqrt", most=MOST_COPIED)
LETTERS = Style(lambda value, symbol: symbol or whole_number(value), most=3)


def written(entry: Entry, style: Style) -> tuple[str, str]:
    """Return an entry's formula and its value; no formula where it is only a number."""
    formula, value = entry.term.write(style), style.number(entry.value, "")
    return ("" if formula == value else formula), value


def copied(ledger: Ledger) -> str:
    """Return the whole ledger as text: `name = formula = value`, notes after #.

    Formulas are plain arithmetic; a sum of very many terms has its smaller ones as one number,
    followed by [how many].
    """
    lines = [f"# {line}" for line in ledger.about]
    for section in ledger.sections:
        if section.word:
            lines += ["", f"## {section.word}"]
        lines.append(f"# {section.title}")
        for entry in section.entries:
            formula, value = written(entry, PLAIN)
            lines.append(
                f"{entry.name} = {formula} = {value}" if formula else f"{entry.name} = {value}"
            )
        lines += [f"# {said(words, whole_number)}" for words in section.words]
        lines += [f"# {note}" for note in (*section.notes, *section.more)]
    return "\n".join(lines) + "\n"


def said(words: tuple[str | float, ...], number: Callable[[float], str]) -> str:
    """Return a sentence with its numbers written."""
    return "".join(part if isinstance(part, str) else number(part) for part in words)
