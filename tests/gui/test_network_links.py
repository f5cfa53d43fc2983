"""Links as ink: as much of it as the weight is wide, dashed where negative, and found by place."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.gui.network.links import BROKEN, NEGATIVE, POSITIVE, Curves, Ink, rise, slope


def curve(y0: float, y1: float) -> Curves:
    return Curves(np.array([[10.0, y0]]), np.array([[90.0, y1]]))


def ink_of(curves: Curves, width: float, kind: int = POSITIVE, strength: float = 1.0) -> np.ndarray:
    ink = Ink(curves, 100, 100)
    count = len(curves.starts)
    laid: np.ndarray = ink.laid(
        np.full(count, width), np.full(count, kind), np.full(count, strength)
    )
    return laid


def test_a_curve_is_level_at_both_ends_and_its_slope_is_its_derivative() -> None:
    t = np.linspace(0, 1, 1001)
    assert (rise(t)[0], rise(t)[-1], slope(t)[0], slope(t)[-1]) == (0, 1, 0, 0)
    assert np.abs(np.gradient(rise(t), t)[1:-1] - slope(t)[1:-1]).max() < 1e-5


@pytest.mark.parametrize("width", [0.4, 1.0, 3.0, 5.0])
@pytest.mark.parametrize("end", [50.0, 80.0, 95.0])
def test_the_ink_of_a_link_is_its_length_times_its_width(width: float, end: float) -> None:
    curves = curve(30.0, end)
    points = curves.points(0, 2001)
    length = np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=1)).sum()
    laid = ink_of(curves, width)
    assert laid[POSITIVE].sum() == pytest.approx(width * length, rel=0.02)
    assert laid[NEGATIVE].sum() == 0


def test_no_pixel_has_more_than_a_link_s_strength() -> None:
    laid = ink_of(curve(20, 80), 4.0, strength=0.6)
    assert laid.max() == pytest.approx(0.6, abs=1e-5)
    assert laid.min() > -1e-5


def test_a_negative_link_has_gaps_and_a_broken_one_is_dotted() -> None:
    whole = ink_of(curve(50, 50), 3.0)[POSITIVE].sum()
    dashed = ink_of(curve(50, 50), 3.0, NEGATIVE)[NEGATIVE]
    dotted = ink_of(curve(50, 50), 3.0, BROKEN)[BROKEN]
    assert 0.5 < dashed.sum() / whole < 0.75
    assert 0.2 < dotted.sum() / whole < 0.55
    across = dashed.sum(axis=1)[12:88] > 0
    assert np.count_nonzero(np.diff(across.astype(int)) == -1) >= 8


def test_links_across_the_border_lose_only_what_is_outside() -> None:
    laid = ink_of(curve(-20, -10), 5.0)
    assert np.abs(laid).max() < 1e-4


def test_ink_adds_up_where_links_cross() -> None:
    both = Curves(np.array([[10.0, 20.0], [10.0, 80.0]]), np.array([[90.0, 80.0], [90.0, 20.0]]))
    laid = ink_of(both, 2.0, strength=0.4)
    assert laid.max() == pytest.approx(0.8, abs=0.05)


def test_the_link_at_a_place_is_the_nearest_within_reach() -> None:
    starts = np.array([[10.0, 20.0], [10.0, 80.0]])
    curves = Curves(starts, starts + np.array([80.0, 0.0]))
    widths = np.array([1.0, 4.0])
    assert curves.nearest(50, 22, widths, 6) == 0
    assert curves.nearest(50, 75, widths, 6) == 1
    assert curves.nearest(50, 50, widths, 6) is None
    assert curves.nearest(95, 20, widths, 6) is None
    assert Curves(np.zeros((0, 2)), np.zeros((0, 2))).nearest(1, 1, np.zeros(0), 6) is None


def test_of_two_links_in_the_same_place_the_wider_is_meant() -> None:
    starts = np.array([[10.0, 20.0], [10.0, 20.0]])
    curves = Curves(starts, starts + np.array([80.0, 0.0]))
    assert curves.nearest(50, 20, np.array([1.0, 3.0]), 6) == 1
