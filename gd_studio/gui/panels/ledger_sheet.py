"""A sheet of ledger lines that paints itself: new numbers at every frame, and no new layout.

It takes the room of the most lines it has had so far, so that nothing below it jumps while the
loop goes on or is walked; what was chosen anew begins with a fresh sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gd_studio.gui.appearance import ledger_font
from gd_studio.gui.theme import Theme, is_restyle, theme_of

if TYPE_CHECKING:
    from gd_studio.gui.panels.ledger_lines import Line

Ink = Literal["name", "formula", "value", "muted", "words"]
INDENT = 2  # characters by which a line that goes on is set in


class Piece(NamedTuple):
    """A word on the sheet: its place, ink, and the number of its line."""

    x: float
    row: int
    text: str
    ink: Ink
    line: int


class Measured:
    """A font of fixed width, and how wide words are in it: as wide as all their letters."""

    def __init__(self, font: QFont) -> None:
        self.font, self.metrics = font, QFontMetricsF(font)
        self._letters: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Return the width of a text in pixels."""
        known, width = self._letters, 0.0
        for letter in text:
            if letter not in known:
                known[letter] = self.metrics.horizontalAdvance(letter)
            width += known[letter]
        return width


@dataclass(frozen=True)
class Type:
    """The two fonts of a sheet."""

    plain: Measured
    bold: Measured

    @cached_property
    def height(self) -> float:
        """The pixels from one line to the next."""
        return self.plain.metrics.lineSpacing() + 1

    def of(self, ink: Ink) -> Measured:
        """Return the font that an ink is written in."""
        return self.bold if ink == "value" else self.plain


class LedgerSheet(QWidget):
    """Lines in a fixed-width font, broken at spaces. Shows, never asks."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lines: list[Line] = []
        self._reserve: list[Line] = []
        self._pieces: list[Piece] = []
        self._most_rows = self._broken_at = 0

    def set_lines(
        self, lines: list[Line], fresh: bool = False, reserve: Sequence[Line] = ()
    ) -> None:
        """Show lines; `fresh` lets go of the room that other lines needed.

        There is room for the lines of `reserve`, too, which are not shown.
        """
        is_same = lines == self._lines and list(reserve) == self._reserve
        self._lines, self._reserve = lines, list(reserve)  # the same words may be of other numbers
        if is_same and not fresh:
            return
        self.setAccessibleDescription(self.text())
        self._break(fresh)
        self.update()

    def text(self) -> str:
        """Return what is written, line by line."""
        return "\n".join(line.plain for line in self._lines)

    def text_width(self) -> float:
        """Return where the longest line ends, in pixels."""
        bold = self._type.bold.metrics
        return max((p.x + bold.horizontalAdvance(p.text) for p in self._pieces), default=0.0)

    def sizeHint(self) -> QSize:
        return QSize(200, round(self._most_rows * self._type.height))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def tip_at(self, y: float) -> str:
        """Return what the line at a height tells on hover."""
        row = int(y / self._type.height)
        at = next((piece.line for piece in self._pieces if piece.row == row), None)
        return "" if at is None else self._lines[at].tip

    def _break(self, fresh: bool) -> None:
        """Break the lines at the present width, and claim more room where that needs it."""
        self._broken_at = self.width()
        self._pieces, needed = broken(self._lines, self._broken_at, self._type)
        if self._reserve:
            needed = max(needed, broken(self._reserve, self._broken_at, self._type)[1])
        most = needed if fresh else max(needed, self._most_rows)
        if most != self._most_rows:
            self._most_rows = most
            self.updateGeometry()

    @cached_property
    def _type(self) -> Type:
        """The fonts of the lines, until the window is dressed anew."""
        plain = ledger_font()
        plain.setPixelSize(max(self.fontInfo().pixelSize() - 1, 9))
        bold = QFont(plain)
        bold.setBold(True)
        return Type(Measured(plain), Measured(bold))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, type_ = QPainter(self), theme_of(), self._type
        up = type_.plain.metrics.ascent()
        for piece in self._pieces:
            painter.setFont(type_.of(piece.ink).font)
            painter.setPen(_colour(piece.ink, theme))
            painter.drawText(QPointF(piece.x, piece.row * type_.height + up), piece.text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Not its old size: Qt knows none when it is shown again.
        if event.size().width() != self._broken_at:
            self._break(fresh=True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.__dict__.pop("_type", None)
            self._break(fresh=True)
            self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().y()), self)
            return True
        return super().event(event)


def broken(lines: list[Line], width: float, type_: Type) -> tuple[list[Piece], int]:
    """Return the words of lines with their places at a width, and how many rows they take.

    Words of one ink that stand side by side are one piece.
    """
    pieces: list[Piece] = []
    space = type_.plain.width(" ")
    row = 0
    for number, line in enumerate(lines):
        x = 0.0
        for text, ink in _words(line):
            needed = type_.of(ink).width(text)
            if x > 0 and x + needed > width:
                row, x = row + 1, INDENT * space
            last = pieces[-1] if pieces else None
            if last and (last.row, last.line, last.ink) == (row, number, ink):
                pieces[-1] = Piece(last.x, row, f"{last.text} {text}", ink, number)
            else:
                pieces.append(Piece(x, row, text, ink, number))
            x += needed + space
        row += 1
    return pieces, row


def _words(line: Line) -> list[tuple[str, Ink]]:
    """Return the words of a line, each with its ink."""
    if line.kind != "entry":
        ink: Ink = "words" if line.kind == "words" else "muted"
        return _in_ink(line.text.split(" "), ink)
    found: list[tuple[str, Ink]] = [(line.name, "name")]
    if line.text:
        first, *further = line.text.split(" ")
        found += [(f"= {first}", "formula"), *_in_ink(further, "formula")]
    found.append((f"= {line.value}", "value"))
    return _signs_joined(found)


def _in_ink(words: list[str], ink: Ink) -> list[tuple[str, Ink]]:
    return [(word, ink) for word in words]


def _signs_joined(words: list[tuple[str, Ink]]) -> list[tuple[str, Ink]]:
    """Join each sign to the number after it, so that no line ends in a sign."""
    found: list[tuple[str, Ink]] = []
    sign = ""
    for word, ink in words:
        if word in ("+", "−", "-"):
            sign = f"{word} "
            continue
        found.append((sign + word, ink))
        sign = ""
    return found


def _colour(ink: Ink, theme: Theme) -> QColor:
    return QColor(theme.muted if ink in ("name", "muted") else theme.text)
