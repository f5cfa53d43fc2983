"""The cells of a confusion matrix lead to their rows, by mouse and by keys."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots import all_rows
from gd_studio.gui.plots.confusion import confusion
from gd_studio.gui.plots.confusion_cells import Cells
from gd_studio.gui.plots.confusion_view import count_texts
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import click, trained


@cache
def moons() -> Frame:
    return trained({}, 20)


def shown(
    qtbot: QtBot, gate: threading.Event | None = None, view: str = "confusion"
) -> PredictionPlot:
    plot = PredictionPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.resize(420, 360)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(moons())
    plot.set_view(view)
    plot._menus.set_counted("train")  # noqa: SLF001
    return plot


def rows_of(actual: int, guessed: int) -> Any:
    train = moons().hypothesis.prepared.train
    guess = moons().hypothesis.guess(moons().parameters, train.x).argmax(axis=1)
    return np.flatnonzero((train.y == actual) & (guess == guessed))


def test_clicks_on_a_cell_go_through_its_rows_and_round(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    wanted = rows_of(1, 0)
    assert len(wanted) > 1
    plot.selection.set_row(int(rows_of(0, 0)[0]))
    seen = []
    for _ in range(len(wanted) + 1):
        # Line 0 of the matrix is on top: the cell (1, 0) is at the lower left.
        plot._clicked(0.5, 0.5)  # noqa: SLF001
        seen.append(plot.selection.row)
    assert seen == [*wanted, wanted[0]]


def test_a_real_click_selects_and_rings_the_cell(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    plot.selection.set_row(int(rows_of(0, 0)[0]))
    click(plot, 0.5, 0.5)
    assert plot.selection.row == rows_of(1, 0)[0]
    x, y = plot._all.confusion._ring.getData()  # noqa: SLF001
    assert 0 < x.min() < x.max() < 1
    assert 0 < y.min() < y.max() < 1
    text = plot._hover_text(0.5, 0.5)  # noqa: SLF001
    assert f"selected: 1 of {len(rows_of(1, 0))}" in text


def test_keys_go_to_other_cells_and_through_their_rows(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    first = rows_of(0, 0)
    plot.selection.set_row(int(first[0]))
    QTest.keyClick(plot.canvas, Qt.Key.Key_Return)
    assert plot.selection.row == first[1]
    QTest.keyClick(plot.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert plot.selection.row == first[0]
    filled = [c for c in ((0, 0), (0, 1), (1, 0), (1, 1)) if len(rows_of(*c))]
    for cell in filled[1:]:
        QTest.keyClick(plot.canvas, Qt.Key.Key_Down)
        assert plot.selection.row == rows_of(*cell)[0]
    QTest.keyClick(plot.canvas, Qt.Key.Key_Up)
    assert plot.selection.row == rows_of(*filled[-2])[0]


def test_keys_go_from_row_to_row_by_their_loss_on_the_failure_map(qtbot: QtBot) -> None:
    plot = shown(qtbot, view="failure")
    frame = moons()
    losses = frame.hypothesis.row_losses(frame.parameters, frame.hypothesis.prepared.train)
    order = np.argsort(-losses, kind="stable")
    plot.selection.set_row(int(order[0]))
    for row in order[1:4]:
        QTest.keyClick(plot.canvas, Qt.Key.Key_Down)
        assert plot.selection.row == row
    QTest.keyClick(plot.canvas, Qt.Key.Key_Up)
    assert plot.selection.row == order[2]


def test_an_empty_cell_selects_nothing() -> None:
    cells = Cells(np.array([0, 0, 1]), np.array([0, 1, 1]), 0)
    assert cells.after((1, 0), 0) is None
    assert cells.filled(2) == [(0, 0), (0, 1), (1, 1)]
    assert cells.next_cell((1, 1), 2, 1) == (0, 0)
    assert cells.next_cell(None, 2, -1) == (1, 1)


def test_guesses_that_are_not_numbers_are_said(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    frame = moons()
    plot.set_frame(replace(frame, parameters=np.full_like(frame.parameters, np.nan)))
    count = len(frame.hypothesis.prepared.train.rows)
    assert plot.note.text().startswith(f"{count} rows of no finite guess")


def test_many_rows_are_counted_all_of_them_in_the_background(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_rows, "is_cheap", lambda *_: False)
    gate = threading.Event()
    plot = shown(qtbot, gate)
    assert plot.header.detail.text() == "counting all train rows …"
    gate.set()
    qtbot.waitUntil(lambda: plot._all.confusion.found is not None, timeout=5000)  # noqa: SLF001
    found = plot._all.confusion.found  # noqa: SLF001
    assert found is not None
    assert found.counts.sum() == len(moons().hypothesis.prepared.train.rows)
    plot.shutdown()


def test_of_many_classes_all_counts_are_written_but_no_zeros() -> None:
    classes = 26
    actual = np.arange(3 * classes) % classes
    found = confusion(actual, (actual * 7) % classes, classes)
    texts = count_texts(found, 250)
    assert len(texts) == np.count_nonzero(found.counts)
    assert {text for text, *_ in texts} == {"3"}
    few = confusion(np.array([0, 1]), np.array([0, 0]), 2)
    assert [text for text, *_ in count_texts(few, 250)] == ["1", "0", "1", "0"]


def test_a_cell_of_one_row_and_a_score_there_is_none_of_are_said_in_words(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    view = plot._all.confusion  # noqa: SLF001
    view._found = confusion([0, 1], [0, 0], 2)  # noqa: SLF001
    assert view.hover(moons(), 0.5, 1.5).startswith("1 row of ")
    assert "precision –" in view.hover(moons(), 2.2, 0.5)
