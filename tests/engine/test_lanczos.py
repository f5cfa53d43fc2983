"""The largest eigenvalue by Lanczos, against a full decomposition."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.arrays import Array
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.lanczos import Eigenpair, largest_eigenpair, search_eigenpair
from gd_studio.engine.losses import LOSSES
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.penalties import Penalty
from tests.engine.test_trainer import TASKS, problem

DEPTHS = [(), (4,), (4, 3), (9, 9), (3, 3, 3)]


def largest(matrix: Array, **how: float) -> Eigenpair:
    return largest_eigenpair(lambda v: matrix @ v, len(matrix), matrix.dtype, **how)  # type: ignore[arg-type]


def with_eigenvalues(values: list[float], seed: int = 0) -> Array:
    """Return a symmetric matrix with these eigenvalues, in no special directions."""
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(values), len(values))))
    made: Array = (turn * np.array(values)) @ turn.T
    return (made + made.T) / 2


@pytest.mark.parametrize(("kind", "task", "outputs"), TASKS)
@pytest.mark.parametrize(("depth", "activation"), list(product(DEPTHS, ACTIVATIONS)))
def test_lanczos_agrees_with_the_full_decomposition_of_every_model(
    depth: tuple[int, ...], activation: str, kind: str, task: str, outputs: int
) -> None:
    network, loss, theta, x, y = problem(depth, activation, kind, task, outputs)
    assert theta.size <= 200
    oracle = BatchOracle(network, loss, Penalty(l2=0.01), x, y)
    expected = np.linalg.eigvalsh(oracle.hessian(theta))[-1]
    found = largest_eigenpair(lambda v: oracle.hessian_product(theta, v), theta.size)
    assert found.converged
    assert found.value == pytest.approx(expected, rel=1e-6)
    again = oracle.hessian_product(theta, found.vector) - found.value * found.vector
    assert np.linalg.norm(again) == pytest.approx(found.residual, rel=1e-12, abs=1e-18)
    assert found.residual <= 2e-7 * abs(found.value)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rows", [30, 400])
def test_it_agrees_on_larger_networks_whose_basis_must_start_again(rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network((5, 12, 8, 1), "tanh")
    theta = rng.normal(0, 0.7, network.size)
    assert 150 < theta.size <= 200
    x, y = with_ones(rng.normal(size=(rows, 5))), rng.normal(size=(1, rows))
    oracle = BatchOracle(network, LOSSES["mse"](), Penalty(), x, y)
    eigenvalues = np.linalg.eigvalsh(oracle.hessian(theta))
    assert eigenvalues[0] < 0, "indefinite, as away from a minimum"
    found = largest_eigenpair(lambda v: oracle.hessian_product(theta, v), theta.size)
    assert found.value == pytest.approx(eigenvalues[-1], rel=1e-6)


def test_a_linear_model_of_two_parameters_takes_two_products_and_a_check() -> None:
    x, y = with_ones(np.array([[1.0], [2.0], [4.0]])), np.ones((1, 3))
    oracle = BatchOracle(Network((1, 1)), LOSSES["mse"](), Penalty(), x, y)
    found = largest_eigenpair(lambda v: oracle.hessian_product(np.zeros(2), v), 2)
    assert found.value == pytest.approx(np.linalg.eigvalsh(2 / 3 * x @ x.T)[-1], rel=1e-14)
    assert found.iterations == 3


@pytest.mark.parametrize(
    "values",
    [
        [-5.0, 1.0],  # the algebraically largest, not the one farthest from zero
        [-5.0, -4.0, -0.5],
        [0.0, 0.0, 0.0],
        [2.0],
        [3.0] * 40,
        [*range(100), 99.9999, 99.9998, 99.9997],
        [*range(50), *range(50), 200.0, 200.0 * (1 - 1e-6), 200.0 * (1 - 1e-9)],
        [*(10.0 ** np.arange(-12, 3, 0.1))],
        [*(-(10.0 ** np.arange(-3, 3, 0.05))), 0.25],
    ],
)
def test_it_finds_the_largest_in_clusters_and_among_negative_ones(values: list[float]) -> None:
    found = largest(with_eigenvalues(values))
    assert found.converged
    assert found.value == pytest.approx(max(values), rel=1e-6, abs=1e-12)


def test_the_same_seed_gives_the_same_bits() -> None:
    matrix = with_eigenvalues([*range(90)])
    first, second = largest(matrix), largest(matrix)
    assert first.value == second.value
    assert first.vector.tobytes() == second.vector.tobytes()
    assert largest(matrix, seed=1).value == pytest.approx(first.value, rel=1e-12)


def test_float32_is_enough_for_six_digits_less_rounding() -> None:
    matrix = with_eigenvalues([*range(1, 40)]).astype(np.float32)
    found = largest(matrix, tolerance=1e-5)
    assert found.vector.dtype == np.float32
    assert found.converged
    assert found.value == pytest.approx(39, rel=1e-5)


def test_it_says_when_it_was_not_given_enough_iterations() -> None:
    found = largest(with_eigenvalues([*range(100)]), most_iterations=5)
    assert not found.converged
    assert found.residual > 1e-7 * found.value


def test_nan_ends_it_without_an_answer() -> None:
    found = largest(np.full((3, 3), np.nan))
    assert not found.converged
    assert np.isnan(found.value)


@pytest.mark.parametrize("values", [[-5.0, -3.0, 1.0], [4.0, 4.0, 4.0, 0.0], [2.0, -7.0], []])
def test_apart_from_the_first_eigenvectors_it_finds_the_next(values: list[float]) -> None:
    values = values or list(np.linspace(-1, 3, 90))
    matrix = with_eigenvalues(values)
    known = np.empty((0, len(values)))
    for wanted in sorted(values, reverse=True)[:4]:
        work = search_eigenpair(
            lambda v: matrix @ v, len(values), tolerance=1e-10, apart_from=known
        )
        products = 0
        while True:
            try:
                next(work)
                products += 1
            except StopIteration as done:
                pair = done.value
                break
        assert products == pair.iterations - 1, "it can be paused before each but the last"
        assert pair.converged
        assert pair.value == pytest.approx(wanted, rel=1e-8, abs=1e-12)
        assert known @ pair.vector == pytest.approx(np.zeros(len(known)), abs=1e-12)
        known = np.vstack([known, pair.vector])
