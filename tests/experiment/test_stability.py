"""The stable rate 2/λmax: below it plain descent settles on a parabola, above it flies off."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

from gd_studio import GDStudioError, Run
from gd_studio.engine.arrays import Array
from gd_studio.experiment import stability as room
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.stability import Stability, beyond_theory, stability
from tests.experiment.experiments import line, small

BOWL: dict[str, Any] = {"model": {"kind": "landscape", "function": "bowl"}}


def found(work: Generator[None, None, Stability]) -> tuple[Stability, int]:
    """Return the answer and after how many pauses it came."""
    for pauses in range(10_000):
        try:
            next(work)
        except StopIteration as done:
            return done.value, pauses
    raise AssertionError("it never came to an end")


def at_present(run: Run) -> Stability:
    return found(stability(run.hypothesis, run.parameters))[0]


def gradient_at(run: Run, theta: Array) -> Array:
    names = run.hypothesis.network.weights(theta)
    other = Run(run.experiment)
    other.set_weights({name: value.copy() for name, value in names.items()})
    return other.full_gradient()


def hessian_by_differences(run: Run) -> Array:
    """Return the Hessian from the gradient alone, by central differences."""
    theta, step = run.parameters, 1e-5
    units = np.eye(len(theta)) * step
    rows = [gradient_at(run, theta + u) - gradient_at(run, theta - u) for u in units]
    return np.array(rows) / (2 * step)


@pytest.mark.parametrize("change", [{}, {"penalty": {"l2": 0.1}}, {"loss": {"kind": "hinge"}}])
def test_it_is_the_hessians_largest_eigenvalue(change: dict[str, Any]) -> None:
    run = Run(small(**change))
    run.advance(20)
    expected = np.linalg.eigvalsh(hessian_by_differences(run))[-1]
    answer = at_present(run)
    assert answer.is_exact
    assert answer.sharpness == pytest.approx(expected, rel=1e-5, abs=1e-7)
    assert answer.sharpness == pytest.approx(run.sharpness().value, rel=1e-9)


@pytest.mark.parametrize("experiment", [line(), Experiment.from_dict(BOWL)], ids=["line", "bowl"])
def test_on_a_parabola_one_percent_decides_between_settling_and_flying_off(
    experiment: Experiment,
) -> None:
    limit = at_present(Run(experiment)).limit
    free = {"stop.max_steps": None, "optimizer.kind": "sgd", "optimizer.momentum": 0.0}
    ends = {}
    for share in (0.99, 1.01):
        run = Run(experiment.edit({**free, "optimizer.learning_rate": share * limit}))
        first = float(np.linalg.norm(run.full_gradient()))
        run.advance(1500)
        ends[share] = float(np.linalg.norm(run.full_gradient())) / first
    assert ends[0.99] < 1e-5
    assert ends[1.01] > 1e5


def test_where_nothing_bends_upwards_every_rate_is_stable() -> None:
    assert Stability(-3.0).limit == math.inf
    assert Stability(0.0).limit == math.inf
    assert math.isnan(Stability(math.nan).limit)
    assert Stability(4.0).limit == 0.5


def test_it_pauses_between_products_and_leaves_the_run_alone() -> None:
    run = Run(small())
    run.advance(5)
    before = run.fingerprint()
    _, pauses = found(stability(run.hypothesis, run.parameters))
    assert pauses >= 3
    assert run.fingerprint() == before


def test_what_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ROWS_TIMES_PARAMETERS", 10)
    run = Run(small())
    with pytest.raises(GDStudioError, match=r"not measured: 17 parameters on \d+ rows"):
        next(stability(run.hypothesis, run.parameters))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, ""),
        ({"schedule": {"kind": "exponential"}}, ""),
        ({"optimizer": {"momentum": 0.5}}, "momentum"),
        ({"optimizer": {"kind": "adam"}}, "Adam"),
        ({"training": {"clip_norm": 1.0}}, "clipping"),
        ({"training": {"clip_value": 1.0}}, "clipping"),
        ({"model": {"dropout": 0.2}}, "dropout"),
    ],
)
def test_it_says_what_the_theory_of_plain_descent_does_not_cover(
    change: dict[str, Any], word: str
) -> None:
    assert beyond_theory(small(**change)) == word
