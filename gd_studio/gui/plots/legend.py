"""The legend of a plot: a row of small switches, each with a piece of its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from gd_studio.gui.cards import LinkRow
from gd_studio.gui.theme import set_look

SAMPLE = QSize(20, 10)
LONGEST = 26  # letters of an entry; its tooltip has them all


@dataclass(frozen=True)
class Entry:
    """One line of a plot: its key, words, pen and help, and whether it is drawn."""

    key: str
    text: str
    pen: QPen
    help: str
    is_shown: bool


class Legend(QWidget):
    """The entries side by side, in as many rows as they need. Signals: `toggled` (key, shown)."""

    toggled = Signal(str, bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Legend of {title}")
        self._entries: tuple[Entry, ...] = ()
        self._row = LinkRow(gap=2)
        self.buttons: dict[str, QToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, in their order; switches that stay keep the focus."""
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        wanted = {entry.key for entry in entries}
        for key, button in self.buttons.items():
            button.setVisible(key in wanted)
        for entry in entries:
            self._show(self.buttons.get(entry.key) or self._make(entry.key), entry)
        self._row.put_in_order([self.buttons[entry.key] for entry in entries])

    def _make(self, key: str) -> QToolButton:
        button = QToolButton()
        set_look(button, "legend")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(SAMPLE)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda shown: self.toggled.emit(key, shown))
        self.buttons[key] = button
        self._row.add(button)
        return button

    def _show(self, button: QToolButton, entry: Entry) -> None:
        text = entry.text if len(entry.text) <= LONGEST else f"{entry.text[: LONGEST - 1]}…"
        button.setText(text.replace("&", "&&"))
        button.setIcon(_sample(entry.pen, entry.is_shown))
        button.setChecked(entry.is_shown)
        font = button.font()
        font.setStrikeOut(not entry.is_shown)
        button.setFont(font)
        state = "shown" if entry.is_shown else "hidden"
        button.setAccessibleName(f"{entry.text}, {state}")
        whole = f"{entry.text}. " if text != entry.text else ""
        act = "hides" if entry.is_shown else "shows"
        button.setToolTip(f"{whole}{entry.help} A click {act} it.")
        button.show()


def _sample(pen: QPen, is_shown: bool) -> QIcon:
    """Return a piece of a line as an icon, sharp on every screen; nothing of a hidden line."""
    picture = QPixmap(SAMPLE * 3)
    picture.setDevicePixelRatio(3)
    picture.fill(Qt.GlobalColor.transparent)
    if is_shown:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawn = QPen(pen)
        drawn.setCosmetic(False)
        painter.setPen(drawn)
        painter.drawLine(1, SAMPLE.height() // 2, SAMPLE.width() - 1, SAMPLE.height() // 2)
        painter.end()
    return QIcon(picture)
