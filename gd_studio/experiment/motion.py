"""A run in motion: it goes on, comes back, and goes to any moment of its timeline.

How one step is made is the stepper's; here is where the run is, and how it gets elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from gd_studio.data import Prepared
from gd_studio.engine.arrays import Array, read_only
from gd_studio.engine.stopping import StopReason, stop_by_budget, with_best_restored
from gd_studio.experiment.divergence import Diverged
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.parts import finished
from gd_studio.experiment.step import Step, step_made
from gd_studio.experiment.stepper import Stepper
from gd_studio.experiment.tape import Act, RestoreBest, Stopped
from gd_studio.experiment.timeline import Timeline
from gd_studio.experiment.under_way import Coming

BUDGETS = ("max_steps", "max_epochs")


class Motion:
    """Where a run is on its timeline; `stepper` makes its steps, and may be read."""

    def __init__(
        self, experiment: Experiment, hypothesis: Hypothesis, data: Prepared, x: Array, y: Array
    ) -> None:
        self.stepper = Stepper(experiment, hypothesis, data, x, y)
        self._place = 0

    def anew(self) -> Motion:
        """Return another one at the start of the same experiment, on the same data."""
        mine = self.stepper
        return Motion(mine.timeline.start, mine.hypothesis, mine.data, mine.x, mine.y)

    def begin(self, experiment: Experiment) -> None:
        """Start a timeline at step 0."""
        self.stepper.begin(experiment)
        self._place = 0

    def step(self) -> Step:
        """Make one step and return its record, also after a stop."""
        self._come_back()
        # Whoever makes single steps looks at them: at what was there before, or back at it.
        self._keep_near()
        stepper = self.stepper
        stepper.start_clock()
        with np.errstate(all="ignore"):
            refused = stepper.iterate()
            if refused is not None:
                self._undo(*refused)
        stepper.pass_time()
        record = refused[0] if refused else step_made(stepper.trainer)
        self._end_early()
        self._place = stepper.trainer.step_number
        return record

    def advance(self, steps: int, go_on: Callable[[], bool] | None) -> None:
        """Make up to so many steps, until a rule ends them or `go_on` says no."""
        self._come_back()
        stepper = self.stepper
        iterate = stepper.iterate
        stepper.start_clock()
        with np.errstate(all="ignore"):
            for _ in range(steps):
                if (stepper.timed or stepper.timeline.stop is not None) and stepper.has_ended():
                    break
                if go_on is not None and not go_on():
                    break
                refused = iterate()
                if refused is not None:
                    self._undo(*refused)
                    break
        stepper.pass_time()
        self._end_early()
        self._place = stepper.trainer.step_number

    def seek(self, step: int) -> None:
        """Go to a step between 0 and the last."""
        with np.errstate(all="ignore"):
            finished(self.seeking(step))

    def seeking(self, step: int) -> Generator[None, None, None]:
        """Go to a step, with a pause after every one that is made again.

        Nothing else is to be done with this motion meanwhile, and whoever goes on with it lets
        numpy ignore what is not finite.
        """
        self._come_back()
        self._leave()
        stepper, trainer = self.stepper, self.stepper.trainer
        snapshots = stepper.timeline.snapshots
        nearest = snapshots.before(step)
        if not nearest.step <= trainer.step_number < step:
            stepper.restore(nearest)
        while trainer.step_number < step:
            if step - trainer.step_number <= snapshots.near_limit:
                self._keep_near()
            stepper.iterate()
            yield
        stepper.note_end_of_path()
        self._place = step

    def peek(self) -> Coming:
        """Return what the next step will find up to its loss; nothing is left of having looked."""
        self._come_back()
        trainer = self.stepper.trainer
        with np.errstate(all="ignore"):
            trainer.next_batch()
            trainer.forward()
            trainer.loss()
        epochs = trainer.epochs
        found = Coming(
            trainer.step_number,
            epochs.epoch,
            epochs.taken_number,
            epochs.taken_of,
            np.array(epochs.taken_rows),
            trainer.batch_loss,
            trainer.penalty_value,
        )
        self._come_back()
        return found

    def memory_before(self) -> Array:
        """Return the optimizer's memory before the present step, as a step back would find it."""
        step = self._place
        before = max(0, step - 1)
        kept = self.stepper.timeline.snapshots.before(step)
        if kept.step != before:
            self.seek(before)
            memory = read_only(self.stepper.trainer.memory)
            self.seek(step)
            return memory
        return kept.memory

    def go_to(self, step: int, go_on: Callable[[], bool] | None) -> None:
        """Go on to a step as a replay does: no rule stops it, only divergence or `go_on`."""
        stepper = self.stepper
        stepper.start_clock()
        with np.errstate(all="ignore"):
            while stepper.trainer.step_number < step and (go_on is None or go_on()):
                refused = stepper.iterate()
                if refused is not None:
                    self._undo(*refused)
                    break
        stepper.pass_time()
        self._place = stepper.trainer.step_number

    def take(self, timeline: Timeline, step: int) -> None:
        """Leave this timeline for another one of the same run, at a step of it."""
        with np.errstate(all="ignore"):
            finished(self.taking(timeline, step))

    def taking(self, timeline: Timeline, step: int) -> Generator[None, None, None]:
        """Leave for another timeline, with pauses as `seeking` has them."""
        self._come_back()
        self._leave()
        stepper = self.stepper
        stepper.timeline = timeline
        stepper.seconds = timeline.history.seconds_at(timeline.last)
        stepper.restore(timeline.snapshots.before(step))
        self._place = stepper.trainer.step_number
        yield from self.seeking(step)

    def act(self, act: Act) -> None:
        """Put an act on the tape and do it; what lay ahead belongs to the old timeline now.

        It clears a stop, but not a budget that is still spent.
        """
        self._come_back()
        stepper = self.stepper
        step, stop = stepper.trainer.step_number, stepper.timeline.stop
        stepper.seconds = stepper.timeline.history.seconds_at(step)
        stepper.timeline = timeline = stepper.timeline.cut(step)
        timeline.tape = timeline.tape.with_act(act)
        found = stepper.apply(act)
        if found is not None:
            timeline.history = timeline.history.cut(step, evaluate_anew=True)
            stepper.record_evaluation(found)
        timeline.trajectory.force(step, stepper.trainer.theta)
        timeline.stop = self._stop_after(act, stop)

    def _stop_after(self, act: Act, stop: StopReason | None) -> StopReason | None:
        """Return what of a stop is left after an act."""
        if isinstance(act, Stopped):
            return StopReason(act.kind, act.step, act.message)
        if stop is None:
            return None
        if isinstance(act, RestoreBest):
            return with_best_restored(stop, act.best_step)
        if stop.kind not in BUDGETS:
            return None
        stepper, trainer = self.stepper, self.stepper.trainer
        completed = trainer.epochs.completed
        return stop_by_budget(stepper.in_force.stop, trainer.step_number, completed, 0.0)

    def _undo(self, record: Step, reason: Diverged) -> None:
        """Undo a step whose numbers are not finite; the last finite state stays."""
        stepper = self.stepper
        stepper.restore(stepper.timeline.snapshots.before(record.step - 1))
        self._place = stepper.trainer.step_number
        self.seek(record.step - 1)
        stepper.timeline.stop = reason

    def _end_early(self) -> None:
        """Bring the best weights back, if patience has just ended the run and they are wanted."""
        stepper = self.stepper
        stop, memory, timeline = stepper.timeline.stop, stepper.stop_memory, stepper.timeline
        if stop is None or stop.kind != "patience" or not stepper.in_force.stop.restore_best:
            return
        step = stepper.trainer.step_number
        if step != stop.step or step != timeline.last or memory.best_step == step:
            return
        if any(isinstance(act, RestoreBest) for act in timeline.tape.at(step)):
            return
        self._place = step
        values = tuple(float(v) for v in stepper.best)
        self.act(RestoreBest(step=step, best_step=memory.best_step, values=values))

    def _come_back(self) -> None:
        """Undo what was done with the trainer from outside, be it a phase or many steps."""
        stepper, trainer = self.stepper, self.stepper.trainer
        if trainer.step_number == self._place:
            return
        place = self._place
        stepper.restore(stepper.timeline.snapshots.before(place))
        self._place = trainer.step_number
        self.seek(place)

    def _leave(self) -> None:
        """Note what the last step was like before going elsewhere: a file wants to know."""
        timeline = self.stepper.timeline
        if self.stepper.trainer.step_number == timeline.last:
            timeline.end = (timeline.last, self.stepper.state().fingerprint())

    def _keep_near(self) -> None:
        """Keep the present state for a step back; where something was done, others have to do."""
        stepper = self.stepper
        if not stepper.timeline.tape.at(stepper.trainer.step_number):
            stepper.timeline.snapshots.keep_near(stepper.state())
