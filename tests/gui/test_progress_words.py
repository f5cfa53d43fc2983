"""The sentence about a curve's course."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.experiment.progress import progress
from gd_studio.gui.numbers import MINUS
from gd_studio.gui.plots.progress_words import progress_words

FALL = np.maximum(1 - 0.91 * np.arange(41) / 32, 0.09)


@pytest.mark.parametrize(
    ("values", "in_percent", "wanted"),
    [
        (FALL, True, "training loss fell 91 % in 40 steps, flat since 32"),
        ([2.0, 3.0], True, "training loss rose 50 % in 1 step"),
        ([2.0, 1.999], True, "training loss fell 0.05 % in 1 step"),
        ([2.0, 2.0], True, "training loss is the same in 1 step"),
        ([1.0, 4e7], True, "training loss rose from 1 to 4e7 in 1 step"),
        ([-0.5, 0.75], False, f"training loss rose from {MINUS}0.5 to 0.75 in 1 step"),
        (
            [1.0, 8.0, np.inf],
            True,
            "training loss rose 700 % in 1 step, not a number since step 2",
        ),
        ([1.0, np.nan], True, "training loss is not a number since step 1"),
        ([np.nan], True, "training loss is not a number from the start"),
        ([1.0], True, ""),
    ],
)
def test_the_course_is_said_with_its_numbers(
    values: list[float], in_percent: bool, wanted: str
) -> None:
    gone = progress(np.arange(float(len(values))), np.asarray(values, np.float64))
    assert progress_words("training loss", gone, in_percent) == wanted
