"""Loss surfaces: exact where they can be, honest about their gap where they cannot."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from gd_studio import GDStudioError, Run, surface
from gd_studio.engine import landscape
from gd_studio.engine.planes import parameters_plane
from gd_studio.experiment.parts import finished
from gd_studio.experiment.surface import Surface, SurfaceRequest, compute, downhill_gradient
from gd_studio.experiment.surface_planes import ChosenPlane
from tests.experiment.experiments import line, small, table


def total_at(run: Run, theta: np.ndarray) -> float:
    return run.hypothesis.evaluate(theta, run.data.train)["total"]


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("steps", [0, 1, 2, 30])
def test_a_model_of_two_parameters_has_an_exact_surface(steps: int, precision: str) -> None:
    run = Run(line(penalty={"l2": 0.1}, training={"precision": precision}))
    run.advance(steps)
    found = surface(run, resolution=21)
    assert (found.kind, found.title) == ("exact", "exact: all two parameters")
    assert found.u_label == run.hypothesis.said_name(0)
    assert found.v_label == run.hypothesis.said_name(1)
    assert abs(found.start.map - found.start.true) < 1e-12
    assert abs(found.now.map - found.now.true) < 1e-12
    assert found.off_plane == pytest.approx(np.zeros(steps + 1), abs=1e-12)
    assert np.array_equal(found.path[-1], run.parameters)
    tolerance = 1e-12 if precision == "float64" else 1e-5
    for i, j in ((0, 0), (20, 3), (7, 20)):
        there = np.array([found.u[j], found.v[i]])
        assert found.values[i, j] == pytest.approx(total_at(run, there), rel=tolerance)


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_the_minimum_in_closed_form_is_where_nothing_pulls(l2: float) -> None:
    run = Run(line(penalty={"l2": l2}))
    found = surface(run, resolution=5)
    assert found.minimum is not None
    weight, bias = found.minimum
    run.set_weights({"output.weight": [[weight]], "output.bias": [bias]})
    assert run.full_gradient() == pytest.approx(np.zeros(2), abs=1e-12)
    assert found.u[0] < found.minimum[0] < found.u[-1]
    assert found.v[0] < found.minimum[1] < found.v[-1]


def test_without_penalty_the_minimum_is_that_of_least_squares() -> None:
    run = Run(line())
    x = np.column_stack([run.data.train.x, np.ones(len(run.data.train.rows))])
    expected = np.linalg.lstsq(x, run.data.train.y[:, 0])[0]
    assert surface(run, resolution=3).minimum == pytest.approx(tuple(expected), rel=1e-10)


def test_where_there_is_no_closed_form_no_minimum_is_shown() -> None:
    assert surface(Run(line(loss={"kind": "mae"})), resolution=3).minimum is None
    assert surface(Run(line(penalty={"l1": 0.1})), resolution=3).minimum is None
    flat = table(np.ones((10, 1)), np.arange(10.0))
    assert surface(Run(line(), dataset=flat), resolution=3).minimum is None


def test_a_network_is_seen_on_the_plane_of_its_path() -> None:
    run = Run(small())
    run.advance(120)
    found = surface(run, resolution=11)
    assert found.kind == "projection"
    path = run.timeline.trajectory.path()[1]
    rows = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)[2]
    assert abs(found.plane.u @ rows[0]) == pytest.approx(1, rel=1e-9)
    inside = found.path[:, :1] * found.plane.u + found.path[:, 1:] * found.plane.v
    distance = np.linalg.norm(path - (found.plane.origin + inside), axis=1)
    assert found.off_plane == pytest.approx(distance, rel=1e-6, abs=1e-12)
    assert found.u_label == f"PC 1 ({100 * found.explained[0]:.0f} %)"
    assert found.now.true == pytest.approx(run.evaluate()["total"], rel=1e-12)
    run.seek(0)
    assert found.start.true == pytest.approx(run.evaluate()["total"], rel=1e-12)
    below = found.plane.origin + found.path[-1] @ np.stack([found.plane.u, found.plane.v])
    assert found.now.map == pytest.approx(total_at(run, below), rel=1e-12)


def test_before_there_is_a_path_the_plane_holds_the_way_down() -> None:
    run = Run(small())
    found = surface(run, resolution=5)
    assert (found.u_label, found.v_label) == ("downhill", "random direction")
    assert found.title == "projection: gradient and a random direction"
    gradient = run.full_gradient()
    assert found.plane.u @ -gradient == pytest.approx(np.linalg.norm(gradient))
    assert found.downhill == pytest.approx((np.linalg.norm(gradient), 0), abs=1e-12)


def test_a_slice_goes_along_the_two_parameters_chosen() -> None:
    run = Run(small())
    run.advance(20)
    names = ("hidden 1.weight[0,2]", "output.bias[0]")
    found = surface(run, names, resolution=7)
    assert found.kind == "slice"
    theta = run.parameters.copy()
    chosen = [run.hypothesis.network.parameter_index(name) for name in names]
    assert list(found.path[-1]) == list(theta[chosen])
    assert found.now.map == pytest.approx(found.now.true, rel=1e-13)
    theta[chosen] = found.u[6], found.v[2]
    assert found.values[2, 6] == pytest.approx(total_at(run, theta), rel=1e-12)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("hidden 9.bias[0]", "output.bias[0]"), "no parameter called 'hidden 9.bias"),
        (("output.bias[0]", "output.bias[0]"), "two different parameters"),
    ],
)
def test_a_slice_along_nothing_is_refused(names: tuple[str, str], sentence: str) -> None:
    with pytest.raises(GDStudioError, match=sentence):
        surface(Run(small()), names)


def test_a_surface_of_one_point_is_refused() -> None:
    with pytest.raises(GDStudioError, match="resolution must be at least 2, not 1"):
        surface(Run(small()), resolution=1)


def request_of(run: Run, **changes: object) -> SurfaceRequest:
    steps, path = run.timeline.trajectory.path()
    made = SurfaceRequest(run.hypothesis, run.parameters, downhill_gradient(run), steps, path)
    return replace(made, resolution=9, **changes)  # type: ignore[arg-type]


def test_axes_that_are_kept_are_kept_to_the_bit() -> None:
    run = Run(small())
    run.advance(30)
    plane = parameters_plane(run.parameters, 0, 3)
    fixed = ChosenPlane("projection", plane, ("PC 1", "PC 2"), "projection on the path's plane")
    found = finished(compute(request_of(run, fixed=fixed, bounds=(-1.0, 2.0, -3.0, 4.0))))
    assert found.plane is plane
    assert (found.u[0], found.u[-1], found.v[0], found.v[-1]) == (-1, 2, -3, 4)


def test_a_surface_computed_in_smaller_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(small())
    run.advance(30)
    whole = finished(compute(request_of(run)))
    monkeypatch.setattr(landscape, "BLOCK_SUMS", 300)
    assert finished(compute(request_of(run))).values == pytest.approx(whole.values, rel=1e-13)


def test_a_large_model_needs_no_more_memory_at_a_finer_resolution() -> None:
    run = Run(small(model={"hidden": [150, 150]}))
    run.advance(2)

    def peak(resolution: int) -> int:
        tracemalloc.start()
        surface(run, resolution=resolution)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(40) < 120 * 2**20, "the grid alone would take 590 MB in one piece"


def test_large_data_are_seen_by_a_fair_sample_and_it_says_so() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8000, 1))
    run = Run(line(), dataset=table(x, 2 * x[:, 0] + rng.normal(size=8000)))
    found = surface(run, resolution=5)
    assert found.note == "loss of a fair sample of 5000 of 6400 training rows"
    assert found.start.true == pytest.approx(run.evaluate()["total"], rel=0.1)


@pytest.mark.parametrize("hidden", [(), (4, 4)])
def test_a_diverged_run_has_a_surface_too(hidden: tuple[int, ...]) -> None:
    run = Run(
        line(
            model={"kind": "mlp", "hidden": list(hidden), "activation": "relu"},
            optimizer={"learning_rate": 200.0},
        )
    )
    assert run.advance(10_000) is not None
    found = surface(run, resolution=9)
    assert np.isfinite(found.path).all()
    assert np.isfinite(found.u).all()
    assert (np.diff(found.u) > 0).all()


def test_a_rough_map_differs_by_single_precision_only() -> None:
    run = Run(small())
    run.advance(30)
    steps, trajectory = run.timeline.trajectory.path()
    request = SurfaceRequest(
        run.hypothesis, run.parameters, run.gradient, steps, trajectory, resolution=15
    )
    fine, rough = result_of(request), result_of(replace(request, is_rough=True))
    assert np.array_equal(fine.u, rough.u)
    np.testing.assert_allclose(rough.values, fine.values, rtol=2e-6)
    assert not np.array_equal(rough.values, fine.values)
    assert rough.now == fine.now


def test_where_single_precision_is_too_rough_the_map_is_computed_in_double() -> None:
    run = Run(small())
    run.advance(30)
    steps, trajectory = run.timeline.trajectory.path()
    near = SurfaceRequest(
        run.hypothesis, run.parameters, run.gradient, steps, trajectory, resolution=9,
        bounds=(-1e-6, 1e-6, -1e-6, 1e-6),
    )  # fmt: skip
    fine, rough = result_of(near), result_of(replace(near, is_rough=True))
    assert np.array_equal(rough.values, fine.values)
    far = replace(near, bounds=(-1e39, 1e39, -1e39, 1e39))
    with np.errstate(all="ignore"):
        fine, rough = result_of(far), result_of(replace(far, is_rough=True))
    assert np.isfinite(fine.values).all()
    assert np.array_equal(rough.values, fine.values)


def result_of(request: SurfaceRequest) -> Surface:
    work = compute(request)
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: Surface = done.value
            return found
