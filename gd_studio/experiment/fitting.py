"""What fits a run that is under way: weights by name and shape, live settings, acts of a tape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.function import Function
from gd_studio.errors import GDStudioError, SettingError
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.tape import Act, Edit, RestoreBest, SetWeights
from gd_studio.settings import differences, setting_at


def parameters_from(weights: Mapping[str, Any], network: Function, like: Array) -> Array:
    """Return the parameter vector (P,) of named weights, of the precision of `like`.

    Raises GDStudioError for wrong names or shapes, and for what is no finite number.
    """
    if not isinstance(weights, Mapping):
        raise GDStudioError(
            f"weights must be arrays by name, as weights() gives them, not {weights!r}."
        )
    theta = like.copy()
    views = network.weights(theta)
    if set(weights) != set(views):
        raise GDStudioError(
            f"weights must have exactly the names {', '.join(views)}; "
            f"they are {', '.join(map(str, weights))}."
        )
    for name, view in views.items():
        try:
            given = np.asarray(weights[name])
            value = given.astype(np.float64) if given.dtype.kind in "fiubO" else None
        except (TypeError, ValueError):
            value = None
        if value is None:
            raise GDStudioError(f"weights[{name!r}] must be numbers.")
        if value.shape != view.shape:
            raise GDStudioError(
                f"weights[{name!r}] must have the shape {view.shape}, not {value.shape}."
            )
        with np.errstate(over="ignore"):
            view[...] = value
        if not np.isfinite(view).all():
            raise GDStudioError(f"weights[{name!r}] must be finite numbers.")
    return theta


def is_live(in_force: Experiment, path: str) -> bool:
    """Whether a setting may change in mid-run, from the next step on."""
    if path in ("schedule", "schedule.kind"):
        return True
    if path.endswith("kind"):
        return False
    described = setting_at(in_force, path)
    return described is not None and described.live


def refuse_restart(in_force: Experiment, edited: Experiment, given: Iterable[str]) -> None:
    """Raise SettingError for a difference that needs a new run, by the path that was given."""
    for path in differences(in_force, edited):
        if path != "name" and not is_live(edited, path):
            # Another kind differs as a whole group; it was asked for by a path inside of it.
            named = next((wish for wish in given if f"{wish}.".startswith(f"{path}.")), path)
            raise SettingError(
                named, f"{named} cannot change in mid-run; it needs a new run from step 0."
            )


def refuse_unfitting(act: Act, in_force: Experiment, size: int) -> None:
    """Refuse what only a tape from elsewhere can hold: acts of another model or kind."""
    if isinstance(act, SetWeights | RestoreBest) and len(act.values) != size:
        raise SettingError(
            "tape",
            f"The weights set after step {act.step} are {len(act.values)}, but the model has "
            f"{size} parameters.",
        )
    if isinstance(act, Edit):
        refuse_restart(in_force, in_force.edit(dict(act.changes)), act.changes)
