"""The backward pass of one step once more, row by row: what each row of its batch asked for.

It computes on arrays of its own, from what a frame tells, so that no run is touched.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.dropout import draw_masks
from gd_studio.engine.network import Network
from gd_studio.engine.randomness import generator

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

# About 1 ms of work: multiplications of one direction, over the rows of a block.
BLOCK_PRODUCTS = 400_000


@dataclass(frozen=True, eq=False)
class StepBatch:
    """What one step looked at: theta (P,) before it, and its training rows (n,).

    `hypothesis` is under the penalty that was in force; `dropout` is the share left out and
    `seed` that of training, which with `step` give the masks. Step 0 stands for all training
    rows and no dropout.
    """

    hypothesis: Hypothesis
    theta: Array
    rows: Integers
    step: int
    dropout: float = 0.0
    seed: int = 0

    @property
    def is_small(self) -> bool:
        """Whether going through it takes no longer than one block."""
        return len(self.rows) * self.hypothesis.network.size <= BLOCK_PRODUCTS

    @cached_property
    def targets(self) -> Array:
        """The targets (outputs, n) of its rows, as the engine takes them."""
        return self.hypothesis.network_target(self.hypothesis.prepared.train.y[self.rows])


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of a batch, gone through forwards and backwards.

    For each layer `inputs` (inputs + 1, rows) is what it was given, a last row of ones included,
    and `deltas` (outputs, rows) the part of each row in dL/d(sum), L being the batch's mean loss.
    """

    part: slice
    inputs: list[Array]
    deltas: list[Array]


def backward_in_blocks(batch: StepBatch) -> Generator[Block | None, None, None]:
    """Yield a batch block by block, and None while dropout's masks are drawn.

    A block's arrays are good until the next is asked for. The gradient of weight w[s, t] of a
    layer is Σ deltas[t]·inputs[s] over all rows, plus the penalty's share.
    """
    hypothesis, count = batch.hypothesis, len(batch.rows)
    network, loss = hypothesis.network, hypothesis.loss
    assert isinstance(network, Network)
    x, y = hypothesis.prepared.train.x, batch.targets
    total = loss.total_weight(y)
    masks = yield from _masks(batch, network)
    unused = np.empty_like(batch.theta)
    size = max(1, min(count, BLOCK_PRODUCTS // network.size))
    passes = {n: network.bind(batch.theta, unused, n, bool(masks)) for n in _sizes(count, size)}
    for start in range(0, count, size):
        part = slice(start, min(start + size, count))
        bound = passes[part.stop - start]
        for mask, whole in zip(bound.masks, masks, strict=True):
            np.copyto(mask, whole[:, part])
        given = hypothesis.network_input(x[batch.rows[part]])
        with np.errstate(all="ignore"):
            outputs = bound.forward(given)
            loss.slope(outputs, y[:, part], bound.deltas[-1])
            np.divide(bound.deltas[-1], total, bound.deltas[-1])
            bound.backward(given)
        yield Block(part, [given, *bound.activations], bound.deltas)


def _masks(batch: StepBatch, network: Network) -> Generator[None, None, list[Array]]:
    """Draw the masks (width, n) of all hidden layers, row by row: the numbers are the same."""
    if not (batch.dropout and batch.step):
        return []
    rng = generator(batch.seed, "dropout", batch.step)
    count, dtype = len(batch.rows), batch.theta.dtype
    masks = [np.empty((width, count), dtype) for width in network.sizes[1:-1]]
    for mask in masks:
        for row in mask:
            draw_masks([row], batch.dropout, rng)
            if not batch.is_small:
                yield None
    return masks


def _sizes(count: int, size: int) -> set[int]:
    return {min(size, count), count % size or size} if count else set()
