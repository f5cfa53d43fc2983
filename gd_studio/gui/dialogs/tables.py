"""How all tables of the dialogs look and behave: whole rows, quick for a million of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gd_studio.gui.numbers import counted

LEAST_WIDTH = 40  # pixels
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
    columns.setTextElideMode(Qt.TextElideMode.ElideRight)
    columns.setResizeContentsPrecision(0)  # what is in sight
    columns.setDefaultSectionSize(table.fontMetrics().horizontalAdvance("0" * 13))
    for header, said in ((rows, "Row numbers"), (columns, "Column headings")):
        header.setAccessibleName(f"{title}: {said.lower()}")
    return table


class FittingColumns(QObject):
    """Lets a table that is too narrow go without its least important columns.

    `least_first(columns)` tells which may go, the first ones first; the tooltip says how many went.
    Where that is not enough, headings are cut, and the last column takes what room there is.
    """

    def __init__(self, table: QTableView, least_first: Callable[[int], Iterable[int]]) -> None:
        super().__init__(table)
        self._table, self._least_first = table, least_first
        self._help = table.toolTip()
        self._widths: list[int] = []
        table.installEventFilter(self)

    def fit_to_contents(self) -> None:
        """Find out how wide the columns have to be for what is in them now, and fit them in."""
        self._show_all()  # one left out so far has no width
        fit_columns(self._table)
        self.measure()

    def measure(self) -> None:
        """Take the present widths for those that the columns need, and fit them in."""
        self._show_all()
        header = self._table.horizontalHeader()
        self._widths = [header.sectionSize(column) for column in range(header.count())]
        self._fit()

    def _show_all(self) -> None:
        for column in range(self._table.horizontalHeader().count()):
            self._table.setColumnHidden(column, False)

    def _fit(self) -> None:
        room, shown = self._table.viewport().width(), dict(enumerate(self._widths))
        for column in self._least_first(len(self._widths)):
            if sum(shown.values()) > room:
                shown.pop(column, None)
        if sum(shown.values()) > room:
            shown = self._narrowed(shown, room)
        for column in range(len(self._widths)):
            self._table.setColumnHidden(column, column not in shown)
            if column in shown:
                self._table.setColumnWidth(column, shown[column])
        gone = len(self._widths) - len(shown)
        more = f" {counted(gone, 'more column')} where it is wider." if gone else ""
        self._table.setToolTip(self._help + more)

    def _narrowed(self, widths: Mapping[int, int], room: int) -> dict[int, int]:
        """Return widths for the cells without their headings, the last one for what is left."""
        need = {k: min(w, self._table.sizeHintForColumn(k) + 2) for k, w in widths.items()}
        last = max(need)
        left = room - sum(width for column, width in need.items() if column != last)
        return {**need, last: max(min(left, need[last]), LEAST_WIDTH)}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            # The view is as wide as its table only when the table has laid it out.
            QTimer.singleShot(0, self, self._fit)
        return False


def fit_columns(table: QTableView) -> None:
    """Make the first columns as wide as their headings and the rows in sight."""
    widest = table.fontMetrics().horizontalAdvance("0" * 30)
    model = table.model()
    for column in range(min(model.columnCount(), FITTED)):
        table.resizeColumnToContents(column)
        table.setColumnWidth(column, min(table.columnWidth(column) + 8, widest))
