"""The stage: one card of a column has the whole desk, to be seen from afar, and goes back.

The panels stand on another page of the same stack, so that nothing of theirs changes meanwhile:
no width, no place of a scroll bar, no dock.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gd_studio.gui.cards import Card
from gd_studio.gui.columns import Column
from gd_studio.gui.refits import Refits
from gd_studio.gui.theme import set_look

# The text of an enlarged card grows until it is this many lines wide and high, or twice as large.
LINES_ACROSS, LINES_DOWN, LARGEST = 45.0, 24.0, 2.0


class Stage(Refits, QStackedWidget):
    """The usual panels, or in their place one card of a column."""

    def __init__(self, usual: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Whatever height the others leave.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.card: Card | None = None
        self._column: Column | None = None
        self._placeholder = QWidget(self)
        self._placeholder.hide()
        self._scrolled = 0
        self._size = 0
        inside = QWidget()
        set_look(inside, "column")
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(8, 8, 8, 8)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setAccessibleName("Enlarged panel")
        self.addWidget(usual)
        self.addWidget(self._area)

    def take(self, card: Card, column: Column) -> None:
        """Give a card of a column the whole place; its own stays as wide and high as it was."""
        focus = _focus_in(card)
        self.card, self._column = card, column
        self._scrolled = column.verticalScrollBar().value()
        self._placeholder.setFixedSize(card.size())
        column.replace(card, self._placeholder)
        self._placeholder.show()
        self._rows.addWidget(card, int(card.fills))
        if not card.fills:
            self._rows.addStretch(1)
        card.set_enlarged(True)
        self.setCurrentIndex(1)
        self.fit()
        card.show()
        _give_focus(focus)

    def give_back(self) -> None:
        """Put the card back where it was."""
        card, self.card = self.card, None
        if card is None or self._column is None:
            return
        focus = _focus_in(card)
        card.set_enlarged(False)
        card.setStyleSheet("")
        self._size = 0
        # A card that still asked for the room of the larger text would widen the window.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self._rows.removeWidget(card)
        if self._rows.count():
            self._rows.takeAt(0)
        self._column.replace(self._placeholder, card)
        self._placeholder.setParent(self)
        self._placeholder.hide()
        self.setCurrentIndex(0)
        card.show()
        _give_focus(focus)
        self._scroll_back()
        # What wraps its words knows its height only when it has been laid out.
        QTimer.singleShot(0, self, self._scroll_back)

    @Slot()
    def _scroll_back(self) -> None:
        if self._column is not None and self.card is None:
            self._column.verticalScrollBar().setValue(self._scrolled)

    def fit(self) -> None:
        """Write the card's text larger where there is the room."""
        if self.card is None:
            return
        line = self.fontMetrics().height()
        growth = min(self.width() / LINES_ACROSS, self.height() / LINES_DOWN) / line
        usual = QFontInfo(QApplication.font()).pixelSize()
        size = round(usual * min(max(growth, 1.0), LARGEST))
        if size != self._size:
            self._size = size
            larger = f"*, QHeaderView::section {{ font-size: {size}px; }}"
            self.card.setStyleSheet(larger if size > usual else "")


def _focus_in(card: QWidget) -> QWidget | None:
    """Return the part of a card that has the focus: moving the card takes it away."""
    focus = card.window().focusWidget()
    return focus if focus is not None and (focus is card or card.isAncestorOf(focus)) else None


def _give_focus(widget: QWidget | None) -> None:
    if widget is not None:
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
