"""Planes through parameter space: principal components, projections, slices."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.planes import (
    PCA_POINTS,
    GridPoints,
    across,
    any_across,
    gradient_plane,
    parameters_plane,
    path_plane,
    plane_along,
    plane_through,
)


def path(steps: int, parameters: int, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    scale = 3.0 ** -np.arange(parameters)
    return np.cumsum(rng.normal(size=(steps, parameters)) * scale, axis=0) + 5


@pytest.mark.parametrize(("steps", "parameters"), [(3, 5), (50, 5), (30, 200), (PCA_POINTS, 4)])
def test_the_paths_plane_is_that_of_its_first_two_principal_components(
    steps: int, parameters: int
) -> None:
    trajectory = path(steps, parameters)
    plane = path_plane(trajectory)
    _, values, rows = np.linalg.svd(trajectory - trajectory.mean(axis=0), full_matrices=False)
    assert abs(plane.u @ rows[0]) == pytest.approx(1, rel=1e-9)
    assert abs(plane.v @ rows[1]) == pytest.approx(1, rel=1e-9)
    share = values**2 / (values**2).sum()
    assert plane.explained(trajectory) == pytest.approx((share[0], share[1]), rel=1e-9)


def test_a_long_path_is_judged_by_a_part_of_it_and_hardly_differs() -> None:
    trajectory = path(PCA_POINTS * 5, 6)
    plane = path_plane(trajectory)
    rows = np.linalg.svd(trajectory - trajectory.mean(axis=0), full_matrices=False)[2]
    assert abs(plane.u @ rows[0]) > 0.999


@pytest.mark.parametrize("size", [1e-200, 1e-3, 1.0, 1e100, 1e250])
@pytest.mark.parametrize("parameters", [4, 60])
def test_the_plane_of_any_path_is_finite_and_orthonormal(parameters: int, size: float) -> None:
    plane = path_plane(path(20, parameters) * size)
    assert np.isfinite(plane.origin).all()
    assert plane.u @ plane.u == pytest.approx(1)
    assert plane.v @ plane.v == pytest.approx(1)
    assert plane.u @ plane.v == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("parameters", [4, 60])
def test_a_straight_path_still_has_a_plane(parameters: int) -> None:
    line = np.linspace(0, 1, 20)[:, None] * np.arange(1.0, parameters + 1)
    plane = path_plane(line)
    first, second = plane.explained(line)
    assert first == pytest.approx(1)
    assert second == pytest.approx(0, abs=1e-12)
    assert plane.v @ plane.v == pytest.approx(1)
    assert plane.u @ plane.v == pytest.approx(0, abs=1e-9)


def test_a_path_goes_towards_the_positive_side() -> None:
    trajectory = path(30, 5)
    inside, _ = path_plane(trajectory).project(trajectory)
    assert inside[-1, 0] > inside[0, 0]
    assert inside[-1, 1] >= 0


def test_projection_gives_coordinates_and_the_distance_left_over() -> None:
    plane = path_plane(path(10, 6))
    rng = np.random.default_rng(3)
    away = rng.normal(size=6)
    away -= (away @ plane.u) * plane.u + (away @ plane.v) * plane.v
    away *= 2.5 / np.linalg.norm(away)
    point = plane.origin + 3 * plane.u - 4 * plane.v + away
    inside, distance = plane.project(point[None])
    assert inside[0] == pytest.approx([3, -4], rel=1e-12)
    assert distance[0] == pytest.approx(2.5, rel=1e-12)


def test_points_of_a_grid_lie_where_their_coordinates_say() -> None:
    plane = path_plane(path(10, 6))
    a, b = np.array([0.0, 1.0, 5.0]), np.array([-1.0, 2.0])
    grid = GridPoints(plane, a, b, np.float64)
    points = grid[0 : len(grid)]
    inside, off = plane.project(points)
    assert inside[:, 0] == pytest.approx(np.tile(a, 2), abs=1e-12)
    assert inside[:, 1] == pytest.approx(np.repeat(b, 3), abs=1e-12)
    assert off == pytest.approx(np.zeros(6), abs=1e-12)
    assert np.array_equal(grid[2:5], points[2:5])
    assert len(grid[4:99]) == 2
    rough = GridPoints(plane, a, b, np.float32)[1:3]
    assert rough.dtype == np.float32
    assert rough == pytest.approx(points[1:3], rel=1e-5, abs=1e-6)


def test_a_slice_has_the_two_parameters_own_values_as_coordinates() -> None:
    theta = np.arange(5.0) + 1
    plane = parameters_plane(theta, 3, 1)
    inside, off = plane.project(theta[None])
    assert list(inside[0]) == [4, 2]
    assert off[0] == 0
    one = GridPoints(plane, np.array([40.0]), np.array([20.0]), np.float64)
    assert list(one[0:1][0]) == [1, 20, 3, 40, 5]


def test_the_plane_before_a_path_holds_the_way_down_and_a_seeded_direction() -> None:
    theta, gradient = np.ones(6), np.arange(6.0)
    plane = gradient_plane(theta, gradient, seed=1)
    down, off = plane.project((theta - gradient)[None])
    assert down[0] == pytest.approx([np.linalg.norm(gradient), 0], abs=1e-12)
    assert off[0] == pytest.approx(0, abs=1e-7)
    again = gradient_plane(theta, gradient, seed=1)
    assert np.array_equal(plane.v, again.v)
    assert not np.array_equal(plane.v, gradient_plane(theta, gradient, seed=2).v)


def test_where_nothing_pulls_both_directions_are_random() -> None:
    plane = gradient_plane(np.ones(6), np.zeros(6), seed=1)
    assert plane.u @ plane.u == pytest.approx(1)
    assert plane.v @ plane.v == pytest.approx(1)
    assert plane.u @ plane.v == pytest.approx(0, abs=1e-12)


def test_a_path_that_stays_in_place_explains_nothing() -> None:
    plane = parameters_plane(np.ones(4), 0, 1)
    assert plane.explained(np.ones((5, 4))) == (0.0, 0.0)


def test_a_plane_along_two_directions_holds_both_and_starts_at_the_point() -> None:
    rng = np.random.default_rng(0)
    theta, first, second = rng.normal(size=(3, 8))
    plane = plane_along(theta, first, first + 1e-5 * second)
    assert plane is not None
    ends = np.stack([theta, theta + first, theta + second])
    places, away = plane.project(ends)
    assert places[0] == pytest.approx([0, 0], abs=1e-12)
    assert places[1] == pytest.approx([np.linalg.norm(first), 0], abs=1e-12)
    assert away[2] == pytest.approx(0, abs=1e-9), "found from a part of 1e-5 of the other"
    assert plane.u @ plane.v == pytest.approx(0, abs=1e-15)


def test_directions_that_are_but_one_make_no_plane() -> None:
    theta, way = np.ones(5), np.arange(5.0)
    assert plane_along(theta, way, -3 * way) is None
    assert plane_along(theta, way, way * (1 + 1e-15)) is None
    assert plane_along(theta, way, np.zeros(5)) is None
    assert plane_along(theta, np.zeros(5), way) is None


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_a_plane_through_three_points_holds_them(size: float) -> None:
    a, b, c = size * np.random.default_rng(2).normal(size=(3, 7))
    plane = plane_through(a, b, c)
    assert plane is not None
    places, away = plane.project(np.stack([a, b, c]))
    assert away / size == pytest.approx(np.zeros(3), abs=1e-12)
    assert places[0] / size == pytest.approx([0, 0], abs=1e-12)
    assert places[1, 0] > 0
    assert places[1, 1] / size == pytest.approx(0, abs=1e-12)
    assert places[2, 1] > 0
    assert plane_through(a, b, a + 0.3 * (b - a)) is None


def test_a_plane_moved_along_keeps_its_coordinates() -> None:
    rng = np.random.default_rng(5)
    theta, first, second, other = rng.normal(size=(4, 9))
    plane = plane_along(theta, first, second)
    assert plane is not None
    moved = plane.moved_to(other)
    assert moved.project(other[None])[1] == pytest.approx([0], abs=1e-12)
    assert moved.project(other[None])[0][0] == pytest.approx(plane.project(other[None])[0][0])
    sliced = parameters_plane(theta, 2, 6)
    again = sliced.moved_to(other)
    assert np.array_equal(again.origin, parameters_plane(other, 2, 6).origin)


def test_what_is_across_is_at_right_angles_to_the_last_digit() -> None:
    u = np.array([1.0, 1e-8, 0, 0])
    u /= np.linalg.norm(u)
    for direction in (np.array([1.0, 0, 1e-7, 0]), np.array([1.0, 1, 0, 0])):
        v = across(direction, u)
        assert v is not None
        assert u @ v == pytest.approx(0, abs=1e-16)
        assert v @ v == pytest.approx(1, abs=1e-15)
    assert u @ any_across(u) == pytest.approx(0, abs=1e-16)
