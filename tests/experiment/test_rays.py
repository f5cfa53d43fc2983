"""The loss along a line: every point recomputed by hand, and slopes by finite differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gd_studio.engine.arrays import Array, Integers
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.parts import finished
from gd_studio.experiment.rays import (
    MOST_ROWS,
    Ray,
    RayRequest,
    Strip,
    StripRequest,
    ray,
    strip,
)
from gd_studio.experiment.run import Run
from tests.experiment.experiments import line, small

PENALTY = {"l1": 0.01, "l2": 0.02}


def ray_of(run: Run, **changes: Any) -> Ray:
    record = run.record
    assert record is not None
    settings: dict[str, Any] = {"rate": record.learning_rate, "after": run.parameters, **changes}
    request = RayRequest(run.hypothesis, run.previous, run.gradient, run.batch_rows, **settings)
    return finished(ray(request))


def strip_of(run: Run, index: int, before: float | None = None) -> Strip:
    return finished(strip(StripRequest(run.hypothesis, run.parameters, index, before)))


def by_hand(run: Run, theta: Array, rows: Integers | None = None) -> float:
    """Return the total loss of the small network on moons: cross-entropy and both penalties."""
    train = run.data.train
    rows = np.arange(len(train.rows)) if rows is None else rows
    w1, b1, w2, b2 = run.hypothesis.network.weights(theta).values()
    z = (np.tanh(train.x[rows] @ w1 + b1) @ w2 + b2)[:, 0]
    sign = 2.0 * train.y[rows] - 1.0
    data = float(np.mean(np.logaddexp(0, -sign * z)))
    weights = np.concatenate([w1.ravel(), w2.ravel()])
    return data + float(
        PENALTY["l1"] * np.abs(weights).sum() + 0.5 * PENALTY["l2"] * (weights**2).sum()
    )


def moons(steps: int = 5) -> Run:
    run = Run(small(penalty=PENALTY))
    run.advance(steps)
    return run


def test_every_loss_along_the_gradient_is_that_of_a_pass_by_hand() -> None:
    run = moons()
    found = ray_of(run)
    assert found.is_batch
    for place, rate in enumerate(found.rates):
        theta = run.previous - rate * run.gradient
        assert found.train[place] == pytest.approx(by_hand(run, theta), abs=1e-10)
        wanted = by_hand(run, theta, run.batch_rows)
        assert found.batch[place] == pytest.approx(wanted, abs=1e-10)


def test_the_ray_starts_at_0_and_reaches_three_times_the_rate() -> None:
    run = moons()
    found = ray_of(run, rate=0.4)
    assert found.rates[0] == 0
    assert found.rates[-1] == pytest.approx(1.2)
    assert found.train[0] == found.before.train
    log = ray_of(run, rate=0.4, log=True).rates
    assert (log[0], log[-1]) == pytest.approx((0.004, 4.0))


def test_plain_descent_ends_on_the_ray_at_its_rate() -> None:
    run = moons()
    found = ray_of(run)
    record = run.record
    assert record is not None
    assert found.after is not None
    assert found.after.train == pytest.approx(by_hand(run, run.parameters), abs=1e-10)
    assert found.after.batch == pytest.approx(by_hand(run, run.parameters, run.batch_rows), 1e-10)
    assert found.at_rate.train == pytest.approx(found.after.train, abs=1e-12)
    assert found.before.batch == pytest.approx(record.total, abs=1e-12)


def test_a_step_off_the_ray_tells_how_far_and_by_which_angle() -> None:
    plain = ray_of(moons())
    assert plain.off_ray == pytest.approx(0, abs=1e-12)
    assert plain.angle == pytest.approx(0, abs=1e-5)
    run = Run(small(optimizer={"kind": "adam", "learning_rate": 0.1}))
    run.advance(4)
    found = ray_of(run)
    step = run.parameters - run.previous
    cosine = -step @ run.gradient / np.linalg.norm(step) / np.linalg.norm(run.gradient)
    assert found.angle == pytest.approx(math.degrees(math.acos(cosine)))
    off = np.linalg.norm(step + found.rate * run.gradient) / np.linalg.norm(step)
    assert found.off_ray == pytest.approx(off)
    assert ray_of(run, rate=0.1, chosen=0.5).rates[-1] == pytest.approx(1.5)


def test_the_forecast_begins_with_the_slope_of_the_batchs_loss() -> None:
    run = moons()
    found = ray_of(run)
    h = 1e-6
    theta, g, rows = run.previous, run.gradient, run.batch_rows
    slope = (by_hand(run, theta - h * g, rows) - by_hand(run, theta + h * g, rows)) / (2 * h)
    forecast = (found.forecast(1.0) - found.forecast(0.0)).item()
    assert forecast == pytest.approx(slope, rel=1e-6)
    assert found.forecast(0.0) == found.before.batch
    assert forecast == pytest.approx(-(found.gradient_norm**2), rel=1e-12)


def test_the_slope_over_the_training_rows_is_told_apart_from_the_batchs() -> None:
    run = moons()
    found = ray_of(run)
    h = 1e-6
    theta, g = run.previous, run.gradient
    slope = (by_hand(run, theta - h * g) - by_hand(run, theta + h * g)) / (2 * h)
    assert found.train_slope == pytest.approx(slope, rel=1e-6)
    assert found.train_slope != pytest.approx(-(found.gradient_norm**2), rel=1e-3)


def test_of_a_full_batch_both_lines_are_one() -> None:
    run = Run(line())
    run.advance(3)
    found = ray_of(run)
    assert not found.is_batch
    assert np.array_equal(found.batch, found.train)
    assert found.train_slope == pytest.approx(-(found.gradient_norm**2), rel=1e-12)


def test_on_a_quadratic_the_loss_bends_away_from_the_forecast_by_the_curvature() -> None:
    run = Run(line())
    run.advance(1)
    found = ray_of(run)
    train = run.data.train
    design = np.column_stack([train.x, np.ones(len(train.x))])
    hessian = 2 * design.T @ design / len(train.x)
    bend = 0.5 * float(run.gradient @ hessian @ run.gradient)
    wanted = found.forecast(found.rates) + bend * found.rates**2
    assert found.train == pytest.approx(wanted, abs=1e-12)


def test_before_the_first_step_there_is_no_end() -> None:
    run = Run(line())
    request = RayRequest(
        run.hypothesis, run.parameters, run.full_gradient(), run.batch_rows, rate=0.1
    )
    found = finished(ray(request))
    assert found.after is None
    assert found.before.train == pytest.approx(run.evaluate("train")["total"], abs=1e-12)


def test_the_strip_moves_one_parameter_and_holds_the_others() -> None:
    run = moons()
    index = 7
    before = float(run.previous[index])
    found = strip_of(run, index, before)
    theta = run.parameters.copy()
    for value, loss in zip(found.values, found.losses, strict=True):
        theta[index] = value
        assert loss == pytest.approx(by_hand(run, theta), abs=1e-10)
    assert found.value == run.parameters[index]
    assert found.loss == pytest.approx(by_hand(run, run.parameters), abs=1e-10)
    theta[index] = before
    assert found.loss_before == pytest.approx(by_hand(run, theta), abs=1e-10)
    assert found.values[0] <= min(before, found.value)
    assert found.values[-1] >= max(before, found.value)


def test_the_strips_tangent_is_the_slope_of_its_loss() -> None:
    run = moons()
    index, h = 3, 1e-6
    theta = run.parameters.copy()
    sides = []
    for side in (h, -h):
        theta[index] = run.parameters[index] + side
        sides.append(by_hand(run, theta))
    wanted = (sides[0] - sides[1]) / (2 * h)
    assert strip_of(run, index).slope == pytest.approx(wanted, rel=1e-6)


def test_a_gradient_in_blocks_of_rows_is_that_of_all_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = moons()
    run.seek(0)
    monkeypatch.setattr("gd_studio.experiment.rays.BLOCK_SUMS", 100)
    for index in (0, 5, 16):
        wanted = float(run.full_gradient()[index])
        assert strip_of(run, index).slope == pytest.approx(wanted, abs=1e-12)


def test_class_weights_are_in_the_gradient_of_blocks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = {"kind": "cross_entropy", "class_weights": "balanced"}
    run = Run(small(loss=loss, data={"kind": "loan_applicants"}))
    monkeypatch.setattr("gd_studio.experiment.rays.BLOCK_SUMS", 400)
    wanted = float(run.full_gradient()[2])
    assert strip_of(run, 2).slope == pytest.approx(wanted, abs=1e-12)


def landscape() -> Run:
    settings = {"data": {"kind": "none"}, "model": {"kind": "landscape"}}
    run = Run(Experiment.from_dict(settings))
    run.advance(2)
    return run


def test_landscapes_have_a_ray_and_a_strip() -> None:
    run = landscape()
    found = ray_of(run)
    assert not found.is_batch
    place = 17
    theta = run.previous - found.rates[place] * run.gradient
    run.seek(2)
    strip_found = strip_of(run, 1)
    assert strip_found.loss == pytest.approx(run.evaluate("train")["total"], abs=1e-12)
    h = 1e-6
    values = np.array([strip_found.value - h, strip_found.value + h])
    thetas = np.array([[run.parameters[0], v] for v in values])
    low, high = run.hypothesis.total_losses(thetas, run.data.train)
    assert strip_found.slope == pytest.approx((high - low) / (2 * h), rel=1e-5)
    at = run.hypothesis.total_losses(theta[None], run.data.train)[0]
    assert found.train[place] == pytest.approx(float(at), abs=1e-12)


def test_many_rows_are_sampled_and_said_to_be() -> None:
    run = Run(small(data={"kind": "moons", "samples": 8000}))
    run.advance(1)
    found = ray_of(run)
    assert (found.rows, found.all_rows) == (MOST_ROWS, len(run.data.train.rows))


def test_parameters_that_are_no_numbers_give_losses_that_are_none() -> None:
    run = moons()
    broken = np.full(run.hypothesis.network.size, math.nan)
    found = finished(strip(StripRequest(run.hypothesis, broken, 0)))
    assert np.isnan(found.losses).all()
    assert math.isnan(found.slope)
