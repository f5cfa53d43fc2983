"""Importing a table: what was worked out from the file, to be seen and corrected before use.

Nothing that is loaded is touched until the user says Import; then `imported` carries the
settings of the data, with all corrections.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gd_studio.data import Dataset, File, Reading, proposed_target
from gd_studio.gui.cards import Card, ElidedLabel, WrappedLabel
from gd_studio.gui.dialogs.file_reader import Answer, FileReader
from gd_studio.gui.dialogs.preview import FileColumnsModel, PreviewModel
from gd_studio.gui.dialogs.tables import fit_columns, table_of
from gd_studio.gui.numbers import whole
from gd_studio.gui.theme import set_look

ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252", "cp1250", "cp1251", "shift_jis", "gb18030")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
TASKS = {"classification": "guess a class", "regression": "guess a number"}


class ImportDialog(QDialog):
    """Shows how a file is understood; `imported` brings the chosen `File` settings."""

    imported = Signal(object)

    def __init__(self, path: str | Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.import")
        self.setWindowTitle("Import data")
        self.setAccessibleName("Import data")
        self.resize(860, 640)
        self._file = File(path=str(path))
        self._worked_out = {"encoding": "", "delimiter": ""}
        self._ready = False
        self._make()
        self._place()
        self._reader = FileReader(self)
        self._reader.answered.connect(self._on_answered)
        self._read()

    @property
    def file(self) -> File:
        """The settings as they stand, corrections included."""
        return self._file

    def set_path(self, path: str | Path) -> None:
        """Look at another file; corrections made for the last one are forgotten."""
        self._file = File(path=str(path))
        self._worked_out = {"encoding": "", "delimiter": ""}
        self._read()

    # --- what the user does -----------------------------------------------------------------

    @Slot(int)
    def _on_encoding_chosen(self, _index: int) -> None:
        self._change(encoding=self.encoding.currentData())

    @Slot(int)
    def _on_delimiter_chosen(self, _index: int) -> None:
        self._change(delimiter=self.delimiter.currentData())

    @Slot(bool)
    def _on_header_switched(self, on: bool) -> None:
        self._change(header=on, target=None, task=None, positive=None)

    @Slot(int)
    def _on_target_chosen(self, _index: int) -> None:
        self._change(target=self.target.currentData(), task=None, positive=None)

    @Slot(int)
    def _on_task_chosen(self, _index: int) -> None:
        self._change(task=self.task.currentData(), positive=None)

    @Slot(int)
    def _on_positive_chosen(self, _index: int) -> None:
        self._change(positive=self.positive.currentData())

    @Slot()
    def _on_accepted(self) -> None:
        if self._ready:
            self.imported.emit(self._file)
            self.accept()

    def _change(self, **changes: object) -> None:
        if "encoding" in changes or "delimiter" in changes:
            changes |= {"target": None, "task": None, "positive": None}
        self._file = msgspec.structs.replace(self._file, **changes)
        self._read()

    def _read(self) -> None:
        self._set_ready(False)
        self.title.set_text(Path(self._file.path).name)
        self.status.set_text("Reading …")
        self._reader.read(self._file)

    # --- what is shown ----------------------------------------------------------------------

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        self.error.setText(answer.error)
        self.error.setVisible(bool(answer.error))
        self._show_reading(answer.reading)
        self._show_target(answer.reading, answer.dataset)
        self.notes.setPlainText("\n".join(f"• {note}" for note in answer.notes))
        self._set_ready(answer.dataset is not None)
        if answer.dataset is not None and answer.reading is not None:
            self._file = msgspec.structs.replace(self._file, target=answer.dataset.target.name)

    def _show_reading(self, reading: Reading | None) -> None:
        self._preview.set_reading(reading)
        fit_columns(self.preview)
        self._columns.set_columns(reading.columns if reading else ())
        self.notes.setPlaceholderText("Nothing to note." if reading else "")
        if reading is None:
            self.status.set_text("not read")
            self._show_dialect()
            return
        report = reading.report
        rows, columns = whole(report.rows), whole(len(reading.columns))
        self.status.set_text(f"{rows} rows · {columns} columns")
        if self._file.encoding is None:
            self._worked_out["encoding"] = report.encoding
        if self._file.delimiter is None:
            self._worked_out["delimiter"] = report.delimiter
        self._show_dialect()
        with QSignalBlocker(self.header):
            self.header.setChecked(report.header)

    def _show_dialect(self) -> None:
        found = self._worked_out["encoding"]
        _offer(self.encoding, found, {e: e for e in ENCODINGS}, self._file.encoding)
        found = DELIMITERS.get(self._worked_out["delimiter"], self._worked_out["delimiter"])
        _offer(self.delimiter, found, DELIMITERS, self._file.delimiter)

    def _show_target(self, reading: Reading | None, dataset: Dataset | None) -> None:
        names = reading.table.names if reading else ()
        chosen = self._file.target or (proposed_target(names) if names else "")
        _fill(self.target, {name: name for name in names}, chosen)
        self.target_reason.set_text(_why_target(names, chosen))
        task = dataset.task if dataset else self._file.task or ""
        _fill(self.task, TASKS, task)
        self.task_reason.set_text(_why_task(dataset, self._file.task is not None))
        two = dataset is not None and len(dataset.classes) == 2
        self.positive_label.setVisible(two)
        self.positive.setVisible(two)
        self.positive_reason.setVisible(two)
        if dataset is not None and two:
            _fill(self.positive, {c: c for c in dataset.classes}, dataset.classes[-1])

    def _set_ready(self, ready: bool) -> None:
        self._ready = ready
        self.import_button.setEnabled(ready)

    # --- building ---------------------------------------------------------------------------

    def _make(self) -> None:
        self.title = ElidedLabel(look="title")
        self.status = ElidedLabel(look="small")
        self.error = WrappedLabel(look="warning")
        self.error.setObjectName("import.error")
        self.error.hide()
        self.encoding = self._combo(
            "Encoding", "How letters are stored as bytes; if names look odd, try another."
        )
        self.delimiter = self._combo(
            "Delimiter", "The sign that parts one cell from the next in each line."
        )
        self.header = QCheckBox("First row holds names")
        self.header.setObjectName("import.header")
        self.header.setAccessibleName("First row holds names")
        self.header.setToolTip("Whether the first row names the columns, or is an example already.")
        self.target = self._combo(
            "Target", "The column that the model learns to guess from the others."
        )
        self.task = self._combo(
            "Task", "Guess one of some classes, or a number: it decides the loss."
        )
        self.positive = self._combo(
            "Positive class", "Of two classes, the one whose probability the model gives."
        )
        self.target_reason, self.task_reason = ElidedLabel(look="small"), ElidedLabel(look="small")
        self.positive_reason = ElidedLabel("its probability is what is guessed", "small")
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setTabChangesFocus(True)
        self.notes.setObjectName("import.notes")
        self.notes.setAccessibleName("Notes on the file")
        self.notes.setToolTip("Everything that was changed or left out while reading.")
        self._preview, self._columns = PreviewModel(self), FileColumnsModel(self)
        self.encoding.activated.connect(self._on_encoding_chosen)
        self.delimiter.activated.connect(self._on_delimiter_chosen)
        self.header.toggled.connect(self._on_header_switched)
        self.target.activated.connect(self._on_target_chosen)
        self.task.activated.connect(self._on_task_chosen)
        self.positive.activated.connect(self._on_positive_chosen)

    def _combo(self, title: str, help: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(f"import.{title.split()[0].lower()}")
        combo.setAccessibleName(title)
        combo.setToolTip(help)
        combo.setMinimumContentsLength(21)
        combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        return combo

    def _place(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.status)
        layout.addLayout(head)
        layout.addLayout(self._dialect_row())
        layout.addWidget(self.error)
        layout.addWidget(self._tables(), 1)
        cards = QHBoxLayout()
        cards.setSpacing(8)
        cards.addWidget(self._target_card(), 1)
        cards.addWidget(self._notes_card(), 1)
        layout.addLayout(cards)
        layout.addWidget(self._buttons())

    def _dialect_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for title, combo in (("Encoding", self.encoding), ("Delimiter", self.delimiter)):
            row.addWidget(_label(title, combo))
            row.addWidget(combo)
            row.addSpacing(8)
        row.addWidget(self.header)
        row.addStretch(1)
        return row

    def _tables(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setObjectName("import.tables")
        tabs.setAccessibleName("Tables of the file")
        self.preview = table_of(self._preview, "import.preview", "First rows of the file")
        tabs.addTab(self.preview, "Rows")
        columns = table_of(self._columns, "import.columns", "Columns of the file")
        columns.horizontalHeader().setStretchLastSection(True)
        columns.setColumnWidth(0, 200)
        tabs.addTab(columns, "Columns")
        tabs.setTabToolTip(0, "The first rows, cut into cells: do they look right?")
        tabs.setTabToolTip(1, "What each column holds, and how much of it is missing.")
        return tabs

    def _target_card(self) -> Card:
        card = Card("What to guess")
        grid = QGridLayout()
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self.positive_label = _label("Positive class", self.positive)
        rows = (
            (_label("Target", self.target), self.target, self.target_reason),
            (_label("Task", self.task), self.task, self.task_reason),
            (self.positive_label, self.positive, self.positive_reason),
        )
        for at, (label, combo, reason) in enumerate(rows):
            grid.addWidget(label, 2 * at, 0)
            grid.addWidget(combo, 2 * at, 1)
            grid.addWidget(reason, 2 * at + 1, 1)
        card.body.addLayout(grid)
        card.body.addStretch(1)
        return card

    def _notes_card(self) -> Card:
        card = Card("Notes")
        card.set_detail("nothing happens silently")
        self.notes.setMinimumHeight(110)
        card.body.addWidget(self.notes)
        return card

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_button = box.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self.import_button.setObjectName("import.accept")
        self.import_button.setAccessibleName("Import")
        self.import_button.setToolTip("Use this table: a new run starts on it, and can be undone.")
        set_look(self.import_button, "accent")
        cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setAccessibleName("Cancel")
        cancel.setToolTip("Keep the data that is loaded now.")
        box.accepted.connect(self._on_accepted)
        box.rejected.connect(self.reject)
        return box

    # --- Qt ---------------------------------------------------------------------------------

    def done(self, result: int) -> None:
        super().done(result)
        self._reader.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._reader.close()


def _label(title: str, buddy: QWidget) -> QLabel:
    label = QLabel(title)
    set_look(label, "muted")
    label.setBuddy(buddy)
    return label


def _offer(combo: QComboBox, found: str, words: dict[str, str], chosen: str | None) -> None:
    """Fill a combo with "worked out" first and all that could be chosen instead."""
    with QSignalBlocker(combo):
        combo.clear()
        combo.addItem(f"{found} (worked out)" if found else "worked out", None)
        for value, word in words.items():
            combo.addItem(word, value)
        combo.setCurrentIndex(max(combo.findData(chosen), 0) if chosen else 0)


def _fill(combo: QComboBox, words: dict[str, str], chosen: str) -> None:
    with QSignalBlocker(combo):
        known = [combo.itemData(i) for i in range(combo.count())]
        if known != list(words):
            combo.clear()
            for value, word in words.items():
                combo.addItem(word, value)
        combo.setCurrentIndex(combo.findData(chosen, Qt.ItemDataRole.UserRole))
        combo.setEnabled(bool(words))


def _why_target(names: tuple[str, ...], chosen: str) -> str:
    if not names:
        return ""
    if chosen != proposed_target(names):
        return "your choice"
    by_name = proposed_target((chosen, "")) == chosen
    return "proposed by its name" if by_name else "proposed as the last column"


def _why_task(dataset: Dataset | None, chosen: bool) -> str:
    if dataset is None:
        return ""
    if dataset.task == "classification":
        what = f"{len(dataset.classes)} different values"
    else:
        what = f"numbers, {whole(dataset.target.distinct)} different ones"
    return f"your choice ({what})" if chosen else f"worked out: {what}"
