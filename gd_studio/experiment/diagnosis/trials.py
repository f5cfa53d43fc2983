"""The trials of what may help: each is made once, at once or in parts while the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

import numpy as np

from gd_studio.experiment.diagnosis.finding import TRYING, Proposal
from gd_studio.experiment.parts import finished

Trying = Generator[None, None, Proposal]
"""Tries what may help and returns what is proposed; it pauses before and after every step.

It reads the run it was begun for, whose timeline and settings are to stay as they were: the run
may go on along its timeline, but a trial begun at a step is stale before that step.
"""


class Trials:
    """What is proposed for the kinds of findings of a run: tried at once, and then kept."""

    def __init__(self) -> None:
        self.proposals: dict[str, Proposal] = {}

    def begin(self, kind: str, step: int, trying: Trying) -> Proposal:
        """Return what comes of a trial begun at a step, and keep it for this kind of finding."""
        with np.errstate(all="ignore"):
            found = self.proposals[kind] = finished(trying)
        return found


class Begun(NamedTuple):
    """A trial under way: the step of the run at which it was begun, and what is left of it."""

    step: int
    trying: Trying


class TrialsInParts(Trials):
    """Trials for a run that goes on meanwhile: `TRYING` is proposed until one has ended."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[str, Begun] = {}

    @property
    def under_way(self) -> tuple[str, ...]:
        """The kinds of findings for which something is being tried, the first one first."""
        return tuple(self._begun)

    def begin(self, kind: str, step: int, trying: Trying) -> Proposal:
        """Begin a trial, unless one is under way; what takes no trial is proposed at once."""
        if kind not in self._begun:
            self.proposals.pop(kind, None)
            self._begun[kind] = Begun(step, trying)
            self._do_part(kind)
        return self.proposals.get(kind, TRYING)

    def leave_out_after(self, step: int) -> None:
        """Drop the trials begun after a step: the run has gone back to before them."""
        self._begun = {kind: begun for kind, begun in self._begun.items() if begun.step <= step}

    def go_on(self, may_go_on: Callable[[], bool]) -> bool:
        """Do parts of the first trial while allowed, one at least; return whether it has ended."""
        kind = next(iter(self._begun))
        with np.errstate(all="ignore"):
            while not self._do_part(kind):
                if not may_go_on():
                    return False
        return True

    def _do_part(self, kind: str) -> bool:
        try:
            next(self._begun[kind].trying)
        except StopIteration as done:
            self.proposals[kind] = done.value
            del self._begun[kind]
            return True
        return False
