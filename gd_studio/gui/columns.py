"""The columns beside the plots: they scroll, and are as wide as their cards need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gd_studio.gui.theme import set_look

# With very large text a column scrolls sideways rather than push the window off the screen.
WIDEST = 440


class Column(QScrollArea):
    """Cards one below the other, as wide as the widest of them needs at the present text size."""

    def __init__(self, name: str, *cards: QWidget) -> None:
        super().__init__()
        inside = QWidget()
        set_look(inside, "column")
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(8, 8, 8, 8)
        self._rows.setSpacing(8)
        for card in cards:
            self._rows.addWidget(card)
        self._rows.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.installEventFilter(self)

    def replace(self, card: QWidget, other: QWidget) -> None:
        """Put another widget in the place of a card."""
        self._rows.replaceWidget(card, other)

    def minimumSizeHint(self) -> QSize:
        inside = self.widget()
        width = inside.minimumSizeHint().width() if inside is not None else 0
        return QSize(min(width + self.verticalScrollBar().sizeHint().width(), WIDEST), 100)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
