"""The name of the file beside the menus, in the title bar, and in what Undo and Redo say."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMainWindow

from gd_studio.gui.theme import set_look
from gd_studio.session.document import Document


class FileTitle(QLabel):
    """Follows a document: its name, whether it was edited, and what can be undone."""

    def __init__(
        self, window: QMainWindow, document: Document, actions: Mapping[str, QAction]
    ) -> None:
        super().__init__()
        self._window, self._document, self._actions = window, document, actions
        self.setObjectName("file_name")
        set_look(self, "muted")
        self.setContentsMargins(0, 5, 12, 0)
        document.state_changed.connect(self.write)

    @Slot()
    def write(self) -> None:
        """Write the state of the document everywhere."""
        document = self._document
        name = document.path.name if document.path else document.experiment.name or "untitled"
        edited = " — edited" if document.dirty else ""
        self._window.setWindowTitle(f"{name}{edited} · GD Studio")
        self.setText(f"{name}{edited}")
        self.fit()
        for key, undone in (("undo", document.undo_name), ("redo", document.redo_name)):
            action = self._actions[key]
            action.setEnabled(undone is not None)
            action.setText(f"&{key.capitalize()}" + (f" “{undone}”" if undone else ""))

    def fit(self) -> None:
        """Show the name beside the menus where all of them have room; the title has it."""
        bar = self._window.menuBar()
        menus = [action.text().replace("&", "") for action in bar.actions()]
        letters = sum(map(bar.fontMetrics().horizontalAdvance, menus))
        beside = len(menus) * 2 * bar.fontMetrics().height()
        room = bar.width() - letters - beside
        # A menu bar makes room for its corner only when it is given one.
        bar.setCornerWidget(self)
        self.setVisible(self.sizeHint().width() <= room)
