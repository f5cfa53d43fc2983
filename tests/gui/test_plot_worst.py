"""The worst rows stand in a table, with truth, guess and loss; a click selects one everywhere."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots import all_rows
from gd_studio.gui.plots.row_picture import grey_image
from gd_studio.gui.plots.worst import MOST, WorstPlot
from gd_studio.gui.plots.worst_table import SIDE
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import trained


@cache
def loans() -> Frame:
    return trained({"data": {"kind": "loan_applicants"}}, 5)


@cache
def digits() -> Frame:
    return trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}}, 5)


@cache
def diabetes() -> Frame:
    linear = {"kind": "linear"}
    return trained(
        {"data": {"kind": "diabetes"}, "model": linear, "optimizer": {"learning_rate": 0.01}}, 20
    )


def shown(qtbot: QtBot, frame: Frame, gate: threading.Event | None = None) -> WorstPlot:
    plot = WorstPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.resize(420, 380)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    return plot


def losses(frame: Frame, split: str = "train") -> Any:
    part = getattr(frame.hypothesis.prepared, split)
    return frame.hypothesis.row_losses(frame.parameters, part)


def words(plot: WorstPlot, line: int) -> list[str]:
    model = plot.table.model()
    return [model.index(line, c).data() for c in range(model.columnCount())]


@pytest.mark.parametrize("make", [loans, diabetes, digits])
def test_rows_stand_by_their_loss_the_worst_first(qtbot: QtBot, make: Any) -> None:
    frame = make()
    plot = shown(qtbot, frame)
    order = np.argsort(-losses(frame), kind="stable")
    rows = frame.hypothesis.prepared.train.rows
    for line in range(MOST):
        said = words(plot, line)
        assert said[0] == str(rows[order[line]] + 1)
        assert said[3] == fixed(float(losses(frame)[order[line]]))


def test_a_line_says_truth_guess_and_inputs_in_own_words(qtbot: QtBot) -> None:
    frame = loans()
    plot = shown(qtbot, frame)
    prepared = frame.hypothesis.prepared
    row = int(np.argmax(losses(frame)))
    said = words(plot, 0)
    guess = frame.hypothesis.guess(frame.parameters, prepared.train.x[row][None])[0]
    assert prepared.classes[prepared.train.y[row]] in said[1]
    assert prepared.classes[int(np.argmax(guess))] in said[2]
    raw = prepared.raw_rows([int(prepared.train.rows[row])])[0]
    for column, value in enumerate(raw[:8]):
        if isinstance(value, str):
            assert said[4 + column] == value
    headings = [plot.table.model().headerData(4 + k, Qt.Orientation.Horizontal) for k in range(2)]
    assert headings == [c.name for c in prepared.columns_in_use[:2]]


def test_a_digit_is_shown_as_its_picture(qtbot: QtBot) -> None:
    frame = digits()
    plot = shown(qtbot, frame)
    pixmap = plot.table.model().index(0, 0).data(Qt.ItemDataRole.DecorationRole)
    assert not pixmap.isNull()
    picture = grey_image([[0.0, 16.0], [8.0, 0.0]])
    assert [picture.pixelColor(x, 0).red() for x in range(2)] == [255, 0]
    assert picture.pixelColor(0, 1).red() == pytest.approx(127, abs=1)


def test_a_click_selects_the_row_and_a_selected_row_is_marked(qtbot: QtBot) -> None:
    frame = loans()
    plot = shown(qtbot, frame)
    order = np.argsort(-losses(frame), kind="stable")
    plot.table.selectRow(3)
    assert (plot.selection.row, plot.selection.split) == (order[3], "train")
    plot.selection.set_row(int(order[5]))
    assert plot.table.currentIndex().row() == 5
    x, y = plot._mark.getData()  # noqa: SLF001
    assert (x[0], y[0]) == pytest.approx((6, losses(frame)[order[5]]))
    plot._clicked(10.2, 0.0)  # noqa: SLF001
    assert plot.selection.row == order[9]


def test_the_share_of_the_worst_tenth_is_said(qtbot: QtBot) -> None:
    frame = loans()
    plot = shown(qtbot, frame)
    values = np.sort(losses(frame))[::-1]
    count = round(0.1 * len(values))
    share = round(100 * values[:count].sum() / values.sum())
    assert (
        f"The worst {count} rows of {len(values)} make {share} % of the train" in plot.note.text()
    )
    assert "Worst: row " in plot.summary


def test_validation_rows_can_be_ranked(qtbot: QtBot) -> None:
    frame = loans()
    plot = shown(qtbot, frame)
    plot.header.choices.action("Rows", "validation").trigger()
    worst = int(np.argmax(losses(frame, "validation")))
    assert words(plot, 0)[0] == str(frame.hypothesis.prepared.validation.rows[worst] + 1)
    header, rows = plot.export_data()
    assert header[1] == "part"
    assert len(rows) == len(losses(frame, "validation"))


def test_rows_of_no_finite_loss_stand_on_top(qtbot: QtBot) -> None:
    frame = loans()
    plot = shown(qtbot, replace(frame, parameters=np.full_like(frame.parameters, np.nan)))
    assert words(plot, 0)[2:4] == ["not a number", "not a number"]


def test_a_landscape_has_no_rows(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "none"}, "model": {"kind": "landscape"}}, 2)
    plot = shown(qtbot, frame)
    assert "no rows" in plot.empty.text()
    assert not plot.table.isVisible()


def test_many_rows_are_ranked_in_the_background(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_rows, "is_cheap", lambda *_: False)
    gate = threading.Event()
    plot = shown(qtbot, loans(), gate)
    assert plot.empty.text() == "Ranking all train rows by their loss …"
    gate.set()
    qtbot.waitUntil(lambda: plot.table.model().rowCount() > 0, timeout=5000)
    assert words(plot, 0)[3] == fixed(float(losses(loans()).max()))
    plot.shutdown()


def test_a_low_panel_keeps_the_table_and_lets_the_curve_go(qtbot: QtBot) -> None:
    plot = shown(qtbot, loans())
    assert plot.canvas.isVisible()
    plot.resize(240, 200)
    assert not plot.canvas.isVisible()
    qtbot.waitUntil(lambda: plot.table.viewport().height() > plot.table.rowHeight(0))
    plot.resize(420, 380)
    assert plot.canvas.isVisible()


def test_the_mark_of_a_row_without_loss_has_room_below(qtbot: QtBot) -> None:
    plot = shown(qtbot, diabetes())
    _, (bottom, top) = plot.plot_item.getViewBox().viewRange()
    assert bottom < -0.05 * top


def test_other_data_with_more_columns_are_fitted_in_anew(qtbot: QtBot) -> None:
    plot = shown(qtbot, replace(trained({}, 3), run_number=1))
    table = plot.table
    plot.set_frame(replace(loans(), run_number=2))
    QApplication.processEvents()
    seen = [k for k in range(table.model().columnCount()) if not table.isColumnHidden(k)]
    assert sum(table.columnWidth(k) for k in seen) <= table.viewport().width()
    assert "more column" in table.toolTip()
    plot.set_frame(replace(digits(), run_number=3))
    assert table.rowHeight(0) >= SIDE, "a picture has the height it needs"
