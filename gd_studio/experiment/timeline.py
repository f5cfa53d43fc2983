"""A timeline: all that a run has been through, so that it can be left and come back to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec

from gd_studio.engine.stopping import StopReason
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import History
from gd_studio.experiment.state import Snapshots
from gd_studio.experiment.tape import Tape
from gd_studio.experiment.trajectory import Trajectory


@dataclass(eq=False)
class Timeline:
    """From a start experiment to the last step reached, by way of the tape.

    `end` is a step and the run's fingerprint there: that of the last step, when it was last left.
    """

    start: Experiment
    history: History
    trajectory: Trajectory
    snapshots: Snapshots
    tape: Tape = field(default_factory=Tape)
    last: int = 0
    stop: StopReason | None = None
    end: tuple[int, str] | None = None

    def cut(self, step: int) -> Timeline:
        """Return a timeline with the same past up to a step and no future yet."""
        if step == self.last:
            return replace(
                self,
                history=self.history.cut(step),
                trajectory=self.trajectory.cut(step),
                snapshots=self.snapshots.cut(step),
                stop=None,
                end=None,
            )
        return Timeline(
            self.start,
            self.history.cut(step),
            self.trajectory.cut(step),
            self.snapshots.cut(step),
            self.tape.cut(step),
            step,
        )

    @property
    def whole_tape(self) -> Tape:
        """The tape as a file holds it: with the last step that was reached."""
        return msgspec.structs.replace(self.tape, last_step=self.last)

    def fork(self, step: int) -> Timeline:
        """Return a timeline with the same past up to a step, and a stop that fired in it."""
        forked = self.cut(step)
        if self.stop is not None and self.stop.step <= step:
            forked.stop = self.stop
        return forked
