"""The relief of a surface: what is nearer hides what is behind it, and every column is whole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gd_studio.gui.plots.camera import HEIGHT, Camera, Numbers
from gd_studio.gui.plots.relief import FINENESS, LIGHTS, Window, _palette, relief_of

WIDE, TALL = 240, 180


def heights(rows: int = 41) -> Numbers:
    v, u = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, rows), indexing="ij")
    found: Numbers = HEIGHT * (0.5 + 0.5 * np.sin(2 * u) * np.cos(3 * v))
    return found


def window(camera: Camera) -> Window:
    return Window(WIDE, TALL, WIDE / 2, TALL / 2, camera.scale(WIDE - 20, TALL - 20))


def at(camera: Camera, point: tuple[float, float, float]) -> tuple[int, int]:
    """Return the pixel (row, column) of a point of the box."""
    across, upwards, _ = camera.project(np.array(point)).tolist()
    scale = window(camera).scale
    return int(TALL / 2 - scale * upwards), int(WIDE / 2 + scale * across)


def test_finer_heights_go_through_the_given_ones_and_holes_stay_as_small() -> None:
    given = heights(41)
    fine = relief_of(given).heights
    assert fine.shape == (FINENESS + 1, FINENESS + 1)
    assert fine[:: FINENESS // 40, :: FINENESS // 40] == pytest.approx(given, abs=1e-6)
    given[10, 20] = np.nan
    hole = np.isnan(relief_of(given).heights)
    step = FINENESS // 40
    assert hole[10 * step, 20 * step]
    assert not hole[9 * step, 20 * step]
    assert not hole[:, 21 * step].any()
    assert 0 < hole.sum() < (2 * step) ** 2


@pytest.mark.parametrize("azimuth", [0.0, 35.0, 130.0, 250.0])
@pytest.mark.parametrize("elevation", [30.0, 60.0, 90.0])
def test_a_flat_surface_covers_just_its_own_outline(azimuth: float, elevation: float) -> None:
    camera = Camera(azimuth, elevation)
    seen = relief_of(np.full((9, 9), 0.4)).picture(camera, window(camera)) != 0
    area = 4 * math.sin(math.radians(elevation)) * window(camera).scale ** 2
    assert seen.sum() == pytest.approx(area, rel=0.03)
    for u, v in ((0.0, 0.0), (0.9, 0.9), (-0.9, 0.9), (0.9, -0.9), (-0.9, -0.9)):
        assert seen[at(camera, (u, v, 0.4))]
        assert not seen[at(camera, (u * 1.2, v * 1.2, 0.4))] or (u, v) == (0, 0)


def test_a_ridge_hides_the_valley_behind_it_and_not_the_one_before_it() -> None:
    table = np.zeros((81, 81))
    table[38:43] = HEIGHT
    camera = Camera(0.0, 20.0)
    picture = relief_of(table).picture(camera, window(camera))
    before, behind = ((v, picture[at(camera, (0.0, v, 0.0))]) for v in (-0.7, 0.2))
    low, high = _palette().reshape(LIGHTS, -1)[:, 0], _palette().reshape(LIGHTS, -1)[:, -1]
    assert before[1] in low
    assert behind[1] not in low
    assert picture[at(camera, (0.0, 0.0, HEIGHT * 0.98))] in high


def test_under_the_near_edge_what_dips_below_it_is_seen() -> None:
    table = np.zeros((41, 41))
    table[0] = HEIGHT
    camera = Camera(0.0, 20.0)
    seen = relief_of(table).picture(camera, window(camera)) != 0
    assert seen[at(camera, (0.0, -0.5, 0.0))]


def test_through_a_hole_nothing_is_seen_from_above() -> None:
    table = heights()
    table[15:26, 15:26] = np.nan
    camera = Camera(20.0, 90.0)
    seen = relief_of(table).picture(camera, window(camera)) != 0
    assert not seen[at(camera, (0.0, 0.0, 0.5))]
    assert seen[at(camera, (0.7, 0.0, 0.5))]


@pytest.mark.parametrize("zoom", [0.5, 1.0, 8.0])
def test_a_column_has_no_gaps_at_any_size(zoom: float) -> None:
    camera = Camera(35.0, 30.0, zoom)
    seen = relief_of(heights()).picture(camera, window(camera)) != 0
    middle = seen[:, WIDE // 2]
    drawn = np.flatnonzero(middle)
    assert len(drawn) == drawn[-1] - drawn[0] + 1


def test_of_nothing_but_holes_nothing_is_seen() -> None:
    camera = Camera()
    assert not relief_of(np.full((5, 5), np.nan)).picture(camera, window(camera)).any()
