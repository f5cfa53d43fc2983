"""What lies past the minimum of the validation loss, shaded once patience has run out.

A validation loss that has not improved for so many evaluations will hardly improve again: from its
minimum on the model learns the training rows only. Where its rise is clear, it is overfitting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg

from gd_studio.experiment.diagnosis.finding import PATIENCE
from gd_studio.gui.numbers import whole
from gd_studio.gui.plots.colours import colour

if TYPE_CHECKING:
    from gd_studio.gui.theme import Theme
    from gd_studio.session.frame import Frame

SHADE = 26


class PastBest:
    """The shaded steps after the validation minimum, behind the curves of a plot over time."""

    def __init__(self, item: Any) -> None:
        self._region = pg.LinearRegionItem(movable=False)
        self._region.setZValue(-1)
        for line in self._region.lines:
            line.hide()
        self._region.hide()
        item.addItem(self._region, ignoreBounds=True)

    @property
    def is_visible(self) -> bool:
        """Whether patience has run out."""
        return bool(self._region.isVisible())

    @property
    def span(self) -> tuple[float, float]:
        """Where it begins and ends, along the plot."""
        low, high = self._region.getRegion()
        return float(low), float(high)

    def set_theme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self._region.setBrush(colour(theme, "validation", SHADE))

    def draw(self, frame: Frame, is_loss: bool, along: Callable[[float], float]) -> str:
        """Shade the steps after the minimum; return what the minimum is to be called.

        `along` turns a step into a place on the plot.
        """
        words = said(frame) if is_loss else ""
        self._region.setVisible(bool(words))
        if words and frame.best is not None:
            self._region.setRegion((along(frame.best[0]), along(frame.step)))
        return words


def said(frame: Frame) -> str:
    """Say of the minimum that it is past; nothing while there is patience left."""
    patience = frame.experiment.stop.patience or PATIENCE
    if frame.best is None or frame.evaluation.validation is None:
        return ""
    step, after = frame.best[0], frame.without_improvement
    # A run that has only become worse has no minimum to speak of.
    if after < patience or not 0 < step < frame.step:
        return ""
    if any(finding.kind == "overfitting" for finding in frame.findings):
        return f"best {whole(step)}, then overfitting"
    return f"best {whole(step)}, none since"
