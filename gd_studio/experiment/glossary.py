"""The glossary: every word of the screen in two sentences, and where it is seen.

The words are in `resources/glossary/words.txt`: a line `word; another name @ place`, and below
it, indented, the two sentences, with links as `[word]` or `[shown words|word]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gd_studio.errors import FileError
from gd_studio.paths import resource

LINK = re.compile(r"\[([^\]|]+)(?:\|([^\]]+))?\]")


@dataclass(frozen=True)
class Entry:
    """A word, its other names, the object name of the place where it is seen, and its text.

    Names with a dot are the object names of widgets whose word it is.
    """

    word: str
    others: tuple[str, ...]
    place: str
    text: str

    @property
    def said_others(self) -> tuple[str, ...]:
        """Its other names that people use."""
        return tuple(name for name in self.others if "." not in name)

    @property
    def links(self) -> tuple[str, ...]:
        """The words that its text leads to."""
        return tuple(found[2] or found[1] for found in LINK.finditer(self.text))

    @property
    def plain_text(self) -> str:
        """Its text without the marks of links."""
        return LINK.sub(lambda found: found[1], self.text)


class Glossary:
    """All entries, by any of their names."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self._by_name: dict[str, Entry] = {}
        for entry in entries:
            for name in (entry.word, *entry.others):
                self._by_name.setdefault(bare(name), entry)

    def find(self, name: str) -> Entry | None:
        """Return the entry of a word as it stands on screen: case, dots and marks do not count."""
        return self._by_name.get(bare(name))

    def search(self, text: str) -> list[Entry]:
        """Return the entries that begin with a text, then those that name it, then all others."""
        wanted = bare(text)
        ranked = [(_rank(entry, wanted), entry) for entry in self.entries]
        ranked = [pair for pair in ranked if pair[0] < 3]
        return [e for _, e in sorted(ranked, key=lambda pair: (pair[0], pair[1].word.lower()))]


def bare(name: str) -> str:
    """Return a name as it is compared: "&Try rates…" is "try rates"."""
    return " ".join(re.sub(r"[&…▸▾↺]", "", name).lower().split()).rstrip(":")


@cache
def glossary() -> Glossary:
    """Return the glossary that is shipped, read once."""
    path = resource("glossary", "words.txt")
    return Glossary(tuple(read_entries(path.read_text("utf-8"), path)))


def read_entries(text: str, path: Path) -> Iterator[Entry]:
    """Yield the entries of a glossary's text. Raises FileError for a line that fits nowhere."""
    head, body = "", []
    for number, line in enumerate([*text.splitlines(), "end @ end"], 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("    ") and head:
            body.append(line.strip())
        elif "@" in line and not line.startswith(" "):
            if head:
                yield _entry(head, " ".join(body))
            head, body = line, []
        else:
            where = f"{path.name}, line {number}"
            raise FileError(f"{where}: a word needs a place, as in word @ place.")


def _entry(head: str, text: str) -> Entry:
    names, _, place = head.rpartition("@")
    word, *others = (name.strip() for name in names.split(";"))
    return Entry(word, tuple(others), place.strip(), text)


def _rank(entry: Entry, wanted: str) -> int:
    names = [bare(name) for name in (entry.word, *entry.said_others)]
    if any(name.startswith(wanted) for name in names):
        return 0
    if any(wanted in name for name in names):
        return 1
    return 2 if wanted in entry.plain_text.lower() else 3
