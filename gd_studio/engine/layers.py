"""A dense layer's place in the flat parameter vector, and the names of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gd_studio.engine.arrays import Array


@dataclass(frozen=True)
class Layer:
    """A dense layer: z = W a + b, stored as one matrix (outputs, inputs + 1), bias last."""

    name: str
    inputs: int
    outputs: int
    offset: int

    @cached_property
    def size(self) -> int:
        """The number of parameters, biases included."""
        return self.outputs * (self.inputs + 1)

    def matrix(self, theta: Array) -> Array:
        """Return the view (..., outputs, inputs + 1) into vectors (..., P)."""
        part = theta[..., self.offset : self.offset + self.size]
        return part.reshape(*theta.shape[:-1], self.outputs, self.inputs + 1)

    def weight(self, theta: Array) -> Array:
        """Return the weights as a view (inputs, outputs)."""
        return self.matrix(theta)[:, :-1].T

    def bias(self, theta: Array) -> Array:
        """Return the biases as a view (outputs,)."""
        return self.matrix(theta)[:, -1]

    def place(self, index: int) -> tuple[int | None, int]:
        """Return (input, output) of the parameter at a flat index; input None means the bias."""
        output, column = divmod(index - self.offset, self.inputs + 1)
        return (None if column == self.inputs else column), output

    def parameter_name(self, index: int) -> str:
        """Return the name of the parameter at a flat index, such as `hidden 1.weight[0,2]`."""
        source, target = self.place(index)
        if source is None:
            return f"{self.name}.bias[{target}]"
        return f"{self.name}.weight[{source},{target}]"
