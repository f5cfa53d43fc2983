"""A plot's frame in two halves while racing: what it works out and says, then its canvas.

Both together take longer than the time that a share has.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGraphicsView

from gd_studio.session.frame import Frame

STILL = QGraphicsView.ViewportUpdateMode.NoViewportUpdate


class PlotHalves:
    """Hands a frame to a plot while its canvas keeps still, and paints the canvas at the end."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._usual = plot.canvas.viewportUpdateMode()

    def hand_over(self, frame: Frame) -> None:
        """Show a frame everywhere but in the canvas."""
        self._plot.canvas.setViewportUpdateMode(STILL)
        self._plot.set_frame(frame)

    def paint(self, _: Frame) -> None:
        """Let the canvas be painted with what was handed over."""
        self.let_go()

    def let_go(self) -> None:
        """Let the canvas be painted, if it was kept still."""
        canvas = self._plot.canvas
        if canvas.viewportUpdateMode() == STILL:
            canvas.setViewportUpdateMode(self._usual)
            canvas.viewport().update()
