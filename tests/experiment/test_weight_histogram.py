"""The spread of a layer's parameters over time: every value is in it, at the right place."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.experiment.weight_histogram import (
    BINS,
    MOST_MOMENTS,
    MOST_VALUES,
    evenly,
    weight_histogram,
)


def test_every_moment_is_numpy_s_histogram_of_its_values() -> None:
    values = np.random.default_rng(0).normal(size=(30, 80)).cumsum(axis=0)
    found = weight_histogram(np.arange(30), values)
    assert found.steps.tolist() == list(range(30))
    for moment in range(30):
        counts, _ = np.histogram(values[moment], found.edges)
        assert np.abs(found.shares[:, moment] * 80 - counts).max() < 1e-9
    assert (found.edges[0], found.edges[-1]) == (values.min(), values.max())


def test_shares_and_what_is_no_number_add_up_to_one() -> None:
    values = np.random.default_rng(1).normal(size=(10, 20))
    values[6:, 3] = np.nan
    values[8:, 4] = np.inf
    found = weight_histogram(np.arange(10) * 5, values)
    assert np.abs(found.shares.sum(axis=0) + found.broken - 1).max() < 1e-12
    assert found.broken[[5, 6, 9]] == pytest.approx([0, 0.05, 0.1])


def test_a_long_run_is_shown_at_evenly_spaced_moments() -> None:
    steps = np.arange(0, 4000, 2)
    values = np.repeat(steps[:, None] / 4000, 3, axis=1)
    found = weight_histogram(steps, values)
    assert len(found.steps) == MOST_MOMENTS
    assert (found.steps[0], found.steps[-1]) == (0, 3998)
    assert np.ptp(np.diff(found.steps)) <= 2
    centres = (found.edges[:-1] + found.edges[1:]) / 2
    assert np.abs(centres[found.shares.argmax(axis=0)] - found.steps / 4000).max() < 1 / BINS


def test_between_uneven_steps_the_last_kept_one_holds() -> None:
    found = weight_histogram(np.array([0, 1, 9, 10]), np.zeros((4, 2)))
    assert found.steps.tolist() == [0, 1, 1, 10]


@pytest.mark.parametrize("value", [0.0, -3.0, np.nan])
def test_parameters_that_are_all_alike_have_a_histogram(value: float) -> None:
    found = weight_histogram(np.arange(3), np.full((3, 5), value))
    assert found.shares.sum() == pytest.approx(0 if np.isnan(value) else 3)
    assert np.all(np.diff(found.edges) > 0)


def test_of_a_large_layer_evenly_chosen_parameters_are_counted() -> None:
    values = np.arange(10_000.0)[None].repeat(2, axis=0)
    found = weight_histogram(np.arange(2), values)
    assert found.count == MOST_VALUES
    assert (found.edges[0], found.edges[-1]) == (0, 9999)
    assert np.ptp(found.shares[:, 0]) < 0.005
    assert evenly(7, 10).tolist() == list(range(7))
