"""Rankings against counting every pair of rows, ties included."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.experiment.ranking import ranking

ROWS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40)


def pairs_won(scores: list[float], positive: list[bool]) -> Fraction:
    """Return the share of (positive, negative) pairs that the positive wins; a tie is half."""
    high = [s for s, is_one in zip(scores, positive, strict=True) if is_one]
    low = [s for s, is_one in zip(scores, positive, strict=True) if not is_one]
    won = sum(2 * (a > b) + (a == b) for a in high for b in low)
    return Fraction(won, 2 * len(high) * len(low))


@given(ROWS)
def test_the_area_is_the_share_of_pairs_won(rows: list[tuple[int, bool]]) -> None:
    scores, positive = [r[0] / 6 for r in rows], [r[1] for r in rows]
    found = ranking(scores, positive)
    if all(positive) or not any(positive):
        assert math.isnan(found.auc)
    else:
        assert found.auc == float(pairs_won(scores, positive))


@given(ROWS)
def test_every_point_counts_the_rows_at_or_above_its_threshold(
    rows: list[tuple[int, bool]],
) -> None:
    scores, positive = np.array([r[0] / 6 for r in rows]), np.array([r[1] for r in rows])
    found = ranking(scores, positive)
    assert found.thresholds.tolist() == [np.inf, *sorted(set(scores.tolist()), reverse=True)]
    for threshold, true, false in zip(found.thresholds, found.true, found.false, strict=True):
        taken = scores >= threshold
        assert (true, false) == ((taken & positive).sum(), (taken & ~positive).sum())


@given(ROWS)
def test_average_precision_adds_up_rectangles(rows: list[tuple[int, bool]]) -> None:
    scores, positive = np.array([r[0] / 6 for r in rows]), np.array([r[1] for r in rows])
    found = ranking(scores, positive)
    total, before = 0.0, 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        taken = scores >= threshold
        recall = (taken & positive).sum() / max(positive.sum(), 1)
        total += (recall - before) * (taken & positive).sum() / taken.sum()
        before = recall
    if positive.any():
        assert found.average_precision == pytest.approx(total, abs=1e-12)
    else:
        assert math.isnan(found.average_precision)


def test_perfect_reversed_and_constant_scores() -> None:
    truth = np.array([True, False, True, False, False])
    assert ranking(truth.astype(float), truth).auc == 1
    assert ranking(-truth.astype(float), truth).auc == 0
    assert ranking(np.ones(5), truth).auc == 0.5
    assert ranking(np.ones(5), truth).average_precision == pytest.approx(0.4)


def test_a_threshold_is_found_among_the_points() -> None:
    found = ranking([0.9, 0.5, 0.5, 0.2], [True, True, False, False])
    assert (found.true[found.at(0.5)], found.false[found.at(0.5)]) == (2, 1)
    assert (found.true[found.at(0.51)], found.false[found.at(0.51)]) == (1, 0)
    assert found.at(2.0) == 0


def test_rows_without_a_score_rank_last_and_are_counted() -> None:
    found = ranking([np.nan, 0.4, np.nan, 0.6], [True, False, False, True])
    assert found.unscored == 2
    assert found.auc == float(pairs_won([-1, 0.4, -1, 0.6], [True, False, False, True]))


def test_a_million_pairs_of_pairs_do_not_overflow() -> None:
    count = 100_000
    found = ranking(np.arange(2 * count), np.arange(2 * count) >= count)
    assert found.auc == 1


def test_nothing_to_rank_has_no_area() -> None:
    found = ranking([], [])
    assert math.isnan(found.auc)
    assert found.thresholds.tolist() == [np.inf]
