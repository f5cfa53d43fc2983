"""The training loop: Guess (forward), Check (loss), Adjust (backward, update), Repeat.

`step` is the whole of learning, on one screen. The trainer owns the parameters and the optimizer's
memory; it reads no clock, writes no file and knows nothing of windows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.clipping import Clipping
from gd_studio.engine.dropout import draw_masks
from gd_studio.engine.epochs import Epochs
from gd_studio.engine.function import BoundPass, Function
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.optimizers import AbstractOptimizer, State
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.randomness import Stream
from gd_studio.engine.schedules import AbstractSchedule

NO_CLIPPING = Clipping()


class Trainer:
    """One function learning from training rows x (features + 1, rows), targets y (outputs, rows).

    After each `step`: `batch_loss`, `penalty_value`, `rate`, `gradient_norm`, `update_norm` are
    that step's numbers, `gradient` (P,) its gradient, `previous` (P,) the parameters before it,
    and `passes` has every layer's sums, activations and deltas. The four parts of a step may be
    called one by one, after `next_batch`.

    With theta (K, P) and `rates` (K, 1) it is K networks that learn from the same batches, each
    at a rate of its own: a race. Those numbers are then arrays (K,).
    """

    def __init__(
        self,
        network: Function,
        loss: AbstractLoss,
        optimizer: AbstractOptimizer,
        theta: Array,
        x: Array,
        y: Array,
        seed: int,
        *,
        dropout: float = 0.0,
        rates: Array | None = None,
    ) -> None:
        self.network, self._loss, self.optimizer = network, loss, optimizer
        self.theta = theta
        self.gradient = np.zeros_like(theta)
        self.previous = theta.copy()
        self._is_weight = network.is_weight().astype(theta.dtype)
        self._dropout, self._rates = dropout, rates
        self._left_out = Stream(seed, "dropout")
        self.epochs = Epochs(x, y, seed)
        self.step_number = 0
        self.rate_factor = 1.0
        # Floats, or arrays (K,) in a race.
        self.batch_loss: Any = 0.0
        self.penalty_value: Any = 0.0
        self.rate: Any = 0.0
        self.gradient_norm: Any = 0.0
        self.update_norm: Any = 0.0
        self._evenly = loss.row_weights(y) is None
        self._bound: dict[int, BoundPass] = {}
        self._length = _length if theta.ndim == 1 else _lengths
        self.oracle = network.oracle(loss, Penalty(), x, y)
        self._state = State(len(optimizer.slots), theta, self.oracle)
        self.memory = self._state.memory
        optimizer.begin(self.memory)

    def adopt(
        self,
        optimizer: AbstractOptimizer,
        schedule: AbstractSchedule,
        penalty: Penalty,
        batch: int,
        clipping: Clipping = NO_CLIPPING,
    ) -> None:
        """Take the settings that are in force from the next step on."""
        self.optimizer, self._schedule, self._penalty = optimizer, schedule, penalty
        self._penalized, self._clipping = penalty.active, clipping
        self._clipped = np.empty_like(self.theta) if clipping.active else None
        self.oracle.penalty = penalty
        self.epochs.cut(batch)

    def step(self) -> None:
        """Make one iteration: from theta(k - 1) to theta(k)."""
        self.next_batch()
        self.forward()
        self.loss()
        self.backward()
        self.update()

    def next_batch(self) -> None:
        """Take the next slice of the epoch's order; begin an epoch when the last is done."""
        batch = self.epochs.take()
        self.step_number += 1
        self._x, self._y = batch.x, batch.y
        self.oracle.look_at(batch.x, batch.y)
        self.passes = self._bound.get(batch.count) or self._bind(batch.count)
        if self._dropout:
            rng = self._left_out.at(self.step_number)
            draw_masks(self.passes.masks, self._dropout, rng)

    def forward(self) -> None:
        """Guess: push the batch through the network."""
        self.outputs = self.passes.forward(self._x)

    def loss(self) -> None:
        """Check: how wrong the guess is, on average over the batch, and the penalty."""
        self.batch_loss = self._loss.mean(self.outputs, self._y, self.passes.room)
        self.penalty_value = 0.0
        if self._penalized:
            found = self._penalty.value(self.theta, self._is_weight)
            self.penalty_value = found if self.theta.ndim > 1 else float(found)

    def backward(self) -> None:
        """Adjust, first half: each parameter's contribution to the mistake."""
        passes = self.passes
        delta = passes.deltas[-1]
        self._loss.slope_after(self.outputs, self._y, passes.room, delta)
        share = passes.share if self._evenly else 1.0 / self._loss.total_weight(self._y)
        np.multiply(delta, share, delta)
        passes.backward(self._x)
        if self._penalized:
            self._penalty.add_gradient(self.theta, self._is_weight, self.gradient)
        self.gradient_norm = self._length(self.gradient)

    def update(self) -> None:
        """Adjust, second half: move every parameter a little against its gradient."""
        theta, previous, state = self.theta, self.previous, self._state
        previous[...] = theta
        state.step = self.step_number
        factor = self._schedule.factor(state.step - 1) * self.rate_factor
        self.rate = (self.optimizer.learning_rate if self._rates is None else self._rates) * factor
        gradient = self.gradient
        if self._clipped is not None:
            self._clipping.clip(gradient, self.gradient_norm, self._clipped)
            gradient = self._clipped
        self.optimizer.update(theta, gradient, self.rate, state)
        self.update_norm = self._length(np.subtract(theta, previous, state.scratch[0]))

    def _bind(self, count: int) -> BoundPass:
        masked = self._dropout > 0
        bound = self.network.bind(self.theta, self.gradient, count, masked)
        self._bound[count] = bound
        return bound


def _length(vector: Array) -> float:
    return math.sqrt(vector.dot(vector))


def _lengths(vectors: Array) -> Array:
    found: Array = np.sqrt(np.vecdot(vectors, vectors))
    return found
