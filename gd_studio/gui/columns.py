"""The columns of the desk: each scrolls upright; with large text all of them scroll sideways.

However large the text is, a column is as wide as its cards need, and the window no larger than
the screen: what has no room is scrolled to, instead of being squeezed or cut off.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gd_studio.gui.theme import set_look

# No column is wider than the smallest window, or it could not be seen whole.
WIDEST = 980
LEAST_HEIGHT = 100
# The strips under the toolbar scroll rather than take more of the desk's height.
SHARE_OF_STRIPS = 0.25


class Scrolled(QScrollArea):
    """A widget that is scrolled where its least size has no room; it asks for none of its own."""

    def __init__(self, name: str, inside: QWidget) -> None:
        super().__init__()
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.installEventFilter(self)

    @property
    def bar_width(self) -> int:
        """How wide the upright scroll bar is."""
        return self.verticalScrollBar().sizeHint().width()

    def least(self) -> QSize:
        """Return the least size of what is inside."""
        inside = self.widget()
        return inside.minimumSizeHint() if inside is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_HEIGHT, LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class Column(Scrolled):
    """Cards one below the other, as wide as the widest of them needs at the present text size."""

    def __init__(self, name: str, *cards: QWidget) -> None:
        inside = QWidget()
        set_look(inside, "column")
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(8, 8, 8, 8)
        self._rows.setSpacing(8)
        for card in cards:
            self._rows.addWidget(card)
        self._rows.addStretch(1)
        super().__init__(name, inside)

    def replace(self, card: QWidget, other: QWidget) -> None:
        """Put another widget in the place of a card."""
        self._rows.replaceWidget(card, other)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.least().width() + self.bar_width, WIDEST), LEAST_HEIGHT)


class Middle(Scrolled):
    """The plots between the columns, as wide as they need; they are seldom too high."""

    def __init__(self, plots: QWidget) -> None:
        super().__init__("Plots", plots)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:
        least = self.least()
        bar = self.bar_width if least.height() > self.height() else 0
        return QSize(min(least.width() + bar, WIDEST), LEAST_HEIGHT)


class Abreast(Scrolled):
    """All columns side by side: not narrower than they need, except where that is very wide."""

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.least().width(), WIDEST), LEAST_HEIGHT)


class Strips(Scrolled):
    """What stands across the window under the toolbar, as high as it needs up to a share."""

    def __init__(self, *strips: QWidget) -> None:
        inside = QWidget()
        set_look(inside, "column")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for strip in strips:
            rows.addWidget(strip)
        super().__init__("Notes", inside)
        self._room = 0
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_desk_height(self, height: int) -> None:
        """Take at most a share of this height."""
        self._room = round(height * SHARE_OF_STRIPS)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(LEAST_HEIGHT, min(self.least().height(), self._room))

    def minimumSizeHint(self) -> QSize:
        two_lines = 2 * self.fontMetrics().height() + 10
        return QSize(LEAST_HEIGHT, min(self.sizeHint().height(), two_lines))
