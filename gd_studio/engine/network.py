"""A fully connected network over one flat parameter vector.

Features lie in rows: activations are (width + 1, batch) with a last row of ones, so that a layer
is one matrix product and the bias its last column. Leading axes are free: parameters (P,) give
one network, (K, P) give K of them at once (surfaces, races), by the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.activations import ACTIVATIONS, Activation
from gd_studio.engine.arrays import Array
from gd_studio.engine.layers import Layer
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.penalties import Penalty

if TYPE_CHECKING:
    from gd_studio.engine.curvature import BatchOracle

Call = Callable[[], object]


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

    def bind(
        self, theta: Array, gradient: Array | None, batch: int, masked: bool = False
    ) -> Pass:
        """Return the passes of this network at theta (..., P) over batches of one size.

        Without a gradient to fill there is only a way forward, which takes half as long to bind.
        """
        return Pass(self, theta, gradient, batch, masked)

    def oracle(self, loss: AbstractLoss, penalty: Penalty, x: Array, y: Array) -> BatchOracle:
        """Return what answers for loss, gradient and curvature over rows x and targets y."""
        from gd_studio.engine.curvature import BatchOracle  # which stands on this file

        return BatchOracle(self, loss, penalty, x, y)

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
    (same shape as theta) the gradient. If `masked`, what a hidden layer hands on is its activation
    times `masks[i]` (dropout). `room` is for the loss to compute in, `share` is 1 / batch.

    Without a `gradient` there are no deltas and no way back.

    But for the input x no argument ever changes, so each direction is a list of calls bound once.
    """

    def __init__(
        self,
        network: Network,
        theta: Array,
        gradient: Array | None,
        batch: int,
        masked: bool = False,
    ) -> None:
        lead, dtype = theta.shape[:-1], theta.dtype
        widths = network.sizes[1:]
        matrices = [layer.matrix(theta) for layer in network.layers]
        self.sums = [np.empty((*lead, w, batch), dtype) for w in widths]
        self.activations = [np.ones((*lead, w + 1, batch), dtype) for w in widths[:-1]]
        handed_on = [a[..., :-1, :] for a in self.activations]
        self.masks = [np.ones((w, batch), dtype) for w in widths[:-1]] if masked else []
        self.units = [np.empty_like(u) for u in handed_on] if masked else handed_on
        self._handed_on = handed_on
        self._sum_up = on_same_rows(matrices[0])
        hidden = range(len(widths) - 1)
        activation = network.activation
        self._forward = [call for i in hidden for call in self._out_of(i, activation, matrices)]
        if gradient is not None:
            self._bind_way_back(network, matrices, gradient, batch)

    def _bind_way_back(
        self, network: Network, matrices: list[Array], gradient: Array, batch: int
    ) -> None:
        lead, dtype, activation = gradient.shape[:-1], gradient.dtype, network.activation
        widths = network.sizes[1:-1]
        self._gradients = [layer.matrix(gradient) for layer in network.layers]
        # The product that fills a delta has a row more, for the bias, which nothing is behind.
        self._backs = [np.empty((*lead, w + 1, batch), dtype) for w in widths]
        self.deltas = [*(b[..., :-1, :] for b in self._backs), np.empty_like(self.sums[-1])]
        self.room = np.empty_like(self.sums[-1])
        self.share = np.array(1.0 / batch, dtype)
        self._pull = product_with(self.deltas[0])
        self._backward = [
            call
            for i in reversed(range(len(widths)))
            for call in self._back_into(i, activation, matrices)
        ]

    def _out_of(self, i: int, activation: Activation, matrices: list[Array]) -> list[Call]:
        """Return the calls from the sums of hidden layer i to the sums of the next."""
        behind = product_with(matrices[i + 1])
        return [
            partial(activation.value, self.sums[i], self.units[i]),
            *self._drop(i, self.units[i], self._handed_on[i]),
            partial(behind, self.activations[i], self.sums[i + 1]),
        ]

    def _back_into(self, i: int, activation: Activation, matrices: list[Array]) -> list[Call]:
        """Return the calls from the deltas of the layer behind hidden layer i to its own."""
        delta, behind, slope = self.deltas[i], self.deltas[i + 1], np.empty_like(self.units[i])
        pull, back = product_with(behind), product_with(transposed(matrices[i + 1]))
        return [
            partial(pull, transposed(self.activations[i]), self._gradients[i + 1]),
            partial(back, behind, self._backs[i]),
            *self._drop(i, delta, delta),
            partial(activation.slope, self.sums[i], self.units[i], slope),
            partial(np.multiply, delta, slope, delta),
        ]

    def _drop(self, i: int, given: Array, out: Array) -> list[Call]:
        return [partial(np.multiply, given, self.masks[i], out)] if self.masks else []

    def forward(self, x: Array) -> Array:
        """Guess: return the outputs (..., outputs, batch) for inputs x (features + 1, batch)."""
        self._sum_up(x, self.sums[0])
        for call in self._forward:
            call()
        return self.sums[-1]

    def backward(self, x: Array) -> None:
        """Turn `deltas[-1]` = dL/d(outputs) into the gradient, layer by layer from the right."""
        for call in self._backward:
            call()
        self._pull(x.T, self._gradients[0])


def transposed(matrices: Array) -> Array:
    """Return matrices (..., m, n) as views (..., n, m)."""
    return matrices.swapaxes(-1, -2)


def product_with(left: Array) -> Callable[[Array, Array], Array]:
    """Return the function (right, out) that multiplies by matrices (..., m, n) from the left.

    For one matrix its own method takes a third of the time of `np.matmul`.
    """
    return left.dot if left.ndim == 2 else partial(np.matmul, left)


def on_same_rows(left: Array) -> Callable[[Array, Array], Array]:
    """Return `product_with`, for one right side common to all: many matrices are one tall one."""
    return left.dot if left.ndim == 2 else partial(_tall_product, left)


def _tall_product(left: Array, right: Array, out: Array) -> Array:
    tall = left.reshape(-1, left.shape[-1])
    np.matmul(tall, right, out.reshape(len(tall), -1))
    return out


def with_ones(x: Array, dtype: np.dtype[np.floating] | type = np.float64) -> Array:
    """Return rows x (rows, features) as the engine wants them: (features + 1, rows), last row 1."""
    turned = np.ones((x.shape[1] + 1, x.shape[0]), dtype)
    turned[:-1] = x.T
    return turned
