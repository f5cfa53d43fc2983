"""The watch over a run: what the diagnoses find, asked often enough and no oftener."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gd_studio.experiment.diagnosis import Finding, Proposal
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.experiment.run import Run

SECONDS_BETWEEN = 0.5


class Watch:
    """Remembers the findings of a moment; while playing, looks at most twice a second.

    What was proposed under the same settings is kept as well, so that it is tried only once;
    `pause` is called between the steps of a trial.
    """

    def __init__(
        self,
        pause: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._pause, self._clock = pause, clock
        self._proposals: dict[str, Proposal] = {}
        self._settings: Experiment | None = None
        self._findings: tuple[Finding, ...] = ()
        self._moment: tuple[Any, ...] | None = None
        self._timeline: Any = None
        self._looked = 0.0

    def findings(self, run: Run, playing: bool) -> tuple[Finding, ...]:
        """Return what there is to say about the run; the same object while nothing changed."""
        moment = (run.step_number, run.history.evaluations, run.in_force, run.stop_reason)
        same = run.timeline is self._timeline
        if same and moment == self._moment:
            return self._findings
        from gd_studio.experiment.diagnosis.registry import diagnose  # the window comes first

        now = self._clock()
        if same and playing and now - self._looked < SECONDS_BETWEEN:
            return self._findings
        if not same or run.in_force != self._settings:
            self._proposals, self._settings = {}, run.in_force
        with np.errstate(all="ignore"):
            found = diagnose(run, self._proposals, self._pause)
        if found != self._findings:
            self._findings = found
        self._timeline, self._moment, self._looked = run.timeline, moment, now
        return self._findings
