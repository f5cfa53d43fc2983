"""What the columns are made of: cards with a header line, and words that can be pressed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gd_studio.gui.icons import icon
from gd_studio.gui.steady import ClaimsHeight, SteadyLabel
from gd_studio.gui.theme import is_restyle, set_look, theme_of


class LinkButton(QPushButton):
    """A button that looks like a word in the accent colour, such as "Rows…"."""

    def __init__(self, text: str, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        set_look(self, "link")
        self.setToolTip(help)
        self.setAccessibleName(text.rstrip("…▸▾ "))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class GlyphButton(QToolButton):
    """A small button that is only an icon, drawn in the muted colour of the theme in force."""

    def __init__(self, name: str, title: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        set_look(self, "glyph")
        self.setAccessibleName(title)
        self.setToolTip(help)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._draw()

    def set_icon(self, name: str) -> None:
        self._name = name
        self._draw()

    def _draw(self) -> None:
        theme = theme_of()
        size = self.fontMetrics().height()
        self.setIconSize(QSize(size, size))
        self.setIcon(icon(self._name, theme, theme.muted))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._draw()


# Digits, with what may stand between them: a point, a narrow space, a power of ten.
NUMBER = re.compile(r"\d+(?:[.,\u202f]\d+)*(?:e[-\u2212]?\d+)?")


def without_half_number(shown: str, full: str) -> str:
    """Return a shortened text that does not end within a number: "5 of …" for "5 of 1…"."""
    cut = len(shown) - 1
    if not shown.endswith("…"):
        return shown
    for number in NUMBER.finditer(full):
        if number.start() < cut < number.end():
            return full[: number.start()] + "…"
    return shown


class ElidedLabel(SteadyLabel):
    """A label of plain text that gives way in a narrow place, and then tells all in its tooltip."""

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._full = self._short = ""
        self._help = ""
        self._hint = 0
        if look:
            set_look(self, look)
        self.set_text(text)

    @property
    def full_text(self) -> str:
        return self._full

    def set_text(self, text: str, short: str = "") -> None:
        """Say a text, or where it has no room a short one before anything is cut."""
        if (text, short) == (self._full, self._short):
            return
        self._full, self._short = text, short
        self.setAccessibleName(text)
        needed = self.fontMetrics().horizontalAdvance(text)
        if needed > self._hint or not text:
            self._hint = needed
            self.updateGeometry()
        self._elide()

    def set_help(self, help: str) -> None:
        if help != self._help:
            self._help = help
            self._elide()

    def _elide(self) -> None:
        metrics, room = self.fontMetrics(), max(self.contentsRect().width(), 0)
        wished = self._full
        if self._short and metrics.horizontalAdvance(wished) > room:
            wished = self._short
        shown = metrics.elidedText(wished, Qt.TextElideMode.ElideRight, room)
        shown = without_half_number(shown, wished)
        if shown != self.text():
            self.setText(shown)
        cut = shown != self._full
        tip = f"{self._full}\n{self._help}".strip() if cut else self._help
        if tip != self.toolTip():  # Qt tells it again, though nothing has changed
            self.setToolTip(tip)

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        width = self._hint + 2
        return QSize(width + margins.left() + margins.right(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._hint = self.fontMetrics().horizontalAdvance(self._full)
            self.updateGeometry()
            self._elide()


class WrappedLabel(ClaimsHeight, QLabel):
    """A label of several lines, also of rich text, that claims the height they need."""

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        if look:
            set_look(self, look)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.claim()

    def sizeHint(self) -> QSize:
        return QSize(QLabel.sizeHint(self).width(), self.claimed)

    def height_needed(self) -> int:
        return QLabel.heightForWidth(self, max(self.width(), 1))


class LinkRow(QWidget):
    """Small widgets side by side, going on in the next line where the place is narrow."""

    def __init__(self, gap: int = 10, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._buttons: list[QWidget] = []

    def add(self, button: QWidget) -> None:
        button.setParent(self)
        self._buttons.append(button)
        button.show()
        self._place()

    def put_in_order(self, buttons: Sequence[QWidget]) -> None:
        """Let these come first, in their order, and the others behind them."""
        others = [button for button in self._buttons if button not in buttons]
        self._buttons = [*buttons, *others]
        self._place()

    def height_at(self, width: int) -> int:
        """Return how high all lines are together in a place of a width."""
        return max((spot.bottom() + 1 for _, spot in self._spots(width)), default=0)

    def sizeHint(self) -> QSize:
        hints = [b.sizeHint() for b in self._buttons if not b.isHidden()]
        return QSize(sum(h.width() + self._gap for h in hints), self.minimumHeight())

    def event(self, event: QEvent) -> bool:
        # What changed while it was hidden asked for no layout.
        kinds = (QEvent.Type.LayoutRequest, QEvent.Type.ShowToParent, QEvent.Type.Show)
        if event.type() in kinds:
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _spots(self, width: int) -> list[tuple[QWidget, QRect]]:
        """Return where each widget stands in a place of a width."""
        spots: list[tuple[QWidget, QRect]] = []
        x = y = height = 0
        for button in self._buttons:
            if button.isHidden():
                continue
            size = button.sizeHint()
            if x and x + size.width() > width:
                x, y = 0, y + height
            spots.append((button, QRect(QPoint(x, y), size)))
            x, height = x + size.width() + self._gap, size.height()
        return spots

    def _place(self) -> None:
        spots = self._spots(self.width())
        for button, spot in spots:
            button.setGeometry(spot)
        height = spots[-1][1].bottom() + 1 if spots else 0
        if self.minimumHeight() != height:
            self.setFixedHeight(height)
        self.setVisible(bool(height))


class Card(QFrame):
    """A titled card: semibold title left, muted detail right, a body below.

    `fills`: whether its body can use any height that it is given.
    """

    fills = False

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "card")
        self.setAccessibleName(title)
        self.title = QLabel(title)
        set_look(self.title, "title")
        self.detail = ElidedLabel(look="small")
        self.detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.header.addWidget(self.title)
        self.header.addWidget(self.detail, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 8, 11, 9)
        layout.setSpacing(8)
        layout.addLayout(self.header)
        layout.addLayout(self.body, 1)

    def set_enlarged(self, enlarged: bool) -> None:
        """Be told that it has the whole window, or its usual place again."""

    def set_title(self, title: str) -> None:
        self.title.setText(title)
        self.setAccessibleName(title)

    def set_detail(self, text: str, help: str = "", short: str = "") -> None:
        self.detail.set_text(text, short)
        self.detail.set_help(help)

    def add_link(self, text: str, help: str = "") -> LinkButton:
        """Add a link button at the right end of the header line and return it."""
        button = LinkButton(text, help)
        self.header.addWidget(button)
        return button

    def add_header(self, widget: QWidget) -> None:
        """Add any small widget at the right end of the header line."""
        self.header.addWidget(widget)

    def add_enlarge(self) -> GlyphButton:
        """Add the corner button, and let a click on the card itself make it the chosen one."""
        button = enlarge_button(self.title.text())
        self.add_header(button)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        return button


def enlarge_button(title: str) -> GlyphButton:
    """Return the corner button that gives a panel the whole window."""
    return GlyphButton("expand", f"Enlarge {title}", "Give it the whole window (F11).")
