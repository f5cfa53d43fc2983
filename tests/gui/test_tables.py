"""Tables that are too narrow for all columns go without the least important ones."""

from __future__ import annotations

from PySide6.QtGui import QStandardItem, QStandardItemModel
from pytestqt.qtbot import QtBot

from gd_studio.gui.dialogs.tables import FittingColumns, table_of


def test_a_narrow_table_leaves_columns_out_and_says_how_many(qtbot: QtBot) -> None:
    model = QStandardItemModel(3, 5)
    model.setItem(0, 0, QStandardItem("12345"))
    table = table_of(model, "table", "Numbers")
    qtbot.addWidget(table)
    table.setToolTip("Numbers.")
    for column in range(5):
        table.setColumnWidth(column, 90)
    table.verticalHeader().hide()
    columns = FittingColumns(table, lambda count: (2, *range(count - 1, 2, -1)))
    columns.measure()
    table.resize(500, 200)
    table.show()

    def shown() -> list[bool]:
        return [not table.isColumnHidden(column) for column in range(5)]

    qtbot.waitUntil(lambda: shown() == [True] * 5)
    table.resize(300, 200)
    qtbot.waitUntil(lambda: shown() == [True, True, False, True, False])
    assert table.toolTip() == "Numbers. 2 more columns where it is wider."
    assert not table.horizontalScrollBar().isVisible()
    table.resize(150, 200)
    qtbot.waitUntil(lambda: shown() == [True, True, False, False, False])
    qtbot.waitUntil(lambda: table.columnWidth(0) < 90)
    assert table.columnWidth(0) >= table.sizeHintForColumn(0)
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()
    table.resize(500, 200)
    qtbot.waitUntil(lambda: shown() == [True] * 5)
    assert table.toolTip() == "Numbers."
    assert table.columnWidth(1) == 90


def test_columns_left_out_before_get_their_width_when_contents_are_measured_anew(
    qtbot: QtBot,
) -> None:
    model = QStandardItemModel(1, 4)
    for column in range(4):
        model.setItem(0, column, QStandardItem("12345678"))
    table = table_of(model, "table", "Numbers")
    qtbot.addWidget(table)
    table.resize(800, 200)
    table.show()
    columns = FittingColumns(table, lambda count: range(count - 1, 0, -1))
    columns.fit_to_contents()
    wide = [table.columnWidth(column) for column in range(4)]
    table.resize(wide[0] + wide[1], 200)
    qtbot.waitUntil(lambda: table.isColumnHidden(3))
    columns.fit_to_contents()
    table.resize(800, 200)
    qtbot.waitUntil(lambda: [table.columnWidth(column) for column in range(4)] == wide)
