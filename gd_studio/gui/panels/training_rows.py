"""Which rows the training card has, and in which order, on data and on a landscape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.engine.schedules import SCHEDULES
from gd_studio.experiment.experiment import Experiment, loss_kinds
from gd_studio.gui.forms.rows import Row, rows_of

ON_LANDSCAPES = ("clip_norm", "clip_value", "precision")
HEADINGS = {
    "loss": "Loss",
    "optimizer": "Optimizer",
    "schedule": "Schedule",
    "penalty": "Penalty",
    "stop": "Stop rules",
    "training": "Batches and checks",
    "training.clip_norm": "Clipping",
    "training.clip_value": "Clipping",
    "training.precision": "Precision and threads",
    "training.threads": "Precision and threads",
}


def training_rows(experiment: Experiment, task: str) -> list[Row]:
    """Return the rows of a task, each under its heading."""
    order = _rows_on_landscape if task == "landscape" else _rows_on_data
    return [replace(row, heading=_heading(row.path)) for row in order(experiment, task)]


def _rows_on_data(experiment: Experiment, task: str) -> list[Row]:
    """Return the rows of a run on data: what is turned most comes first."""
    losses, optimizers = _loss_rows(experiment, task), _optimizer_rows(experiment, task)
    training, stop = rows_of(experiment.training, "training"), rows_of(experiment.stop, "stop")
    return [
        losses[0],
        *optimizers[:2],
        training[0],
        stop[0],
        *losses[1:],
        *optimizers[2:],
        *_schedule_rows(experiment),
        *rows_of(experiment.penalty, "penalty"),
        *stop[1:],
        *training[1:],
    ]


def _rows_on_landscape(experiment: Experiment, task: str) -> list[Row]:
    """Return the rows of a descent: it has no batches, rows, layers, or prices on weights."""
    optimizers, stop = _optimizer_rows(experiment, task), rows_of(experiment.stop, "stop")
    training = rows_of(experiment.training, "training")
    own = [row for row in training if row.path.rpartition(".")[2] in ON_LANDSCAPES]
    return [
        *optimizers[:2],
        *stop[:1],
        *optimizers[2:],
        *_schedule_rows(experiment),
        *stop[1:],
        *own,
    ]


def _loss_rows(experiment: Experiment, task: str) -> Sequence[Row]:
    return rows_of(
        experiment.loss_for(task),
        "loss",
        kinds=loss_kinds(task),
        kind_title="Loss",
        kind_help="How a mistake is measured.",
    )


def _optimizer_rows(experiment: Experiment, task: str) -> Sequence[Row]:
    return rows_of(
        experiment.optimizer,
        "optimizer",
        kinds=_optimizer_kinds(task),
        kind_title="Optimizer",
        kind_help="How a gradient becomes a move.",
    )


def _schedule_rows(experiment: Experiment) -> Sequence[Row]:
    return rows_of(
        experiment.schedule,
        "schedule",
        kinds={k: c.title for k, c in SCHEDULES.items()},
        kind_title="Schedule",
        kind_help="How the learning rate changes as the run goes on.",
    )


def _optimizer_kinds(task: str) -> dict[str, str]:
    """Return {word: title} of the optimizers to offer: a height is no sum of squares."""
    return {
        kind: optimizer.title
        for kind, optimizer in OPTIMIZERS.items()
        if task != "landscape" or optimizer.losses is None
    }


def _heading(path: str) -> str:
    """Return the heading below which a setting of the training stands under *More*."""
    return HEADINGS.get(path) or HEADINGS[path.partition(".")[0]]
