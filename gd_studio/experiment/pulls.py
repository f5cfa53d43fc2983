"""Who pulled: how much of one parameter's gradient each row of a batch is responsible for.

The gradient of the batch's mean loss is a sum over its rows, so every row has a part in it:
with δ the error of the parameter's neuron and a its input, (ℓ' of the row) = δ·a / Σ weights.
The penalty has a part of its own. (Goodfellow, Bengio, Courville 2016, section 6.5.)
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array, Integers, read_only
from gd_studio.engine.network import Network
from gd_studio.experiment.batch_pass import StepBatch, backward_in_blocks
from gd_studio.experiment.parts import finished


@dataclass(frozen=True, eq=False)
class Pulls:
    """The parts of a batch's `rows` (n,) in the gradient of one `parameter`; they add up to it.

    `parts` (n,) are those of the rows, `penalty` is that of the penalty. `weights` (n,) is how
    much each row counts in the mean.
    """

    parameter: int
    rows: Integers
    parts: Array
    weights: Array
    penalty: float

    @property
    def gradient(self) -> float:
        """The parameter's gradient: all parts together."""
        return float(self.parts.sum()) + self.penalty

    @property
    def shares(self) -> Array:
        """Each row's share (n,) of the gradient; with the penalty's they add up to 1."""
        with np.errstate(all="ignore"):
            return self.parts / self.gradient

    def without(self, place: int) -> float:
        """Return the gradient that the batch would have had without its row at a place.

        The mean is then over the rows that are left, and the penalty stays. NaN if none is left.
        """
        total, own = float(self.weights.sum()), float(self.weights[place])
        if len(self.rows) < 2:
            return float("nan")
        rest = float(self.parts.sum()) - float(self.parts[place])
        return rest * total / (total - own) + self.penalty

    def strongest(self, most: int) -> Integers:
        """Return the places of the rows with the largest parts, the largest first.

        A part that is not finite comes before all others; equal ones in the batch's order.
        """
        size = np.abs(self.parts)
        size[~np.isfinite(size)] = np.inf
        most = min(most, len(size))
        least = np.partition(size, len(size) - most)[len(size) - most] if most else np.inf
        found = np.flatnonzero(size >= least)
        return found[np.argsort(-size[found], kind="stable")][:most]


def pulls(batch: StepBatch, parameter: int) -> Pulls:
    """Return who pulled at a parameter in a step, computed at once."""
    found: Pulls = finished(pulls_in_blocks(batch, parameter))
    return found


def pulls_in_blocks(batch: StepBatch, parameter: int) -> Generator[None, None, Pulls]:
    """Compute who pulled at a parameter, with a pause after each block of rows."""
    network = batch.hypothesis.network
    assert isinstance(network, Network)
    layer = network.layer_of(parameter)
    at = network.layers.index(layer)
    source, target = layer.place(parameter)
    row = layer.inputs if source is None else source
    parts = np.empty(len(batch.rows))
    for block in backward_in_blocks(batch):
        if block is not None:
            with np.errstate(all="ignore"):
                parts[block.part] = block.deltas[at][target] * block.inputs[at][row]
        if not batch.is_small:
            yield None
    found = batch.hypothesis.loss.row_weights(batch.targets)
    weights = np.ones(len(parts)) if found is None else found.astype(np.float64)
    penalty = float(penalty_gradient(batch)[parameter])
    return Pulls(parameter, batch.rows, read_only(parts), read_only(weights), penalty)


def penalty_gradient(batch: StepBatch) -> Array:
    """Return the penalty's part (P,) in the gradient of a step."""
    gradient = np.zeros_like(batch.theta)
    network = batch.hypothesis.network
    is_weight = network.is_weight().astype(batch.theta.dtype)
    batch.hypothesis.penalty.add_gradient(batch.theta, is_weight, gradient)
    return gradient

