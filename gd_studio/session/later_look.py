"""A step made by hand is drawn first, and diagnosed then: the window need not wait for that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gd_studio.session.control import Control
from gd_studio.session.watch import SECONDS_BETWEEN, Watch

if TYPE_CHECKING:
    from gd_studio.experiment.run import Run

# So long a look waits for the window to draw the frame before it.
PATIENCE = 0.25


class LaterLook:
    """Puts a look of the watch off until a frame is drawn, though not for ever."""

    def __init__(
        self, watch: Watch, control: Control, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._watch, self._control, self._clock = watch, control, clock
        self._put_off_at = self._frame_at = 0.0
        self.is_owed = False

    def goes_unlooked(self, run: Run, playing: bool, passing: bool) -> bool:
        """Return whether the frame that is to be made goes without a look.

        One that is only passed by does; while playing the watch looks when it is time. A look at
        any other is owed. Steps may follow each other so fast that none is drawn before the next:
        after half a second one of them is looked at all the same.
        """
        if playing or passing:
            self._forget()
            return passing
        now = self._clock()
        if not self.is_owed:
            self._put_off_at = now
        self.is_owed = self._watch.may_wait(run) and now - self._put_off_at < SECONDS_BETWEEN
        self._frame_at = now
        return self.is_owed

    def take(self, run: Run) -> bool:
        """Wait for the window, or look; return whether there is something to say of the run."""
        control = self._control
        control.awaited = True  # before `ready` is read, so that the window cannot miss it
        left = self._frame_at + PATIENCE - self._clock()
        if left > 0 and not control.ready.is_set():
            control.woken.wait(left)
            return False
        self._forget()
        return bool(self._watch.findings(run, playing=False))

    def _forget(self) -> None:
        self.is_owed = self._control.awaited = False
