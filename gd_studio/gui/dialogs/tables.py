"""How all tables of the dialogs look and behave: whole rows, quick for a million of them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

FITTED = 60  # columns; the rest of very many keep the usual width


def table_of(
    model: QAbstractItemModel, name: str, title: str, parent: QWidget | None = None
) -> QTableView:
    """Return a table that shows a model; Tab leaves it, arrows move in it."""
    table = QTableView(parent)
    table.setObjectName(name)
    table.setAccessibleName(title)
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    # Every row is as high as the text: asking each of a million for its height would take minutes.
    rows, columns = table.verticalHeader(), table.horizontalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + 8)
    columns.setHighlightSections(False)
    columns.setResizeContentsPrecision(0)  # what is in sight
    columns.setDefaultSectionSize(table.fontMetrics().horizontalAdvance("0" * 13))
    for header, said in ((rows, "Row numbers"), (columns, "Column headings")):
        header.setAccessibleName(f"{title}: {said.lower()}")
    return table


def fit_columns(table: QTableView) -> None:
    """Make the first columns as wide as their headings and the rows in sight."""
    widest = table.fontMetrics().horizontalAdvance("0" * 30)
    model = table.model()
    for column in range(min(model.columnCount(), FITTED)):
        table.resizeColumnToContents(column)
        table.setColumnWidth(column, min(table.columnWidth(column) + 8, widest))
