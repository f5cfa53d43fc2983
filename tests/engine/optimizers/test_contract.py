"""What every optimizer keeps: it comes down, keeps the precision, goes on from its memory."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import OPTIMIZERS, Optimizer, RmsProp
from gd_studio.settings import Settings, convert, describe, edited, kind_of, plain
from tests.engine.optimizers.ways import RAVINE, WAYS, Descent, Parabola, Rosenbrock

PRECISIONS = [np.float64, np.float32]


class Holder(Settings, frozen=True):
    optimizer: Optimizer


def test_every_optimizer_is_tried_here() -> None:
    assert {kind_of(way) for way in WAYS.values()} == set(OPTIMIZERS)
    assert set(RAVINE) == set(WAYS)
    assert all(type(RAVINE[name][0]) is type(WAYS[name]) for name in WAYS)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_reaches_the_bottom_of_a_parabola(way: str, dtype: type) -> None:
    descent = Descent(WAYS[way], Parabola.start.astype(dtype))
    descent.descend(1500)
    assert descent.theta == pytest.approx(Parabola.bottom, abs=0.02)


@pytest.mark.parametrize("way", RAVINE)
def test_every_optimizer_comes_down_rosenbrocks_ravine_in_its_number_of_steps(way: str) -> None:
    optimizer, steps = RAVINE[way]
    ravine = Rosenbrock()
    descent = Descent(optimizer, ravine.start, ravine)
    descent.descend(steps // 2)
    assert ravine.loss(descent.theta) > 1e-3, "the number of steps is more than twice too large"
    descent.descend(steps - steps // 2)
    assert ravine.loss(descent.theta) < 1e-3
    descent.descend(steps // 10)
    assert ravine.loss(descent.theta) < 1e-3, "it did not stay down"


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_keeps_the_precision(
    way: str, dtype: type, shape: tuple[int, ...]
) -> None:
    descent = Descent(WAYS[way], np.ones(shape, dtype))
    gradient: Array = np.full(shape, 0.1, dtype)
    for _ in range(7):
        descent.go(gradient)
    assert descent.theta.dtype == descent.memory.dtype == dtype
    assert descent.theta.shape == descent.memory.shape[1:] == shape
    assert (gradient == np.full(shape, 0.1, dtype)).all(), "the gradient is not the optimizer's"


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("way", WAYS)
def test_many_models_at_once_move_as_each_does_alone(way: str, dtype: type) -> None:
    rates: Array = np.array([[0.01], [0.03], [0.1], [0.3]], dtype)
    start: Array = np.random.default_rng(5).normal(size=(4, 3)).astype(dtype)
    together = Descent(WAYS[way], start, rate=rates)
    together.descend(40)
    for k in range(4):
        alone = Descent(WAYS[way], start[k], rate=float(rates[k, 0]))
        alone.descend(40)
        if dtype == np.float64:
            assert together.theta[k].tobytes() == alone.theta.tobytes()
            assert together.memory[:, k].tobytes() == alone.memory.tobytes()
        else:
            # One rate is rounded to float32 before what is constant in a step is multiplied, the
            # other after.
            assert together.theta[k] == pytest.approx(alone.theta, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_goes_on_bit_equal_from_its_memory(way: str, dtype: type) -> None:
    straight = Descent(WAYS[way], Parabola.start.astype(dtype))
    straight.descend(7)
    resumed = Descent(WAYS[way], straight.theta)
    resumed.memory[:] = straight.memory
    resumed.state.step = straight.state.step
    straight.descend(9)
    resumed.descend(9)
    assert straight.theta.tobytes() == resumed.theta.tobytes()
    assert straight.memory.tobytes() == resumed.memory.tobytes()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_explains_all_its_settings(kind: str) -> None:
    chosen = OPTIMIZERS[kind]
    assert chosen.title
    settings = describe(chosen)
    assert [s.name for s in settings] == list(chosen.__struct_fields__)
    for setting in settings:
        assert setting.title
        assert setting.help.endswith(".")
        assert " " in setting.help
    assert sum(not s.more for s in settings) <= 4, "the form shows five rows, one of them the kind"
    assert convert(plain(chosen()), chosen) == chosen()


@pytest.mark.parametrize("before", OPTIMIZERS)
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_an_optimizer_left_at_its_defaults_spoils_no_other(before: str, kind: str) -> None:
    start = Holder(optimizer=convert({"kind": before}, Optimizer))
    assert edited(start, "optimizer.kind", kind).optimizer == OPTIMIZERS[kind]()


@pytest.mark.parametrize("way", WAYS)
def test_a_gradient_that_is_not_a_number_is_no_exception(way: str) -> None:
    descent = Descent(WAYS[way], Parabola.start)
    with np.errstate(all="ignore"):
        for gradient in ([0.1, 0.2, 0.3], [np.nan, np.inf, 0.3], [0.1, 0.2, 0.3]):
            descent.go(np.array(gradient))
    if WAYS[way].full_batch:
        # Without a direction these stay; the run sees the gradient's length, and ends.
        assert np.isfinite(descent.theta).all()
        return
    assert np.isnan(descent.theta[0])
    assert np.isfinite(descent.theta[2])


@pytest.mark.parametrize("centered", [False, True])
def test_a_constant_gradient_never_breaks_rmsprop(centered: bool) -> None:
    # Centered, the spread of equal gradients is zero up to rounding, to either side.
    descent = Descent(RmsProp(alpha=0.5, centered=centered), np.zeros(3))
    for _ in range(300):
        descent.go(np.array([0.1, -0.7, 1 / 3]))
    assert np.isfinite(descent.theta).all()
