"""Short ticks on the x axis of a plot over time, one where each epoch ends.

An epoch ends when every training row has been seen once more. Where ticks would touch, only every
second, fifth, tenth ... is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.gui.plots.colours import pen
from gd_studio.gui.plots.curves import Numbers, over
from gd_studio.gui.plots.layer import Layer
from gd_studio.gui.theme import Theme

if TYPE_CHECKING:
    from gd_studio.session.frame import Curves

HEIGHT = 5  # pixels
APART = 6  # pixels between two ticks, at least
ROUND = (1, 2, 5)


class EpochTicks:
    """The ticks; `every` is how many epochs lie between two of them."""

    def __init__(self, view: Any, layer: Layer) -> None:
        self._view = view
        self._ticks = layer.curve("pairs")
        self._ticks.hide()
        self.every = 1

    def set_theme(self, theme: Theme) -> None:
        """Colour the ticks."""
        self._ticks.setPen(pen(theme, "muted", 1))

    def hide(self) -> None:
        """Draw none, where no rows are there to be seen."""
        self._ticks.hide()

    def show(self, curves: Curves, unit: str) -> None:
        """Draw the ends of epochs within the range in sight; x runs in `unit`."""
        view = self._view
        (left, right), (bottom, top) = view.viewRange()
        last = int(curves.clock[-1, 1])
        span = over(curves, epoch_steps(curves, np.array([0.0, float(last)])), unit)
        pixels = (span[1] - span[0]) / max(right - left, 1e-300) * max(view.width(), 1)
        self.every = spacing(last, pixels)
        ends = np.arange(self.every, last + 1, self.every, dtype=np.float64)
        x = over(curves, epoch_steps(curves, ends), unit)
        x = x[(x >= left) & (x <= right)]
        height = HEIGHT * (top - bottom) / max(view.height(), 1)
        self._ticks.setData(np.repeat(x, 2), np.tile([bottom, bottom + height], len(x)))
        self._ticks.setVisible(len(x) > 0)


def epoch_steps(curves: Curves, epochs: Numbers) -> Numbers:
    """Return the steps at which so many epochs had passed."""
    clock = curves.clock
    return np.asarray(np.interp(epochs, clock[:, 1], clock[:, 0]), dtype=np.float64)


def spacing(count: int, pixels: float) -> int:
    """Return how many epochs a tick stands for, so that `count` of them fit into the pixels."""
    power = 1
    while True:
        for step in ROUND:
            if count * APART <= pixels * step * power or step * power > count:
                return step * power
        power *= 10
