"""A small table whose last column is a bar to the left of an arrow: how far, and which way.

Teal and ▲ is up, crimson and ▼ is down. A click or the arrow keys choose a row; there is nothing
to scroll, for it is as high as its rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QWidget,
)

from gd_studio.gui.theme import Theme, is_restyle, set_look, theme_of

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
BAR_SHARE = 0.2  # of the width
NUMBERS = ("−0.000", "−0.0000")  # as wide as the numbers of the columns between usually get
MARGIN = 6  # pixels beside the words of a cell
PADDING = 2 * MARGIN + 2
ELIDED = Qt.TextElideMode.ElideMiddle
# Names stand at the left, numbers at the right.
SIDES = tuple(
    side | Qt.AlignmentFlag.AlignVCenter
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
)
NO_KEY = -1


@dataclass(frozen=True)
class BarRow:
    """One row: `key` is what it chooses (`NO_KEY`: nothing), `bar` -1 … 1, NaN for none.

    `cells` are the words of all columns but the bar's, `help` tells the row in full. A length has
    no way to go: its bar is not `signed`.
    """

    key: int
    cells: tuple[str, ...]
    bar: float
    help: str
    signed: bool = True


class BarModel(QAbstractTableModel):
    """The rows as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: tuple[str, ...] = ("",)
        self.helps: tuple[str, ...] = ("",)
        self.rows: tuple[BarRow, ...] = ()
        self.chosen = NO_KEY
        self.told: Callable[[BarRow], str] | None = None  # what a row says under the mouse

    def set_rows(
        self,
        headers: tuple[str, ...],
        helps: tuple[str, ...],
        rows: tuple[BarRow, ...],
        chosen: int,
    ) -> None:
        """Take other rows; only another shape makes a view forget where it is."""
        if (rows, chosen, headers, helps) == (self.rows, self.chosen, self.headers, self.helps):
            return
        reshaped = len(rows) != len(self.rows) or len(headers) != len(self.headers)
        if reshaped:
            self.beginResetModel()
        named = headers != self.headers
        self.headers, self.helps, self.rows, self.chosen = headers, helps, rows, chosen
        if reshaped:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(headers) - 1))
        if named:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headers) - 1)

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self.headers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.rows[index.row()].key == NO_KEY:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        is_bar = column == len(self.headers) - 1
        if role == Role.DisplayRole and not is_bar:
            return row.cells[column]
        if role == Role.ToolTipRole and self.told is not None:
            return self.told(row)
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return row.help
        if role == Role.TextAlignmentRole:
            return SIDES[column > 0]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or section >= len(self.headers):
            return None
        if role == Role.DisplayRole:
            return self.headers[section]
        if role == Role.ToolTipRole:
            return self.helps[section]
        if role == Role.TextAlignmentRole:
            return SIDES[section > 0]
        return None


def _paint_words(
    painter: QPainter,
    row: BarRow,
    cells: list[QRect],
    fonts: list[tuple[QFont, QFontMetrics]],
    is_chosen: bool,
    theme: Theme,
) -> None:
    """Paint the words of a row; the name of the chosen one stands out."""
    painter.setPen(QColor(theme.text))
    for column, (words, cell) in enumerate(zip(row.cells, cells, strict=False)):
        font, metrics = fonts[is_chosen and column == 0]
        inner = cell.adjusted(MARGIN, 0, -MARGIN, -1)
        painter.setFont(font)
        painter.drawText(inner, SIDES[column > 0], metrics.elidedText(words, ELIDED, inner.width()))


def _paint_bar(
    painter: QPainter, rect: QRect, row: BarRow, metrics: QFontMetrics, theme: Theme
) -> None:
    bar = row.bar
    if math.isnan(bar) or bar == 0:
        return
    sign = "▲" if bar > 0 else "▼"
    room = metrics.horizontalAdvance("▲") + 5
    color = QColor(theme.positive if bar > 0 else theme.negative)
    if not row.signed:
        sign, color = "", QColor(theme.muted)
    height = max(6, metrics.height() // 2)
    width = max(2, round(min(abs(bar), 1.0) * (rect.width() - room - 6)))
    top = rect.center().y() - height // 2 + 1
    painter.fillRect(QRect(rect.right() - room - width, top, width, height), color)
    painter.setPen(color)
    beside = QRect(rect.right() - room, rect.top(), room, rect.height())
    painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, sign)


class BarTable(QTableView):
    """The table. Signals: `chosen` (key) when the user chooses a row."""

    chosen = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_silent = False
        self.setAccessibleName(title)
        set_look(self, "bars")
        self.rows = BarModel()
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setMinimumSectionSize(10)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.clicked.connect(self._on_clicked)

    def show_rows(
        self,
        headers: Sequence[str],
        helps: Sequence[str],
        rows: Sequence[BarRow],
        chosen: int,
    ) -> None:
        """Show rows, that of a key as chosen, silently; the last column is the bar's."""
        shape = self.rows.rowCount(), self.rows.columnCount()
        self._is_silent = True
        self.rows.set_rows(tuple(headers), tuple(helps), tuple(rows), chosen)
        if shape != (self.rows.rowCount(), self.rows.columnCount()):
            self._lay_out()
        place = next((i for i, row in enumerate(rows) if row.key == chosen != NO_KEY), None)
        if place is None:
            self.clearSelection()
        elif [index.row() for index in self.selectionModel().selectedRows()] != [place]:
            self.selectRow(place)
        self._is_silent = False

    def _lay_out(self) -> None:
        """Give the bar its share, numbers what they need, and names the rest."""
        last = self.rows.columnCount() - 1
        room = self.viewport().width()
        bar = round(BAR_SHARE * room)
        left = room - bar
        for column, sample in zip(range(1, last), NUMBERS, strict=False):
            wide = self.fontMetrics().horizontalAdvance(sample) + PADDING
            self.setColumnWidth(column, min(wide, round(0.25 * room)))
            left -= self.columnWidth(column)
        self.setColumnWidth(last, bar)
        self.setColumnWidth(0, max(left, 20))
        height = self.fontMetrics().height() + 6
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalHeader().setMinimumSectionSize(height)
        top = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(top + height * self.rows.rowCount() + 2 * self.frameWidth() + 2)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_row_changed(self, current: QModelIndex, before: QModelIndex) -> None:
        self._choose(current)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        if not self._is_silent and index.isValid():
            key = self.rows.rows[index.row()].key
            if key != NO_KEY:
                self.chosen.emit(key)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all rows at once.

        A style asks the model for seven things about each cell, and for five rows that change at
        every frame takes longer than a plot.
        """
        painter, theme = QPainter(self.viewport()), theme_of()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        fonts = [(font, QFontMetrics(font)) for font in (self.font(), bold)]
        columns = [
            (self.columnViewportPosition(column), self.columnWidth(column))
            for column in range(self.rows.columnCount())
        ]
        selected = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        for place, row in enumerate(self.rows.rows):
            top, height = self.rowViewportPosition(place), self.rowHeight(place)
            whole = QRect(0, top, self.viewport().width(), height)
            if place == selected:
                painter.fillRect(whole, QColor(theme.tint))
            painter.fillRect(0, whole.bottom(), whole.width(), 1, QColor(theme.line))
            cells = [QRect(x, top, width, height) for x, width in columns]
            _paint_words(painter, row, cells, fonts, row.key == self.rows.chosen != NO_KEY, theme)
            _paint_bar(painter, cells[-1], row, fonts[0][1], theme)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event) and hasattr(self, "rows"):
            self._lay_out()
