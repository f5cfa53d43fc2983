"""The legend of a plot: a row of small switches, each with a piece of its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from gd_studio.gui.cards import LinkRow
from gd_studio.gui.theme import set_look

SAMPLE = QSize(20, 10)
LONGEST = 26  # letters of an entry; its tooltip has them all


@dataclass(frozen=True)
class Entry:
    """One thing that a plot draws: its key, words, pen and help, and whether it is shown.

    `sign` is the shape of points; without one it is a line, over one in the pen `edge` if given.
    """

    key: str
    text: str
    pen: QPen
    help: str
    is_shown: bool = True
    sign: str = ""
    edge: QPen | None = None


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

    def height_at(self, width: int) -> int:
        """Return how high the rows are together in a place of a width."""
        return self._row.height_at(width)

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
        button.setText(shortened(entry.text))
        button.setIcon(sample(entry))
        button.setChecked(entry.is_shown)
        font = button.font()
        font.setStrikeOut(not entry.is_shown)
        button.setFont(font)
        state = "shown" if entry.is_shown else "hidden"
        button.setAccessibleName(f"{entry.text}, {state}")
        button.setToolTip(help_of(entry))
        button.show()


def shortened(text: str) -> str:
    """Return the words of an entry as they stand on a switch, long ones cut."""
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return shown.replace("&", "&&")


def help_of(entry: Entry) -> str:
    """Return what an entry is, and what a click on it does."""
    whole = f"{entry.text}. " if len(entry.text) > LONGEST else ""
    act = "hides" if entry.is_shown else "shows"
    return f"{whole}{entry.help} A click {act} it."


def sample(entry: Entry) -> QIcon:
    """Return a piece of a line or a point as an icon, sharp on every screen; none if hidden."""
    picture = QPixmap(SAMPLE * 3)
    picture.setDevicePixelRatio(3)
    picture.fill(Qt.GlobalColor.transparent)
    if entry.is_shown:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_sample(painter, entry)
        painter.end()
    return QIcon(picture)


def draw_sample(painter: QPainter, entry: Entry) -> None:
    """Draw a piece of a line, or a point, at the painter's origin, `SAMPLE` large."""
    for made in (entry.edge, entry.pen):
        if made is not None:
            drawn = QPen(made)
            drawn.setCosmetic(False)
            painter.setPen(drawn)
            _draw_in_pen(painter, entry.sign)


def _draw_in_pen(painter: QPainter, sign: str) -> None:
    if sign:
        font = QFont(painter.font())
        font.setPixelSize(SAMPLE.height() + 2)
        painter.setFont(font)
        box = QRect(0, -2, SAMPLE.width(), SAMPLE.height() + 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    else:
        painter.drawLine(1, SAMPLE.height() // 2, SAMPLE.width() - 1, SAMPLE.height() // 2)
