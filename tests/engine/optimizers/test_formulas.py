"""Every optimizer's formula, written a second time, number by number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from gd_studio.engine.optimizers import (
    OPTIMIZERS,
    AbstractOptimizer,
    Adadelta,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    NAdam,
    RAdam,
    RmsProp,
    Rprop,
    Sgd,
)
from gd_studio.settings import kind_of
from tests.engine.optimizers.ways import Descent

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


def adadelta(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, Adadelta)
    square = moved = 0.0
    for g in gradients:
        square = s.rho * square + (1 - s.rho) * g**2
        move = math.sqrt(moved + s.epsilon) / math.sqrt(square + s.epsilon) * g
        moved = s.rho * moved + (1 - s.rho) * move**2
        w -= s.learning_rate * move
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


def nadam(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, NAdam)
    mean = square = 0.0
    product = 1.0
    for t, g in enumerate(gradients, start=1):
        now = s.beta1 * (1 - 0.96 ** (t * s.momentum_decay) / 2)
        following = s.beta1 * (1 - 0.96 ** ((t + 1) * s.momentum_decay) / 2)
        product *= now
        mean = s.beta1 * mean + (1 - s.beta1) * g
        square = s.beta2 * square + (1 - s.beta2) * g**2
        ahead = following * mean / (1 - product * following) + (1 - now) * g / (1 - product)
        w -= s.learning_rate * ahead / (math.sqrt(square / (1 - s.beta2**t)) + s.epsilon)
    return w


def radam(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, RAdam)
    mean = square = 0.0
    limit = 2 / (1 - s.beta2) - 1
    for t, g in enumerate(gradients, start=1):
        mean = s.beta1 * mean + (1 - s.beta1) * g
        square = s.beta2 * square + (1 - s.beta2) * g**2
        move = mean / (1 - s.beta1**t)
        length = limit - 2 * t * s.beta2**t / (1 - s.beta2**t)
        if length > 5:
            trust = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
            move *= math.sqrt(trust * (1 - s.beta2**t)) / (math.sqrt(square) + s.epsilon)
        w -= s.learning_rate * move
    return w


def adamax(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, Adamax)
    mean = largest = 0.0
    for t, g in enumerate(gradients, start=1):
        mean = s.beta1 * mean + (1 - s.beta1) * g
        largest = max(s.beta2 * largest, abs(g) + s.epsilon)
        w -= s.learning_rate / (1 - s.beta1**t) * mean / largest
    return w


def rprop(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, Rprop)
    last, size = 0.0, s.learning_rate
    for g in gradients:
        if g * last > 0:
            size *= s.eta_plus
        elif g * last < 0:
            size *= s.eta_minus
            g = 0.0
        size = min(max(size, s.smallest_step), s.largest_step)
        w -= 0.0 if g == 0 else math.copysign(size, g)
        last = g
    return w


def lion(w: float, gradients: Sequence[float], s: AbstractOptimizer) -> float:
    assert isinstance(s, Lion)
    mean = 0.0
    for g in gradients:
        way = s.beta1 * mean + (1 - s.beta1) * g
        w -= s.learning_rate * (math.copysign(1, way) + s.weight_decay * w)
        mean = s.beta2 * mean + (1 - s.beta2) * g
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
    (adadelta, Adadelta()),
    (adadelta, Adadelta(learning_rate=0.7, rho=0.6, epsilon=1e-2)),
    (adam, Adam()),
    (adam, Adam(learning_rate=0.2, beta1=0.5, beta2=0.7, epsilon=1e-2)),
    (adam, Adam(learning_rate=0.2, beta2=0.3, amsgrad=True)),
    (adam, AdamW()),
    (adam, AdamW(learning_rate=0.3, weight_decay=0.4, beta1=0.0)),
    (adam, AdamW(learning_rate=0.3, weight_decay=0.4, beta2=0.5, amsgrad=True)),
    (nadam, NAdam()),
    (nadam, NAdam(learning_rate=0.1, beta1=0.6, beta2=0.8, epsilon=1e-2, momentum_decay=0.3)),
    (nadam, NAdam(learning_rate=0.1, beta1=0.0)),
    (radam, RAdam()),
    (radam, RAdam(learning_rate=0.1, beta1=0.4, beta2=0.9, epsilon=1e-2)),
    (radam, RAdam(learning_rate=0.1, beta2=0.5)),
    (adamax, Adamax()),
    (adamax, Adamax(learning_rate=0.1, beta1=0.5, beta2=0.3, epsilon=1e-2)),
    (rprop, Rprop()),
    (rprop, Rprop(learning_rate=0.1, eta_minus=0.3, eta_plus=2.0, largest_step=0.3)),
    (rprop, Rprop(learning_rate=0.1, smallest_step=0.07)),
    (lion, Lion()),
    (lion, Lion(learning_rate=0.1, beta1=0.5, beta2=0.7, weight_decay=0.2)),
]


def test_every_formula_is_written_here() -> None:
    # What the others do follows from the whole loss: test_second_order.py.
    first_order = {kind for kind, chosen in OPTIMIZERS.items() if not chosen.full_batch}
    assert {kind_of(settings) for _, settings in FORMULAS} == first_order


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
