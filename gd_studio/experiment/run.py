"""A run: an experiment in motion, that can go to any of its moments again, byte for byte.

`step` and `advance` go on, `seek` goes anywhere between 0 and the last step, `edit` and
`set_weights` change what comes next; the past is never cut by looking at it.
A run belongs to one thread.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from gd_studio.data import Dataset, Prepared, Split, prepare, refuse_unsound
from gd_studio.engine.arrays import Array, Integers, read_only
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
from gd_studio.errors import GDStudioError, SettingError
from gd_studio.experiment.arguments import (
    LAST_MADE,
    changes_by_path,
    file_path,
    whole_number,
)
from gd_studio.experiment.baseline import Baseline, baseline
from gd_studio.experiment.checking import Check
from gd_studio.experiment.divergence import Checked, divergence
from gd_studio.experiment.experiment import Experiment, check_task
from gd_studio.experiment.fitting import parameters_from, refuse_restart, refuse_unfitting
from gd_studio.experiment.full_batch import check_optimizer
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.models import Mlp
from gd_studio.experiment.state import RunState, Snapshots
from gd_studio.experiment.step import Step, step_made
from gd_studio.experiment.tape import Act, Edit, RestoreBest, SetWeights, Stopped
from gd_studio.experiment.timeline import Timeline
from gd_studio.experiment.trajectory import Trajectory
from gd_studio.settings import convert, plain

if TYPE_CHECKING:
    from gd_studio.experiment.verification import Verification


@dataclass(frozen=True, eq=False)
class Branch:
    """A place in a timeline to come back to: what undo, redo and the ghost hold."""

    timeline: Timeline
    step: int


class Run:
    """An experiment in motion: prepared data, parameters, optimizer state and history.

    Raises SettingError or DataError where the experiment cannot be run. A relative `data.path`
    is relative to `folder`.
    """

    def __init__(
        self,
        experiment: Experiment | None = None,
        folder: str | Path | None = None,
        dataset: Dataset | None = None,
    ) -> None:
        checked: Experiment = convert(plain(experiment or Experiment()), Experiment)
        self.folder = None if folder is None else file_path("folder", folder)
        if dataset is None:
            dataset = checked.data.load(self.folder)
        else:
            refuse_unsound(dataset)
        check_task(checked, dataset.task)
        self.data: Prepared = prepare(
            dataset, checked.preparation, checked.standardizes_target(dataset.task)
        )
        self.hypothesis = Hypothesis(checked, self.data)
        self._x = self.hypothesis.network_input(self.data.train.x)
        self._y = self.hypothesis.network_target(self.data.train.y)
        self._check_optimizer(checked)
        self.baseline: Baseline | None = baseline(self.data, self.hypothesis.loss)
        threadpool_limits(checked.training.threads, "blas")
        self._begin(checked)

    # --- the present --------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The experiment from which the run started; the tape holds what was changed since."""
        return self.timeline.start

    @property
    def step_number(self) -> int:
        """The step shown: theta(k) is present."""
        return self._trainer.step_number

    @property
    def last_step(self) -> int:
        """The newest step reached."""
        return self.timeline.last

    @property
    def epoch(self) -> int:
        """The epoch of the present step, from 1; 0 before the first."""
        return self._trainer.epochs.epoch

    @property
    def history(self) -> History:
        """The record of every step up to the last."""
        return self.timeline.history

    @property
    def stop_reason(self) -> StopReason | None:
        """Why the run stopped, once the present step is the one at which it did, or later."""
        stop = self.timeline.stop
        if stop is None:
            return None
        return stop if self.step_number >= min(stop.step, self.timeline.last) else None

    @property
    def stop_memory(self) -> StopMemory:
        """What the stop rules know at the present step: first, best, too high."""
        return self._stop_memory

    @property
    def trainer(self) -> Trainer:
        """The loop itself, to be read: every layer's sums, units and deltas of the last step.

        A step made there, whole or phase by phase, is not recorded here.
        """
        return self._trainer

    @property
    def parameters(self) -> Array:
        """The present parameters (P,), as a read-only copy."""
        return read_only(self._trainer.theta)

    @property
    def previous(self) -> Array:
        """The parameters (P,) before the present step."""
        return read_only(self._trainer.previous)

    @property
    def gradient(self) -> Array:
        """The gradient (P,) of the present step (zeros at step 0), as a read-only copy."""
        return read_only(self._trainer.gradient)

    def full_gradient(self) -> Array:
        """Return the gradient (P,) of the total loss over all training rows, at this point."""
        hypothesis = self.hypothesis
        oracle = hypothesis.network.oracle(
            hypothesis.loss, hypothesis.penalty, self._x, self._y
        )
        with np.errstate(all="ignore"):
            return oracle.gradient(self._trainer.theta)

    @property
    def record(self) -> Step | None:
        """The record of the present step; None at step 0."""
        return self.history.record(self.step_number) if self.step_number else None

    @property
    def batch_rows(self) -> Integers:
        """The training rows (batch,) that the present step looked at; none at step 0."""
        return self._trainer.epochs.taken_rows

    @property
    def batch(self) -> tuple[int, int]:
        """Which batch of how many in its epoch the present step used; (0, n) at step 0."""
        epochs = self._trainer.epochs
        return epochs.taken_number, epochs.taken_of

    @property
    def epoch_done(self) -> bool:
        """Whether the next step begins an epoch."""
        return self._trainer.epochs.done

    def weights(self) -> dict[str, Array]:
        """Return copies {"hidden 1.weight": (in, out), "hidden 1.bias": (out,), ...} in order."""
        named = self.hypothesis.network.weights(self._trainer.theta)
        return {name: np.array(value) for name, value in named.items()}

    def predict(self, raw: Any) -> Array:
        """Return guesses for rows in own units and words: (rows, outputs) or (rows, classes)."""
        return self.hypothesis.predict(self._trainer.theta, raw)

    def evaluate(self, split: str = "train") -> dict[str, float]:
        """Return loss, penalty, total, and accuracy or r2, on train, validation or test rows.

        A landscape has no score: its loss is its height.
        """
        rows = self.split(split)
        if len(rows.rows) == 0:
            raise GDStudioError(f"There are no {split} rows; set their share above 0.")
        return self.hypothesis.evaluate(self._trainer.theta, rows)

    def split(self, name: str) -> Split:
        """Return the rows of "train", "validation" or "test"."""
        if name not in ("train", "validation", "test"):
            raise GDStudioError(f"split must be train, validation or test, not {name!r}.")
        part: Split = getattr(self.data, name)
        return part

    def coefficients(self) -> dict[str, Any]:
        """Return intercept and coefficients of a linear or logistic model, in own units."""
        if len(self.hypothesis.network.layers) != 1 or self.hypothesis.terms is not None:
            raise GDStudioError("Only linear and logistic models have coefficients.")
        return self.hypothesis.coefficients(self._trainer.theta)

    def state(self) -> RunState:
        """Return the whole present state."""
        trainer = self._trainer
        return RunState(
            trainer.step_number,
            trainer.epochs.epoch,
            trainer.epochs.cursor,
            read_only(trainer.theta),
            read_only(trainer.memory),
            self._stop_memory,
            self._plateau,
            self.in_force,
        )

    def fingerprint(self) -> str:
        """Return a sha256 over the whole present state."""
        return self.state().fingerprint()

    # --- going on -----------------------------------------------------------------------------

    def step(self) -> Step:
        """Make one iteration and return its record, also after a stop: it is the user's wish."""
        self._started = time.perf_counter()
        with np.errstate(all="ignore"):
            refused = self._iterate()
        self._pass_time()
        record = refused or step_made(self._trainer)
        self._end_early()
        return record

    def advance(self, steps: int, go_on: Callable[[], bool] | None = None) -> StopReason | None:
        """Make up to `steps` iterations; return the reason if a rule ended them, else None.

        `go_on`, if given, is asked before each step and may end it early. Raises GDStudioError
        for what is no count of steps.
        """
        steps = whole_number("steps", steps, 0)
        if go_on is not None and not callable(go_on):
            raise GDStudioError(f"go_on must be a function that says whether to, not {go_on!r}.")
        self._started = time.perf_counter()
        with np.errstate(all="ignore"):
            for _ in range(steps):
                if self._ended() or (go_on is not None and not go_on()):
                    break
                self._iterate()
        self._pass_time()
        self._end_early()
        return self.stop_reason

    def seek(self, step: int) -> None:
        """Go to a step between 0 and the last; the steps after it stay.

        Raises GDStudioError outside that range.
        """
        step = whole_number("step", step, 0, self.last_step, LAST_MADE)
        self._leave()
        snapshots = self.timeline.snapshots
        nearest = snapshots.before(step)
        if not nearest.step <= self.step_number < step:
            self._restore(nearest)
        with np.errstate(all="ignore"):
            while self.step_number < step:
                if step - self.step_number <= snapshots.near_limit:
                    self._keep_near()
                self._iterate()
        self._note_end_of_path()

    def trainer_of_many(self, rates: Array) -> Trainer:
        """Return a trainer of K copies of the present state, one for each rate (K,)."""
        mine = self._trainer
        theta = np.tile(mine.theta, (len(rates), 1))
        many = self._new_trainer(self.in_force, theta, rates[:, None].astype(theta.dtype))
        self._set_up(many)
        many.memory[...] = mine.memory[:, None]
        many.step_number = mine.step_number
        many.epochs.go_to(mine.epochs.epoch, mine.epochs.cursor)
        return many

    # --- changing the future ------------------------------------------------------------------

    def edit(self, changes: Mapping[str, Any]) -> None:
        """Change live settings by path from the next step on, as an act on the tape.

        At step 0 the start itself is changed. In the past, a new future begins here.
        Raises SettingError for settings that need another start.
        """
        changes = changes_by_path("changes", changes)
        edited = self.in_force.edit(changes)
        for path in changes:
            refuse_restart(path, self.in_force)
        if edited == self.in_force:
            return
        self._check_optimizer(edited)
        if self.step_number == 0:
            acts = self.timeline.tape.at(0)
            self._begin(edited)
            for act in acts:
                if isinstance(act, SetWeights):
                    self._act(act)
            return
        self._act(Edit(step=self.step_number, changes=changes))

    def set_weights(self, weights: Mapping[str, Any]) -> None:
        """Set all parameters, by the names and shapes of `weights()`, as an act on the tape."""
        theta = parameters_from(weights, self.hypothesis.network, self._trainer.theta)
        values = tuple(float(v) for v in theta)
        self._act(SetWeights(step=self.step_number, values=values))

    def fork(self, step: int, change: Mapping[str, Any] | None = None) -> Run:
        """Return a new run with the same past up to a step, and a future of its own.

        `change` is a live edit made there, as `edit` takes it; without one the new run's next
        steps are those that this one made, byte for byte, up to its next act. This run stays as
        it is. Raises GDStudioError outside 0 … last, SettingError for what is not live.
        """
        step = whole_number("step", step, 0, self.last_step, LAST_MADE)
        changes = changes_by_path("change", {} if change is None else change)
        fork = object.__new__(Run)
        fork.__dict__.update(self.__dict__)
        fork._begin(self.experiment)
        fork.restore(Branch(self.timeline.fork(step), step))
        if changes:
            fork.edit(changes)
        return fork

    def branch(self) -> Branch:
        """Return this place in this timeline, to come back to with `restore`."""
        return Branch(self.timeline, self.step_number)

    def restore(self, branch: Branch) -> None:
        """Come back to a branch of this run."""
        self._leave()
        self.timeline = branch.timeline
        self.seconds = self.history.seconds_at(self.last_step)
        self._restore(self.timeline.snapshots.before(branch.step))
        self.seek(branch.step)

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Open a project file and replay its tape up to the last step it had reached."""
        from gd_studio.experiment.files import load_project

        path = file_path("path", path)
        project = load_project(path)
        run = cls(project.experiment, path.resolve().parent)
        try:
            run.replay(project.tape.acts, project.tape.last_step)
        except SettingError as error:
            raise SettingError(error.path, f"{path.name}: {error}") from None
        return run

    def save(self, path: str | Path) -> None:
        """Write a project file (.gds): the start, the tape, and a trace for `verify`.

        As a bare experiment (.json) only the start is written. Raises FileError.
        """
        from gd_studio.experiment.files import Project, save_project
        from gd_studio.experiment.trace import trace_of

        project = Project(self.experiment, self.timeline.whole_tape)
        save_project(file_path("path", path), project, self.folder, trace_of(self))

    @staticmethod
    def verify(path: str | Path) -> Verification:
        """Replay a project file and compare it with what it recorded of its run.

        Raises FileError, SettingError or DataError for a file that cannot be replayed.
        """
        from gd_studio.experiment.verification import verify

        return verify(file_path("path", path))

    def replay(
        self, acts: tuple[Act, ...], last_step: int, go_on: Callable[[], bool] | None = None
    ) -> None:
        """Do the acts of a tape at their steps, and go on to the last step.

        `go_on`, if given, is asked before each step and may end it early. Raises SettingError for
        an act that does not fit this run.
        """
        for act in acts:
            refuse_unfitting(act, self.in_force, self.hypothesis.network.size)
            if isinstance(act, Edit):
                self._check_optimizer(self.in_force.edit(dict(act.changes)))
            self._go_to(act.step, go_on)
            if self.step_number == act.step:
                self._act(act)
        self._go_to(last_step, go_on)

    # --- inside -------------------------------------------------------------------------------

    def _check_optimizer(self, experiment: Experiment) -> None:
        rows, size = self._x.shape[1], self.hypothesis.network.size
        check_optimizer(experiment, self.hypothesis.task, rows, size)

    def _begin(self, experiment: Experiment) -> None:
        """Start a timeline at step 0."""
        self.seconds = self._started = 0.0
        theta = experiment.model.start(self.hypothesis.network).astype(self.hypothesis.dtype)
        self._trainer = self._new_trainer(experiment, theta)
        parts = [self.data.train]
        parts += [self.data.validation] if len(self.data.validation.rows) else []
        self._checks = [Check(self.hypothesis, part, theta) for part in parts]
        self._stop_memory, self._plateau = StopMemory(), PlateauMemory()
        self._adopt(experiment)
        history = History()
        trajectory = Trajectory(theta, experiment.training.seed)
        self.timeline = Timeline(experiment, history, trajectory, Snapshots(self.state()))
        self._note(self._checked(), new=True)
        self.timeline.snapshots = Snapshots(self.state())

    def _new_trainer(
        self, experiment: Experiment, theta: Array, rates: Array | None = None
    ) -> Trainer:
        model = experiment.model
        return Trainer(
            self.hypothesis.network,
            self.hypothesis.loss,
            experiment.optimizer,
            theta,
            self._x,
            self._y,
            experiment.training.seed,
            dropout=model.dropout if isinstance(model, Mlp) else 0.0,
            rates=rates,
        )

    def _adopt(self, experiment: Experiment) -> None:
        self.in_force = experiment
        self.hypothesis = self.hypothesis.with_penalty(experiment.penalty)
        if not isinstance(experiment.schedule, Plateau):
            self._plateau = PlateauMemory()
        self._set_up(self._trainer)
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
            training.batch_size or self._x.shape[1],
            Clipping(training.clip_norm, training.clip_value),
        )

    def _iterate(self) -> Step | None:
        """Make one step, new or replayed. Return a record only if it diverged and was undone."""
        trainer, timeline = self._trainer, self.timeline
        trainer.step()
        step = trainer.step_number
        if not math.isfinite(
            trainer.batch_loss + trainer.penalty_value + trainer.gradient_norm + trainer.update_norm
        ):
            return self._diverged()
        epoch_done = trainer.epochs.done
        due = epoch_done if self._every is None else step % self._every == 0
        found = self._checked() if due else None
        if found is not None and not all(math.isfinite(total) for total, _ in found):
            return self._diverged(found)
        new = step > timeline.last
        if new:
            timeline.last = step
            timeline.history.append(
                trainer.epochs.epoch,
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
                self.in_force.stop, self._stop_memory, step, found[0][0], name
            )
        if step % Snapshots.EVERY == 0:
            timeline.snapshots.keep(self.state())
            if new:
                seconds = self.seconds + time.perf_counter() - self._started
                timeline.history.mark_time(step, self._trainer.epochs.passed, seconds, keep=True)
        if new and timeline.stop is None:
            completed = self._trainer.epochs.completed
            timeline.stop = stop or stop_by_budget(self.in_force.stop, step, completed, 0.0)

    def _checked(self) -> Checked:
        """Return (total, score) of all train rows, and of all validation rows if there are any."""
        return [check.made(self.hypothesis) for check in self._checks]

    def _note(self, found: Checked, new: bool) -> None:
        """Record an evaluation of the present step, and let the stop rules remember it."""
        step = self.step_number
        if new:
            held_out = found[1] if len(found) > 1 else None
            self.timeline.history.append_evaluation(step, found[0], held_out)
        watched = found[-1][0]
        self._stop_memory = self._stop_memory.after(step, found[0][0], watched)
        if step > 0 and isinstance(self.in_force.schedule, Plateau):
            self._plateau = self._plateau.after(watched, self.in_force.schedule)
            self._trainer.rate_factor = self._plateau.factor

    def _diverged(self, found: Checked | None = None) -> Step:
        """Undo a step whose numbers are not finite; the last finite state stays."""
        record, reason = divergence(self._trainer, found)
        self._restore(self.timeline.snapshots.before(record.step - 1))
        self.seek(record.step - 1)
        self.timeline.stop = reason
        return record

    def _ended(self) -> bool:
        """Whether advance has nothing more to do: a rule has fired, or the time is spent."""
        timeline = self.timeline
        if timeline.stop is None and not self._timed:
            return False
        if self.step_number < timeline.last:
            return False
        if timeline.stop is None:
            seconds = self.seconds + time.perf_counter() - self._started
            reason = stop_by_budget(self.in_force.stop, self.step_number, 0, seconds)
            if reason is not None and reason.kind == "max_seconds":
                stopped = Stopped(step=reason.step, kind=reason.kind, message=reason.message)
                timeline.tape = timeline.tape.with_act(stopped)
                timeline.stop = reason
        return timeline.stop is not None

    def _end_early(self) -> None:
        """Bring the best weights back, if patience has just ended the run and they are wanted."""
        stop, memory = self.timeline.stop, self._stop_memory
        if stop is None or stop.kind != "patience" or not self.in_force.stop.restore_best:
            return
        step = self.step_number
        if step != stop.step or step != self.last_step or memory.best_step == step:
            return
        if any(isinstance(act, RestoreBest) for act in self.timeline.tape.at(step)):
            return
        self.seek(memory.best_step)
        values = tuple(float(v) for v in self._trainer.theta)
        self.seek(step)
        self._act(RestoreBest(step=step, best_step=memory.best_step, values=values))

    def _pass_time(self) -> None:
        if self.step_number < self.timeline.last:
            return  # a replay: how long these steps took is known
        self.seconds += time.perf_counter() - self._started
        self.history.mark_time(self.step_number, self._trainer.epochs.passed, self.seconds)
        self._note_end_of_path()

    def _note_end_of_path(self) -> None:
        if self.step_number == self.timeline.last:
            self.timeline.trajectory.finish(self.step_number, self._trainer.theta)

    def _go_to(self, step: int, go_on: Callable[[], bool] | None) -> None:
        with np.errstate(all="ignore"):
            while self.step_number < step and (go_on is None or go_on()):
                if self._iterate() is not None:
                    break
        self._note_end_of_path()

    def _leave(self) -> None:
        """Note what the last step was like before going elsewhere: a file wants to know."""
        if self.step_number == self.last_step:
            self.timeline.end = (self.last_step, self.fingerprint())

    def _keep_near(self) -> None:
        """Keep the present state for a step back; where something was done, others have to do."""
        if not self.timeline.tape.at(self.step_number):
            self.timeline.snapshots.keep_near(self.state())

    def _restore(self, state: RunState) -> None:
        trainer = self._trainer
        np.copyto(trainer.theta, state.theta)
        np.copyto(trainer.previous, state.theta)
        np.copyto(trainer.memory, state.memory)
        trainer.gradient.fill(0)
        trainer.step_number = state.step
        self._stop_memory, self._plateau = state.stop_memory, state.plateau
        self._adopt(state.in_force)
        trainer.epochs.go_to(state.epoch, state.cursor)
        for act in self.timeline.tape.at(state.step):
            self._apply(act)

    def _act(self, act: Act) -> None:
        """Put an act on the tape and do it; what lay ahead belongs to the old timeline now."""
        self.seconds = self.history.seconds_at(self.step_number)
        stop = self.timeline.stop
        self.timeline = self.timeline.cut(self.step_number)
        self.timeline.tape = self.timeline.tape.with_act(act)
        self._apply(act)
        self.timeline.trajectory.force(self.step_number, self._trainer.theta)
        if isinstance(act, Stopped):
            self.timeline.stop = StopReason(act.kind, act.step, act.message)
        elif isinstance(act, RestoreBest) and stop is not None:
            self.timeline.stop = with_best_restored(stop, act.best_step)

    def _apply(self, act: Act) -> None:
        if isinstance(act, SetWeights | RestoreBest):
            self._trainer.theta[:] = act.values
        elif isinstance(act, Edit):
            epochs = self._trainer.epochs
            before = epochs.size
            self._adopt(self.in_force.edit(dict(act.changes)))
            if epochs.size != before:
                epochs.end_epoch()
