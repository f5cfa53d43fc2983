"""What a method that looks at the whole training set asks of the rest of an experiment.

Second-order methods measure the loss at several places, or its curvature. That only helps if the
loss stays the same function, smooth enough, and small enough to be measured so.
"""

from __future__ import annotations

from typing import Any

from gd_studio.engine.analytic import Height
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.optimizers import OPTIMIZERS, AbstractOptimizer
from gd_studio.errors import SettingError
from gd_studio.experiment.experiment import USUAL_LOSS, Experiment
from gd_studio.settings import kind_of

# As many numbers of a Jacobian take 160 MB.
MOST_RESIDUALS_TIMES_PARAMETERS = 20_000_000

# What stands in the way: (setting, its value when it does not, why it does).
OBSTACLES: tuple[tuple[str, Any, str], ...] = (
    (
        "model.dropout",
        0.0,
        "needs the same loss whenever it asks, but dropout draws another network in each step",
    ),
    (
        "penalty.l1",
        0.0,
        "foretells the loss from its slope, but the L1 penalty draws weights to 0, where its "
        "slope jumps (an L2 penalty is smooth)",
    ),
    (
        "training.clip_norm",
        None,
        "chooses the length of its steps by the loss, and a clipped gradient would mislead it",
    ),
    (
        "training.clip_value",
        None,
        "chooses the length of its steps by the loss, and a clipped gradient would mislead it",
    ),
)


def check_optimizer(experiment: Experiment, task: str, rows: int, parameters: int) -> None:
    """Raise SettingError where the optimizer does not suit the other settings, or the model.

    `rows` are the training rows, `parameters` those of the model.
    """
    optimizer = experiment.optimizer
    if not optimizer.full_batch:
        return
    batch = experiment.training.batch_size
    if batch is not None and batch < rows:
        raise SettingError(
            "training.batch_size",
            f"{optimizer.title} needs the whole training set in each step, because each batch is "
            "another loss, and what was measured on one misleads on the next; leave "
            "training.batch_size empty (null: all rows).",
        )
    for path, _ in _in_the_way(experiment):
        reason, free = next((r, f) for p, f, r in OBSTACLES if p == path)
        remedy = f"leave {path} empty (null)" if free is None else f"set {path} to {free:g}"
        raise SettingError(path, f"{optimizer.title} {reason}; {remedy}.")
    _check_loss(optimizer, experiment.loss or USUAL_LOSS.get(task))
    _check_size(optimizer, rows, parameters)


def fitted_to_optimizer(experiment: Experiment, task: str) -> Experiment:
    """Return the experiment with what stands in its optimizer's way put out of it.

    All rows in each step; no dropout, L1 penalty or clipping; a loss that suits. A model that is
    too large stays, and is refused when it runs.
    """
    optimizer = experiment.optimizer
    if not optimizer.full_batch:
        return experiment
    changes: dict[str, Any] = {"training.batch_size": None, **dict(_in_the_way(experiment))}
    loss = experiment.loss or USUAL_LOSS.get(task)
    if not _suits(optimizer, loss) and not isinstance(loss, Height):
        usual = _suits(optimizer, USUAL_LOSS.get(task))
        changes["loss"] = None if usual else {"kind": "mse"}
    return experiment.edit(changes)


def _in_the_way(experiment: Experiment) -> list[tuple[str, Any]]:
    """Return (setting, value that frees the way) of every obstacle."""
    found = []
    for path, free, _ in OBSTACLES:
        branch, _, name = path.partition(".")
        if getattr(getattr(experiment, branch), name, free) != free:
            found.append((path, free))
    return found


def _suits(optimizer: AbstractOptimizer, loss: AbstractLoss | None) -> bool:
    if optimizer.losses is not None and (loss is None or kind_of(loss) not in optimizer.losses):
        return False
    return loss is None or loss.twice_differentiable or not optimizer.needs_curvature


def _check_loss(optimizer: AbstractOptimizer, loss: AbstractLoss | None) -> None:
    if _suits(optimizer, loss):
        return
    named = "this" if loss is None else loss.title.lower()
    if isinstance(loss, Height):
        raise SettingError(
            "optimizer.kind",
            f"{optimizer.title} works on the errors whose squares make up the loss, and a "
            "landscape's height has none; choose newton or lbfgs.",
        )
    if optimizer.losses is not None:
        raise SettingError(
            "loss.kind",
            f"{optimizer.title} works on the errors whose squares make up the loss, and {named} "
            f"has none; set loss.kind to {' or '.join(optimizer.losses)}.",
        )
    raise SettingError(
        "loss.kind",
        f"{optimizer.title} goes by the curvature of the loss, and {named} is made of straight "
        "pieces; choose another loss, or lbfgs.",
    )


def _check_size(optimizer: AbstractOptimizer, rows: int, parameters: int) -> None:
    most = optimizer.most_parameters
    others = " or ".join(
        kind for kind, c in OPTIMIZERS.items() if c.full_batch and c.most_parameters is None
    )
    if most is not None and parameters > most:
        raise SettingError(
            "optimizer.kind",
            f"{optimizer.title} solves equations for all parameters at once in each step, which "
            f"takes too long above {most} of them; this model has {parameters}. Choose a smaller "
            f"model, or {others}.",
        )
    if optimizer.losses is not None and rows * parameters > MOST_RESIDUALS_TIMES_PARAMETERS:
        raise SettingError(
            "optimizer.kind",
            f"{optimizer.title} writes down how each of {rows} errors depends on each of "
            f"{parameters} parameters, which is too much memory above "
            f"{MOST_RESIDUALS_TIMES_PARAMETERS:,} numbers. Choose fewer rows, a smaller model, "
            f"or {others}.",
        )
