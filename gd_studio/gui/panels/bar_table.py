"""A small table whose last column is a bar to the left of an arrow: how far, and which way.

Teal and ▲ is up, crimson and ▼ is down. A click or the arrow keys choose a row; there is nothing
to scroll, for it is as high as its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyleOptionHeader,
    QTableView,
    QWidget,
)

from gd_studio.gui.panels.bar_paint import paint_bar, paint_words
from gd_studio.gui.panels.bar_rows import NO_KEY, BarModel, BarRow
from gd_studio.gui.parameter_names import have_room
from gd_studio.gui.theme import is_restyle, set_look, theme_of

BAR_SHARE = 0.2  # of the width
NUMBERS = ("−0.000", "−0.0000")  # as wide as the numbers of the columns between usually get
PADDING = 14  # pixels beside the numbers of a column, so that it stands apart from the next


class BarTable(QTableView):
    """The table. Signals: `chosen` (key) when the user chooses a row."""

    chosen = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_silent = self._is_short = False
        self.margin = 0
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
        self.rows.fitted = self._fitted_header
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

    def forget_names(self) -> None:
        """Write names whole again where they have room: others than so far are to come."""
        self._is_short = False

    def _lay_out(self) -> None:
        """Give the bar its share, numbers what they need, and names the rest."""
        self.forget_names()
        self.margin = self._header_margin()
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

    def _fitted_header(self, words: str, column: int) -> str:
        """Return what of a header its column has room for: Qt would cut it in mid-letter."""
        room = self.columnWidth(column) - 2 * self.margin - 1
        metrics = self.horizontalHeader().fontMetrics()
        return metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)

    def _header_margin(self) -> int:
        """Return how far within its column the style writes a header: cells stand under it."""
        header, option = self.horizontalHeader(), QStyleOptionHeader()
        option.rect = QRect(0, 0, 100, header.sizeHint().height())
        label = QStyle.SubElement.SE_HeaderLabel
        return header.style().subElementRect(label, option, header).left()

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
        self._shorten(fonts)
        selected = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        for place, row in enumerate(self.rows.rows):
            top, height = self.rowViewportPosition(place), self.rowHeight(place)
            whole = QRect(0, top, self.viewport().width(), height)
            if place == selected:
                painter.fillRect(whole, QColor(theme.tint))
            painter.fillRect(0, whole.bottom(), whole.width(), 1, QColor(theme.line))
            cells = [QRect(x, top, width, height) for x, width in columns]
            is_chosen = row.key == self.rows.chosen != NO_KEY
            paint_words(
                painter, row, cells, self.margin, fonts, is_chosen, self._is_short, theme
            )
            paint_bar(painter, cells[-1], row, fonts[0][1], theme)

    def _shorten(self, fonts: list[tuple[QFont, QFontMetrics]]) -> None:
        """Have all names short once one has no room: while they change they keep their form."""
        room = self.columnWidth(0) - 2 * self.margin
        self._is_short = self._is_short or not all(
            have_room((row.cells[0],), room, fonts[row.key == self.rows.chosen][1])
            for row in self.rows.rows
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event) and hasattr(self, "rows"):
            self._lay_out()
