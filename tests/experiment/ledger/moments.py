"""Moments of real runs for tests of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gd_studio.engine.arrays import Array, Integers
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.run import Run
from gd_studio.experiment.step import Step
from gd_studio.experiment.tape import Tape


@dataclass(frozen=True, eq=False)
class Moment:
    """What a ledger wants to know of a run, without a window."""

    start: Experiment
    experiment: Experiment
    tape: Tape
    hypothesis: Hypothesis
    step: int
    record: Step | None
    first: float
    parameters: Array
    previous: Array
    gradient: Array
    batch_rows: Integers
    memory: Array | None
    previous_memory: Array | None


def moment_of(run: Run) -> Moment:
    """Return the run's present moment."""
    return Moment(
        run.experiment,
        run.in_force,
        run.timeline.tape,
        run.hypothesis,
        run.step_number,
        run.record,
        run.stop_memory.first_loss,
        run.parameters,
        run.previous,
        run.gradient if run.step_number else run.full_gradient(),
        run.batch_rows,
        run.memory,
        run.memory_before(),
    )


def moment(change: dict[str, Any] | Experiment, steps: int) -> Moment:
    """Return the moment after some steps of an experiment."""
    made = Experiment.from_dict(change) if isinstance(change, dict) else change
    run = Run(made)
    run.advance(steps)
    return moment_of(run)
