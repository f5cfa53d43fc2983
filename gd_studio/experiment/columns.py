"""A growing column of numbers, in chunks, with its minimum and maximum per block kept along.

Curves of a million steps are drawn from the blocks: each block's minimum and maximum cover the
same pixels as all of its points.
"""

from __future__ import annotations

from array import array

import numpy as np

from gd_studio.engine.arrays import Array

CHUNK = 4096
BLOCK = 64


class GrowingColumn:
    """Floats in the order appended; nothing is ever copied while it grows."""

    def __init__(self) -> None:
        self._full: list[Array] = []
        self._lows: list[Array] = []
        self._highs: list[Array] = []
        self._open = array("d")

    def __len__(self) -> int:
        return len(self._full) * CHUNK + len(self._open)

    def append(self, value: float) -> None:
        """Add one number at the end."""
        self._open.append(value)
        if len(self._open) == CHUNK:
            self._close_chunk()

    def extend(self, values: Array) -> None:
        """Add numbers at the end."""
        while len(values):
            fitting = CHUNK - len(self._open)
            self._open.frombytes(np.ascontiguousarray(values[:fitting], np.float64).tobytes())
            values = values[fitting:]
            if len(self._open) == CHUNK:
                self._close_chunk()

    def values(self, start: int = 0, stop: int | None = None) -> Array:
        """Return a copy of the numbers from start to stop."""
        stop = len(self) if stop is None else min(stop, len(self))
        if start >= stop:
            return np.zeros(0)
        chunks = [*self._full[start // CHUNK : -(-stop // CHUNK)]]
        if stop > len(self._full) * CHUNK:
            chunks.append(np.array(self._open))
        shift = start // CHUNK * CHUNK
        return np.concatenate(chunks)[start - shift : stop - shift]

    def at(self, index: int) -> float:
        """Return one number."""
        chunk, place = divmod(index, CHUNK)
        return float(self._full[chunk][place] if chunk < len(self._full) else self._open[place])

    def thinned(self, points: int) -> tuple[Array, Array]:
        """Return (indices, values) of at most about `points` points with the same picture."""
        count = len(self)
        if count <= points:
            return np.arange(count, dtype=np.float64), self.values()
        if count <= points * BLOCK // 2:
            return _extremes(*_pair(self.values()), 1, count, points)
        tail = np.array(self._open)
        lows = np.concatenate([*self._lows, *_blocks(tail, np.minimum)])
        highs = np.concatenate([*self._highs, *_blocks(tail, np.maximum)])
        return _extremes(lows, highs, BLOCK, count, points)

    def _close_chunk(self) -> None:
        chunk = np.array(self._open)
        blocks = chunk.reshape(-1, BLOCK)
        self._full.append(chunk)
        self._lows.append(blocks.min(axis=1))
        self._highs.append(blocks.max(axis=1))
        self._open = array("d")

    def cut(self, count: int) -> GrowingColumn:
        """Return another column with the first `count` numbers; full chunks are shared."""
        other = GrowingColumn()
        whole = count // CHUNK
        other._full, other._lows = self._full[:whole], self._lows[:whole]
        other._highs = self._highs[:whole]
        other._open = array("d", self.values(whole * CHUNK, count))
        return other


def _pair(values: Array) -> tuple[Array, Array]:
    return values, values


def _blocks(tail: Array, how: np.ufunc) -> list[Array]:
    return [how.reduceat(tail, np.arange(0, len(tail), BLOCK))] if len(tail) else []


def _extremes(
    lows: Array, highs: Array, each: int, count: int, points: int
) -> tuple[Array, Array]:
    """Join neighbouring blocks until they fit; give each one's lowest and highest value."""
    together = -(-2 * len(lows) // points)
    starts = np.arange(0, len(lows), together)
    low, high = np.minimum.reduceat(lows, starts), np.maximum.reduceat(highs, starts)
    middle = np.minimum((starts + together / 2) * each, count - 1)
    middle[0], middle[-1] = 0, count - 1
    return np.repeat(middle, 2), np.stack([low, high], axis=1).ravel()
