"""The loss at many points of parameter space at once: what a loss surface is made of.

The work goes in blocks, small enough to pause between them and bounded in memory whatever the
resolution.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.function import BoundPass, Function
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.penalties import Penalty

# About 1 ms of work: sums in double precision, over all vectors and rows of a block.
BLOCK_SUMS = 100_000
SINGLE = 4  # times as many sums are made in that time in single precision
PRODUCTS = 400  # that take as long as the activation of one sum does
MOST_VECTORS = 64


class Vectors(Protocol):
    """Parameter vectors (K, P) that are there, or made when a few of them are asked for."""

    @property
    def dtype(self) -> np.dtype[Any]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, chosen: slice, /) -> Array: ...


def work_of(network: Function) -> int:
    """Return what a vector's loss costs for each row: in sums, activations and products counted."""
    return sum(network.sizes[1:]) + network.size // PRODUCTS


def total_losses(
    network: Function,
    loss: AbstractLoss,
    penalty: Penalty,
    thetas: Array,
    x: Array,
    y: Array,
) -> Array:
    """Return the total loss (K,) of each parameter vector (K, P) over all rows of x and y."""
    result = np.empty(len(thetas))
    for start, values in total_losses_in_blocks(network, loss, penalty, thetas, x, y):
        result[start : start + len(values)] = values
    return result


def total_losses_in_blocks(
    network: Function,
    loss: AbstractLoss,
    penalty: Penalty,
    thetas: Vectors,
    x: Array,
    y: Array,
) -> Iterator[tuple[int, Array]]:
    """Yield (first index, total losses) block by block.

    thetas: (K, P); x: (features + 1, rows); y: (outputs, rows). A large data set is also cut by
    rows: such blocks yield an empty part until their last rows are in.
    """
    count = x.shape[1]
    at_once = BLOCK_SUMS * (SINGLE if thetas.dtype == np.float32 else 1) // work_of(network)
    rows = max(1, min(count, at_once))
    vectors = max(1, min(len(thetas), MOST_VECTORS, at_once // rows))
    is_weight = network.is_weight().astype(thetas.dtype)
    total_weight = loss.total_weight(y)
    block = np.empty((0, network.size), thetas.dtype)
    for start in range(0, len(thetas), vectors):
        chosen = thetas[start : start + vectors]
        if len(block) != len(chosen):
            # Bound once: nearly all blocks have the same size.
            block = np.empty((len(chosen), network.size), thetas.dtype)
            passes = _passes(network, block, count, rows)
        np.copyto(block, chosen)
        sums = np.zeros(len(block))
        for first in range(0, count, rows):
            part = slice(first, min(first + rows, count))
            with np.errstate(over="ignore", invalid="ignore"):
                outputs = passes[part.stop - first].forward(x[:, part])
                sums += loss.rows(outputs, y[:, part]).sum(axis=-1, dtype=np.float64)
            if part.stop < count:
                yield start, sums[:0]
        with np.errstate(over="ignore", invalid="ignore"):
            totals = sums / total_weight
            if penalty.active:
                totals += penalty.value(block, is_weight)
        yield start, totals


def _passes(network: Function, block: Array, count: int, rows: int) -> dict[int, BoundPass]:
    sizes = {min(rows, count), count % rows or rows}
    return {size: network.bind(block, None, size) for size in sizes}
