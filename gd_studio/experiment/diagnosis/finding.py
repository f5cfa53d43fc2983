"""A finding: what is wrong with a run, by which numbers, why, and one change that would help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BACK_TO_BEST = "best"
PATIENCE = 20  # evaluations without a better one, after which a run is said to overfit


@dataclass(frozen=True)
class Proposal:
    """One thing to do: `changes` of settings by path, made at `step` if one is given, or an act.

    With a step, the run goes back there first and on from there. `act` "best" shows the step of
    the best evaluation and changes nothing. `tried` says what a trial of it brought,
    in a sentence, `helped` is whether that was good, and `reached` the training loss there.
    While `is_trying`, what may help is not known yet, and nothing can be done.
    """

    label: str
    changes: dict[str, Any] = field(default_factory=dict)
    step: int | None = None
    act: str = ""
    tried: str = ""
    helped: bool = True
    reached: float | None = None
    is_trying: bool = False


TRYING = Proposal("Trying what would help …", is_trying=True)


@dataclass(frozen=True)
class Finding:
    """What a diagnosis has to say: its kind, its numbers in words, the reason, and a remedy.

    `instead` is a second thing that may be done, where there is one. What only a trial can bear
    out is not `certain` until that has ended.
    """

    kind: str
    title: str
    evidence: str
    reason: str
    proposal: Proposal | None = None
    instead: Proposal | None = None
    certain: bool = True

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """What may be done, the better one first."""
        known = (p for p in (self.proposal, self.instead) if p is not None)
        return tuple(p for p in known if not p.is_trying)

    @property
    def why(self) -> str:
        """The reason, and what a trial of the remedy brought."""
        tried = self.proposal.tried if self.proposal else ""
        return f"{self.reason} {tried}".strip()

    @property
    def words(self) -> str:
        """All of it as one paragraph, for a terminal or a screen reader."""
        labels = ", or ".join(proposal.label for proposal in self.proposals)
        remedy = f" What may help: {labels}." if labels else ""
        return f"{self.title}. {self.evidence} {self.why}{remedy}"
