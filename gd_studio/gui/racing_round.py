"""A round while racing: one frame, drawn in shares that are each a small part of a screen refresh.

What is quick is drawn together, what is slow by itself: how long each thing takes is learnt.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from gd_studio.gui.drag_turns import Draw

# Of the sixtieth of a second between shares: the rest belongs to training.
MOST_SECONDS = 0.006
# How much of what a share took beyond, or below, what was expected is expected the next time.
TRUST = 0.25


class RacingRound:
    """Deals out the shares of one frame after another."""

    def __init__(self) -> None:
        self._waiting: list[Draw] = []
        self._share: list[Draw] = []
        self._expected: dict[Draw, float] = {}  # seconds

    @property
    def is_over(self) -> bool:
        """Whether nothing of the frame is left to draw."""
        return not self._waiting

    def begin(self, everything: Sequence[Draw]) -> None:
        """Draw other things from now on, in this order, instead of what is left."""
        self._waiting, self._share = list(everything), []
        self._expected = {draw: s for draw, s in self._expected.items() if draw in everything}

    def end(self) -> None:
        """Draw nothing more of the frame."""
        self._waiting, self._share = [], []

    def share(self) -> Generator[Draw]:
        """Go through what is drawn next: one thing, and what follows it as long as it is quick."""
        self._share, left = [], MOST_SECONDS
        while self._waiting:
            # What was never drawn is drawn alone, so that it is known how long it takes.
            left -= self._expected.get(self._waiting[0], MOST_SECONDS)
            if self._share and left < 0:
                return
            self._share.append(self._waiting.pop(0))
            yield self._share[-1]

    def took(self, seconds: float) -> None:
        """Learn how long the share took, to the last paint event that it led to."""
        expected = sum(self._expected.get(draw, 0.0) for draw in self._share)
        factor = 1 + TRUST * (seconds / expected - 1) if expected > 0 else 1.0
        for draw in self._share:
            self._expected[draw] = self._expected.get(draw, seconds) * factor
