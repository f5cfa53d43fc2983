"""The line above a plot: its title, what it says right now, and a menu of its views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from gd_studio.gui.plots.title_label import TitleLabel
from gd_studio.gui.plots.view_menu import ViewMenu
from gd_studio.gui.theme import is_restyle, set_look

GAP = 8  # pixels between the parts of the line
JOINTS = ("", "·", "to")  # what says nothing by itself


class Said(NamedTuple):
    """A piece of the line: text, the theme's token for its colour, weight, and shorter texts.

    Where there is no room a shorter text takes its place, and an empty one drops the piece: all
    those of the lowest rank first, among them the last piece first.
    """

    text: str
    token: str = "muted"
    bold: bool = False
    short: str | tuple[str, ...] = ()
    rank: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts of the piece, the longest first."""
        return (self.text, *((self.short,) if isinstance(self.short, str) else self.short))


@dataclass(frozen=True)
class Piece:
    """A piece in its colour: its texts from long to short, and when it gives way."""

    texts: tuple[str, ...]
    color: QColor
    bold: bool = False
    rank: int = 0


def shortened(pieces: Sequence[Piece], fits: Callable[[Sequence[str]], bool]) -> list[str]:
    """Return a text for each piece: the longest that fit, the least important given up first."""
    shown = [piece.texts[0] for piece in pieces]
    longest = max((len(piece.texts) for piece in pieces), default=0)
    order = [
        (piece.rank, level, -place)
        for place, piece in enumerate(pieces)
        for level in range(1, longest)
        if level < len(piece.texts)
    ]
    for _, level, place in sorted(order):
        if fits(shown):
            break
        shown[-place] = pieces[-place].texts[level]
    return shown


def with_their_words(
    texts: Sequence[str], bold: Sequence[bool], fits: Callable[[Sequence[str]], bool]
) -> list[str]:
    """Return the texts without what has no room, so that no word stands there without its number.

    A bold number goes together with the word before it, the last pair first; of the first pair
    the number stays.
    """
    shown = list(texts)
    pairs = [
        k for k in range(1, len(shown)) if bold[k] and not bold[k - 1] and shown[k] and shown[k - 1]
    ]
    while pairs and not fits(shown):
        number = pairs.pop()
        shown[number - 1] = ""
        if pairs:
            shown[number] = ""
    return shown


def without_loose_end(texts: Sequence[str]) -> list[str]:
    """Return the texts without the joining word or dot after which nothing follows any more."""
    shown = list(texts)
    for k in reversed(range(len(shown))):
        if shown[k].strip() in JOINTS:
            shown[k] = ""
        elif shown[k].endswith(" · "):
            shown[k] = shown[k].removesuffix(" · ")
            break
        else:
            break
    return shown


class DetailLine(QWidget):
    """A right-aligned line of differently coloured pieces, shortened rather than cut off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[Piece, ...] = ()
        self._fitted: tuple[int, list[tuple[str, QColor, bool]]] | None = None  # at a width
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        """Return the whole line, as a screen reader says it."""
        return "".join(piece.texts[0] for piece in self._pieces)

    @property
    def least_width(self) -> int:
        """How wide the line is with each piece at its shortest."""
        return self._width([piece.texts[-1] for piece in self._pieces])

    @property
    def shown_text(self) -> str:
        """What of the line there is room for."""
        return "".join(text for text, _, _ in self._fitting())

    def set_pieces(self, pieces: Sequence[Piece]) -> bool:
        """Show these one after the other; return whether others were shown before."""
        is_new = tuple(pieces) != self._pieces
        if is_new:
            self._pieces, self._fitted = tuple(pieces), None
            self.setAccessibleName(self.text())
            self.setToolTip(self.text())
            self.update()
        return is_new

    @cached_property
    def _fonts(self) -> tuple[QFont, QFont]:
        heavy = QFont(self.font())
        heavy.setWeight(QFont.Weight.DemiBold)
        return self.font(), heavy

    @cached_property
    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        return QFontMetrics(self._fonts[0]), QFontMetrics(self._fonts[1])

    def _width(self, texts: Sequence[str]) -> int:
        metrics = self._metrics
        pairs = zip(texts, self._pieces, strict=True)
        return sum(metrics[piece.bold].horizontalAdvance(text) for text, piece in pairs)

    def _has_room(self, texts: Sequence[str]) -> bool:
        return self._width(texts) <= self.width()

    def _fitting(self) -> list[tuple[str, QColor, bool]]:
        """Return the pieces, some in a shorter form or left out where there is no room."""
        if self._fitted is not None and self._fitted[0] == self.width():
            return self._fitted[1]
        bold = [piece.bold for piece in self._pieces]
        texts = with_their_words(shortened(self._pieces, self._has_room), bold, self._has_room)
        pairs = zip(without_loose_end(texts), self._pieces, strict=True)
        fitting = [(text, piece.color, piece.bold) for text, piece in pairs if text]
        self._fitted = (self.width(), fitting)
        return fitting

    def sizeHint(self) -> QSize:
        width = self._width([piece.texts[0] for piece in self._pieces])
        return QSize(width, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pieces = self._fitting()
        width = sum(self._metrics[bold].horizontalAdvance(text) for text, _, bold in pieces)
        left = max(0, self.width() - width)
        for text, colour, bold in pieces:
            metrics = self._metrics[bold]
            width = metrics.horizontalAdvance(text)
            room = self.width() - left
            if room < min(width, metrics.horizontalAdvance("MMM…")):
                break
            shown = text
            if width > room:
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.setFont(self._fonts[bold])
            painter.setPen(colour)
            painter.drawText(
                QRect(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, shown
            )
            left += width
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._fitted = None
            for known in ("_fonts", "_metrics"):
                self.__dict__.pop(known, None)


class PlotHeader(QWidget):
    """Title at the left, detail at the right, and the menu button if there is a choice.

    Where the detail at its shortest has no room beside the title, the short title stands there.
    """

    def __init__(self, title: str, short: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = 0  # for title and detail
        self.tells_least = True  # whether the detail at its shortest has room beside the title
        self.title = TitleLabel(title, short)
        self.detail = DetailLine()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.title)
        row.addWidget(self.detail, 1)
        self.menu = QMenu(self)
        self.choices = ViewMenu(self.menu)
        help = f"Choose what the plot {title} shows and how."
        self.button = self.add_menu_button("▾", f"What {title} shows", help, self.menu)
        self._hold_height()

    def say(self, pieces: Sequence[Piece]) -> None:
        """Write the detail."""
        if self.detail.set_pieces(pieces) and self.title.has_short:
            self._share_room()

    def add_choices(
        self, name: str, choices: Mapping[str, str], chosen: str, on_chosen: Callable[[str], None]
    ) -> None:
        """Add a group of choices to the menu."""
        self.choices.add(name, choices, chosen, on_chosen)
        self.button.show()

    def add_menu_button(self, glyph: str, name: str, help: str, menu: QMenu) -> QToolButton:
        """Return a hidden button that opens a menu, left of those there are."""
        button = QToolButton()
        button.setText(glyph)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setAccessibleName(name)
        button.setToolTip(help)
        set_look(button, "glyph")
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setMenu(menu)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(2, button)
        button.hide()
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Add a widget at the right end of the line."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(widget)

    def _measured_room(self) -> int:
        """Return how much there is for title and detail."""
        layout = self.layout()
        assert layout is not None
        items = [layout.itemAt(k) for k in range(2, layout.count())]
        parts = [item.widget() for item in items if item is not None]
        shown = [part.sizeHint().width() for part in parts if part and not part.isHidden()]
        return self.width() - sum(shown) - GAP * (len(shown) + 1)

    def _measure(self) -> None:
        """Find the room anew: the width, a button, or the letters have changed."""
        self._room = self._measured_room()
        self._share_room()

    def _share_room(self) -> None:
        least = self.detail.least_width
        self.title.shorten(self._room - least)
        self.tells_least = self._room >= self.title.sizeHint().width() + least

    def _hold_height(self) -> None:
        """Be as high as with buttons, whether there are any or not."""
        self.setMinimumHeight(self.button.sizeHint().height())

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a button comes or goes
            self._measure()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event) and hasattr(self, "button"):
            self._hold_height()
            self._measure()
