"""The training rows, epoch by epoch in another order, batch by batch.

The order is a pure function of (seed, epoch), so that any epoch can be had again at any time.
"""

from __future__ import annotations

import math

import numpy as np

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.randomness import Stream

# Views into the epoch's rows are kept from epoch to epoch; of more batches than this they are not.
MOST_VIEWS = 4096


class Batch:
    """Rows start:end of an epoch cut into batches of `size`; only the last may have fewer.

    x (features + 1, count) and y (outputs, count) are views.
    """

    __slots__ = ("count", "end", "size", "start", "x", "y")

    def __init__(self, x: Array, y: Array, start: int, end: int, size: int) -> None:
        self.x, self.y, self.start, self.end, self.size = x, y, start, end, size
        self.count = end - start


class Epochs:
    """All training rows x (features + 1, rows), y (outputs, rows), cut into batches.

    `epoch` counts from 1; `cursor` is the row of the epoch's order at which the next batch begins.
    """

    def __init__(self, x: Array, y: Array, seed: int) -> None:
        # Rows lie one after another, so that every batch is contiguous: products are faster.
        self._all_x, self._all_y = np.ascontiguousarray(x.T), y
        self._orders = Stream(seed, "batch order")
        self._epoch_x, self._epoch_y = self._all_x, self._all_y
        self.rows: int = x.shape[1]
        self.size: int = self.rows
        self.epoch = 0
        self.cursor: int = self.rows
        self._taken: Batch | None = None
        self._ordered_epoch = -1
        self._order: Integers | None = None
        self._views: dict[int, Batch] = {}

    def cut(self, size: int) -> None:
        """Make batches of another size; the order of the epoch under way stays."""
        size = min(size, self.rows)
        if size == self.size:
            return
        self.size = size
        self._forget_order()

    def take(self) -> Batch:
        """Return the next batch; begin an epoch when the last is done."""
        if self.cursor >= self.rows:
            self.epoch += 1
            self.cursor = 0
        if self._ordered_epoch != self.epoch:
            self._put_in_order()
        batch = self._views.get(self.cursor) or self._view(self.cursor)
        self._taken = batch
        self.cursor = batch.end
        return batch

    def go_to(self, epoch: int, cursor: int) -> None:
        """Go on from another moment: from a row of an epoch's order."""
        self.epoch, self.cursor = epoch, cursor
        self._taken = None
        self._forget_order()

    def end_epoch(self) -> None:
        """Let the next batch begin an epoch."""
        self.cursor = self.rows

    @property
    def passed(self) -> float:
        """How many epochs have passed, with the part of the one under way."""
        return max(0.0, self.epoch - 1 + self.cursor / self.rows)

    @property
    def completed(self) -> int:
        """How many epochs have been completed."""
        return self.epoch if self.done else self.epoch - 1

    @property
    def done(self) -> bool:
        """Whether the batch last taken was the last of its epoch."""
        return self.cursor >= self.rows

    @property
    def taken_rows(self) -> Integers:
        """The training rows of the batch last taken, as indices (count,)."""
        if self._taken is None:
            return np.zeros(0, np.intp)
        start, end = self._taken.start, self._taken.end
        return np.arange(start, end) if self._order is None else self._order[start:end]

    @property
    def taken_number(self) -> int:
        """Which batch of its epoch was last taken, from 1; 0 before the first."""
        return self._taken.start // self._taken.size + 1 if self._taken else 0

    @property
    def taken_of(self) -> int:
        """How many batches there are in the epoch of the batch last taken, or to come."""
        return math.ceil(self.rows / (self._taken.size if self._taken else self.size))

    def _view(self, start: int) -> Batch:
        end = min(start + self.size, self.rows)
        x, y = self._epoch_x[start:end].T, self._epoch_y[:, start:end]
        batch = Batch(x, y, start, end, self.size)
        if len(self._views) < MOST_VIEWS:
            self._views[start] = batch
        return batch

    def _forget_order(self) -> None:
        self._ordered_epoch = -1
        self._views = {}

    def _put_in_order(self) -> None:
        """Put the rows in this epoch's order; a full batch needs none."""
        self._ordered_epoch = self.epoch
        if self.size >= self.rows:
            self._order = None
            self._epoch_x, self._epoch_y = self._all_x, self._all_y
            return
        if self._epoch_x is self._all_x:
            self._epoch_x, self._epoch_y = np.empty_like(self._all_x), np.empty_like(self._all_y)
        self._order = self._orders.at(self.epoch).permutation(self.rows)
        np.take(self._all_x, self._order, axis=0, out=self._epoch_x, mode="clip")
        np.take(self._all_y, self._order, axis=1, out=self._epoch_y, mode="clip")
