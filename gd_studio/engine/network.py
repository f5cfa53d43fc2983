"""A fully connected network over one flat parameter vector.

Features lie in rows: activations are (width + 1, batch) with a last row of ones, so that a layer
is one matrix product and the bias its last column. Leading axes are free: parameters (P,) give
one network, (K, P) give K of them at once (surfaces, races), by the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from gd_studio.engine.activations import ACTIVATIONS, Activation
from gd_studio.engine.arrays import Array
from gd_studio.engine.layers import Layer


class Network:
    """The shape of a hypothesis: widths from inputs to outputs, and the activation between.

    `sizes` (2, 8, 8, 1) is two inputs, two hidden layers of eight and one output; (3, 1) has no
    hidden layer and is a linear model. The output layer has no activation: its numbers are
    values (regression) or logits (classes).
    """

    def __init__(self, sizes: Sequence[int], activation: str = "tanh") -> None:
        self.sizes = tuple(sizes)
        self.activation: Activation = ACTIVATIONS[activation]
        self.activation_name = activation
        layers = []
        offset = 0
        for i, (inputs, outputs) in enumerate(pairwise(self.sizes)):
            last = i == len(self.sizes) - 2
            layer = Layer("output" if last else f"hidden {i + 1}", inputs, outputs, offset)
            layers.append(layer)
            offset += layer.size
        self.layers = tuple(layers)
        self.size = offset

    @property
    def inputs(self) -> int:
        """The number of inputs (features)."""
        return self.sizes[0]

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return self.sizes[-1]

    def weights(self, theta: Array) -> dict[str, Array]:
        """Return views {"hidden 1.weight": (in, out), "hidden 1.bias": (out,), ...} in order."""
        named: dict[str, Array] = {}
        for layer in self.layers:
            named[f"{layer.name}.weight"] = layer.weight(theta)
            named[f"{layer.name}.bias"] = layer.bias(theta)
        return named

    def layer_of(self, index: int) -> Layer:
        """Return the layer to which the parameter at a flat index belongs."""
        for layer in self.layers:
            if layer.offset <= index < layer.offset + layer.size:
                return layer
        raise IndexError(index)

    def parameter_name(self, index: int) -> str:
        """Return a parameter's name, such as `hidden 1.weight[0,2]` or `output.bias[0]`."""
        return self.layer_of(index).parameter_name(index)

    def parameter_index(self, name: str) -> int:
        """Return the flat index of a parameter's name. Raises KeyError if there is none."""
        found = re.fullmatch(r"(.+)\.(?:weight\[(\d+), ?(\d+)\]|bias\[(\d+)\])", name)
        layer = next((x for x in self.layers if found and x.name == found.group(1)), None)
        if found is None or layer is None:
            raise KeyError(name)
        bias = found.group(4) is not None
        source = layer.inputs if bias else int(found.group(2))
        target = int(found.group(4) if bias else found.group(3))
        if target >= layer.outputs or (not bias and source >= layer.inputs):
            raise KeyError(name)
        return layer.offset + target * (layer.inputs + 1) + source

    def is_weight(self) -> Array:
        """Return a mask (P,) that is 1 for weights and 0 for biases, as penalties need it."""
        mask = np.ones(self.size)
        for layer in self.layers:
            layer.bias(mask)[:] = 0
        return mask


class Pass:
    """One network, bound to its parameters and to buffers for one batch size: no allocation.

    theta: (P,) or (K, P). After `forward(x)`, `sums[i]` and `units[i]` hold the sum and the
    activation of layer i; after `backward`, `deltas[i]` holds dL/d(sum of layer i) and `gradient`
    (same shape as theta) the gradient.
    """

    def __init__(self, network: Network, theta: Array, gradient: Array, batch: int) -> None:
        self.network = network
        self._value = network.activation.value
        self._slope = network.activation.slope
        lead, dtype = theta.shape[:-1], theta.dtype
        self._matrices = [layer.matrix(theta) for layer in network.layers]
        self._gradients = [layer.matrix(gradient) for layer in network.layers]
        self._backs = [m[..., :-1].swapaxes(-1, -2) for m in self._matrices]
        widths = network.sizes[1:]
        self.sums = [np.empty((*lead, w, batch), dtype) for w in widths]
        self.deltas = [np.empty((*lead, w, batch), dtype) for w in widths]
        self.activations = [np.ones((*lead, w + 1, batch), dtype) for w in widths[:-1]]
        self.units = [a[..., :-1, :] for a in self.activations]
        self._slopes = [np.empty_like(u) for u in self.units]
        self._turned = [a.swapaxes(-1, -2) for a in self.activations]
        self._last = len(widths) - 1
        self._hidden = list(
            zip(self._matrices, self.sums, self.units, self.activations, strict=False)
        )

    def forward(self, x: Array) -> Array:
        """Guess: return the outputs (..., outputs, batch) for inputs x (features + 1, batch)."""
        value = self._value
        matmul = np.matmul
        for matrix, total, unit, activation in self._hidden:
            matmul(matrix, x, total)
            value(total, unit)
            x = activation
        return matmul(self._matrices[-1], x, self.sums[-1])

    def backward(self, x: Array) -> None:
        """Turn `deltas[-1]` = dL/d(outputs) into the gradient, layer by layer from the right."""
        matmul = np.matmul
        deltas = self.deltas
        for i in range(self._last, 0, -1):
            matmul(deltas[i], self._turned[i - 1], self._gradients[i])
            matmul(self._backs[i], deltas[i], deltas[i - 1])
            slope = self._slopes[i - 1]
            self._slope(self.sums[i - 1], self.units[i - 1], slope)
            np.multiply(deltas[i - 1], slope, deltas[i - 1])
        matmul(deltas[0], x.T, self._gradients[0])


def with_ones(x: Array, dtype: np.dtype[np.floating] | type = np.float64) -> Array:
    """Return rows x (rows, features) as the engine wants them: (features + 1, rows), last row 1."""
    turned = np.ones((x.shape[1] + 1, x.shape[0]), dtype)
    turned[:-1] = x.T
    return turned
