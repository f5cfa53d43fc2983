"""The data behind the run, as tables: every row with its guess, and every column with its use."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gd_studio.data import Prepared
from gd_studio.gui.cards import Card, ElidedLabel
from gd_studio.gui.dialogs.columns_model import ColumnsModel
from gd_studio.gui.dialogs.rows_model import RowsModel
from gd_studio.gui.dialogs.tables import fit_columns, table_of
from gd_studio.gui.numbers import whole
from gd_studio.session.frame import Frame

AT_EACH_LETTER = 50_000  # rows up to which the filter follows the typing; above, it waits for Enter


class RowsDialog(QDialog):
    """Rows and columns; emits `row_selected(row of its split, split)` and `edited(path, value)`."""

    row_selected = Signal(int, str)
    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.rows")
        self.setWindowTitle("Rows and columns")
        self.setAccessibleName("Rows and columns")
        self.resize(900, 620)
        self._frame: Frame | None = None
        self._drawn: Frame | None = None
        self._wanted = (0, "train")
        self._rows, self._columns = RowsModel(self), ColumnsModel(self)
        self._make()
        self.table.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self._columns.use_wished.connect(self._on_use_wished)
        self._rows.layoutChanged.connect(self._on_rows_arranged)
        self._rows.modelReset.connect(self._on_rows_arranged)

    def set_frame(self, frame: Frame) -> None:
        """Show the guesses of the frame's step; nothing is computed while the window is closed."""
        self._frame = frame
        if self.isVisible():
            self._draw()

    def set_selection(self, row: int, split: str = "train") -> None:
        """Mark the window's selected row, silently."""
        self._wanted = (row, split)
        line = self._rows.line_of(row, split)
        with QSignalBlocker(self.table.selectionModel()):
            if line is None:
                self.table.clearSelection()
                self.table.selectionModel().clearCurrentIndex()
            elif self.table.currentIndex().row() != line or not self._marked(line):
                flags = QItemSelectionModel.SelectionFlag
                index = self._rows.index(line, 0)
                self.table.selectionModel().setCurrentIndex(
                    index, flags.ClearAndSelect | flags.Rows
                )
                self.table.scrollTo(index)
        self.table.viewport().update()

    def _marked(self, line: int) -> bool:
        return self.table.selectionModel().isRowSelected(line, QModelIndex())

    def _draw(self) -> None:
        if self._frame is None or self._frame is self._drawn:
            return
        prepared = self._frame.hypothesis.prepared
        new = self._drawn is None or self._drawn.hypothesis.prepared is not prepared
        self._drawn = self._frame
        self._rows.set_frame(self._frame)
        self.step.set_text(f"guess and loss at step {whole(self._frame.step)}")
        if new:
            self._columns.set_prepared(prepared)
            self._show_treatments(prepared)
            fit_columns(self.table)
            self.set_selection(*self._wanted)

    def _show_treatments(self, prepared: Prepared) -> None:
        self.treatments.setPlainText("\n".join(f"• {said}" for said in prepared.treatments))
        self._notes.set_detail(prepared.dataset.source)

    # --- what the user does -----------------------------------------------------------------

    @Slot(QModelIndex, QModelIndex)
    def _on_current_row_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not index.isValid():
            return
        row, split = self._rows.at(index.row())
        # Test rows are looked at here only: the run's panels know training and validation rows.
        if split != "test" and (row, split) != self._wanted:
            self._wanted = (row, split)
            self.row_selected.emit(row, split)

    @Slot(object)
    def _on_use_wished(self, use: dict[str, bool]) -> None:
        self.edited.emit("preparation.use", use)

    @Slot(str)
    def _on_filter_typed(self, text: str) -> None:
        if self._rows.total <= AT_EACH_LETTER or not text:
            self._rows.set_filter(text)

    @Slot()
    def _on_filter_entered(self) -> None:
        self._rows.set_filter(self.filter.text())

    @Slot()
    def _on_rows_arranged(self) -> None:
        shown, total = self._rows.rowCount(), self._rows.total
        self.count.set_text(
            f"{whole(total)} rows" if shown == total else f"{whole(shown)} of {whole(total)} rows"
        )
        self.set_selection(*self._wanted)

    # --- building ---------------------------------------------------------------------------

    def _make(self) -> None:
        self.filter = QLineEdit()
        self.filter.setObjectName("rows.filter")
        self.filter.setAccessibleName("Filter rows")
        self.filter.setPlaceholderText("Filter: a word, a split, or x > 0.5")
        self.filter.setToolTip(
            "Show some rows only: a word, a split, or a comparison such as loss > 1; "
            "a comma joins conditions."
        )
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter_typed)
        self.filter.returnPressed.connect(self._on_filter_entered)
        self.count, self.step = ElidedLabel(look="small"), ElidedLabel(look="small")
        QShortcut(QKeySequence.StandardKey.Find, self, self.filter.setFocus)
        tabs = self.tabs = QTabWidget()
        tabs.setObjectName("rows.tabs")
        tabs.setAccessibleName("Rows or columns")
        tabs.addTab(self._rows_page(), "Rows")
        tabs.addTab(self._columns_page(), "Columns")
        tabs.setTabToolTip(0, "Every example: its inputs, its output, and the present guess.")
        tabs.setTabToolTip(1, "What each column holds and how it becomes numbers.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.addWidget(tabs)

    def _rows_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 8, 8, 8)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.filter, 2)
        line.addWidget(self.count, 1)
        line.addWidget(self.step, 1)
        layout.addLayout(line)
        self.table = table_of(self._rows, "rows.table", "Rows: inputs and output")
        self.table.verticalHeader().hide()
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        layout.addWidget(self.table, 1)
        return page

    def _columns_page(self) -> QWidget:
        self.columns = table_of(self._columns, "rows.columns", "Columns of the data")
        self.columns.verticalHeader().hide()
        for place, letters in enumerate((5, 18, 12, 9, 9, 24, 20)):
            width = self.columns.fontMetrics().horizontalAdvance("0" * letters)
            self.columns.setColumnWidth(place, width)
        self.columns.horizontalHeader().setStretchLastSection(True)
        self.treatments = QPlainTextEdit()
        self.treatments.setReadOnly(True)
        self.treatments.setTabChangesFocus(True)
        self.treatments.setObjectName("rows.treatments")
        self.treatments.setAccessibleName("Treatments and notes")
        self.treatments.setToolTip("Everything that is done to the data before training.")
        self._notes = Card("Treatments and notes")
        self._notes.body.addWidget(self.treatments)
        page = QSplitter(Qt.Orientation.Vertical)
        page.setContentsMargins(8, 8, 8, 8)
        page.setChildrenCollapsible(False)
        page.addWidget(self.columns)
        page.addWidget(self._notes)
        page.setStretchFactor(0, 3)
        page.setStretchFactor(1, 1)
        return page

    # --- Qt ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()
