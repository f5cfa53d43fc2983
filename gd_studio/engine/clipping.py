"""Gradient clipping: a cliff in the loss must not throw the parameters out of the valley.

(Pascanu, Mikolov, Bengio 2013, "On the difficulty of training recurrent neural networks".)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.engine.arrays import Array

# As PyTorch: a gradient of length zero must not be divided by zero.
SPECK = 1e-6


@dataclass(frozen=True)
class Clipping:
    """The longest gradient allowed, and the largest entry; None is off. First one, then the other.

    By norm the direction stays: g · min(1, norm / (|g| + 10⁻⁶)). By value it may turn.
    """

    norm: float | None = None
    value: float | None = None

    @property
    def active(self) -> bool:
        """Whether there is any limit at all."""
        return self.norm is not None or self.value is not None

    def clip(self, gradient: Array, length: float | Array, out: Array) -> None:
        """Write the clipped gradient (..., P) into `out`, given its length (...)."""
        np.copyto(out, gradient)
        if self.norm is not None:
            share = np.minimum(self.norm / (np.asarray(length) + SPECK), 1.0)
            np.multiply(out, share[..., None].astype(out.dtype), out)
        if self.value is not None:
            np.clip(out, -self.value, self.value, out)
