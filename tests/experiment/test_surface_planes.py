"""Every plane a surface can show: found again by other means, refused where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio import GDStudioError, Run, surface
from gd_studio.engine.filters import filter_normalised, random_plane
from gd_studio.engine.landscapes import LANDSCAPES
from gd_studio.engine.network import Network
from gd_studio.experiment.experiment import Experiment
from tests.experiment.experiments import line, small, table

PLANES: list[Any] = ["path", "random", "gradient", "curvature", "between"]
PLANES.append(("hidden 1.weight[0,2]", "output.bias[0]"))


def network_run(steps: int = 40, **changes: Any) -> Run:
    run = Run(small(**changes))
    run.advance(steps)
    return run


def oracle_of(run: Run) -> Any:
    hypothesis, train = run.hypothesis, run.data.train
    x, y = hypothesis.network_input(train.x), hypothesis.network_target(train.y)
    return hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)


def within(plane: Any, direction: Any) -> float:
    """Return the share of a direction's length that lies in a plane."""
    inside = np.hypot(plane.u @ direction, plane.v @ direction)
    return float(inside / np.linalg.norm(direction))


@pytest.mark.parametrize("plane", PLANES)
def test_map_true_loss_gap_and_distance_of_every_path_point_are_recomputed(plane: Any) -> None:
    run = network_run(penalty={"l1": 0.002, "l2": 0.05})
    run.seek(33)
    print_before = run.fingerprint()
    found = surface(run, plane, resolution=5)
    assert run.fingerprint() == print_before
    axes = np.stack([found.plane.u, found.plane.v], axis=1)
    path = run.timeline.trajectory.path()[1]
    for theta, place, off in zip(path[::7], found.path[::7], found.off_plane[::7], strict=True):
        # By least squares, which needs no right angles between the axes.
        away = theta - found.plane.origin
        coordinates, *_ = np.linalg.lstsq(axes, away)
        below = found.plane.origin + axes @ coordinates
        totals = [run.hypothesis.evaluate(at, run.data.train)["total"] for at in (below, theta)]
        point = found.point(theta)
        assert (point.u, point.v) == pytest.approx(tuple(coordinates), rel=1e-10, abs=1e-10)
        assert tuple(place) == pytest.approx((point.u, point.v), rel=1e-12, abs=1e-12)
        assert point.map == pytest.approx(totals[0], rel=1e-10)
        assert point.true == pytest.approx(totals[1], rel=1e-10)
        assert point.gap == pytest.approx(totals[0] - totals[1], abs=1e-10)
        assert point.distance == pytest.approx(np.linalg.norm(theta - below), abs=1e-10)
        assert off == pytest.approx(point.distance, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("plane", PLANES[1:])
def test_a_slice_holds_the_present_point(plane: Any) -> None:
    run = network_run()
    run.seek(33)
    found = surface(run, plane, resolution=5)
    assert found.kind == "slice"
    assert found.title.startswith("slice ")
    assert found.now.distance < 1e-12
    assert abs(found.now.gap) < 1e-12
    assert found.now.true == pytest.approx(run.evaluate()["total"], rel=1e-12)
    assert 0 <= sum(found.explained) <= 1 + 1e-12
    for label, share in zip((found.u_label, found.v_label), found.explained, strict=True):
        assert label.endswith(f"({100 * share:.0f} %)")


@pytest.mark.parametrize("plane", [p for p in PLANES if isinstance(p, str)])
def test_two_parameters_leave_no_gap_and_no_distance(plane: Any) -> None:
    run = Run(line(penalty={"l1": 0.01, "l2": 0.1}))
    run.advance(20)
    found = surface(run, plane, resolution=5)
    assert found.kind == "exact"
    assert found.title == "exact: all two parameters"
    assert np.abs(found.off_plane).max() < 1e-12
    for theta in run.timeline.trajectory.path()[1]:
        point = found.point(theta)
        assert abs(point.gap) < 1e-12
        assert point.distance < 1e-12


@pytest.mark.parametrize("function", LANDSCAPES)
def test_a_landscape_is_seen_on_its_own_x_and_y(function: str) -> None:
    run = Run(Experiment.from_dict({"model": {"kind": "landscape", "function": function}}))
    run.advance(5)
    found = surface(run, resolution=9)
    assert (found.kind, found.u_label, found.v_label) == ("exact", "x", "y")
    assert tuple(found.path[-1]) == tuple(run.parameters)
    point = found.point(run.parameters)
    assert (point.u, point.v) == tuple(run.parameters)
    assert abs(point.gap) < 1e-12
    assert point.distance < 1e-12
    assert point.true == pytest.approx(run.evaluate()["total"], rel=1e-12)
    there = np.array([[found.u[3], found.v[7]]])
    height = run.hypothesis.total_losses(there, run.data.train)[0]
    assert found.values[7, 3] == height or np.isnan(height)
    assert found.loss_at(*there[0]) == height or np.isnan(height)


def test_random_directions_are_as_long_as_each_neurons_weights() -> None:
    network = Network((3, 5, 2), "tanh")
    theta = np.random.default_rng(1).normal(size=network.size)
    direction = filter_normalised(network, theta, seed=4)
    for layer in network.layers:
        drawn, weights = layer.matrix(direction), layer.matrix(theta)
        assert np.linalg.norm(drawn[:, :-1], axis=1) == pytest.approx(
            np.linalg.norm(weights[:, :-1], axis=1), rel=1e-12
        )
        assert not drawn[:, -1].any(), "biases are held"


def test_random_planes_are_drawn_by_their_seed() -> None:
    run = network_run()
    first, again = surface(run, "random", 5), surface(run, "random", 5)
    other = surface(run, "random", 5, seed=1)
    assert np.array_equal(first.values, again.values)
    assert not np.array_equal(first.values, other.values)
    network = run.hypothesis.network
    for index in (0, 1):
        direction = filter_normalised(network, run.parameters, 0, index)
        assert within(first.plane, direction) == pytest.approx(1, abs=1e-12)
    assert not first.plane.u[network.is_weight() == 0].any()
    # As far each way as the weights are from zero, as long as the path is not farther.
    length = np.linalg.norm(run.parameters[network.is_weight() > 0])
    assert np.ptp(first.u) >= 2 * length * (1 - 1e-12)


def test_a_scale_that_a_network_does_not_feel_changes_no_map() -> None:
    # Twice the weights into a ReLU neuron and half of those out of it: the same guesses.
    run = network_run(model={"activation": "relu"})
    network = run.hypothesis.network
    plain = surface(run, "random", 7)
    theta = run.parameters.copy()
    hidden, output = network.layers
    hidden.matrix(theta)[...] *= 2
    output.matrix(theta)[:, :-1] /= 2
    run.set_weights(network.weights(theta))
    scaled = random_plane(network, theta, 0)
    assert scaled is not None
    first = filter_normalised(network, theta, 0)
    before = filter_normalised(network, network_run(model={"activation": "relu"}).parameters, 0)
    for share in (-0.7, 0.4):
        moved = run.hypothesis.evaluate(theta + share * first, run.data.train)["total"]
        unmoved = plain.losses.hypothesis.evaluate(
            plain.losses.plane.origin + share * before, run.data.train
        )["total"]
        assert moved == pytest.approx(unmoved, rel=1e-10)


def test_weights_of_zero_have_no_random_directions() -> None:
    run = network_run()
    zeros = {name: np.zeros_like(value) for name, value in run.weights().items()}
    run.set_weights(zeros)
    with pytest.raises(GDStudioError, match="other than zero; make a step first"):
        surface(run, "random")


@pytest.mark.parametrize("plane", ["gradient", "curvature"])
def test_curved_planes_hold_the_hessians_eigenvectors(plane: Any) -> None:
    run = network_run(penalty={"l2": 0.01})
    found = surface(run, plane, resolution=5)
    oracle = oracle_of(run)
    values, vectors = np.linalg.eigh(oracle.hessian(run.parameters))
    wanted = [vectors[:, -1], vectors[:, -2]]
    if plane == "gradient":
        wanted[1] = run.full_gradient()
    for direction in wanted:
        assert within(found.plane, direction) == pytest.approx(1, abs=1e-9)
    for axis in (found.plane.u, found.plane.v):
        assert axis @ -run.full_gradient() >= -1e-12, "downhill is to the right and up"
    assert f"λ {values[-1]:.3g}" in found.u_label + found.v_label
    assert (f"λ {values[-2]:.3g}" in found.v_label) is (plane == "curvature")


def test_where_nothing_pulls_there_is_no_gradient_plane() -> None:
    x = np.random.default_rng(0).normal(size=(20, 2))
    kept = {"validation": 0.0, "test": 0.0}
    run = Run(small(preparation=kept), dataset=table(x, np.tile([-1.0, 1.0], 10)))
    run.set_weights(run.hypothesis.network.weights(np.zeros(run.hypothesis.network.size)))
    assert not run.full_gradient().any()
    with pytest.raises(GDStudioError, match="gradient is zero here"):
        surface(run, "gradient")


def test_between_goes_through_start_best_and_now() -> None:
    run = network_run(60, optimizer={"learning_rate": 2.0})
    best = run.stop_memory.best_step
    assert best not in (0, run.step_number)
    found = surface(run, "between", 5)
    three = [run.fork(step).parameters for step in (0, best, run.step_number)]
    assert np.array_equal(run.best_parameters, three[1])
    assert found.title.startswith("slice through start, best and now · ")
    places, away = found.plane.project(np.stack(three))
    assert away == pytest.approx(np.zeros(3), abs=1e-12)
    assert places[0] == pytest.approx([0, 0], abs=1e-12)
    assert places[2] == pytest.approx([np.linalg.norm(three[2] - three[0]), 0], abs=1e-12)
    assert places[1, 1] > 0
    for u, v in places:
        assert found.u[0] < u < found.u[-1]
        assert found.v[0] < v < found.v[-1]


def test_between_goes_through_three_runs_or_vectors() -> None:
    runs = [network_run(20, model={"seed": seed}) for seed in range(3)]
    found = surface(runs[0], "between", 5, through=runs)
    assert found.title.startswith("slice through first, second and third")
    stacked = np.stack([run.parameters for run in runs])
    assert found.plane.project(stacked)[1] == pytest.approx(np.zeros(3), abs=1e-12)
    again = surface(runs[0], "between", 5, through=[run.parameters for run in runs])
    assert np.array_equal(found.values, again.values)


def test_points_that_make_no_plane_are_refused() -> None:
    run = network_run(5)
    theta = run.parameters
    with pytest.raises(GDStudioError, match="first and third are the same here"):
        surface(run, "between", through=[theta, 2 * theta, run])
    with pytest.raises(GDStudioError, match="First, second and third lie on one line"):
        surface(run, "between", through=[theta, 2 * theta, 3 * theta])
    run.seek(0)
    with pytest.raises(GDStudioError, match="start and now are the same here"):
        surface(run, "between")


@pytest.mark.parametrize(
    "through", [[], ["a", "b", "c"], [np.zeros(3)] * 3, [np.full(17, np.nan)] * 3]
)
def test_what_is_no_three_points_is_refused(through: Any) -> None:
    with pytest.raises(GDStudioError, match=r"^through must be three runs of this model"):
        surface(network_run(3), "between", through=through)


def test_three_points_are_for_the_plane_between_them() -> None:
    run = network_run(3)
    with pytest.raises(GDStudioError, match=r'^through is for plane="between" only'):
        surface(run, "path", through=[run, run, run])


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_the_penalty_is_in_the_total_of_map_and_points(precision: str) -> None:
    free = network_run(10, training={"precision": precision})
    priced = Run(small(penalty={"l1": 0.3, "l2": 0.2}, training={"precision": precision}))
    priced.set_weights(free.weights())
    plane = ("hidden 1.weight[0,2]", "output.weight[0,0]")
    with_price, without = surface(priced, plane, 5), surface(free, plane, 5)
    theta = free.parameters.astype(np.float64)
    weights = theta[free.hypothesis.network.is_weight() > 0]
    price = 0.3 * np.abs(weights).sum() + 0.1 * (weights @ weights)
    assert with_price.now.true - without.now.true == pytest.approx(price, rel=1e-10)
    assert with_price.now.map - without.now.map == pytest.approx(price, rel=1e-10)
    chosen = [free.hypothesis.network.parameter_index(name) for name in plane]
    theta[chosen] = with_price.u[1], with_price.v[3]
    there = free.hypothesis.evaluate(theta, free.data.train)["total"]
    weights = theta[free.hypothesis.network.is_weight() > 0]
    there += 0.3 * np.abs(weights).sum() + 0.1 * (weights @ weights)
    tolerance = 1e-10 if precision == "float64" else 1e-5
    assert with_price.values[3, 1] == pytest.approx(there, rel=tolerance)
    at = with_price.loss_at(float(with_price.u[1]), float(with_price.v[3]))
    assert at == pytest.approx(there, rel=1e-6 if precision == "float32" else 1e-10)


def test_what_overflows_stays_infinite_and_is_not_drawn_as_zero() -> None:
    formula = {"kind": "landscape", "function": "formula", "formula": "exp(x*200) + log(y)"}
    run = Run(Experiment.from_dict({"model": formula}))
    found = surface(run, resolution=21)
    assert np.isposinf(found.values[found.v > 0][:, found.u >= 4]).all() or found.u[-1] < 4
    assert not np.isfinite(found.values[found.v < 0]).any()
    assert np.isnan(found.loss_at(0.0, -1.0))
