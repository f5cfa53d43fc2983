"""Asking how and where a plot is exported; writing it is for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QSpinBox, QVBoxLayout, QWidget

from gd_studio.gui.dialogs.export_file import ExportFile, export_buttons

FORMATS = {"png": "PNG picture", "svg": "SVG drawing"}


@dataclass(frozen=True)
class PlotExport:
    """Where a plot goes, as what, and how many times larger than on screen."""

    path: Path
    format: str
    scale: int


class ExportPlotDialog(QDialog):
    """`export_requested` brings a `PlotExport`."""

    export_requested = Signal(object)

    def __init__(
        self,
        title: str,
        path: Path,
        formats: Mapping[str, str] = FORMATS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.export_plot")
        self.setWindowTitle(f"Export plot: {title}")
        self.setAccessibleName(f"Export plot: {title}")
        self.setMinimumWidth(460)
        help = "PNG is made of pixels, as large as you wish; SVG stays sharp at any size."
        self.file = ExportFile(formats, path, help)
        self.scale = QSpinBox()
        self.scale.setRange(1, 4)
        self.scale.setValue(2)
        self.scale.setSuffix("×")
        self.scale.setObjectName("export.scale")
        self.scale.setAccessibleName("Scale")
        self.scale.setToolTip("How many pixels per pixel on screen; 2 or more for print.")
        self.file.add_row("Scale", self.scale)
        self._buttons, self.export = export_buttons("Write the plot as it looks now.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.file)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        self.file.changed.connect(self._on_changed)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)
        self._on_changed()

    @property
    def value(self) -> PlotExport:
        scale = self.scale.value() if self.file.format == "png" else 1
        return PlotExport(self.file.path, self.file.format, scale)

    @Slot()
    def _on_changed(self) -> None:
        self.scale.setEnabled(self.file.format == "png")
        self.export.setEnabled(self.file.usable)

    @Slot()
    def _on_accepted(self) -> None:
        if self.file.usable:
            self.accept()
            self.export_requested.emit(self.value)
