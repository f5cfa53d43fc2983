"""What an edit brings along: other data or another optimizer does not go with every setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from gd_studio.experiment.experiment import Experiment, fitted
from gd_studio.experiment.full_batch import fitted_to_optimizer
from gd_studio.experiment.story import Story
from gd_studio.session.words import NOTE


def with_changes(
    experiment: Experiment, changes: dict[str, Any], task: str, folder: Path | None
) -> tuple[Experiment, Experiment]:
    """Return an experiment edited by path: as it is wished, and as it can then be run.

    `task` is that of the present data; `folder` is what relative data paths are relative to.
    Raises GDStudioError.
    """
    if "data.target" in changes:
        # What was said of the old target does not hold for another column.
        changes = {"data.task": None, "data.positive": None, **changes}
    wished = experiment.edit(changes)
    on_data = any(path.startswith("data.") or path == "data" for path in changes)
    if on_data:
        before, task = task, wished.data.load(folder).task
        after, wished = wished, fitted(wished, task, before)
    else:
        after = wished
    if "data.kind" in changes or after.usual_name != experiment.usual_name:
        # The old name and note were about other data, or another landscape.
        wished = msgspec.structs.replace(wished, name=wished.usual_name, story=Story())
    if on_data or "optimizer.kind" in changes or "optimizer" in changes:
        return wished, fitted_to_optimizer(wished, task)
    return wished, wished


def with_data(experiment: Experiment, data: Any, task: str, folder: Path | None) -> Experiment:
    """Return an experiment on other data, without whatever does not suit it."""
    name = Path(getattr(data, "path", "")).stem or data.title
    after = msgspec.structs.replace(experiment, data=data, name=name, story=Story())
    preparation = msgspec.structs.replace(after.preparation, use={})
    after = msgspec.structs.replace(after, preparation=preparation)
    new_task = data.load(folder).task
    return fitted_to_optimizer(fitted(after, new_task, task), new_task)


def continuation(experiment: Experiment, kind: str) -> dict[str, Any]:
    """Return the changes that let a stopped run go on: twice the budget, or without the rule."""
    stop = experiment.stop
    budgets = {
        "max_steps": stop.max_steps,
        "max_epochs": stop.max_epochs,
        "max_seconds": stop.max_seconds,
    }
    if kind in budgets and budgets[kind] is not None:
        return {f"stop.{kind}": budgets[kind] * 2}  # type: ignore[operator]
    return {f"stop.{kind}": None} if kind in ("target_loss", "patience") else {}


def with_note_of(experiment: Experiment, other: Experiment) -> Experiment:
    """Return an experiment with the other's name, note and opening, which no run depends on."""
    return msgspec.structs.replace(
        experiment, name=other.name, story=other.story, opening=other.opening
    )


def is_note(path: str) -> bool:
    """Whether a setting is of the note, on which no run depends."""
    return path.partition(".")[0] in NOTE
