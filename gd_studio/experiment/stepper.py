"""The step of a run, made for the first time or again: trained, checked, recorded and judged.

A step that is made again does what it did the first time, its acts included, and is recorded once.
"""

from __future__ import annotations

import math
import time

import msgspec
import numpy as np

from gd_studio.data import Prepared
from gd_studio.engine.arrays import Array, read_only
from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.schedules import Plateau
from gd_studio.engine.stopping import (
    StopMemory,
    stop_after_evaluation,
    stop_by_budget,
)
from gd_studio.experiment.autopsy import Checked
from gd_studio.experiment.checking import Check
from gd_studio.experiment.divergence import Diverged, divergence
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.state import RunState, Snapshots
from gd_studio.experiment.step import Step
from gd_studio.experiment.tape import Act, Edit, RestoreBest, SetWeights, Stopped
from gd_studio.experiment.timeline import Timeline
from gd_studio.experiment.trainers import new_trainer, set_up
from gd_studio.experiment.trajectory import Trajectory

# At so many steps the time that had passed is kept for good: a multiple of what snapshots wait for.
TIMED_EVERY = 2 * Snapshots.EVERY


class Stepper:
    """A trainer on prepared data, and the timeline on which its steps are made.

    x (features + 1, rows) and y (outputs, rows) are the training rows as the engine takes them.
    `in_force` are the settings at the present step, `seconds` the computing time spent so far,
    `best` (P,) the parameters of the best evaluation that `stop_memory` remembers.
    """

    def __init__(
        self, experiment: Experiment, hypothesis: Hypothesis, data: Prepared, x: Array, y: Array
    ) -> None:
        self.hypothesis, self.data, self.x, self.y = hypothesis, data, x, y
        self.begin(experiment)

    def begin(self, experiment: Experiment) -> None:
        """Start a timeline at step 0."""
        self.seconds = self._started = 0.0
        theta = experiment.model.start(self.hypothesis.network).astype(self.hypothesis.dtype)
        self.trainer = new_trainer(self.hypothesis, experiment, self.x, self.y, theta)
        parts = [self.data.train]
        parts += [self.data.validation] if len(self.data.validation.rows) else []
        self._checks = [Check(self.hypothesis, part, theta) for part in parts]
        self.stop_memory, self.plateau = StopMemory(), PlateauMemory()
        self.best = read_only(theta)
        self._adopt(experiment)
        history = History()
        trajectory = Trajectory(theta, experiment.training.seed)
        self.timeline = Timeline(experiment, history, trajectory, Snapshots(self.state()))
        with np.errstate(all="ignore"):
            self._note(self._checked(), new=True)
        self.timeline.snapshots = Snapshots(self.state())

    def state(self) -> RunState:
        """Return the whole present state."""
        trainer = self.trainer
        return RunState(
            trainer.step_number,
            trainer.epochs.epoch,
            trainer.epochs.cursor,
            self._kept_theta(),
            read_only(trainer.memory),
            self.stop_memory,
            self.plateau,
            self.in_force,
            self.best,
        )

    def _kept_theta(self) -> Array:
        """Return a copy of the parameters; at the best step the one that is kept already."""
        theta = self.trainer.theta
        is_best = self.stop_memory.best_step == self.trainer.step_number
        return self.best if is_best and np.array_equal(self.best, theta) else read_only(theta)

    def iterate(self) -> tuple[Step, Diverged] | None:
        """Make one step, new or replayed. Return its record, and the reason, if it cannot stand."""
        trainer, timeline = self.trainer, self.timeline
        trainer.step()
        step = trainer.step_number
        if not math.isfinite(
            trainer.batch_loss + trainer.penalty_value + trainer.gradient_norm + trainer.update_norm
        ):
            return divergence(trainer, self.hypothesis, timeline.history, None)
        epochs = trainer.epochs
        epoch_done = epochs.done
        due = epoch_done if self._every is None else step % self._every == 0
        found = self._checked() if due else None
        if found is not None and not all(math.isfinite(total) for total, _ in found):
            return divergence(trainer, self.hypothesis, timeline.history, found)
        new = step > timeline.last
        if new:
            timeline.last = step
            timeline.history.append(
                epochs.epoch,
                trainer.batch_loss,
                trainer.penalty_value,
                trainer.rate,
                trainer.gradient_norm,
                trainer.update_norm,
            )
            timeline.trajectory.record(step, trainer.theta)
        if due or epoch_done or step % Snapshots.EVERY == 0 or step >= self._budget:
            self._look(step, found, new)
        if not new:
            for act in timeline.tape.at(step):
                self.apply(act)
        return None

    def restore(self, state: RunState) -> None:
        """Go to a state that was kept; the acts on the tape at its step are done again."""
        trainer = self.trainer
        np.copyto(trainer.theta, state.theta)
        np.copyto(trainer.previous, state.theta)
        np.copyto(trainer.memory, state.memory)
        trainer.gradient.fill(0)
        trainer.step_number = state.step
        self.stop_memory, self.plateau = state.stop_memory, state.plateau
        self.best = state.best
        self._adopt(state.in_force)
        trainer.epochs.go_to(state.epoch, state.cursor)
        for act in self.timeline.tape.at(state.step):
            self.apply(act)

    def apply(self, act: Act) -> Checked | None:
        """Do an act; return the evaluation of weights that were set, which count as a new start.

        What was best before them, or how long nothing was, says nothing about them. A live edit,
        too, has the patience of the rules anew.
        """
        if isinstance(act, SetWeights):
            self.trainer.theta[:] = act.values
            with np.errstate(all="ignore"):
                found = self._checked()
            step = self.trainer.step_number
            self.stop_memory = StopMemory().after(step, found[0][0], found[-1][0])
            self.best = read_only(self.trainer.theta)
            return found
        if isinstance(act, RestoreBest):
            self.trainer.theta[:] = act.values
        elif isinstance(act, Edit):
            epochs = self.trainer.epochs
            before = epochs.size
            self._adopt(self.in_force.edit(dict(act.changes)))
            if epochs.size != before:
                epochs.end_epoch()
            self.stop_memory = msgspec.structs.replace(self.stop_memory, without_improvement=0)
        return None

    def has_ended(self) -> bool:
        """Whether no new step is due: a rule has fired, or the time is spent."""
        timeline = self.timeline
        if self.trainer.step_number < timeline.last:
            return False
        if timeline.stop is None and self.timed:
            stop, seconds = self.in_force.stop, self._seconds_now()
            reason = stop_by_budget(stop, self.trainer.step_number, 0, seconds)
            if reason is not None and reason.kind == "max_seconds":
                stopped = Stopped(step=reason.step, kind=reason.kind, message=reason.message)
                timeline.tape = timeline.tape.with_act(stopped)
                timeline.stop = reason
        return timeline.stop is not None

    def start_clock(self) -> None:
        """Begin to count time as computing."""
        self._started = time.perf_counter()

    def pass_time(self) -> None:
        """Count the time since `start_clock` as computing; the steps made meanwhile took it."""
        if self.trainer.step_number < self.timeline.last:
            return  # a replay: how long these steps took is known
        self.seconds = self._seconds_now()
        passed = self.trainer.epochs.passed
        self.timeline.history.mark_time(self.trainer.step_number, passed, self.seconds)
        self.note_end_of_path()

    def note_end_of_path(self) -> None:
        """Keep the parameters of the last step, where that is the present one."""
        if self.trainer.step_number == self.timeline.last:
            self.timeline.trajectory.finish(self.trainer.step_number, self.trainer.theta)

    def record_evaluation(self, found: Checked) -> None:
        """Record an evaluation of the present step."""
        held_out = found[1] if len(found) > 1 else None
        step = self.trainer.step_number
        self.timeline.history.append_evaluation(step, found[0], held_out)

    def _adopt(self, experiment: Experiment) -> None:
        self.in_force = experiment
        self.hypothesis = self.hypothesis.with_penalty(experiment.penalty)
        if not isinstance(experiment.schedule, Plateau):
            self.plateau = PlateauMemory()
        set_up(self.trainer, experiment, self.plateau, self.x.shape[1])
        self._every = experiment.training.evaluate_every
        stop = experiment.stop
        self._budget = math.inf if stop.max_steps is None else stop.max_steps
        self.timed = stop.max_seconds is not None

    def _look(self, step: int, found: Checked | None, new: bool) -> None:
        """Note an evaluation, keep a snapshot where one is due, and ask the stop rules."""
        timeline = self.timeline
        stop = None
        if found is not None:
            self._note(found, new)
            name = "validation" if len(found) > 1 else "training"
            stop = stop_after_evaluation(
                self.in_force.stop, self.stop_memory, step, found[0][0], name
            )
        if step % Snapshots.EVERY == 0:
            timeline.snapshots.keep(self.state())
            if new:
                passed, seconds = self.trainer.epochs.passed, self._seconds_now()
                timeline.history.mark_time(step, passed, seconds, keep=step % TIMED_EVERY == 0)
        if new and timeline.stop is None:
            completed = self.trainer.epochs.completed
            timeline.stop = stop or stop_by_budget(self.in_force.stop, step, completed, 0.0)

    def _checked(self) -> Checked:
        """Return (total, score) of all train rows, and of all validation rows if there are any."""
        return [check.made(self.hypothesis) for check in self._checks]

    def _note(self, found: Checked, new: bool) -> None:
        """Record an evaluation of the present step, and let the stop rules remember it."""
        step = self.trainer.step_number
        if new:
            self.record_evaluation(found)
        watched = found[-1][0]
        self.stop_memory = self.stop_memory.after(step, found[0][0], watched)
        if self.stop_memory.best_step == step:
            self.best = read_only(self.trainer.theta)
        if step > 0 and isinstance(self.in_force.schedule, Plateau):
            self.plateau = self.plateau.after(watched, self.in_force.schedule)
            self.trainer.rate_factor = self.plateau.factor

    def _seconds_now(self) -> float:
        return self.seconds + time.perf_counter() - self._started
