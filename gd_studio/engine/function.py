"""What the training loop trains: a function of inputs and of one flat parameter vector.

A `Network` is one, and so is a `Landscape`, which has two parameters and no inputs.
"""

from __future__ import annotations

from typing import Protocol

from gd_studio.engine.arrays import Array
from gd_studio.engine.layers import Layer
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.optimizers import Oracle
from gd_studio.engine.penalties import Penalty


class BoundPass(Protocol):
    """A function bound to its parameters (P,) or (K, P), and to buffers for one batch size.

    `sums[-1]` are the outputs of the last `forward`, `units` the activations of hidden layers;
    `deltas[-1]`, filled with dL/d(outputs), is what `backward` turns into the gradient. `masks`
    has one array for each hidden layer, if asked; `room` is for the loss to compute in, `share`
    is 1 / batch. Bound to no gradient it only goes forward.
    """

    sums: list[Array]
    units: list[Array]
    deltas: list[Array]
    masks: list[Array]
    room: Array
    share: Array

    def forward(self, x: Array) -> Array: ...
    def backward(self, x: Array) -> None: ...


class BoundOracle(Oracle, Protocol):
    """An oracle about one batch after another, under a penalty that may be exchanged."""

    x: Array
    y: Array
    penalty: Penalty

    def look_at(self, x: Array, y: Array) -> None: ...


class Function(Protocol):
    """Its shape, its parameters' names, and how it is bound to a vector of them."""

    @property
    def size(self) -> int: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def layers(self) -> tuple[Layer, ...]: ...
    @property
    def inputs(self) -> int: ...
    @property
    def outputs(self) -> int: ...

    def weights(self, theta: Array) -> dict[str, Array]: ...
    def parameter_name(self, index: int) -> str: ...
    def parameter_index(self, name: str) -> int: ...
    def is_weight(self) -> Array: ...
    def bind(
        self, theta: Array, gradient: Array | None, batch: int, masked: bool = False
    ) -> BoundPass: ...
    def oracle(
        self, loss: AbstractLoss, penalty: Penalty, x: Array, y: Array
    ) -> BoundOracle: ...
