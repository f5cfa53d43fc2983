"""The words beside the mouse: what lies under it, inside the canvas at all times."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.gui.plots.colours import colour
from gd_studio.gui.theme import Theme

ASIDE, ABOVE = 14, 8  # pixels from the mouse


class HoverLabel(QLabel):
    """A label on a canvas, hidden while there is nothing to say."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        card, line, text = (colour(theme, token).name() for token in ("card", "line", "text"))
        self.setStyleSheet(
            f"color: {text}; background: {card}; border: 1px solid {line};"
            " border-radius: 4px; padding: 3px 6px;"
        )

    def say(self, text: str, at: QPoint) -> None:
        """Say this beside a place of the canvas; nothing hides the label."""
        self.setVisible(bool(text))
        if not text:
            return
        self.setText(text)
        self._fit()
        x = at.x() + ASIDE
        if x + self.width() > self._canvas.width():
            x = at.x() - ASIDE - self.width()
        y = min(max(at.y() - self.height() - ABOVE, 0), self._canvas.height())
        self.move(max(x, 0), y)

    def _fit(self) -> None:
        """Be as large as the words need, in more lines where the canvas is too narrow for them."""
        self.setWordWrap(False)
        self.adjustSize()
        if self.width() > self._canvas.width():
            self.setWordWrap(True)
            width = self._canvas.width()
            self.resize(width, self.heightForWidth(width))
