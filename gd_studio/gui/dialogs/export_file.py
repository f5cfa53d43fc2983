"""Where an export goes and in which format: the part that all export dialogs share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from gd_studio.gui.cards import WrappedLabel
from gd_studio.gui.theme import set_look

# Endings that promise a kind of file: another kind must not be written under one of them.
PROMISES = frozenset({".npz", ".safetensors", ".json", ".csv", ".tsv", ".txt", ".png", ".svg",
    ".jpg", ".jpeg", ".gif", ".pdf", ".gds", ".py", ".xlsx"})  # fmt: skip


class ExportFile(QWidget):
    """Format and file, whose ending always fits the format. Nothing is written here."""

    changed = Signal()

    def __init__(
        self, formats: Mapping[str, str], path: Path, help: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.format_box = QComboBox()
        for word, title in formats.items():
            self.format_box.addItem(title, word)
        self._name(self.format_box, "export.format", "Format", help)
        self.line = QLineEdit()
        self._name(self.line, "export.file", "File", "Where the file will be written.")
        self.browse = QPushButton("Browse…")
        self._name(self.browse, "export.browse", "Browse", "Choose a folder and a file name.")
        self.note = WrappedLabel(look="small")
        self.note.setObjectName("export.note")
        self._known = tuple(formats)
        self._place()
        self.set_path(path)
        self.format_box.currentIndexChanged.connect(self._on_format_chosen)
        self.line.textChanged.connect(self._on_path_typed)
        self.browse.clicked.connect(self._on_browse_clicked)

    @property
    def format(self) -> str:
        return str(self.format_box.currentData())

    @property
    def path(self) -> Path:
        """Return the file to write: what was typed, with the ending of the chosen format."""
        return self._with_ending(self._typed)

    @property
    def _typed(self) -> Path:
        return Path(self.line.text().strip()).expanduser()

    @property
    def usable(self) -> bool:
        """Whether a file could be written there, as far as names go."""
        return self._complaint() == ""

    def set_format(self, word: str) -> None:
        self.format_box.setCurrentIndex(max(self.format_box.findData(word), 0))

    def set_path(self, path: Path) -> None:
        """Show a path, with the ending of the chosen format."""
        self.line.setText(str(self._with_ending(path)))
        self._show_note()

    def add_row(self, title: str, field: QWidget) -> None:
        """Add a further choice between format and file."""
        self._form.insertRow(1, _muted(title), field)

    @Slot(int)
    def _on_format_chosen(self, _index: int) -> None:
        if self.line.text().strip():
            self.set_path(self.path)
        self.changed.emit()

    @Slot(str)
    def _on_path_typed(self, _text: str) -> None:
        self._follow(self._typed)
        self._show_note()
        self.changed.emit()

    @Slot()
    def _on_browse_clicked(self) -> None:
        title = self.format_box.currentText()
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export to", str(self.path), f"{title} (*.{self.format})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if chosen:
            self._follow(Path(chosen))
            self.set_path(Path(chosen))

    def _follow(self, path: Path) -> None:
        """Choose the format that a path's ending names, if it is one of those offered."""
        word = path.suffix.lower().removeprefix(".")
        if word in self._known and word != self.format:
            with QSignalBlocker(self.format_box):
                self.set_format(word)

    def _with_ending(self, path: Path) -> Path:
        ending = path.suffix.lower()
        if ending == f".{self.format}" or not path.name:
            return path
        if ending in PROMISES:
            return path.with_suffix(f".{self.format}")
        return path.with_name(f"{path.name}.{self.format}")

    def _complaint(self) -> str:
        typed = self._typed
        if not self.line.text().strip() or not typed.name:
            return "Name a file."
        try:
            if typed.is_dir() or self.path.is_dir():
                return "This is a folder; name a file in it."
            folder = typed.parent
            if not folder.exists():
                return f"There is no folder {folder}; choose another one."
            if not folder.is_dir():
                return f"{folder} is a file, not a folder; choose another one."
        except (OSError, ValueError):
            return "No file can have this name; choose another one."
        return ""

    def _show_note(self) -> None:
        told = self._complaint()
        if not told:
            facts = []
            if self.path != self._typed:
                facts.append(f"It will be called {self.path.name}, as its format asks.")
            if self.path.exists():
                facts.append("This file exists and will be replaced.")
            told = " ".join(facts)
        self.note.setText(told)
        self.note.setVisible(bool(told))

    def _name(self, widget: QWidget, name: str, title: str, help: str) -> None:
        widget.setObjectName(name)
        widget.setAccessibleName(title)
        widget.setToolTip(help)

    def _place(self) -> None:
        file = QHBoxLayout()
        file.setSpacing(8)
        file.addWidget(self.line, 1)
        file.addWidget(self.browse)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow(_muted("Format"), self.format_box)
        self._form.addRow(_muted("File"), file)
        self._form.addRow("", self.note)


def export_buttons(help: str) -> tuple[QDialogButtonBox, QPushButton]:
    """Return Export and Cancel, and the first of them."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    export = box.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
    export.setObjectName("export.accept")
    export.setAccessibleName("Export")
    export.setToolTip(help)
    set_look(export, "accent")
    cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
    cancel.setAccessibleName("Cancel")
    cancel.setToolTip("Write nothing.")
    return box, export


def _muted(title: str) -> QLabel:
    label = QLabel(title)
    set_look(label, "muted")
    return label
