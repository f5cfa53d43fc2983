"""The moving part of a run: it makes steps, for the first time or again, and goes to any moment.

A step that is made again does what it did the first time, its acts included, and is recorded once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import msgspec
import numpy as np

from gd_studio.data import Prepared
from gd_studio.engine.arrays import Array, read_only
from gd_studio.engine.clipping import Clipping
from gd_studio.engine.plateau import PlateauMemory
from gd_studio.engine.schedules import Plateau
from gd_studio.engine.stopping import (
    StopMemory,
    StopReason,
    stop_after_evaluation,
    stop_by_budget,
    with_best_restored,
)
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.autopsy import Checked
from gd_studio.experiment.checking import Check
from gd_studio.experiment.divergence import divergence
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.models import Mlp
from gd_studio.experiment.state import RunState, Snapshots
from gd_studio.experiment.step import Step, step_made
from gd_studio.experiment.tape import Act, Edit, RestoreBest, SetWeights, Stopped
from gd_studio.experiment.timeline import Timeline
from gd_studio.experiment.trajectory import Trajectory
from gd_studio.experiment.under_way import Coming

BUDGETS = ("max_steps", "max_epochs")


class Motion:
    """A trainer on prepared data, and the timeline of what it has been through.

    x (features + 1, rows) and y (outputs, rows) are the training rows as the engine takes them.
    `in_force` are the settings at the present step, `seconds` the computing time spent so far.
    """

    def __init__(
        self, experiment: Experiment, hypothesis: Hypothesis, data: Prepared, x: Array, y: Array
    ) -> None:
        self.hypothesis, self._data, self.x, self.y = hypothesis, data, x, y
        self.begin(experiment)

    def anew(self) -> Motion:
        """Return another one at the start of the same experiment, on the same data."""
        return Motion(self.timeline.start, self.hypothesis, self._data, self.x, self.y)

    def begin(self, experiment: Experiment) -> None:
        """Start a timeline at step 0."""
        self.seconds = self._started = 0.0
        theta = experiment.model.start(self.hypothesis.network).astype(self.hypothesis.dtype)
        self.trainer = self._new_trainer(experiment, theta)
        parts = [self._data.train]
        parts += [self._data.validation] if len(self._data.validation.rows) else []
        self._checks = [Check(self.hypothesis, part, theta) for part in parts]
        self.stop_memory, self._plateau = StopMemory(), PlateauMemory()
        self._adopt(experiment)
        history = History()
        trajectory = Trajectory(theta, experiment.training.seed)
        self.timeline = Timeline(experiment, history, trajectory, Snapshots(self.state()))
        with np.errstate(all="ignore"):
            self._note(self._checked(), new=True)
        self.timeline.snapshots = Snapshots(self.state())
        self._place = 0

    def state(self) -> RunState:
        """Return the whole present state."""
        trainer = self.trainer
        return RunState(
            trainer.step_number,
            trainer.epochs.epoch,
            trainer.epochs.cursor,
            read_only(trainer.theta),
            read_only(trainer.memory),
            self.stop_memory,
            self._plateau,
            self.in_force,
        )

    def step(self) -> Step:
        """Make one step and return its record, also after a stop."""
        self._come_back()
        # Whoever makes single steps looks at them: at what was there before, or back at it.
        self._keep_near()
        self._started = time.perf_counter()
        with np.errstate(all="ignore"):
            refused = self._iterate()
        self._pass_time()
        record = refused or step_made(self.trainer)
        self._end_early()
        self._place = self.trainer.step_number
        return record

    def advance(self, steps: int, go_on: Callable[[], bool] | None) -> None:
        """Make up to so many steps, until a rule ends them or `go_on` says no."""
        self._come_back()
        self._started = time.perf_counter()
        with np.errstate(all="ignore"):
            for _ in range(steps):
                if (self._timed or self.timeline.stop is not None) and self._ended():
                    break
                if go_on is not None and not go_on():
                    break
                self._iterate()
        self._pass_time()
        self._end_early()
        self._place = self.trainer.step_number

    def seek(self, step: int) -> None:
        """Go to a step between 0 and the last."""
        self._come_back()
        self._leave()
        snapshots = self.timeline.snapshots
        nearest = snapshots.before(step)
        if not nearest.step <= self.trainer.step_number < step:
            self._restore(nearest)
        with np.errstate(all="ignore"):
            while self.trainer.step_number < step:
                if step - self.trainer.step_number <= snapshots.near_limit:
                    self._keep_near()
                self._iterate()
        self._note_end_of_path()
        self._place = step

    def peek(self) -> Coming:
        """Return what the next step will find up to its loss; nothing is left of having looked."""
        self._come_back()
        trainer = self.trainer
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
        kept = self.timeline.snapshots.before(step)
        if kept.step != before:
            self.seek(before)
            memory = read_only(self.trainer.memory)
            self.seek(step)
            return memory
        return kept.memory

    def go_to(self, step: int, go_on: Callable[[], bool] | None) -> None:
        """Go on to a step as a replay does: no rule stops it, only divergence or `go_on`."""
        with np.errstate(all="ignore"):
            while self.trainer.step_number < step and (go_on is None or go_on()):
                if self._iterate() is not None:
                    break
        self._note_end_of_path()
        self._place = self.trainer.step_number

    def take(self, timeline: Timeline, step: int) -> None:
        """Leave this timeline for another one of the same run, at a step of it."""
        self._come_back()
        self._leave()
        self.timeline = timeline
        self.seconds = timeline.history.seconds_at(timeline.last)
        self._restore(timeline.snapshots.before(step))
        self._place = self.trainer.step_number
        self.seek(step)

    def act(self, act: Act) -> None:
        """Put an act on the tape and do it; what lay ahead belongs to the old timeline now.

        It clears a stop, but not a budget that is still spent.
        """
        self._come_back()
        step = self.trainer.step_number
        self.seconds = self.timeline.history.seconds_at(step)
        stop = self.timeline.stop
        self.timeline = timeline = self.timeline.cut(step)
        timeline.tape = timeline.tape.with_act(act)
        found = self._apply(act)
        if found is not None:
            timeline.history = timeline.history.cut(step, evaluate_anew=True)
            self._record_evaluation(found)
        timeline.trajectory.force(step, self.trainer.theta)
        if isinstance(act, Stopped):
            timeline.stop = StopReason(act.kind, act.step, act.message)
        elif isinstance(act, RestoreBest) and stop is not None:
            timeline.stop = with_best_restored(stop, act.best_step)
        elif stop is not None and stop.kind in BUDGETS:
            completed = self.trainer.epochs.completed
            timeline.stop = stop_by_budget(self.in_force.stop, step, completed, 0.0)

    def trainer_of_many(self, rates: Array) -> Trainer:
        """Return a trainer of K copies of the present state, one for each rate (K,)."""
        theta = np.tile(self.trainer.theta, (len(rates), 1))
        return self._beside(theta, rates[:, None].astype(theta.dtype))

    def trainer_beside(self) -> Trainer:
        """Return another trainer at the present state, which may go on without this one."""
        return self._beside(self.trainer.theta.copy())

    def _beside(self, theta: Array, rates: Array | None = None) -> Trainer:
        mine, other = self.trainer, self._new_trainer(self.in_force, theta, rates)
        self._set_up(other)
        other.memory[...] = mine.memory if rates is None else mine.memory[:, None]
        other.step_number = mine.step_number
        other.epochs.go_to(mine.epochs.epoch, mine.epochs.cursor)
        return other

    def _new_trainer(
        self, experiment: Experiment, theta: Array, rates: Array | None = None
    ) -> Trainer:
        model = experiment.model
        return Trainer(
            self.hypothesis.network,
            self.hypothesis.loss,
            experiment.optimizer,
            theta,
            self.x,
            self.y,
            experiment.training.seed,
            dropout=model.dropout if isinstance(model, Mlp) else 0.0,
            rates=rates,
        )

    def _adopt(self, experiment: Experiment) -> None:
        self.in_force = experiment
        self.hypothesis = self.hypothesis.with_penalty(experiment.penalty)
        if not isinstance(experiment.schedule, Plateau):
            self._plateau = PlateauMemory()
        self._set_up(self.trainer)
        self._every = experiment.training.evaluate_every
        stop = experiment.stop
        self._budget = math.inf if stop.max_steps is None else stop.max_steps
        self._timed = stop.max_seconds is not None

    def _set_up(self, trainer: Trainer) -> None:
        """Hand a trainer the settings in force."""
        settings = self.in_force
        training = settings.training
        trainer.rate_factor = self._plateau.factor
        trainer.adopt(
            settings.optimizer,
            settings.schedule,
            settings.penalty,
            training.batch_size or self.x.shape[1],
            Clipping(training.clip_norm, training.clip_value),
        )

    def _iterate(self) -> Step | None:
        """Make one step, new or replayed. Return a record only if it diverged and was undone."""
        trainer, timeline = self.trainer, self.timeline
        trainer.step()
        step = trainer.step_number
        if not math.isfinite(
            trainer.batch_loss + trainer.penalty_value + trainer.gradient_norm + trainer.update_norm
        ):
            return self._diverged()
        epochs = trainer.epochs
        epoch_done = epochs.done
        due = epoch_done if self._every is None else step % self._every == 0
        found = self._checked() if due else None
        if found is not None and not all(math.isfinite(total) for total, _ in found):
            return self._diverged(found)
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
                self._apply(act)
        return None

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
                seconds = self.seconds + time.perf_counter() - self._started
                timeline.history.mark_time(step, self.trainer.epochs.passed, seconds, keep=True)
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
            self._record_evaluation(found)
        watched = found[-1][0]
        self.stop_memory = self.stop_memory.after(step, found[0][0], watched)
        if step > 0 and isinstance(self.in_force.schedule, Plateau):
            self._plateau = self._plateau.after(watched, self.in_force.schedule)
            self.trainer.rate_factor = self._plateau.factor

    def _record_evaluation(self, found: Checked) -> None:
        held_out = found[1] if len(found) > 1 else None
        step = self.trainer.step_number
        self.timeline.history.append_evaluation(step, found[0], held_out)

    def _diverged(self, found: Checked | None = None) -> Step:
        """Undo a step whose numbers are not finite; the last finite state stays."""
        record, reason = divergence(self.trainer, self.timeline.history, found)
        self._restore(self.timeline.snapshots.before(record.step - 1))
        self._place = self.trainer.step_number
        self.seek(record.step - 1)
        self.timeline.stop = reason
        return record

    def _ended(self) -> bool:
        """Whether advance has nothing more to do: a rule has fired, or the time is spent."""
        timeline = self.timeline
        if self.trainer.step_number < timeline.last:
            return False
        if timeline.stop is None and self._timed:
            seconds = self.seconds + time.perf_counter() - self._started
            reason = stop_by_budget(self.in_force.stop, self.trainer.step_number, 0, seconds)
            if reason is not None and reason.kind == "max_seconds":
                stopped = Stopped(step=reason.step, kind=reason.kind, message=reason.message)
                timeline.tape = timeline.tape.with_act(stopped)
                timeline.stop = reason
        return timeline.stop is not None

    def _end_early(self) -> None:
        """Bring the best weights back, if patience has just ended the run and they are wanted."""
        stop, memory = self.timeline.stop, self.stop_memory
        if stop is None or stop.kind != "patience" or not self.in_force.stop.restore_best:
            return
        step = self.trainer.step_number
        if step != stop.step or step != self.timeline.last or memory.best_step == step:
            return
        if any(isinstance(act, RestoreBest) for act in self.timeline.tape.at(step)):
            return
        self._place = step
        self.seek(memory.best_step)
        values = tuple(float(v) for v in self.trainer.theta)
        self.seek(step)
        self.act(RestoreBest(step=step, best_step=memory.best_step, values=values))

    def _pass_time(self) -> None:
        if self.trainer.step_number < self.timeline.last:
            return  # a replay: how long these steps took is known
        self.seconds += time.perf_counter() - self._started
        passed = self.trainer.epochs.passed
        self.timeline.history.mark_time(self.trainer.step_number, passed, self.seconds)
        self._note_end_of_path()

    def _note_end_of_path(self) -> None:
        if self.trainer.step_number == self.timeline.last:
            self.timeline.trajectory.finish(self.trainer.step_number, self.trainer.theta)

    def _come_back(self) -> None:
        """Undo what was done with the trainer from outside, be it a phase or many steps."""
        if self.trainer.step_number == self._place:
            return
        place, self._place = self._place, self.trainer.step_number
        self._restore(self.timeline.snapshots.before(place))
        self._place = self.trainer.step_number
        self.seek(place)

    def _leave(self) -> None:
        """Note what the last step was like before going elsewhere: a file wants to know."""
        if self.trainer.step_number == self.timeline.last:
            self.timeline.end = (self.timeline.last, self.state().fingerprint())

    def _keep_near(self) -> None:
        """Keep the present state for a step back; where something was done, others have to do."""
        if not self.timeline.tape.at(self.trainer.step_number):
            self.timeline.snapshots.keep_near(self.state())

    def _restore(self, state: RunState) -> None:
        trainer = self.trainer
        np.copyto(trainer.theta, state.theta)
        np.copyto(trainer.previous, state.theta)
        np.copyto(trainer.memory, state.memory)
        trainer.gradient.fill(0)
        trainer.step_number = state.step
        self.stop_memory, self._plateau = state.stop_memory, state.plateau
        self._adopt(state.in_force)
        trainer.epochs.go_to(state.epoch, state.cursor)
        for act in self.timeline.tape.at(state.step):
            self._apply(act)

    def _apply(self, act: Act) -> Checked | None:
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
