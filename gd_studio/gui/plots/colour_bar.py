"""The bar beside a map that says what its colours mean."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF

from gd_studio.gui.plots.colours import colour
from gd_studio.gui.theme import Theme

WIDTH = 12
MOST_OF_WIDTH = 0.3  # of the plot, that the words may take


class ColourBar:
    """A narrow bar right of a plot, with words at its two ends."""

    def __init__(self, plot_item: Any) -> None:
        self._plot = plot_item
        self._made: Any = None
        self._theme: Theme | None = None
        self._colors: Any = None
        self._words: tuple[Any, ...] = ()
        plot_item.getViewBox().sigResized.connect(self._on_resized)

    @property
    def is_shown(self) -> bool:
        """Whether the bar can be seen."""
        return self._made is not None and bool(self._made.isVisible())

    @property
    def words(self) -> tuple[str, str]:
        """What stands at the upper and at the lower end."""
        return self._words[:2] if self._words else ("", "")

    def set_theme(self, theme: Theme) -> None:
        """Colour the words."""
        self._theme = theme
        if self._made is not None:
            self._made.getAxis("right").setTextPen(colour(theme, "muted"))

    def show(
        self, colors: Any, top: str, bottom: str, font: QFont, middle: str = ""
    ) -> None:
        """Show colours (n, 3) from low to high, with words at both ends and in the middle."""
        bar = self._bar
        if colors is not self._colors:
            self._colors = colors
            bar.setColorMap(pg.ColorMap(None, colors))
        bar.show()
        self._fit(top, bottom, middle, font)

    def hide(self) -> None:
        """Take the bar away; the plot takes its room."""
        if self._made is not None:
            self._made.hide()
            self._plot.layout.setColumnFixedWidth(4, 0)
            self._words = ()

    def _on_resized(self, *_: object) -> None:
        """Write the words where they belong in a bar of another height: a map is drawn but once."""
        if self.is_shown and self._words:
            self._fit(*self._words[:4])

    def _fit(self, top: str, bottom: str, middle: str, font: QFont) -> None:
        pixels = max(self._plot.getViewBox().height(), 1)
        words = (top, bottom, middle, font, pixels, self._plot.size().width())
        if words != self._words:
            self._words = words
            self._write(top, bottom, middle, font, pixels)

    @property
    def _bar(self) -> Any:
        """What pyqtgraph draws, a whole plot of its own to it: made when first needed."""
        if self._made is None:
            self._made = pg.ColorBarItem(values=(0, 1), width=WIDTH, interactive=False)
            self._made.setMenuEnabled(False)
            axis = self._made.getAxis("right")
            if self._theme is not None:
                axis.setTextPen(colour(self._theme, "muted"))
            axis.setPen(pg.mkPen(None))
            axis.setStyle(tickLength=0, tickAlpha=0)
            axis.setStyle(hideOverlappingLabels=False, autoExpandTextSpace=False)
            self._plot.layout.addItem(self._made, 2, 5)
        self._plot.layout.setColumnFixedWidth(4, 6)
        return self._made

    def _write(
        self, top: str, bottom: str, middle: str, font: QFont, pixels: float
    ) -> None:
        """Write the words inside the bar's height, those of the middle where there is room."""
        metrics = QFontMetricsF(font)
        axis = self._bar.getAxis("right")
        axis.setTickFont(font)
        top, bottom = fitting_ends(top, bottom, int(pixels / metrics.height()))
        rows = [text.split("\n") for text in (top, bottom)]
        if sum(map(len, rows)) * metrics.height() + 2 * metrics.height() > pixels:
            middle = ""
        widest = max(metrics.horizontalAdvance(row) for text in (*rows, [middle]) for row in text)
        if widest + 8 > MOST_OF_WIDTH * self._plot.size().width():
            top, bottom, middle, widest = "", "", "", 0  # the map needs the room
        axis.setWidth(widest + 8)
        upper, lower = (min(len(text) * metrics.height() / 2 / pixels, 0.5) for text in rows)
        axis.setTicks([[(lower, bottom), (0.5, middle), (1 - upper, top)]])


def fitting_ends(top: str, bottom: str, lines: int) -> tuple[str, str]:
    """Return the words of both ends for a bar so many lines high: else the numbers, else one.

    The number of the top stands in its last line, that of the bottom in its first.
    """
    if top.count("\n") + bottom.count("\n") + 2 <= lines:
        return top, bottom
    number = top.split("\n")[-1]
    return number, bottom.split("\n")[0] if lines >= 2 else ""
