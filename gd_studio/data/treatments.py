"""What was done to a column, said in words; many columns treated alike share one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SEVERAL = 12


@dataclass(frozen=True)
class Treatment:
    """One thing done to one column: what, and with which values."""

    column: str
    what: str
    detail: str = ""

    @property
    def words(self) -> str:
        return f"{self.what} ({self.detail})" if self.detail else self.what


def sentences(treatments: Iterable[Treatment]) -> tuple[str, ...]:
    """Return one sentence per treatment, or per kind of it where many columns share it."""
    by_what: dict[str, list[Treatment]] = {}
    for treatment in treatments:
        by_what.setdefault(treatment.what, []).append(treatment)
    said: list[str] = []
    for what, group in by_what.items():
        if len(group) > _SEVERAL:
            names = ", ".join(treatment.column for treatment in group[:3])
            said.append(f"{len(group)} columns ({names}, …): {what}.")
        else:
            said += [f"{treatment.column}: {treatment.words}." for treatment in group]
    return tuple(said)


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: 1 gap, 2 gaps."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
