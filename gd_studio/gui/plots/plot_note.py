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

    _most = 1 << 20  # pixels of height that the card has for it

    def __init__(self) -> None:
        super().__init__("", "small")
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._held_at = 0  # the width at which the claimed height is held
        self._fitted: tuple[object, int] = ((), 0)  # for what was measured last, which text fits
        self._cut: tuple[object, str] = ((), "")  # for what was measured last, what of it is shown
        self._whole = ""  # the longest of the texts that were to be said
        self._tip = ""

    def set_room(self, height: float) -> None:
        """Take at most so many pixels, in whole lines, but always one line."""
        line = self.fontMetrics().lineSpacing()
        most = max(int(height / line), 1) * line
        if most != self._most:
            self._most = most
            self.claim()

    def painted_words(self) -> str:
        """Return the text, cut at a word where the card has no room for all of it.

        The tooltip then says all of it, as it does where a shorter text took its place.
        """
        whole = self._whole or self.text()
        asked = (self.text(), whole, self.width(), self._most)
        if asked != self._cut[0]:
            self._cut = (asked, self._within_room(self.text()))
            if self.toolTip() == self._tip:  # and not what the plot says of its own
                self._tip = whole if self._cut[1] != whole else ""
                self.setToolTip(self._tip)
        return self._cut[1]

    def _within_room(self, text: str) -> str:
        words = text.split(" ")
        while len(words) > 1 and self.height_of(text) > self._most:
            words.pop()
            text = " ".join(words).rstrip(" ·") + " …"
        return text

    def fitting(self, texts: Sequence[str], height: float) -> str:
        """Return the first text that takes at most so many pixels, or one line; else the last."""
        if texts[0] != self._whole:
            self._whole = texts[0]
            self.update()  # though the text may stay the same, its tooltip does not
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
            return min(needed, self._most)
        return min(max(needed, self.claimed), self._most)

    def changeEvent(self, event: QEvent) -> None:
        if is_restyle(event):
            self._held_at, self._fitted, self._cut = 0, ((), 0), ((), "")
        super().changeEvent(event)
