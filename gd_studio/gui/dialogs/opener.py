"""The dialogs that stay open beside the window: each is made once, and closed with the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from gd_studio.gui.selection import Selection
from gd_studio.session.frame import Frame


class Dialogs(QObject):
    """Opens them; `edited` is told (path, value) of what the table of rows changes."""

    def __init__(
        self, window: QWidget, selection: Selection, edited: Callable[[str, object], None]
    ) -> None:
        super().__init__(window)
        self._window, self._selection, self._edited = window, selection, edited
        self.by_name: dict[str, Any] = {}

    def show_rows(self, frame: Frame | None) -> None:
        """Show the table of the rows."""
        if "rows" not in self.by_name:
            from gd_studio.gui.dialogs.rows import RowsDialog

            made = self.by_name["rows"] = RowsDialog(self._window)
            made.row_selected.connect(self._selection.set_row)
            made.edited.connect(self._edited)
        dialog = self.by_name["rows"]
        dialog.show()
        dialog.raise_()
        if frame is not None:
            dialog.set_frame(frame)

    def set_frame(self, frame: Frame) -> None:
        """Let what is open show a frame."""
        rows = self.by_name.get("rows")
        if rows is not None and rows.isVisible():
            rows.set_frame(frame)

    def show_about(self, version: str) -> None:
        """Say what this program is."""
        box = QMessageBox(self._window)
        box.setWindowTitle("About GD Studio")
        box.setText(f"GD Studio {version}")
        box.setInformativeText("Watch how a model learns, one step at a time.\nMIT licence.")
        box.finished.connect(box.deleteLater)
        box.open()

    def close(self) -> None:
        """Close all of them."""
        for dialog in self.by_name.values():
            dialog.close()
