"""The lines of a ledger as the window writes them: rounded, in the signs of a textbook."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.arithmetic import Style
from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger import Ledger, Section, written
from gd_studio.experiment.ledger.writing import LETTERS, PLAIN, said
from gd_studio.gui.numbers import exact

Kind = Literal["entry", "title", "words", "note"]

_NAMES = (
    *((kind, a.symbol or kind) for kind, a in ACTIVATIONS.items()),
    *((f"{kind}_slope", f"{a.symbol or kind}′") for kind, a in ACTIVATIONS.items()),
    ("log", "ln"),
    ("log1p", "ln1p"),
)
SCREEN = Style(
    lambda value, symbol: exact(value, 4), names=_NAMES, most=4, left_out="\u00a0({}\u00a0more)"
)
# In short, what is inside a neuron with many inputs is told by its letters and its value.
BRIEF = replace(SCREEN, most=3, brief=True)
# The last line says how an old value becomes a new one, which four digits may not tell apart.
FINE = replace(SCREEN, number=lambda value, symbol: exact(value, 6))
BRIEF_FINE = replace(BRIEF, number=lambda value, symbol: exact(value, 5))
IN_LETTERS = replace(LETTERS, names=_NAMES)


@dataclass(frozen=True)
class Line:
    """One line: what it is, a name, a formula or sentence, a value, and the entry it is of."""

    kind: Kind
    name: str
    text: str
    value: str
    entry: Entry | None = field(default=None, compare=False)

    @property
    def tip(self) -> str:
        """What it tells on hover: the formula in letters, what it means, and all digits."""
        # Worked out when asked for: few lines are pointed at, and all are made at every step.
        if self.entry is None:
            return ""
        in_letters = self.entry.term.write(IN_LETTERS)
        meaning = f"{self.name} = {in_letters}\n" if self.text and len(in_letters) < 200 else ""
        help = f"{self.entry.help}\n" if self.entry.help else ""
        return f"{meaning}{help}exactly {PLAIN.number(self.entry.value, '')}"

    @property
    def plain(self) -> str:
        """The whole line as text."""
        parts = [part for part in (self.name, self.text, self.value) if part]
        return " = ".join(parts) if self.kind == "entry" else self.text


def lines_of(sections: tuple[Section, ...], whole: bool, in_words: bool) -> list[Line]:
    """Return the lines of a word's sections: all on the way, or those that tell it in short."""
    found: list[Line] = []
    for section in sections:
        if in_words:
            found += [_sentence("words", said(w, _rounded)) for w in section.words]
        else:
            entries = section.entries if whole else section.brief
            shown = [_entry_line(entry, whole) for entry in entries if not entry.aside]
            if whole and not section.word and shown:
                found.append(_sentence("title", section.title))
            found += shown
        notes = section.notes + (section.more if whole else ())
        found += [_sentence("note", note) for note in notes]
    return found


def heading(ledger: Ledger, word: str) -> tuple[str, str]:
    """Return what stands beside a word of the loop, and the same for a narrow place."""
    found = ((s.title, s.short_title) for s in ledger.sections if s.word == word)
    return next(found, ("", ""))


def _entry_line(entry: Entry, whole: bool) -> Line:
    usual, fine = (SCREEN, FINE) if whole else (BRIEF, BRIEF_FINE)
    formula, value = written(entry, fine if entry.name == "new" else usual)
    return Line("entry", entry.name, formula, value, entry)


def _sentence(kind: Kind, text: str) -> Line:
    return Line(kind, "", text, "")


def _rounded(value: float) -> str:
    return exact(value, 4)
