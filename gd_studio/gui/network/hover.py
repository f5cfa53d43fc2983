"""The few lines beside the mouse that say what is under it, kept inside their widget."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.gui.theme import theme_of

AWAY = 14  # pixels from the mouse


class HoverLabel(QLabel):
    """Shows lines at a place of its parent; none hide it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self._theme = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def show_at(self, text: str, at: QPointF) -> None:
        """Write text beside a place, on the side where there is room."""
        self.setVisible(bool(text))
        if not text:
            return
        self._dress()
        self.setText(text)
        self.setWordWrap(False)
        wide = self.sizeHint().width() > self._owner.width()
        self.setWordWrap(wide)
        width = self._owner.width() if wide else self.sizeHint().width()
        height = self.heightForWidth(width) if wide else self.sizeHint().height()
        self.resize(width, height)
        x = at.x() + AWAY
        if x + width > self._owner.width():
            x = at.x() - AWAY - width
        y = at.y() - height - 8
        if y < 0:
            y = min(at.y() + AWAY, self._owner.height() - height)
        self.move(int(max(x, 0)), int(max(y, 0)))
        self.raise_()

    def _dress(self) -> None:
        theme = theme_of(self)
        if theme.name != self._theme:
            self._theme = theme.name
            self.setStyleSheet(
                f"color: {theme.text}; background: {theme.card}; "
                f"border: 1px solid {theme.line}; border-radius: 4px; padding: 3px 6px;"
            )
