"""The card at the end of a run: which rule stopped it, with its values, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gd_studio.engine.stopping import StopReason
from gd_studio.gui.cards import GlyphButton, LinkRow, WrappedLabel
from gd_studio.gui.numbers import typeset
from gd_studio.gui.theme import set_look

TITLES = {
    "max_steps": "Stopped: the budget of steps is spent",
    "max_epochs": "Stopped: the budget of epochs is spent",
    "max_seconds": "Stopped: the budget of seconds is spent",
    "target_loss": "Stopped: the loss is low enough",
    "patience": "Stopped: no longer improving",
    "diverged": "Stopped: the run diverged",
}


class StopCard(QFrame):
    """Says why a run ended and offers to go on, or to return to its best step."""

    continue_requested = Signal()
    best_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stop")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title = WrappedLabel()  # or its words would make the column wider
        self.message = WrappedLabel()
        self.go_on = _button("stop.continue", "Continue", "Go on training from the newest step.")
        set_look(self.go_on, "accent")
        self.best = _button(
            "stop.best", "Back to best", "Return to the weights with the lowest validation loss."
        )
        close = GlyphButton("close", "Close", "Close this card; the run stays as it is.")
        close.setObjectName("stop.close")
        words, buttons = QVBoxLayout(), LinkRow(gap=8)
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.message)
        buttons.add(self.go_on)
        buttons.add(self.best)
        words.addSpacing(4)
        words.addWidget(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(words, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.go_on.clicked.connect(self.continue_requested)
        self.best.clicked.connect(self.best_requested)
        close.clicked.connect(self.closed)

    def set_reason(self, reason: StopReason, best: tuple[int, float] | None = None) -> None:
        """Show a reason; `best` is the step and loss that *Back to best* returns to."""
        bad = reason.kind == "diverged"
        set_look(self, "warning" if bad else "notice")
        set_look(self.title, "warning title" if bad else "title")
        self.title.setText(TITLES.get(reason.kind, "Stopped"))
        message = typeset(reason.message)
        self.setAccessibleName(f"{self.title.text()}. {message}")
        self.message.setText(message)
        self.best.setVisible(best is not None)
        if best is not None:
            self.best.setText(f"Back to best (step {best[0]})")


def _button(name: str, text: str, help: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(help)
    return button
