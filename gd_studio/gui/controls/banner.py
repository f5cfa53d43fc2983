"""One sentence across the window: an error or a notice, until it is closed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from gd_studio.gui.cards import GlyphButton, LinkButton, WrappedLabel
from gd_studio.gui.theme import set_look


class Banner(QFrame):
    """Hidden until it has something to say; may offer one thing to do about it."""

    closed = Signal()
    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.label = WrappedLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = LinkButton("")
        self._action.setObjectName("banner.action")
        self._action.clicked.connect(self.action_requested)
        close = GlyphButton("close", "Close", "Close this message.")
        close.setObjectName("banner.close")
        close.clicked.connect(self._on_close_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self._action)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.setVisible(False)

    @property
    def message(self) -> str:
        return self.label.text()

    def show_message(
        self, sentence: str, *, warning: bool = True, action: str = "", action_help: str = ""
    ) -> None:
        """Show a sentence; a warning stands on the warning's colours."""
        set_look(self, "warning" if warning else "notice")
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        self.label.setAccessibleName(sentence)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setToolTip(action_help)
        self._action.setVisible(bool(action))
        self.setVisible(True)

    @Slot()
    def clear(self) -> None:
        """Take the sentence away."""
        self.label.setText("")
        self.setVisible(False)

    def withdraw(self, sentence: str) -> None:
        """Take a sentence away, unless another has taken its place."""
        if self.message == sentence:
            self.clear()

    @Slot()
    def _on_close_clicked(self) -> None:
        self.clear()
        self.closed.emit()
