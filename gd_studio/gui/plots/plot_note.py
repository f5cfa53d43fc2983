"""The line under a plot, which changes from step to step and must not move the plot."""

from __future__ import annotations

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

    def height_needed(self) -> int:
        needed = super().height_needed()
        if not self.text() or self.width() != self._held_at:
            self._held_at = self.width()
            return needed
        return max(needed, self.claimed)

    def changeEvent(self, event: QEvent) -> None:
        if is_restyle(event):
            self._held_at = 0
        super().changeEvent(event)
