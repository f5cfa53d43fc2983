"""Divergence: a step whose numbers are no longer finite, told with the numbers that show it."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.engine.stopping import StopReason
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.autopsy import Autopsy, Checked, autopsy
from gd_studio.experiment.history import History
from gd_studio.experiment.hypothesis import Hypothesis
from gd_studio.experiment.step import Step, step_made


@dataclass(frozen=True)
class Diverged(StopReason):
    """The end of a run whose numbers were no longer finite, and what its autopsy found."""

    autopsy: Autopsy


def divergence(
    trainer: Trainer, hypothesis: Hypothesis, history: History, checked: Checked | None
) -> tuple[Step, Diverged]:
    """Return the record of the step just made, and the reason why it cannot stand.

    `history` ends with the step before. `checked`: (total, score) of train and validation rows, if
    they were checked.
    """
    record = step_made(trainer)
    found = autopsy(trainer, hypothesis, history, checked)
    message = (
        f"{found.event} The weights of step {record.step - 1}, the last finite ones, are kept."
    )
    return record, Diverged("diverged", record.step, message, found)
