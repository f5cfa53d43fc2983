"""One selection for the whole window."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gd_studio.gui.selection import Selection


def test_a_change_is_told_once(qtbot: QtBot) -> None:
    selection = Selection()
    rows: list[int] = []
    selection.row_changed.connect(rows.append)
    selection.set_row(3)
    selection.set_row(3)
    selection.set_row(3, "validation")
    assert rows == [3, 3]
    assert (selection.row, selection.split) == (3, "validation")


def test_the_cursor_can_be_nowhere(qtbot: QtBot) -> None:
    selection = Selection()
    seen: list[float | None] = []
    selection.cursor_changed.connect(seen.append)
    selection.set_cursor(4.0)
    selection.set_cursor(None)
    assert seen == [4.0, None]


def test_smaller_data_bring_the_selection_back_inside(qtbot: QtBot) -> None:
    selection = Selection()
    selection.set_row(50)
    selection.set_parameter(90)
    selection.keep_inside(train_rows=10, validation_rows=5, parameters=20)
    assert (selection.row, selection.parameter) == (0, 0)
