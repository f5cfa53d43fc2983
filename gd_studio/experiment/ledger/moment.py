"""The moment a ledger is about: what it needs to know of a run, and which settings made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gd_studio.experiment.tape import Edit

if TYPE_CHECKING:
    from gd_studio.engine.arrays import Array, Integers
    from gd_studio.experiment.experiment import Experiment
    from gd_studio.experiment.hypothesis import Hypothesis
    from gd_studio.experiment.step import Step
    from gd_studio.experiment.tape import Tape


class Moment(Protocol):
    """One step of a run, as a frame shows it; arrays as there."""

    @property
    def start(self) -> Experiment: ...
    @property
    def experiment(self) -> Experiment: ...
    @property
    def tape(self) -> Tape: ...
    @property
    def hypothesis(self) -> Hypothesis: ...
    @property
    def step(self) -> int: ...
    @property
    def record(self) -> Step | None: ...
    @property
    def first(self) -> float: ...
    @property
    def parameters(self) -> Array: ...
    @property
    def previous(self) -> Array: ...
    @property
    def gradient(self) -> Array: ...
    @property
    def batch_rows(self) -> Integers: ...
    @property
    def memory(self) -> Array | None: ...
    @property
    def previous_memory(self) -> Array | None: ...


def settings_of(moment: Moment) -> Experiment:
    """Return the settings that made the step: an edit right after it came too late for it."""
    acts = moment.tape.at(moment.step)
    if moment.step == 0 or not any(isinstance(act, Edit) for act in acts):
        return moment.experiment
    settings = moment.start
    for act in moment.tape.acts:
        if isinstance(act, Edit) and act.step < moment.step:
            settings = settings.edit(dict(act.changes))
    return settings
