"""The logarithmic axis on which learning rates lie: the slider's, and that of the tried rates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from gd_studio.settings import Setting


@dataclass(frozen=True)
class RateAxis:
    """From the power of ten `low` to the power `high`; a place is a share from 0 to 1."""

    low: float = -4.0
    high: float = 1.0

    @classmethod
    def of(cls, setting: Setting) -> Self:
        """Return the axis of a setting: within its bounds, from 0.0001 to 10 at most."""
        return cls(
            math.log10(max(setting.minimum or 0.0, 1e-4)),
            math.log10(min(setting.maximum or 10.0, 10.0)),
        )

    def place(self, rate: float) -> float:
        """Return where a rate above 0 lies; one beyond an end lies at that end."""
        share = (math.log10(rate) - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)

    def rate(self, place: float) -> float:
        """Return the rate at a place, to two digits."""
        return float(f"{10 ** (self.low + (self.high - self.low) * place):.2g}")

    def spread(self, count: int) -> tuple[float, ...]:
        """Return so many rates, evenly from end to end."""
        return tuple(self.rate(i / (count - 1)) for i in range(count))
