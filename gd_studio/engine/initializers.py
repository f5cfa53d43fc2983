"""Initial weights: where the descent starts. Too small: nothing moves; too large: all saturates.

`inputs` and `outputs` are a layer's widths (fan-in, fan-out); a bias starts at 0 except under
`normal` and `uniform`, which draw everything with the spread `scale`; the others set their own.
To add one: a function, and a row in `INITIALIZERS`.
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


def uniform(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return U(±scale), of variance scale²/3, for weights and biases."""
    return rng.uniform(-scale, scale, (outputs, inputs + 1))


def glorot(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return U(±√(6 / (in + out))), which keeps the variance level (Glorot and Bengio 2010)."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return _with_zero_bias(rng.uniform(-limit, limit, (outputs, inputs)))


def glorot_normal(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return N(0, 2 / (in + out)), of the same variance (Glorot and Bengio 2010)."""
    spread = np.sqrt(2.0 / (inputs + outputs))
    return _with_zero_bias(rng.normal(0.0, spread, (outputs, inputs)))


def he_uniform(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return U(±√(6 / in)), of the variance 2 / in (He et al. 2015)."""
    limit = np.sqrt(6.0 / inputs)
    return _with_zero_bias(rng.uniform(-limit, limit, (outputs, inputs)))


def he(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return N(0, 2 / in), which makes up for the half that ReLU cuts off (He et al. 2015)."""
    return _with_zero_bias(rng.normal(0.0, np.sqrt(2.0 / inputs), (outputs, inputs)))


def orthogonal(rng: np.random.Generator, inputs: int, outputs: int, scale: float) -> Array:
    """Return W with orthonormal rows, or columns if there are more rows (Saxe et al. 2014).

    It is Q of the QR decomposition of a normal matrix. Where R's diagonal is negative the sign is
    turned, without which the draw would not be uniform over all such W (Mezzadri 2007). A layer
    that keeps its width then keeps the length of what goes through it.
    """
    tall = rng.normal(size=(max(inputs, outputs), min(inputs, outputs)))
    q, r = np.linalg.qr(tall)
    q *= np.copysign(1.0, np.diag(r))
    return _with_zero_bias(q if outputs >= inputs else q.T)


INITIALIZERS: dict[str, Initializer] = {
    "glorot": glorot,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he": he,
    "orthogonal": orthogonal,
    "uniform": uniform,
    "normal": normal,
    "zeros": zeros,
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
