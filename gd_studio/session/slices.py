"""Slices of time for what is tried beside the run: short ones, and none while the window draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gd_studio.session.control import Control
from gd_studio.session.watch import Watch

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

SECONDS = 0.003
# What is tried takes this share of the time while steps are to be made without a rest.
SHARE = 0.5


class Slices:
    """Lets a watch try on for a few milliseconds, or until the window or a wish wants its turn."""

    def __init__(
        self, watch: Watch, control: Control, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._watch, self._control, self._clock = watch, control, clock
        self._rested = float("-inf")
        self._tried_at: int | None = None  # the run's step at the last slice

    @property
    def are_wanted(self) -> bool:
        """Whether something is being tried."""
        return self._watch.is_trying

    def take(self, run: Run) -> bool:
        """Try on for one slice; return whether there is something new to say of the run."""
        control, clock = self._control, self._clock
        control.gate.wait(0.1)
        began = clock()

        def may_go_on() -> bool:
            is_wanted = control.woken.is_set() or not control.gate.is_set()
            return clock() - began < SECONDS and not is_wanted

        self._tried_at = run.step_number
        found = self._watch.go_on(run, may_go_on)
        ended = clock()
        self._rested = ended + (ended - began) * (1 / SHARE - 1)
        return found

    def take_share(self, run: Run) -> bool:
        """Try on for one slice, unless the last one is too fresh, or no step was made since."""
        has_rested = run.step_number != self._tried_at and self._clock() >= self._rested
        return self.are_wanted and has_rested and self.take(run)
