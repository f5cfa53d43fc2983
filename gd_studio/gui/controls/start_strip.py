"""What a first start offers: a strip, not a dialog, with four ways to begin."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gd_studio.gui.cards import GlyphButton, LinkRow
from gd_studio.gui.theme import set_look

STARTS = (
    ("line", "One line, two weights", "The smallest model that learns: a slope and an intercept."),
    ("moons", "Two moons, a network", "Two classes that no straight line can part."),
    ("loan_applicants", "Loan applicants", "Made-up applicants, approved or denied."),
    ("file", "My own file…", "Read a table of your own: a CSV file with a column to predict."),
)


class StartStrip(QFrame):
    """Four buttons; `chosen` tells the kind of data: line, moons, loan_applicants or file."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "strip")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setObjectName("start")
        self.setAccessibleName("Where to begin")
        title = QLabel("Begin with")
        set_look(title, "accent")
        row = LinkRow(gap=8)
        for key, words, help in STARTS:
            button = QPushButton(words)
            button.setObjectName(f"start.{key}")
            button.setAccessibleName(words.rstrip("…"))
            button.setToolTip(help)
            button.clicked.connect(partial(self._choose, key))
            row.add(button)
        close = GlyphButton("close", "Close", "Close this strip; File › Examples has more.")
        close.setObjectName("start.close")
        close.clicked.connect(self.closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 8, 5)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(row, 1)
        layout.addWidget(close)

    def _choose(self, key: str) -> None:
        self.chosen.emit(key)
