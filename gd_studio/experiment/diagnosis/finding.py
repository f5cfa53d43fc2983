"""A finding: what is wrong with a run, by which numbers, why, and one change that would help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BACK_TO_BEST = "best"


@dataclass(frozen=True)
class Proposal:
    """One thing to do: `changes` of settings by path, made at `step` if one is given, or an act.

    With a step, the run goes back there first and on from there. `act` "best" shows the step of
    the best evaluation and changes nothing.
    """

    label: str
    changes: dict[str, Any] = field(default_factory=dict)
    step: int | None = None
    act: str = ""


@dataclass(frozen=True)
class Finding:
    """What a diagnosis has to say: its kind, its numbers in words, the reason, and a remedy."""

    kind: str
    title: str
    evidence: str
    reason: str
    proposal: Proposal | None = None

    @property
    def words(self) -> str:
        """All of it as one paragraph, for a terminal or a screen reader."""
        remedy = f" What may help: {self.proposal.label}." if self.proposal else ""
        return f"{self.title}. {self.evidence} {self.reason}{remedy}"
