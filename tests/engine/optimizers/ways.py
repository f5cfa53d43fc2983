"""What optimizers are tried on, and with what settings: one row for each way of moving."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import (
    AbstractOptimizer,
    Adadelta,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    ConjugateGradient,
    Lbfgs,
    LevenbergMarquardt,
    Lion,
    NAdam,
    Newton,
    Oracle,
    RAdam,
    RmsProp,
    Rprop,
    Sgd,
    State,
)

# The rate is one at which the parabola's bottom is reached in 1500 steps.
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
    "adadelta": Adadelta(learning_rate=1.0),
    "adam": Adam(learning_rate=0.1),
    "amsgrad": Adam(learning_rate=0.1, amsgrad=True),
    "adamw": AdamW(learning_rate=0.1, weight_decay=0.0),
    "nadam": NAdam(learning_rate=0.1),
    "radam": RAdam(learning_rate=0.1),
    "adamax": Adamax(learning_rate=0.1),
    "rprop": Rprop(),
    "lion": Lion(learning_rate=0.01),
    "newton": Newton(),
    "newton undamped": Newton(damping=0.0),
    "levenberg_marquardt": LevenbergMarquardt(),
    "gauss newton": LevenbergMarquardt(damping=0.0),
    "conjugate_gradient": ConjugateGradient(),
    "lbfgs": Lbfgs(),
    "lbfgs of two": Lbfgs(history=2),
}

# The settings that suit a bent ravine, and after how many steps they have come down it.
RAVINE: dict[str, tuple[AbstractOptimizer, int]] = {
    "plain": (Sgd(learning_rate=0.002), 3300),
    "momentum": (Sgd(learning_rate=0.003, momentum=0.9), 210),
    "dampened": (Sgd(learning_rate=0.003, momentum=0.9, dampening=0.5), 480),
    "nesterov": (Sgd(learning_rate=0.001, momentum=0.95, nesterov=True), 160),
    "adagrad": (AdaGrad(learning_rate=0.3), 4100),
    "adagrad decayed": (
        AdaGrad(learning_rate=1.0, lr_decay=1e-4, initial_accumulator_value=0.1),
        3500,
    ),
    "rmsprop": (RmsProp(learning_rate=0.002, alpha=0.9), 3900),
    "rmsprop centered": (RmsProp(learning_rate=0.0015, centered=True), 3200),
    "rmsprop momentum": (
        RmsProp(learning_rate=3e-4, momentum=0.7, centered=True, alpha=0.9),
        650,
    ),
    # At its defaults the moves along the ravine's walls grow until it climbs again.
    "adadelta": (Adadelta(learning_rate=0.3, rho=0.95, epsilon=1e-8), 8700),
    "adam": (Adam(learning_rate=0.03, beta1=0.95, beta2=0.95), 350),
    "amsgrad": (Adam(learning_rate=0.3, amsgrad=True), 450),
    "adamw": (AdamW(learning_rate=0.01, weight_decay=1e-4), 3100),
    "nadam": (NAdam(learning_rate=0.003, beta2=0.95), 1800),
    "radam": (RAdam(learning_rate=0.005, beta2=0.9), 380),
    "adamax": (Adamax(learning_rate=0.01, beta2=0.99), 670),
    "rprop": (Rprop(eta_minus=0.7, eta_plus=1.1), 830),
    "lion": (Lion(learning_rate=0.001), 3800),
    "newton": (Newton(), 20),
    "newton undamped": (Newton(damping=0.0), 21),
    "levenberg_marquardt": (LevenbergMarquardt(), 12),
    "gauss newton": (LevenbergMarquardt(damping=0.0), 17),
    "conjugate_gradient": (ConjugateGradient(), 32),
    "lbfgs": (Lbfgs(), 31),
    "lbfgs of two": (Lbfgs(history=2), 35),
}


class Problem(Oracle, Protocol):
    """A function to go down, with a place to start from and its bottom."""

    start: Array
    bottom: Array


class Parabola(Problem):
    """½ Σ steepness (theta - bottom)²."""

    start = np.zeros(3)
    bottom = np.array([1.0, -2.0, 0.5])
    steepness = np.array([1.0, 3.0, 0.3])

    def loss(self, theta: Array) -> float:
        return float(0.5 * (self.steepness * (theta - self.bottom) ** 2).sum())

    def gradient(self, theta: Array) -> Array:
        result: Array = self.steepness.astype(theta.dtype) * (
            theta - self.bottom.astype(theta.dtype)
        )
        return result

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        result: Array = self.steepness.astype(theta.dtype) * direction
        return result

    def residuals(self, theta: Array) -> Array:
        roots: Array = np.sqrt(self.steepness) * (theta - self.bottom)
        return roots.astype(theta.dtype)

    def jacobian(self, theta: Array) -> Array:
        return np.diag(np.sqrt(self.steepness)).astype(theta.dtype)


class Rosenbrock(Problem):
    """100 (y - x²)² + (1 - x)²: down a bent ravine to (1, 1) (Rosenbrock 1960)."""

    start = np.array([-1.2, 1.0])
    bottom = np.ones(2)

    def loss(self, theta: Array) -> float:
        x, y = (float(v) for v in theta)
        return 100 * (y - x * x) ** 2 + (1 - x) ** 2

    def gradient(self, theta: Array) -> Array:
        x, y = (float(v) for v in theta)
        return np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)], theta.dtype)

    def hessian_product(self, theta: Array, direction: Array) -> Array:
        x, y = (float(v) for v in theta)
        hessian = np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]])
        product: Array = hessian.astype(theta.dtype) @ direction
        return product

    def residuals(self, theta: Array) -> Array:
        x, y = (float(v) for v in theta)
        return np.array([200**0.5 * (y - x * x), 2**0.5 * (1 - x)], theta.dtype)

    def jacobian(self, theta: Array) -> Array:
        x = float(theta[0])
        return np.array([[-2 * 200**0.5 * x, 200**0.5], [-(2**0.5), 0.0]], theta.dtype)


class Descent:
    """An optimizer at work on a problem, for one theta (P,) or for K at once (K, P)."""

    def __init__(
        self,
        optimizer: AbstractOptimizer,
        theta: Array,
        problem: Oracle | None = None,
        rate: float | Array | None = None,
    ) -> None:
        self.optimizer, self.theta = optimizer, theta.copy()
        self.problem: Oracle = problem or Parabola()
        self.rate = optimizer.learning_rate if rate is None else rate
        self.state = State(len(optimizer.slots), theta, self.problem)
        self.memory = self.state.memory
        self.memory.fill(np.nan)
        for room in self.state.scratch:
            room.fill(np.nan)
        optimizer.begin(self.memory)

    def go(self, gradient: Array) -> None:
        self.state.step += 1
        self.optimizer.update(self.theta, gradient, self.rate, self.state)

    def descend(self, steps: int) -> None:
        for _ in range(steps):
            self.go(self.problem.gradient(self.theta))
