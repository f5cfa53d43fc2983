"""How much each class counts: a rare class can weigh as much as a common one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.errors import SettingError
from gd_studio.settings import described

ClassWeight = Annotated[float, msgspec.Meta(gt=0, le=1e9)]
ClassWeights = Annotated[
    Literal["none", "balanced"] | tuple[ClassWeight, ...],
    described(
        "Class weights",
        "How much a row of each class counts: none (all alike), balanced (a rare class as much as "
        "a common one), or a number for each class, such as 1, 4.",
        more=True,
        editor="class_weights",
    ),
]
_NAMED = 8


def weights_of(
    setting: str | tuple[float, ...], classes: Sequence[str], counts: Sequence[int]
) -> str | tuple[float, ...]:
    """Return a number for each class in place of "balanced": rows / (classes · rows of the class).

    Raises SettingError where numbers were given, but not one for each class.
    """
    if setting == "balanced":
        rows = sum(counts)
        return tuple(rows / (len(counts) * max(count, 1)) for count in counts)
    if not isinstance(setting, str) and len(setting) != len(classes):
        named = ", ".join(classes[:_NAMED]) + (", …" if len(classes) > _NAMED else "")
        raise SettingError(
            "loss.class_weights",
            f"Class weights (loss.class_weights) must be one number for each of the "
            f"{len(classes)} classes ({named}), not {len(setting)}.",
        )
    return setting


def column(weights: str | tuple[float, ...], y: Array) -> Array:
    """Return the weights (classes, 1) in the precision of targets y (outputs, rows)."""
    if isinstance(weights, str):
        if weights != "none":
            raise ValueError(f"{weights!r} class weights need for_classes(...) before use")
        return np.ones((max(y.shape[-2], 2), 1), y.dtype)
    return np.array(weights, y.dtype)[:, None]


def row_weights(weights: str | tuple[float, ...], y: Array) -> Array | None:
    """Return the weight (rows,) of each row, that of its class; None where all count 1."""
    if weights == "none":
        return None
    by_class = column(weights, y)
    if y.shape[-2] == 1:
        binary: Array = np.where(y[0] > 0, by_class[1], by_class[0])
        return binary
    result: Array = (by_class * y).sum(axis=-2)
    return result
