"""Asking before unsaved changes would be lost."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from gd_studio.gui.theme import set_look

Answer = Literal["save", "discard", "cancel"]


class AskBeforeClose(QMessageBox):
    """Save, discard or cancel; Escape and closing mean cancel."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.ask_save")
        self.setWindowTitle("Unsaved changes")
        self.setAccessibleName("Unsaved changes")
        self.setText(f"Save the changes to “{name}”?")
        self.setInformativeText(
            "Otherwise the changed settings, and what was done in the run, are lost."
        )
        kind = QMessageBox.StandardButton
        self.save = self._button(kind.Save, "Save", "Keep the changes in the file.")
        self.discard = self._button(kind.Discard, "Discard", "Let the changes go.")
        self.cancel = self._button(kind.Cancel, "Cancel", "Go on as if nothing was asked.")
        set_look(self.save, "accent")
        self.setDefaultButton(self.save)
        self.setEscapeButton(self.cancel)

    @property
    def answer(self) -> Answer:
        """What was chosen; "cancel" until something was."""
        chosen = self.clickedButton()
        if chosen is self.save:
            return "save"
        return "discard" if chosen is self.discard else "cancel"

    def _button(self, which: QMessageBox.StandardButton, text: str, help: str) -> QPushButton:
        button = self.addButton(which)
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(help)
        return button


def ask_before_close(name: str, parent: QWidget | None = None) -> Answer:
    """Ask whether to save the named experiment, wait, and return what was chosen."""
    box = AskBeforeClose(name, parent)
    box.exec()
    answer = box.answer
    box.deleteLater()
    return answer
