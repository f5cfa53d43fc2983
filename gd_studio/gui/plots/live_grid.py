"""A grid that is as fine as the time of a frame allows, and finer when the picture stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer

from gd_studio.gui.plots.grid import Grid

COARSE, FINE, COARSEST = 48, 160, 24
IDLE_MS = 250
BUDGET = 0.006  # seconds for a coarse grid; above it the grid gets coarser
STILL_BUDGET = 0.03  # seconds for a fine grid, painted once: not yet felt as a halt
KEPT = 3


class LiveGrid:
    """Calls `paint(count)` for a count by count grid: now, and finer after a moment of rest."""

    def __init__(self, owner: Any, paint: Callable[[int], None]) -> None:
        self._paint = paint
        self._count = self._painted = COARSE
        self._seconds = 0.0
        self._kept: dict[tuple[Any, ...], Grid] = {}
        self._idle = QTimer(owner, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._refine)

    def draw(self) -> None:
        """Paint at the usual fineness, and measure what it takes."""
        self._painted = self._count
        started = time.perf_counter()
        self._paint(self._painted)
        self._seconds = time.perf_counter() - started
        if self._seconds > BUDGET:
            self._count = max(COARSEST, self._count * 3 // 4)
        elif self._seconds < BUDGET / 2:  # a slow moment is over: a step finer costs 16/9 of this
            self._count = min(COARSE, self._count * 4 // 3)
        self._idle.start()

    def stop(self) -> None:
        """Do not refine any more until drawn again."""
        self._idle.stop()

    def kept(self, key: tuple[Any, ...], make: Callable[[], Grid]) -> Grid:
        """Return the grid of a key, made only if it is not one of the last few."""
        if key not in self._kept:
            if len(self._kept) > KEPT:
                self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]

    def _refine(self) -> None:
        """Paint as finely as the time of one still picture allows, if that is finer."""
        finer = (STILL_BUDGET / max(self._seconds, 1e-9)) ** 0.5  # the cost grows as the square
        count = min(FINE, int(self._painted * finer))
        if count > self._painted:
            self._paint(count)
