"""How a curve has gone: from where to where, flat since when, broken since when."""

from __future__ import annotations

import numpy as np

from gd_studio.experiment.progress import progress

STEPS = np.arange(41.0)


def falling(flat_from: int) -> np.ndarray:
    """Return a straight fall from 1 to 0.09 that stays there from a step on."""
    return np.maximum(1 - 0.91 * STEPS / flat_from, 0.09)


def test_a_curve_that_fell_and_then_stayed_is_flat_since_that_step() -> None:
    gone = progress(STEPS, falling(32))
    assert gone is not None
    assert (gone.first, gone.last, gone.steps, gone.flat_since) == (1.0, 0.09, 40, 32)
    assert gone.share == (0.09 - 1) / 1


def test_a_curve_that_moves_to_its_end_is_not_flat() -> None:
    gone = progress(STEPS, 1 - STEPS / 80)
    assert gone is not None
    assert gone.flat_since is None


def test_steps_are_those_of_the_run_where_not_every_one_is_kept() -> None:
    gone = progress(np.array([0.0, 100, 200, 300, 400, 500]), np.array([4.0, 2, 1, 1, 1, 1]))
    assert gone is not None
    assert (gone.steps, gone.flat_since, gone.share) == (500, 200, -0.75)


def test_a_broken_curve_says_since_when_and_how_it_went_before() -> None:
    gone = progress(np.array([0.0, 1, 2, 3]), np.array([1.0, 8, np.inf, np.nan]))
    assert gone is not None
    assert (gone.first, gone.last, gone.steps, gone.broken_since) == (1.0, 8.0, 1, 2)
    assert progress(np.array([0.0]), np.array([np.nan])) is None


def test_a_curve_that_starts_at_or_below_0_has_no_share() -> None:
    gone = progress(np.array([0.0, 1]), np.array([-0.5, 0.5]))
    assert gone is not None
    assert gone.share is None
