"""What the plateau schedule remembers: the best loss, and how long nothing has been better."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gd_studio.engine.schedules import Plateau

# The rate is not lowered by less than this share of the learning rate: it would change nothing.
LEAST_CUT = 1e-8


@dataclass(frozen=True)
class PlateauMemory:
    """The factor by which the rate has fallen, and what decides about the next fall.

    best: lowest loss so far; bad: evaluations in a row that were not better; cooldown: how many
    to come are not counted. The rules are those of PyTorch's ReduceLROnPlateau.
    """

    best: float = math.inf
    bad: int = 0
    cooldown: int = 0
    factor: float = 1.0

    def after(self, loss: float, settings: Plateau) -> PlateauMemory:
        """Return the memory after an evaluation; a loss that is not a number is not better."""
        # A landscape may lie below zero, where a share less is more.
        share = settings.threshold if self.best > 0 else -settings.threshold
        better = loss < self.best * (1 - share)
        best = loss if better else self.best
        bad = 0 if better or self.cooldown > 0 else self.bad + 1
        cooldown = max(self.cooldown - 1, 0)
        if bad <= settings.patience:
            return PlateauMemory(best, bad, cooldown, self.factor)
        lower = max(self.factor * settings.gamma, settings.minimum)
        factor = lower if self.factor - lower > LEAST_CUT else self.factor
        return PlateauMemory(best, 0, settings.cooldown, factor)
