"""The status line says scores as they would be read aloud."""

from __future__ import annotations

from dataclasses import replace

from gd_studio.gui.numbers import MINUS
from gd_studio.gui.summary import score_words
from tests.gui.frames import LINE, trained


def test_a_score_says_of_which_rows_it_is() -> None:
    frame = trained({}, 20)
    assert score_words(frame).startswith("validation accuracy ")
    none_held = trained({"preparation": {"validation": 0.0}}, 20)
    assert score_words(none_held).startswith("train accuracy ")


def test_the_score_of_the_mean_is_rounded_not_written_in_powers_of_ten() -> None:
    frame = trained(LINE, 20)
    assert frame.baseline is not None
    said = {}
    for score in (-6.2e-6, -0.4):
        baseline = replace(frame.baseline, validation_score=score)
        said[score] = score_words(replace(frame, baseline=baseline))
    assert said[-6.2e-6].endswith("(always guessing the mean: 0.000)")
    assert said[-0.4].endswith(f"(always guessing the mean: {MINUS}0.400)")
