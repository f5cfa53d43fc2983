"""Asking in which format and where the trained weights go; writing them is for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gd_studio.gui.cards import WrappedLabel
from gd_studio.gui.dialogs.export_file import ExportFile, export_buttons
from gd_studio.gui.numbers import whole


@dataclass(frozen=True)
class WeightsExport:
    """Where the weights go, and as what."""

    path: Path
    format: str


class ExportWeightsDialog(QDialog):
    """`export_requested` brings a `WeightsExport`; `formats`: {ending: title}."""

    export_requested = Signal(object)

    def __init__(
        self,
        formats: Mapping[str, str],
        path: Path,
        step: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.export_weights")
        self.setWindowTitle("Export weights")
        self.setAccessibleName("Export weights")
        self.setMinimumWidth(460)
        when = "" if step is None else f" of step {whole(step)}"
        self.what = WrappedLabel(
            f"The weights{when}, with all it takes to use them elsewhere: column order, means, "
            "scales, fills, categories and class names.",
            "muted",
        )
        self.file = ExportFile(formats, path, "Who is to read the weights decides the format.")
        self._buttons, self.export = export_buttons("Write the weights and the preparation.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.what)
        layout.addWidget(self.file)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        self.file.changed.connect(self._on_changed)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)
        self._on_changed()

    @property
    def value(self) -> WeightsExport:
        return WeightsExport(self.file.path, self.file.format)

    @Slot()
    def _on_changed(self) -> None:
        self.export.setEnabled(self.file.usable)

    @Slot()
    def _on_accepted(self) -> None:
        if self.file.usable:
            self.accept()
            self.export_requested.emit(self.value)
