"""A run: an experiment in motion, that can go to any of its moments again, byte for byte.

`step` and `advance` go on, `seek` goes anywhere between 0 and the last step, `edit` and
`set_weights` change what comes next; the past is never cut by looking at it.
A run belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from gd_studio.data import Dataset, prepare, refuse_unsound
from gd_studio.engine.stopping import StopReason
from gd_studio.errors import GDStudioError, SettingError
from gd_studio.experiment.arguments import (
    LAST_MADE,
    changes_by_path,
    file_path,
    whole_number,
)
from gd_studio.experiment.baseline import baseline
from gd_studio.experiment.experiment import Experiment, check_task
from gd_studio.experiment.fitting import parameters_from, refuse_restart, refuse_unfitting
from gd_studio.experiment.full_batch import check_optimizer
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.motion import Motion
from gd_studio.experiment.parts import finished
from gd_studio.experiment.present import Present
from gd_studio.experiment.step import Step
from gd_studio.experiment.tape import Act, Edit, SetWeights
from gd_studio.experiment.timeline import Timeline
from gd_studio.settings import convert, plain

if TYPE_CHECKING:
    from gd_studio.experiment.verification import Verification


@dataclass(frozen=True, eq=False)
class Branch:
    """A place in a timeline to come back to: what undo, redo and the ghost hold."""

    timeline: Timeline
    step: int


class Run(Present):
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
        place = None if folder is None else file_path("folder", folder)
        if dataset is None:
            dataset = checked.data.load(place)
        else:
            refuse_unsound(dataset)
        check_task(checked, dataset.task)
        data = prepare(dataset, checked.preparation, checked.standardizes_target(dataset.task))
        hypothesis = Hypothesis(checked, data)
        x = hypothesis.network_input(data.train.x)
        y = hypothesis.network_target(data.train.y)
        check_optimizer(checked, hypothesis.task, x.shape[1], hypothesis.network.size)
        least = baseline(data, hypothesis.loss)
        threadpool_limits(checked.training.threads, "blas")
        motion = Motion(checked, hypothesis, data, x, y)
        super().__init__(motion, data, least, place)

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
        with np.errstate(all="ignore"):
            return finished(self.forking(step, change))

    def forking(
        self, step: int, change: Mapping[str, Any] | None = None
    ) -> Generator[None, None, Run]:
        """Fork with a pause after every step that the new run has to make again.

        Whoever goes on with it lets numpy ignore what is not finite.
        """
        step = whole_number("step", step, 0, self.last_step, LAST_MADE)
        changes = changes_by_path("change", {} if change is None else change)
        fork = object.__new__(Run)
        fork.__dict__.update(self.__dict__)
        fork._motion = self._motion.anew()
        yield
        yield from fork._motion.taking(self.timeline.fork(step), step)
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

    def _check_optimizer(self, experiment: Experiment) -> None:
        rows, size = self._motion.stepper.x.shape[1], self.hypothesis.network.size
        check_optimizer(experiment, self.hypothesis.task, rows, size)
