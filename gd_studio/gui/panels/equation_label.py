"""The hypothesis as an equation that never makes its column wider: it goes on in the next line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from gd_studio.gui.cards import WrappedLabel

MAY_BREAK = "\N{ZERO WIDTH SPACE}"
AFTER = "·"  # a product is the only place where a formula without spaces can be broken


class EquationLabel(WrappedLabel):
    """An equation that can be broken after the sign of a product."""

    def __init__(self) -> None:
        super().__init__(look="ledger")
        self._equation = ""
        self.setTextFormat(Qt.TextFormat.PlainText)

    def copy(self) -> None:
        """Copy what is selected, without the signs that only say where a line may end."""
        QGuiApplication.clipboard().setText(self.selectedText().replace(MAY_BREAK, ""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction("Copy", self.copy).setEnabled(self.hasSelectedText())
        menu.exec(event.globalPos())

    def text(self) -> str:
        return self._equation

    def setText(self, text: str) -> None:
        if text != self._equation:
            self._equation = text
            super().setText(text.replace(AFTER, AFTER + MAY_BREAK))
