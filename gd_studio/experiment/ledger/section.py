"""A part of a ledger: its lines, the same in words, and what must be said beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from gd_studio.engine.optimizers.account import Entry
from gd_studio.experiment.ledger.writing import Said


@dataclass(frozen=True, eq=False)
class Section:
    """`word` of the loop (once for each), title, entries, sentences and notes.

    `words` tell the same as the entries; `notes` what holds for both ways of showing them, `more`
    what only a full account needs. `brief` are the few entries that tell the whole in short.
    `unfinished`: lines are left out that take too long for a look. `short_title` is for where the
    title has no room.
    """

    phase: Literal["guess", "check", "adjust"]
    word: str
    title: str
    entries: tuple[Entry, ...]
    words: Said
    notes: tuple[str, ...]
    brief: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    unfinished: bool = False
    short_title: str = ""


def in_short(section: Section, *names: str) -> Section:
    """Return the section with the lines of these names as its brief account."""
    return replace(section, brief=tuple(e for e in section.entries if e.name in names))
