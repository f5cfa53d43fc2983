"""A run: an experiment in motion, that can go to any of its moments again, byte for byte.

`step` and `advance` go on, `seek` goes anywhere between 0 and the last step, `edit` and
`set_weights` change what comes next; the past is never cut by looking at it.
A run belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from gd_studio.data import Dataset, Prepared, Split, prepare, refuse_unsound
from gd_studio.engine.arrays import Array, Integers, read_only
from gd_studio.engine.stopping import (
    StopMemory,
    StopReason,
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
from gd_studio.experiment.experiment import Experiment, check_task
from gd_studio.experiment.fitting import parameters_from, refuse_restart, refuse_unfitting
from gd_studio.experiment.full_batch import check_optimizer
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.motion import Motion
from gd_studio.experiment.state import RunState
from gd_studio.experiment.step import Step
from gd_studio.experiment.tape import Act, Edit, SetWeights
from gd_studio.experiment.timeline import Timeline
from gd_studio.settings import convert, plain

if TYPE_CHECKING:
    from gd_studio.engine.function import BoundOracle
    from gd_studio.engine.lanczos import Eigenpair
    from gd_studio.experiment.under_way import Coming
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
        hypothesis = Hypothesis(checked, self.data)
        x = hypothesis.network_input(self.data.train.x)
        y = hypothesis.network_target(self.data.train.y)
        check_optimizer(checked, hypothesis.task, x.shape[1], hypothesis.network.size)
        self.baseline: Baseline | None = baseline(self.data, hypothesis.loss)
        threadpool_limits(checked.training.threads, "blas")
        self._motion = Motion(checked, hypothesis, self.data, x, y)

    # --- the present --------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The experiment from which the run started; the tape holds what was changed since."""
        return self.timeline.start

    @property
    def in_force(self) -> Experiment:
        """The settings in force at the present step, live edits included."""
        return self._motion.in_force

    @property
    def hypothesis(self) -> Hypothesis:
        """The model as a function of its parameters, under the penalty in force."""
        return self._motion.hypothesis

    @property
    def timeline(self) -> Timeline:
        """All that the run has been through: history, tape, path, snapshots."""
        return self._motion.timeline

    @property
    def seconds(self) -> float:
        """The seconds of computing that the steps have taken."""
        return self._motion.seconds

    @property
    def step_number(self) -> int:
        """The step shown: theta(k) is present."""
        return self.trainer.step_number

    @property
    def last_step(self) -> int:
        """The newest step reached."""
        return self.timeline.last

    @property
    def epoch(self) -> int:
        """The epoch of the present step, from 1; 0 before the first."""
        return self.trainer.epochs.epoch

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
        return self._motion.stop_memory

    @property
    def trainer(self) -> Trainer:
        """The loop itself, to be read: every layer's sums, units and deltas of the last step.

        A step made there, whole or phase by phase, is not recorded here.
        """
        return self._motion.trainer

    @property
    def parameters(self) -> Array:
        """The present parameters (P,), as a read-only copy."""
        return read_only(self.trainer.theta)

    @property
    def previous(self) -> Array:
        """The parameters (P,) before the present step."""
        return read_only(self.trainer.previous)

    @property
    def gradient(self) -> Array:
        """The gradient (P,) of the present step (zeros at step 0), as a read-only copy."""
        return read_only(self.trainer.gradient)

    @property
    def memory(self) -> Array:
        """The optimizer's present memory (slots, P), as a read-only copy."""
        return read_only(self.trainer.memory)

    def memory_before(self) -> Array:
        """Return the optimizer's memory (slots, P) before the present step, read-only.

        The run is where it was afterwards; unless it was stepped or sought here, steps are made
        again for it.
        """
        return self._motion.memory_before()

    def full_gradient(self) -> Array:
        """Return the gradient (P,) of the total loss over all training rows, at this point."""
        with np.errstate(all="ignore"):
            return self._oracle(self.hypothesis.dtype).gradient(self.trainer.theta)

    def sharpness(self) -> Eigenpair:
        """Return the largest eigenvalue of the Hessian of the total loss over all training rows.

        With its direction (P,), the residual ‖Hv - λv‖, and whether that is small enough. Plain
        gradient descent is stable up to a rate of 2 / value. By Lanczos on exact products.
        """
        from gd_studio.engine.lanczos import largest_eigenpair

        oracle, theta = self._oracle(np.float64), self.trainer.theta.astype(np.float64)
        with np.errstate(all="ignore"):
            return largest_eigenpair(lambda v: oracle.hessian_product(theta, v), theta.size)

    @property
    def record(self) -> Step | None:
        """The record of the present step; None at step 0."""
        return self.history.record(self.step_number) if self.step_number else None

    @property
    def batch_rows(self) -> Integers:
        """The training rows (batch,) that the present step looked at; none at step 0."""
        return self.trainer.epochs.taken_rows

    @property
    def batch(self) -> tuple[int, int]:
        """Which batch of how many in its epoch the present step used; (0, n) at step 0."""
        epochs = self.trainer.epochs
        return epochs.taken_number, epochs.taken_of

    @property
    def epoch_done(self) -> bool:
        """Whether the next step begins an epoch."""
        return self.trainer.epochs.done

    def weights(self) -> dict[str, Array]:
        """Return copies {"hidden 1.weight": (in, out), "hidden 1.bias": (out,), ...} in order."""
        named = self.hypothesis.network.weights(self.trainer.theta)
        return {name: np.array(value) for name, value in named.items()}

    def predict(self, raw: Any) -> Array:
        """Return guesses for rows in own units and words: (rows, outputs) or (rows, classes)."""
        return self.hypothesis.predict(self.trainer.theta, raw)

    def evaluate(self, split: str = "train") -> dict[str, float]:
        """Return loss, penalty, total, and accuracy or r2, on train, validation or test rows.

        A landscape has no score: its loss is its height.
        """
        rows = self.split(split)
        if len(rows.rows) == 0:
            raise GDStudioError(f"There are no {split} rows; set their share above 0.")
        return self.hypothesis.evaluate(self.trainer.theta, rows)

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
        return self.hypothesis.coefficients(self.trainer.theta)

    def state(self) -> RunState:
        """Return the whole present state."""
        return self._motion.state()

    def fingerprint(self) -> str:
        """Return a sha256 over the whole present state."""
        return self.state().fingerprint()

    def peek(self) -> Coming:
        """Return what the trainer finds in the next step up to its loss; the run stays as it is."""
        return self._motion.peek()

    # --- going on -----------------------------------------------------------------------------

    def step(self) -> Step:
        """Make one iteration and return its record, also after a stop: it is the user's wish."""
        return self._motion.step()

    def advance(self, steps: int, go_on: Callable[[], bool] | None = None) -> StopReason | None:
        """Make up to `steps` iterations; return the reason if a rule ended them, else None.

        `go_on`, if given, is asked before each step and may end it early. Raises GDStudioError
        for what is no count of steps.
        """
        steps = whole_number("steps", steps, 0)
        if go_on is not None and not callable(go_on):
            raise GDStudioError(f"go_on must be a function that says whether to, not {go_on!r}.")
        self._motion.advance(steps, go_on)
        return self.stop_reason

    def seek(self, step: int) -> None:
        """Go to a step between 0 and the last; the steps after it stay.

        Raises GDStudioError outside that range.
        """
        self._motion.seek(whole_number("step", step, 0, self.last_step, LAST_MADE))

    def trainer_of_many(self, rates: Array) -> Trainer:
        """Return a trainer of K copies of the present state, one for each rate (K,)."""
        return self._motion.trainer_of_many(rates)

    def trainer_beside(self) -> Trainer:
        """Return another trainer at the present state, which may go on without this run."""
        return self._motion.trainer_beside()

    # --- changing the future ------------------------------------------------------------------

    def edit(self, changes: Mapping[str, Any]) -> None:
        """Change live settings by path from the next step on, as an act on the tape.

        At step 0 the start itself is changed. In the past, a new future begins here.
        Raises SettingError for settings that need another start.
        """
        changes = changes_by_path("changes", changes)
        edited = self.in_force.edit(changes)
        refuse_restart(self.in_force, edited, changes)
        if edited == self.in_force:
            return
        self._check_optimizer(edited)
        if self.step_number == 0:
            acts = self.timeline.tape.at(0)
            self._motion.begin(edited)
            for act in acts:
                if isinstance(act, SetWeights):
                    self._motion.act(act)
            return
        self._motion.act(Edit(step=self.step_number, changes=changes))

    def set_weights(self, weights: Mapping[str, Any]) -> None:
        """Set all parameters, by the names and shapes of `weights()`, as an act on the tape."""
        theta = parameters_from(weights, self.hypothesis.network, self.trainer.theta)
        values = tuple(float(v) for v in theta)
        self._motion.act(SetWeights(step=self.step_number, values=values))

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
        fork._motion = self._motion.anew()
        fork.restore(Branch(self.timeline.fork(step), step))
        if changes:
            fork.edit(changes)
        return fork

    def branch(self) -> Branch:
        """Return this place in this timeline, to come back to with `restore`."""
        return Branch(self.timeline, self.step_number)

    def restore(self, branch: Branch) -> None:
        """Come back to a branch of this run."""
        self._motion.take(branch.timeline, branch.step)

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
            self._motion.go_to(act.step, go_on)
            if self.step_number == act.step:
                self._motion.act(act)
        self._motion.go_to(last_step, go_on)

    # --- inside -------------------------------------------------------------------------------

    def _oracle(self, dtype: np.dtype[Any] | type) -> BoundOracle:
        """Return what answers about the total loss over all training rows."""
        hypothesis, motion = self.hypothesis, self._motion
        x, y = motion.x.astype(dtype, copy=False), motion.y.astype(dtype, copy=False)
        return hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)

    def _check_optimizer(self, experiment: Experiment) -> None:
        rows, size = self._motion.x.shape[1], self.hypothesis.network.size
        check_optimizer(experiment, self.hypothesis.task, rows, size)
