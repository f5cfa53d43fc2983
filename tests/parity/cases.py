"""What the engine and its oracle both do: the same steps, from the same numbers.

Each case is a small network on thirteen rows. Its numbers come from whole-number arithmetic, so
that they are the same on every machine and need not be stored. New activations and losses take
part by themselves; a new optimizer needs a row below. What judges them stands in `oracle.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import msgspec
import numpy as np

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.arrays import Array
from gd_studio.engine.clipping import Clipping
from gd_studio.engine.losses import (
    LOSSES,
    AbstractLoss,
    CrossEntropy,
    Hinge,
    Huber,
    MeanSquaredError,
)
from gd_studio.engine.network import Network
from gd_studio.engine.optimizers import (
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
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.schedules import (
    AbstractSchedule,
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    OneCycle,
    Plateau,
    Polynomial,
    StepDecay,
)

STEPS = 200
RECORDED = (1, 2, 5, 20, 100, 200)
SEEDS = (1, 2, 3)
# An odd number of rows: the signs that absolute errors add up never cancel to nothing.
FEATURES, ROWS = 3, 13


class Case(msgspec.Struct, frozen=True):
    """A network, its data and everything that decides about its steps."""

    name: str
    optimizer: AbstractOptimizer
    activation: str = "tanh"
    loss: AbstractLoss = MeanSquaredError()
    task: str = "regression"
    outputs: int = 2
    batch: int = ROWS
    penalty: Penalty = Penalty()
    clipping: Clipping = Clipping()
    schedule: AbstractSchedule = Constant()
    seed: int = SEEDS[0]

    @property
    def group(self) -> str:
        """What the case is about: the first word of its name."""
        return self.name.split()[0]

    @property
    def recorded(self) -> bool:
        """Whether golden numbers are kept of it: one seed says enough, and orders may change."""
        return self.seed == SEEDS[0] and self.batch == ROWS

    def network(self) -> Network:
        return Network((FEATURES, 4, 3, self.outputs), self.activation)

    def theta(self) -> Array:
        """Return the parameters (P,) to start from."""
        network = self.network()
        theta = uniform(network.size, self.seed)
        for layer in network.layers:
            layer.matrix(theta)[:] *= 1.5 / np.sqrt(layer.inputs + 1)
        return theta

    def x(self) -> Array:
        """Return the inputs (rows, features)."""
        return 2 * uniform(ROWS * FEATURES, self.seed + 1000).reshape(ROWS, FEATURES)

    def y(self) -> Array:
        """Return the targets (outputs, rows) as the engine takes them."""
        if self.task == "regression":
            return 2 * uniform(self.outputs * ROWS, self.seed + 2000).reshape(self.outputs, ROWS)
        # Not in turn: inputs of a class must not lie apart by chance of their order.
        codes = np.argsort(uniform(ROWS, self.seed + 3000)) % max(2, self.outputs)
        if self.outputs == 1:
            return codes[None, :].astype(np.float64)
        return np.eye(self.outputs)[:, codes]


def uniform(count: int, seed: int) -> Array:
    """Return numbers between -1 and 1 from Knuth's congruential generator, exact everywhere."""
    found, state = [], seed
    for _ in range(count + 8):
        state = (6364136223846793005 * state + 1442695040888963407) % 2**64
        found.append((state >> 11) / 2**52 - 1)
    return np.array(found[8:])


# Rates at which 200 steps lead far, but not to the bottom, where gradients are mere rounding.
OPTIMIZERS: dict[str, AbstractOptimizer] = {
    "sgd": Sgd(learning_rate=0.1),
    "sgd momentum": Sgd(learning_rate=0.02, momentum=0.9),
    "sgd dampened": Sgd(learning_rate=0.05, momentum=0.9, dampening=0.4),
    "sgd nesterov": Sgd(learning_rate=0.02, momentum=0.9, nesterov=True),
    "adagrad": AdaGrad(learning_rate=0.02),
    "adagrad decayed": AdaGrad(learning_rate=0.1, lr_decay=0.01, initial_accumulator_value=0.1),
    "rmsprop": RmsProp(learning_rate=0.002),
    "rmsprop centered": RmsProp(learning_rate=0.002, centered=True),
    "rmsprop momentum": RmsProp(learning_rate=0.001, momentum=0.8),
    "rmsprop centered momentum": RmsProp(
        learning_rate=0.001, alpha=0.95, momentum=0.8, centered=True
    ),
    "adadelta": Adadelta(),
    "adadelta slow": Adadelta(learning_rate=0.5, rho=0.95, epsilon=1e-5),
    "adam": Adam(learning_rate=0.01),
    "adam quick": Adam(learning_rate=0.01, beta1=0.7, beta2=0.9, epsilon=1e-4),
    "adam amsgrad": Adam(learning_rate=0.01, beta2=0.9, amsgrad=True),
    "adamw": AdamW(learning_rate=0.01, weight_decay=0.1),
    "adamw amsgrad": AdamW(learning_rate=0.01, weight_decay=0.1, beta2=0.9, amsgrad=True),
    "nadam": NAdam(learning_rate=0.003),
    "radam": RAdam(learning_rate=0.01),
    "radam quick": RAdam(learning_rate=0.01, beta1=0.8, beta2=0.95),
    "adamax": Adamax(learning_rate=0.01),
    "rprop": Rprop(),
    "rprop bounded": Rprop(
        learning_rate=0.02, eta_minus=0.6, eta_plus=1.1, smallest_step=0.005, largest_step=0.05
    ),
    "lion": Lion(learning_rate=0.002),
    "lion decayed": Lion(learning_rate=0.002, beta1=0.8, beta2=0.9, weight_decay=0.5),
}
# With these every activation and every loss is tried.
TRIED_WITH = ("sgd", "sgd nesterov", "adam")

# Numbers; two classes told by one logit; three classes.
TASKS = [("regression", 1), ("regression", 2), ("classification", 1), ("classification", 3)]

SCHEDULES: dict[str, AbstractSchedule] = {
    "step": StepDecay(every=30, gamma=0.5),
    "exponential": Exponential(gamma=0.99),
    "polynomial": Polynomial(steps=180, power=2.0),
    "cosine": Cosine(steps=150, minimum=0.1),
    "cosine_restarts": CosineRestarts(period=20, growth=2, minimum=0.05),
    "one_cycle": OneCycle(steps=200),
    "plateau": Plateau(gamma=0.5, patience=3, threshold=0.01, cooldown=5, minimum=0.02),
    "warm-up": Cosine(steps=150, warmup=20),
}


def cases() -> list[Case]:
    """Return all cases: optimizers, activations, losses, and what else changes a step."""
    return [*_optimizers(), *_activations(), *_losses(), *_others()]


def _optimizers() -> Iterator[Case]:
    for name, optimizer in OPTIMIZERS.items():
        for seed in SEEDS:
            yield Case(f"optimizer {name}, seed {seed}", optimizer, seed=seed)


def _activations() -> Iterator[Case]:
    for activation in ACTIVATIONS:
        for name in TRIED_WITH:
            yield Case(f"activation {activation}, {name}", OPTIMIZERS[name], activation)


def _losses() -> Iterator[Case]:
    for (task, outputs), name in product(TASKS, TRIED_WITH):
        for kind, loss in losses_of(max(2, outputs)).items():
            if task in loss.tasks:
                title = f"loss {kind}, {task} {outputs}, {name}"
                yield Case(title, OPTIMIZERS[name], loss=loss, task=task, outputs=outputs)


def losses_of(classes: int) -> dict[str, AbstractLoss]:
    """Return every loss as it is at first, and those with settings once more."""
    weights = (0.7, 2.5, 1.2)[:classes]
    return {kind: loss() for kind, loss in LOSSES.items()} | {
        "huber narrow": Huber(delta=0.3),
        "cross_entropy smoothed": CrossEntropy(label_smoothing=0.1),
        "cross_entropy weighted": CrossEntropy(class_weights=weights),
        "cross_entropy both": CrossEntropy(class_weights=weights, label_smoothing=0.2),
        "hinge weighted": Hinge(class_weights=weights),
    }


def _others() -> Iterator[Case]:
    sgd, adam = OPTIMIZERS["sgd"], OPTIMIZERS["adam"]
    for name, penalty in {"l1": Penalty(l1=0.02), "l2": Penalty(l2=0.1)}.items():
        yield Case(f"penalty {name}, sgd", sgd, penalty=penalty)
        yield Case(f"penalty {name}, adam", adam, penalty=penalty)
    yield Case("penalty both", sgd, penalty=Penalty(l1=0.01, l2=0.05))
    yield Case("clipping norm, sgd", sgd, clipping=Clipping(norm=0.3))
    yield Case("clipping norm, adam", adam, clipping=Clipping(norm=0.3))
    yield Case("clipping value, sgd", sgd, clipping=Clipping(value=0.05))
    yield Case("clipping both, sgd", sgd, clipping=Clipping(norm=0.4, value=0.1))
    for name, schedule in SCHEDULES.items():
        yield Case(f"schedule {name}", sgd, schedule=schedule)
    for name in TRIED_WITH:
        yield Case(f"batches of 5, {name}", OPTIMIZERS[name], batch=5)
