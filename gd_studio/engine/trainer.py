"""The training loop: Guess (forward), Check (loss), Adjust (backward, update), Repeat.

`step` is the whole of learning, on one screen. The trainer owns the parameters and the optimizer's
memory; it reads no clock, writes no file and knows nothing of windows.
"""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.network import Network, Pass
from gd_studio.engine.optimizers import AbstractOptimizer, State
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.randomness import batch_order
from gd_studio.engine.schedules import AbstractSchedule


class Trainer:
    """One network learning from training rows x (features + 1, rows), targets y (outputs, rows).

    After each `step`: `batch_loss`, `penalty_value`, `rate`, `gradient_norm`, `update_norm` are
    that step's numbers, `gradient` (P,) its gradient and `previous` (P,) the parameters before it.
    """

    def __init__(
        self,
        network: Network,
        loss: AbstractLoss,
        optimizer: AbstractOptimizer,
        theta: Array,
        x: Array,
        y: Array,
        seed: int,
    ) -> None:
        self.network, self._loss, self.optimizer = network, loss, optimizer
        self.theta = theta
        self.gradient = np.zeros_like(theta)
        self.previous = theta.copy()
        self._is_weight = network.is_weight().astype(theta.dtype)
        self._all_x, self._all_y, self._seed = x, y, seed
        self.rows: int = x.shape[1]
        self.step_number = self.epoch = 0
        self.cursor: int = self.rows
        self.batch_loss = self.penalty_value = self.rate = 0.0
        self.gradient_norm = self.update_norm = 0.0
        self._batch = (0, 0, 1)
        self._passes: dict[int, Pass] = {}
        self.oracle = BatchOracle(network, loss, Penalty(), x, y)
        self._state = State(len(optimizer.slots), theta, self.oracle)
        self.memory = self._state.memory
        self._ordered_epoch = -1
        self._order: Integers | None = None
        optimizer.begin(self.memory)

    def adopt(
        self,
        optimizer: AbstractOptimizer,
        schedule: AbstractSchedule,
        penalty: Penalty,
        batch: int,
    ) -> None:
        """Take the settings that are in force from the next step on."""
        self.optimizer, self._schedule, self._penalty = optimizer, schedule, penalty
        self._penalized = penalty.active
        self.oracle.penalty = penalty
        self.batch_size = min(batch, self.rows)

    def step(self) -> None:
        """Make one iteration: from theta(k - 1) to theta(k)."""
        self.next_batch()
        self.forward()
        self.loss()
        self.backward()
        self.update()

    def next_batch(self) -> None:
        """Take the next slice of the epoch's order; begin an epoch when the last is done."""
        if self.cursor >= self.rows:
            self.epoch += 1
            self.cursor = 0
        if self._ordered_epoch != self.epoch:
            self._shuffle()
        end = min(self.cursor + self.batch_size, self.rows)
        self._x = self._epoch_x[:, self.cursor : end]
        self._y = self._epoch_y[:, self.cursor : end]
        self.oracle.x, self.oracle.y = self._x, self._y
        count = end - self.cursor
        self._batch = (self.cursor, end, self.batch_size)
        self.cursor = end
        self.step_number += 1
        if count not in self._passes:
            self._passes[count] = self.network.bind(self.theta, self.gradient, count)
        self._pass = self._passes[count]
        self._share = 1.0 / count

    def forward(self) -> None:
        """Guess: push the batch through the network."""
        self._outputs = self._pass.forward(self._x)

    def loss(self) -> None:
        """Check: how wrong the guess is, on average over the batch, and the penalty."""
        self.batch_loss = float(self._loss.rows(self._outputs, self._y).sum()) * self._share
        if self._penalized:
            self.penalty_value = float(self._penalty.value(self.theta, self._is_weight))
        else:
            self.penalty_value = 0.0

    def backward(self) -> None:
        """Adjust, first half: each parameter's contribution to the mistake."""
        delta = self._pass.deltas[-1]
        self._loss.slope(self._outputs, self._y, delta)
        np.multiply(delta, self._share, delta)
        self._pass.backward(self._x)
        if self._penalized:
            self._penalty.add_gradient(self.theta, self._is_weight, self.gradient)

    def update(self) -> None:
        """Adjust, second half: move every parameter a little against its gradient."""
        theta, gradient, previous = self.theta, self.gradient, self.previous
        optimizer, state = self.optimizer, self._state
        np.copyto(previous, theta)
        state.step = self.step_number
        self.rate = rate = optimizer.learning_rate * self._schedule.factor(state.step - 1)
        optimizer.update(theta, gradient, rate, state)
        move = np.subtract(theta, previous, state.scratch[0])
        self.gradient_norm = math.sqrt(gradient.dot(gradient))
        self.update_norm = math.sqrt(move.dot(move))

    @property
    def epoch_done(self) -> bool:
        """Whether the step just made was the last of its epoch."""
        return self.cursor >= self.rows

    @property
    def batch_rows(self) -> Integers:
        """The training rows of the step just made, as indices (batch,)."""
        if self.step_number == 0:
            return np.zeros(0, np.intp)
        start, end, _ = self._batch
        return np.arange(start, end) if self._order is None else self._order[start:end]

    @property
    def batch_number(self) -> int:
        """Which batch of its epoch the step just made took, from 1; 0 before the first step."""
        start, _, size = self._batch
        return start // size + 1 if self.step_number else 0

    @property
    def batches(self) -> int:
        """How many batches the epoch of the step just made has; before it, the first epoch."""
        size = self._batch[2] if self.step_number else self.batch_size
        return math.ceil(self.rows / size)

    def _shuffle(self) -> None:
        """Put the rows in this epoch's order; a full batch needs none."""
        self._ordered_epoch = self.epoch
        if self.batch_size >= self.rows:
            self._order = None
            self._epoch_x, self._epoch_y = self._all_x, self._all_y
            return
        self._order = batch_order(self._seed, self.epoch, self.rows)
        self._epoch_x = self._all_x[:, self._order]
        self._epoch_y = self._all_y[:, self._order]

    def forget_order(self) -> None:
        """Draw the epoch's order anew before the next step (after a jump or a batch-size edit)."""
        self._ordered_epoch = -1
