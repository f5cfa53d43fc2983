"""How fast a run is making steps, over about the last two seconds."""

from __future__ import annotations

import time
from collections import deque

MEASURED_SECONDS = 2.0


class Pace:
    """Marks of when which step was reached."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def begin(self, step: int) -> None:
        """Forget what was measured, and begin at a step."""
        self._marks.clear()
        self.mark(step)

    def mark(self, step: int) -> None:
        """Note that a step is reached now."""
        now = time.perf_counter()
        self._marks.append((now, step))
        while len(self._marks) > 2 and now - self._marks[0][0] > MEASURED_SECONDS:
            self._marks.popleft()

    @property
    def rate(self) -> float:
        """The steps per second; 0 until there are two marks."""
        if len(self._marks) < 2:
            return 0.0
        (before, first), (now, last) = self._marks[0], self._marks[-1]
        return (last - first) / (now - before) if now > before else 0.0
