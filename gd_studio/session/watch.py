"""The watch over a run: what the diagnoses find, asked often enough and no oftener."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gd_studio.experiment.diagnosis import Finding
    from gd_studio.experiment.diagnosis.trials import TrialsInParts
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.experiment.run import Run

SECONDS_BETWEEN = 0.5


class Watch:
    """Remembers the findings of a moment; while playing, looks at most twice a second.

    What may help is tried in parts, by `go_on`; until then a finding says that it is being tried.
    What was proposed under the same settings is kept, so that it is tried only once.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._trials: TrialsInParts | None = None
        self._settings: Experiment | None = None
        self._findings: tuple[Finding, ...] = ()
        self._moment: tuple[Any, ...] | None = None
        self._timeline: Any = None
        self._looked = float("-inf")

    def findings(
        self, run: Run, playing: bool, unlooked: bool = False
    ) -> tuple[Finding, ...]:
        """Return what there is to say about the run; the same object while nothing changed.

        Of a moment that goes `unlooked`, because it is only passed by or is to be drawn first, that
        is what was found last, unless the run ended there.
        """
        moment = (run.step_number, run.history.evaluations, run.in_force, run.stop_reason)
        same = run.timeline is self._timeline
        if same and ((unlooked and run.stop_reason is None) or moment == self._moment):
            return self._findings
        now = self._clock()
        if same and playing and now - self._looked < SECONDS_BETWEEN:
            return self._findings
        found = self._look(run)
        if found != self._findings:
            self._findings = found
        self._timeline, self._moment, self._looked = run.timeline, moment, now
        return self._findings

    def may_wait(self, run: Run) -> bool:
        """Whether a look need not hold up a frame: the run goes on, and all was well last time."""
        known = run.timeline is self._timeline and run.stop_reason is None
        return known and not self._findings

    def _look(self, run: Run) -> tuple[Finding, ...]:
        from gd_studio.experiment.diagnosis.registry import diagnose  # the window comes first
        from gd_studio.experiment.diagnosis.trials import TrialsInParts

        is_stale = run.timeline is not self._timeline or run.in_force != self._settings
        if self._trials is None or is_stale:
            self._trials, self._settings = TrialsInParts(), run.in_force
        self._trials.leave_out_after(run.step_number)
        with np.errstate(all="ignore"):
            return diagnose(run, self._trials)

    @property
    def is_trying(self) -> bool:
        """Whether what may help is still being tried."""
        return self._trials is not None and bool(self._trials.under_way)

    def go_on(self, run: Run, may_go_on: Callable[[], bool]) -> bool:
        """Try on while allowed, by one step at least; return whether there is more to say now.

        A trial for what the run was before is dropped.
        """
        if self._trials is None or not self.is_trying:
            return False
        if run.timeline is not self._timeline:
            self._trials = None
            return False
        has_ended = self._trials.go_on(may_go_on)
        if has_ended:
            self._moment, self._looked = None, float("-inf")
        return has_ended
