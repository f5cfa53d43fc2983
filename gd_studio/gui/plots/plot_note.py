"""The line under a plot, which changes from step to step and must not move the plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt

from gd_studio.gui.steady import SteadyParagraph
from gd_studio.gui.theme import is_restyle


class PlotNote(SteadyParagraph):
    """Words that keep the room of the longest so far, until there are none or the width changes.

    A plot that grew and shrank by a line from step to step would jump, and be drawn twice.
    """

    def __init__(self) -> None:
        super().__init__("", "small")
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._held_at = 0  # the width at which the claimed height is held
        self._fitted: tuple[object, int] = ((), 0)  # for what was measured last, which text fits

    def fitting(self, texts: Sequence[str], height: float) -> str:
        """Return the first text that takes at most so many pixels, or one line; else the last."""
        if len(texts) == 1:
            return texts[0]
        # As texts that are as long take as much room, a step costs no measuring.
        room = (tuple(map(len, texts)), height, self.width())
        if room != self._fitted[0]:
            most = max(height, 1.5 * self.fontMetrics().height())
            taken = (self.height_of(text) <= most for text in texts)
            self._fitted = room, next((k for k, fits in enumerate(taken) if fits), len(texts) - 1)
        return texts[self._fitted[1]]

    def height_needed(self) -> int:
        needed = super().height_needed()
        if not self.text() or self.width() != self._held_at:
            self._held_at = self.width()
            return needed
        return max(needed, self.claimed)

    def changeEvent(self, event: QEvent) -> None:
        if is_restyle(event):
            self._held_at, self._fitted = 0, ((), 0)
        super().changeEvent(event)
