"""Signal and noise: whether the rows of a batch agree on where a parameter should go.

Every row has a gradient of its own. Where their mean is large beside their standard deviation, the
step is the same whichever rows are drawn; where it is small, the step is mostly chance.
(See McCandlish, Kaplan, Amodei et al. 2018, "An empirical model of large-batch training".)
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.network import Network
from gd_studio.experiment.batch_pass import StepBatch, backward_in_blocks
from gd_studio.experiment.parts import finished


def moments(batch: StepBatch) -> tuple[Array, Array]:
    """Return mean and standard deviation (P,) of the rows' gradients, over the batch's n rows.

    A row's own gradient g is n times its part in the batch's; penalty left out. The deviation is
    √(mean of g² - mean²), that of the n rows themselves.
    """
    found: tuple[Array, Array] = finished(moments_in_blocks(batch))
    return found


def moments_in_blocks(batch: StepBatch) -> Generator[None, None, tuple[Array, Array]]:
    """Compute `moments` with a pause after each block of rows."""
    network, count = batch.hypothesis.network, len(batch.rows)
    assert isinstance(network, Network)
    first, second = np.zeros(network.size), np.zeros(network.size)
    for block in backward_in_blocks(batch):
        if block is not None:
            with np.errstate(all="ignore"):
                for layer, given, delta in zip(
                    network.layers, block.inputs, block.deltas, strict=True
                ):
                    layer.matrix(first)[...] += delta @ given.T
                    layer.matrix(second)[...] += (delta * delta) @ (given * given).T
        if not batch.is_small:
            yield None
    # Sums over the parts: n·part is a row's own gradient, so that mean g² = n·Σ part².
    variance = count * second - first * first
    rounding = 4 * np.finfo(batch.theta.dtype).eps * count * second
    return first, np.sqrt(np.where(variance > rounding, variance, 0.0))


def ratio(mean: Array, deviation: Array) -> Array:
    """Return |mean| / deviation; infinite where all rows agree, NaN where nothing pulls at all."""
    with np.errstate(all="ignore"):
        result: Array = np.abs(mean) / deviation
    return result
