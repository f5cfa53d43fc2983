"""One row's way through the network and back, and how hard each row of a batch pulls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.dropout import draw_masks
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.network import Network, Pass
from gd_studio.engine.randomness import Stream

# Numbers of a dropout mask that are drawn again for one look at a row.
MOST_DRAWN = 2_000_000


@dataclass(frozen=True, eq=False)
class RowPass:
    """What the layers made of one row, all in float64.

    For layer i: `inputs[i]` (in + 1,) with a last 1, `sums[i]` (out,), and for hidden layers
    `units[i]` (out,) the activations and `masks[i]` (out,) what dropout made of them (1: nothing);
    `deltas[i]` (out,) is d(row loss)/d(sums); `target` (outputs,).
    """

    inputs: list[Array]
    sums: list[Array]
    units: list[Array]
    masks: list[Array]
    slopes: list[Array]
    deltas: list[Array]
    target: Array


class BatchPass:
    """Rows x (features + 1, n) with targets y pushed through at theta, and back, in float64."""

    def __init__(
        self, network: Network, loss: AbstractLoss, theta: Array, x: Array, y: Array
    ) -> None:
        self._network, self._loss, self._y = network, loss, y
        self._theta = np.ascontiguousarray(theta, np.float64)
        self._x = np.ascontiguousarray(x, np.float64)
        self.pass_: Pass | None = None

    def run(self, masks: list[Array] | None) -> BatchPass:
        """Go forward and back; `masks` (width, n) of the hidden layers where there is dropout."""
        gradient = np.empty_like(self._theta)
        count = self._x.shape[1]
        found = self._network.bind(self._theta, gradient, count, masks is not None)
        for mask, drawn in zip(found.masks, masks or [], strict=False):
            np.copyto(mask, drawn)
        found.forward(self._x)
        self._loss.slope(found.sums[-1], self._y, found.deltas[-1])
        found.backward(self._x)
        self.pass_ = found
        self.losses: Array = self._loss.rows(found.sums[-1], self._y)
        return self

    def pulls(self, index: int) -> Array:
        """Return d(row loss)/d(parameter) of every row (n,)."""
        found = self._done
        layer = self._network.layer_of(index)
        at = self._network.layers.index(layer)
        source, target = layer.place(index)
        given = self._x if at == 0 else found.activations[at - 1]
        pulled: Array = found.deltas[at][target] * given[-1 if source is None else source]
        return pulled

    def row(self, column: int) -> RowPass:
        """Return what became of one row."""
        found, activation = self._done, self._network.activation
        slopes = []
        for sums, units in zip(found.sums, found.units, strict=False):
            slope = np.empty_like(sums)
            activation.slope(sums, units, slope)
            slopes.append(slope)
        inputs = [self._x, *found.activations]
        return RowPass(
            [a[:, column].copy() for a in inputs],
            [z[:, column].copy() for z in found.sums],
            [a[:, column].copy() for a in found.units],
            [m[:, column].copy() for m in found.masks] or [np.ones(len(a)) for a in found.units],
            [s[:, column].copy() for s in slopes],
            [d[:, column].copy() for d in found.deltas],
            self._y[:, column].copy(),
        )

    @property
    def _done(self) -> Pass:
        assert self.pass_ is not None
        return self.pass_


def masks_of(
    network: Network, share: float, seed: int, step: int, count: int
) -> list[Array] | None:
    """Draw a step's dropout masks (width, count) again; None where they are too many."""
    if sum(network.sizes[1:-1]) * count > MOST_DRAWN:
        return None
    masks = [np.empty((width, count)) for width in network.sizes[1:-1]]
    draw_masks(masks, share, Stream(seed, "dropout").at(step))
    return masks


def column_of(row: int, rows: Integers) -> int | None:
    """Return where in a batch a training row stands; None if it is not in it."""
    found = np.flatnonzero(rows == row)
    return int(found[0]) if len(found) else None
