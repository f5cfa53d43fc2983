"""What every neuron puts out over many rows at once: the maps in the nodes of a network.

One batched forward pass gives all of them. With two features the rows are a grid over both, so
that each neuron has a picture of where it is active; else a single row gives it one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.function import Function

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

# Products of weight and activation in one pass: about two milliseconds of one core.
MOST_PRODUCTS = 6_000_000
RESOLUTIONS = (24, 16, 12, 8)


def resolution_for(network: Function) -> int | None:
    """Return how many cells a side a map can have at the cost of a frame; None if even 8 is dear.

    A pass over n² rows takes n² · P products, P being the number of parameters.
    """
    affordable = (n for n in RESOLUTIONS if n * n * network.size <= MOST_PRODUCTS)
    return next(affordable, None)


class NodeOutputs:
    """The outputs of all nodes of a network for fixed rows, at any parameters.

    Bound once to prepared rows x (rows, features); a call with theta (P,) returns one array
    (nodes, rows) for the network's inputs, for each hidden layer (its activations a = f(z)), and
    for the output layer (its sums z: scaled values or logits), in the precision of the run. They
    are overwritten by the next call. A diverged network gives infinite or NaN outputs.
    """

    def __init__(self, hypothesis: Hypothesis, x: Array) -> None:
        self._input = hypothesis.network_input(x)
        self._theta = np.zeros(hypothesis.network.size, hypothesis.dtype)
        self._bound = hypothesis.network.bind(self._theta, None, len(x))

    def __call__(self, theta: Array) -> list[Array]:
        """Return the outputs at theta, from inputs to outputs."""
        self._theta[:] = theta
        with np.errstate(all="ignore"):
            outputs = self._bound.forward(self._input)
        return [self._input[:-1], *self._bound.units, outputs]
