"""Divergence: a step whose numbers are no longer finite, told with the numbers that show it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gd_studio.engine.stopping import StopReason
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.step import Step, step_made

Checked = Sequence[tuple[float, float]]


def divergence(trainer: Trainer, found: Checked | None) -> tuple[Step, StopReason]:
    """Return the record of the step just made, and the reason why it cannot stand.

    `found`: (total, score) of train and validation rows, if they were checked.
    """
    record = step_made(trainer)
    step = record.step
    named = {
        "batch loss": record.total,
        "gradient": record.gradient_norm,
        "update": record.update_norm,
    }
    totals = [total for total, _ in found or ()]
    named |= zip(("training loss", "validation loss"), totals, strict=False)
    what, value = next((n, v) for n, v in named.items() if not math.isfinite(v))
    message = (
        f"At step {step} the {what} was no longer finite ({value}), at a learning rate of "
        f"{record.learning_rate:g}. The weights of step {step - 1}, the last finite ones, "
        f"are kept."
    )
    return record, StopReason("diverged", step, message)
