"""Asking for the name of a pinned run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from gd_studio.session.frame import Ghost
from gd_studio.session.pins import LONGEST_NAME


def ask_name(ghost: Ghost, named: Callable[[str], object], parent: QWidget) -> QInputDialog:
    """Open a small dialog beside which the window goes on; `named` is told what was entered."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("dialog.rename_pinned")
    dialog.setWindowTitle(f"Name of pinned run {ghost.number}")
    dialog.setAccessibleName(dialog.windowTitle())
    dialog.setLabelText(f"Name it, or leave it empty for “{ghost.label}”.")
    dialog.setOkButtonText("Rename")
    dialog.setTextValue(ghost.name)
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setMaxLength(LONGEST_NAME)
    line.setAccessibleName("Name of the pinned run")
    line.setToolTip("What the legends and menus call this run from now on.")
    dialog.textValueSelected.connect(named)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
