"""One line of the ledger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line: the word of the loop it belongs to (once per word), and its text."""

    word: str
    text: str
