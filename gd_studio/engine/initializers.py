"""Initial weights: where the descent starts. Too small: nothing moves; too large: all saturates.

`inputs` and `outputs` are a layer's widths (fan-in, fan-out); a bias starts at 0 except under
`normal`, which draws everything. To add one: a function, and a row in `INITIALIZERS`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.engine.randomness import generator

Initializer = Callable[[np.random.Generator, int, int, float], Array]


def zeros(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return all zeros: every neuron of a layer then stays equal to its neighbours."""
    return np.zeros((outputs, inputs + 1))


def normal(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return N(0, scale²) for weights and biases."""
    return rng.normal(0.0, scale, (outputs, inputs + 1))


def glorot(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return U(±√(6 / (in + out))), which keeps the variance level (Glorot and Bengio 2010)."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return _with_zero_bias(rng.uniform(-limit, limit, (outputs, inputs)))


def he(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return N(0, 2 / in), which makes up for the half that ReLU cuts off (He et al. 2015)."""
    return _with_zero_bias(rng.normal(0.0, np.sqrt(2.0 / inputs), (outputs, inputs)))


INITIALIZERS: dict[str, Initializer] = {
    "zeros": zeros,
    "normal": normal,
    "glorot": glorot,
    "he": he,
}


def initial_parameters(network: Network, init: str, scale: float, seed: int) -> Array:
    """Return the starting parameter vector (P,); each layer draws from a stream of its own."""
    drawn = [
        INITIALIZERS[init](generator(seed, "weights", i), layer.inputs, layer.outputs, scale)
        for i, layer in enumerate(network.layers)
    ]
    return np.concatenate([matrix.ravel() for matrix in drawn])


def _with_zero_bias(weights: Array) -> Array:
    return np.hstack([weights, np.zeros((len(weights), 1))])
