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
    `cleared` are the stops that an act has cleared, each with the step of that act.
    """

    start: Experiment
    history: History
    trajectory: Trajectory
    snapshots: Snapshots
    tape: Tape = field(default_factory=Tape)
    last: int = 0
    stop: StopReason | None = None
    end: tuple[int, str] | None = None
    cleared: tuple[tuple[StopReason, int], ...] = ()

    def cut(self, step: int) -> Timeline:
        """Return a timeline with the same past up to a step, and no future and no stop yet."""
        stop = self.stop_at(step)
        cleared = tuple(pair for pair in self.cleared if pair[1] <= step)
        if stop is not None:
            cleared += ((stop, step),)
        if step == self.last:
            return replace(
                self,
                history=self.history.cut(step),
                trajectory=self.trajectory.cut(step),
                snapshots=self.snapshots.cut(step),
                stop=None,
                end=None,
                cleared=cleared,
            )
        return Timeline(
            self.start,
            self.history.cut(step),
            self.trajectory.cut(step),
            self.snapshots.cut(step),
            self.tape.cut(step),
            step,
            cleared=cleared,
        )

    def stop_at(self, step: int) -> StopReason | None:
        """Return the stop that is in force at a step: fired by then, and not cleared by then."""
        for stop, cleared in self.cleared:
            if stop.step <= step < cleared:
                return stop
        return self.stop if self.stop is not None and self.stop.step <= step else None

    @property
    def whole_tape(self) -> Tape:
        """The tape as a file holds it: with the last step that was reached."""
        return msgspec.structs.replace(self.tape, last_step=self.last)

    def fork(self, step: int) -> Timeline:
        """Return a timeline with the same past up to a step, and a stop that fired in it."""
        forked = self.cut(step)
        forked.stop = self.stop_at(step)
        return forked
