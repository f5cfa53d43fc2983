"""Random directions as long, neuron by neuron, as the weights they would change.

Rescaling a layer and undoing it in the next leaves a network's guesses as they are, but makes a
step of fixed length mean more or less; directions scaled neuron by neuron ("filter-normalised")
do not mind. (Li et al. 2018, "Visualizing the loss landscape of neural nets", section 4.)
"""

from __future__ import annotations

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.function import Function
from gd_studio.engine.planes import Plane, plane_along
from gd_studio.engine.randomness import generator

# Of a model with two or three weights many draws give the same direction up to its sign.
MOST_DRAWS = 64


def filter_normalised(network: Function, theta: Array, seed: int, index: int = 0) -> Array:
    """Return a random direction d (P,): of each neuron's weights w, ‖d of them‖ = ‖w‖.

    Biases stay as they are (d = 0): they are no part of a neuron's scale, and as far as a bias
    is from zero says little of how far it may be moved.
    """
    drawn = generator(seed, "filter direction", index).standard_normal(len(theta))
    direction = np.zeros(len(theta))
    theta = theta.astype(np.float64)
    # Squares of a run that flies apart would overflow.
    largest = float(np.abs(theta).max(initial=0)) or 1.0
    for layer in network.layers:
        into = layer.matrix(direction)[:, :-1]
        noise, weights = layer.matrix(drawn)[:, :-1], layer.matrix(theta / largest)[:, :-1]
        lengths = np.linalg.norm(weights, axis=1) / np.linalg.norm(noise, axis=1)
        into[...] = noise * lengths[:, None]
    return direction * largest


def random_plane(network: Function, theta: Array, seed: int) -> Plane | None:
    """Return the plane through theta (P,) along two filter-normalised directions.

    It is the plane of Li et al.; its axes are put at right angles and have true lengths, so that
    distances on it are distances. None if the weights leave no two directions: all are zero.
    """
    first = filter_normalised(network, theta, seed)
    for index in range(1, MOST_DRAWS):
        plane = plane_along(theta, first, filter_normalised(network, theta, seed, index))
        if plane is not None:
            return plane
    return None
