"""The card around a plot: its header, legend and note, and what it says of itself in words."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.header import Piece, PlotHeader, Said
from gd_studio.gui.plots.plot_legend import PlotLegend
from gd_studio.gui.plots.plot_note import PlotNote
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import SMALLEST, Theme, is_restyle, set_look

LEAST_CANVAS = 90  # pixels of height of what is drawn
MOST_OF_HEIGHT = 0.2  # that a note may take where it can be shorter


class PlotCard(QFrame):
    """Abstract: all of a plot but its canvas, which stands in `content` at `CANVAS_PLACE`."""

    CANVAS_PLACE = 2
    SHORT_TITLE: ClassVar[str] = ""  # where the title leaves no room for what is said beside it

    def __init__(
        self, title: str, name: str, theme: Theme, selection: Selection, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        set_look(self, "card")
        # A click on what is not the canvas, such as the title, makes it the chosen one, too.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(title)
        self.selection = selection
        self._theme = theme
        self._small: QFont | None = None  # asked for several times a frame, and slow to find
        self._summary = f"{title}: nothing to draw yet."
        self.header = PlotHeader(title, self.SHORT_TITLE)
        self.legend = PlotLegend(title, self.header, selection)
        self.note = PlotNote()
        self.note.hide()
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(11, 8, 11, 9)
        self.content.setSpacing(6)
        for part in (self.header, self.legend.row, self.note):
            self.content.addWidget(part)

    @property
    def theme(self) -> Theme:
        """The theme in which the plot is drawn."""
        return self._theme

    @property
    def summary(self) -> str:
        """What the plot shows, in a sentence, for screen readers and reports."""
        return self._summary

    def say(self, *pieces: Said) -> None:
        """Write the detail at the right of the header."""
        self.header.say(
            [Piece(p.texts, colour(self._theme, p.token), p.bold, p.rank) for p in pieces]
        )

    def set_summary(self, text: str) -> None:
        """Set the sentence for screen readers."""
        if text != self._summary:
            self._summary = text
            self.setAccessibleDescription(text)

    def set_note(self, *texts: str) -> None:
        """Write a line under the plot; an empty one takes no room.

        Of several texts it is the first that takes no more than a fifth of the height.
        """
        text = self.note.fitting(texts, MOST_OF_HEIGHT * self.height())
        if text != self.note.text():
            self.note.setText(text)
            self.note.setVisible(bool(text))

    def small_font(self) -> QFont:
        """Return the font of axes and labels: a little smaller, never under 11 pixels."""
        if self._small is None:
            self._small = QFont(self.font())
            size = QFontInfo(self.font()).pixelSize()
            self._small.setPixelSize(max(SMALLEST, round(size * 0.9)))
        return self._small

    def _room_for_note(self) -> int:
        """Return the pixels of height that are left beside header, legend and least canvas."""
        margins, parts = self.content.contentsMargins(), (self.header, self.legend.row)
        shown = [part.sizeHint().height() for part in parts if not part.isHidden()]
        gaps = self.content.spacing() * (len(shown) + 1)
        return self.height() - margins.top() - margins.bottom() - gaps - sum(shown) - LEAST_CANVAS

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.note.set_room(self._room_for_note())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._small = None

    def minimumSizeHint(self) -> QSize:
        # Not what the header asks for, but enough for axes with their words around a picture.
        line = self.fontMetrics().height()
        return QSize(max(200, 9 * line), max(150, 7 * line))
