"""A network layer by layer: what reaches each layer on the way in, and on the way back.

Gradients that shrink from layer to layer (vanishing) or grow (exploding) are why deep networks
are hard to train; saturated and dead units are the two usual causes. (Glorot and Bengio 2010,
"Understanding the difficulty of training deep feedforward neural networks".)
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.fair_rows import fair_rows

if TYPE_CHECKING:
    from gd_studio.engine.layers import Layer
    from gd_studio.experiment.hypothesis import Hypothesis

MOST_ROWS = 2000
BLOCK_SUMS = 60_000  # neurons times rows in a block: about a millisecond
# An activation beyond these is so flat that hardly any gradient passes: slope below 6 % of 1,
# or below 12 % of the sigmoid's steepest.
SATURATED = {"tanh": (-0.97, 0.97), "sigmoid": (0.03, 0.97)}
# Those that are flat, or nearly, left of zero; of ReLU a unit that is never active is dead.
RECTIFIERS = ("relu", "leaky_relu", "elu", "gelu", "silu")


@dataclass(frozen=True)
class Activity:
    """What a layer's units hand on, over rows: numbers of all units and rows together.

    `mean` and `deviation` of the activations (of an output layer: of its sums); `saturated`, the
    share of activations that lie in a flat end, and `inactive`, the number of units whose sum was
    never above 0: None where the activation has no such thing.
    """

    mean: float
    deviation: float
    saturated: float | None
    inactive: int | None


@dataclass(frozen=True)
class LayerDepth:
    """One layer: Euclidean norms of its part of gradient, parameters and update, biases included.

    `gradient` = ‖g‖, `weights` = ‖θ‖ after the step, `update` = ‖Δθ‖ and `before` = ‖θ‖ before it.
    """

    name: str
    units: int
    gradient: float
    weights: float
    update: float
    before: float

    @property
    def ratio(self) -> float:
        """‖Δθ‖ / ‖θ‖ before the step; infinite for a layer that was all zeros, NaN for 0 / 0."""
        if self.before == 0:
            return math.inf if self.update > 0 else math.nan
        return self.update / self.before


@dataclass(frozen=True, eq=False)
class ActivityRequest:
    """Whose activity is asked for: a network at parameters theta (P,); frozen for any thread."""

    hypothesis: Hypothesis
    theta: Array
    step: int


@dataclass(frozen=True)
class Activities:
    """The activity of every layer at a step, over `rows` of the `all_rows` training rows."""

    step: int
    layers: tuple[Activity, ...]
    rows: int
    all_rows: int


def has_depth(hypothesis: Hypothesis) -> bool:
    """Whether a model has layers: all have but a landscape."""
    return isinstance(hypothesis.network, Network)


def layer_norms(
    hypothesis: Hypothesis, gradient: Array, theta: Array, previous: Array
) -> tuple[LayerDepth, ...]:
    """Return the norms of each layer's part of vectors (P,); their squares add up to the whole."""
    layers = hypothesis.network.layers
    vectors = (gradient, theta, theta - previous, previous)
    norms = [_norms(vector.astype(np.float64), layers) for vector in vectors]
    return tuple(
        LayerDepth(layer.name, layer.outputs, *(float(n) for n in of_layer))
        for layer, *of_layer in zip(layers, *norms, strict=True)
    )


def work_of(hypothesis: Hypothesis) -> int:
    """Return how many sums `activities` computes: neurons times rows looked at."""
    rows = min(len(hypothesis.prepared.train.rows), MOST_ROWS)
    return rows * sum(hypothesis.network.sizes[1:])


def activities(request: ActivityRequest) -> Generator[None, None, Activities]:
    """Push a fair sample of training rows through the network; each `next` is about 1 ms.

    Every unit hands on its activation: nothing is dropped out here.
    """
    hypothesis, network = request.hypothesis, request.hypothesis.network
    assert isinstance(network, Network)
    train = hypothesis.prepared.train
    sample = fair_rows(train, MOST_ROWS, "depth rows")
    x = hypothesis.network_input(sample.x)
    theta = np.ascontiguousarray(request.theta, hypothesis.dtype)
    count = max(1, BLOCK_SUMS // sum(network.sizes[1:]))
    tallies = [_Tally(network, layer) for layer in network.layers]
    for first in range(0, x.shape[1], count):
        block = np.ascontiguousarray(x[:, first : first + count])
        bound = network.bind(theta, None, block.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            bound.forward(block)
            for tally, sums, units in zip(
                tallies, bound.sums, [*bound.units, bound.sums[-1]], strict=True
            ):
                tally.add(sums, units)
        yield
    found = tuple(tally.activity() for tally in tallies)
    return Activities(request.step, found, len(sample.rows), len(train.rows))


class _Tally:
    """Adds up what is needed of one layer, block by block; deviations by Chan's formula."""

    def __init__(self, network: Network, layer: Layer) -> None:
        hidden = layer is not network.layers[-1]
        name = network.activation_name if hidden else ""
        self._limits = SATURATED.get(name)
        self._active = np.zeros(layer.outputs, dtype=bool)
        self._rectifies = name in RECTIFIERS
        self._count = 0
        self._mean = self._squares = 0.0
        self._saturated = 0

    def add(self, sums: Array, units: Array) -> None:
        """Count a block: sums and activations, (units, rows)."""
        values = units.astype(np.float64)
        mean = float(values.mean())
        squares = float(np.square(values - mean).sum())
        total = self._count + values.size
        away = mean - self._mean
        self._squares += squares + away * away * self._count * values.size / total
        self._mean += away * values.size / total
        self._count = total
        if self._limits is not None:
            low, high = self._limits
            self._saturated += int(np.count_nonzero((values < low) | (values > high)))
        # A sum that is no number is no sign of a unit at rest.
        self._active |= ~(sums <= 0).all(axis=1)

    def activity(self) -> Activity:
        """Return what was found."""
        return Activity(
            self._mean,
            math.sqrt(self._squares / self._count) if self._squares >= 0 else math.nan,
            self._saturated / self._count if self._limits is not None else None,
            int(np.count_nonzero(~self._active)) if self._rectifies else None,
        )


def _norms(vector: Array, layers: Sequence[Layer]) -> Array:
    """Return the norm (layers,) of each layer's part, scaled so that no square overflows."""
    offsets = [layer.offset for layer in layers]
    largest = np.maximum.reduceat(np.abs(vector), offsets)
    usual = np.isfinite(largest) & (largest > 0)
    scale = np.where(usual, largest, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = vector / np.repeat(scale, [layer.size for layer in layers])
        squares = np.add.reduceat(scaled * scaled, offsets)
    return np.where(usual, scale * np.sqrt(squares), largest)
