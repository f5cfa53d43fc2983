"""Every optimizer: a contract that all keep, and each one's formula written a second time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import (
    OPTIMIZERS,
    AbstractOptimizer,
    AdaGrad,
    Adam,
    AdamW,
    RmsProp,
    Sgd,
    State,
)
from gd_studio.settings import convert, describe, kind_of, plain

# One row per way of moving; the rate is one at which the parabola's bottom is reached.
WAYS: dict[str, AbstractOptimizer] = {
    "plain": Sgd(learning_rate=0.1),
    "momentum": Sgd(learning_rate=0.05, momentum=0.9),
    "dampened": Sgd(learning_rate=0.1, momentum=0.8, dampening=0.5),
    "nesterov": Sgd(learning_rate=0.05, momentum=0.9, nesterov=True),
    "adagrad": AdaGrad(learning_rate=1.0),
    "adagrad decayed": AdaGrad(learning_rate=2.0, lr_decay=0.01, initial_accumulator_value=0.1),
    "rmsprop": RmsProp(learning_rate=0.01),
    "rmsprop centered": RmsProp(learning_rate=0.01, centered=True),
    "rmsprop momentum": RmsProp(learning_rate=0.003, momentum=0.7, centered=True, alpha=0.9),
    "adam": Adam(learning_rate=0.1),
    "amsgrad": Adam(learning_rate=0.1, amsgrad=True),
    "adamw": AdamW(learning_rate=0.1, weight_decay=0.0),
}
MINIMUM = np.array([1.0, -2.0, 0.5])
STEEPNESS = np.array([1.0, 3.0, 0.3])


class NoOracle:
    """First-order methods ask nothing."""

    def loss(self, theta: Array) -> float:
        raise AssertionError

    def gradient(self, theta: Array) -> Array:
        raise AssertionError

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        raise AssertionError


def slope_of_parabola(theta: Array) -> Array:
    steepness = STEEPNESS.astype(theta.dtype)
    result: Array = steepness * (theta - MINIMUM.astype(theta.dtype))
    return result


class Descent:
    """An optimizer at work, on gradients of its present place."""

    def __init__(self, optimizer: AbstractOptimizer, theta: Array) -> None:
        self.optimizer, self.theta = optimizer, theta.copy()
        self.state = State(len(optimizer.slots), theta, NoOracle())
        self.memory = self.state.memory
        self.memory.fill(np.nan)
        self.state.scratch.fill(np.nan)
        optimizer.begin(self.memory)

    def go(self, gradient: Array) -> None:
        self.state.step += 1
        self.optimizer.update(self.theta, gradient, self.optimizer.learning_rate, self.state)

    def descend(self, steps: int) -> None:
        for _ in range(steps):
            self.go(slope_of_parabola(self.theta))


def test_every_optimizer_is_tried_here() -> None:
    assert {kind_of(way) for way in WAYS.values()} == set(OPTIMIZERS)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_reaches_the_bottom_of_a_parabola(way: str, dtype: type) -> None:
    descent = Descent(WAYS[way], np.zeros(3, dtype))
    descent.descend(1500)
    assert descent.theta == pytest.approx(MINIMUM, abs=0.02)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_keeps_the_precision(way: str, dtype: type) -> None:
    descent = Descent(WAYS[way], np.ones(3, dtype))
    gradient: Array = np.full(3, 0.1, dtype)
    descent.go(gradient)
    assert descent.theta.dtype == descent.memory.dtype == dtype
    assert (gradient == np.full(3, 0.1, dtype)).all(), "the gradient is not the optimizer's"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("way", WAYS)
def test_every_optimizer_goes_on_bit_equal_from_its_memory(way: str, dtype: type) -> None:
    straight = Descent(WAYS[way], np.zeros(3, dtype))
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
    assert convert(plain(chosen()), chosen) == chosen()


@pytest.mark.parametrize("centered", [False, True])
def test_a_constant_gradient_never_breaks_rmsprop(centered: bool) -> None:
    # Centered, the spread of equal gradients is zero up to rounding, to either side.
    descent = Descent(RmsProp(alpha=0.5, centered=centered), np.zeros(3))
    for _ in range(300):
        descent.go(np.array([0.1, -0.7, 1 / 3]))
    assert np.isfinite(descent.theta).all()


# --- the formulas again, number by number -------------------------------------------------------

Formula = Callable[[float, Sequence[float], AbstractOptimizer], float]


def sgd(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, Sgd)
    velocity: float | None = None
    for g in gradients:
        pull = g
        if s.momentum:
            # The first velocity is the gradient itself, undampened.
            velocity = g if velocity is None else s.momentum * velocity + (1 - s.dampening) * g
            pull = g + s.momentum * velocity if s.nesterov else velocity
        w -= s.learning_rate * pull
    return w


def adagrad(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, AdaGrad)
    total = s.initial_accumulator_value
    for t, g in enumerate(gradients):
        total += g**2
        w -= s.learning_rate / (1 + t * s.lr_decay) * g / (math.sqrt(total) + s.epsilon)
    return w


def rmsprop(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, RmsProp)
    square = mean = velocity = 0.0
    for g in gradients:
        square = s.alpha * square + (1 - s.alpha) * g**2
        mean = s.alpha * mean + (1 - s.alpha) * g
        spread = square - mean**2 if s.centered else square
        velocity = s.momentum * velocity + g / (math.sqrt(spread) + s.epsilon)
        w -= s.learning_rate * velocity
    return w


def adam(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, Adam | AdamW)
    decay = s.weight_decay if isinstance(s, AdamW) else 0.0
    mean = square = largest = 0.0
    for t, g in enumerate(gradients, start=1):
        w -= s.learning_rate * decay * w
        mean = s.beta1 * mean + (1 - s.beta1) * g
        square = s.beta2 * square + (1 - s.beta2) * g**2
        largest = max(largest, square) if s.amsgrad else square
        mean_hat, square_hat = mean / (1 - s.beta1**t), largest / (1 - s.beta2**t)
        w -= s.learning_rate * mean_hat / (math.sqrt(square_hat) + s.epsilon)
    return w


FORMULAS: list[tuple[Formula, AbstractOptimizer]] = [
    (sgd, Sgd(learning_rate=0.3)),
    (sgd, Sgd(learning_rate=0.1, momentum=0.9)),
    (sgd, Sgd(learning_rate=0.1, momentum=0.5, dampening=0.3)),
    (sgd, Sgd(learning_rate=0.1, momentum=0.7, nesterov=True)),
    (adagrad, AdaGrad()),
    (adagrad, AdaGrad(learning_rate=0.5, lr_decay=0.2, initial_accumulator_value=0.7)),
    (rmsprop, RmsProp()),
    (rmsprop, RmsProp(alpha=0.8, centered=True)),
    (rmsprop, RmsProp(alpha=0.9, momentum=0.6)),
    (rmsprop, RmsProp(alpha=0.7, momentum=0.6, centered=True, epsilon=1e-3)),
    (adam, Adam()),
    (adam, Adam(learning_rate=0.2, beta1=0.5, beta2=0.7, epsilon=1e-2)),
    (adam, Adam(learning_rate=0.2, beta2=0.3, amsgrad=True)),
    (adam, AdamW()),
    (adam, AdamW(learning_rate=0.3, weight_decay=0.4, beta1=0.0)),
    (adam, AdamW(learning_rate=0.3, weight_decay=0.4, beta2=0.5, amsgrad=True)),
]


@pytest.mark.parametrize(("formula", "settings"), FORMULAS)
def test_every_optimizer_follows_its_formula(formula: Formula, settings: AbstractOptimizer) -> None:
    gradients = np.random.default_rng(3).normal(0.2, 1.0, (8, 5))
    # Weights that no step brings near zero, so that rounding stays relative.
    start = np.array([9.0, -11.0, 7.5, -20.0, 13.0])
    descent = Descent(settings, start)
    for count in range(1, len(gradients) + 1):
        descent.go(gradients[count - 1])
        expected = [
            formula(w, [float(g) for g in gradients[:count, i]], settings)
            for i, w in enumerate(start)
        ]
        assert descent.theta == pytest.approx(np.array(expected), rel=1e-15, abs=0)
