"""Who moved most and who pulled: the largest first, chosen by click and key, cheap on all rows."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.pulls import pulls
from gd_studio.experiment.run import Run
from gd_studio.gui.appearance import apply_theme
from gd_studio.gui.panels.bar_rows import NO_KEY, BarRow
from gd_studio.gui.panels.bar_table import BarTable
from gd_studio.gui.panels.movers_panel import MoversPanel
from gd_studio.gui.panels.pulled import batch_of, without_words
from gd_studio.gui.parameter_names import fitting_name
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.desk import Desk
from tests.gui.frames import LINE, frame_of, trained

PENALISED: dict[str, Any] = {"penalty": {"l2": 0.1}}
LOANS: dict[str, Any] = {"data": {"kind": "loan_applicants"}}


@pytest.fixture
def panel(qtbot: QtBot) -> MoversPanel:
    gate = threading.Event()
    gate.set()
    made = MoversPanel(Selection(), gate)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(panel: MoversPanel) -> list[int]:
    return [row.key for row in panel.table.rows.rows]


def selection_of(panel: MoversPanel) -> Selection:
    return panel._selection  # noqa: SLF001


def test_a_heading_without_room_ends_in_dots_and_says_the_whole(panel: MoversPanel) -> None:
    panel.resize(460, 400)
    panel.set_frame(trained(steps=5))
    rows, flat = panel.table.rows, Qt.Orientation.Horizontal
    whole = "5 of 105 parameters"
    assert rows.headerData(0, flat) == whole
    panel.resize(215, 400)
    said = rows.headerData(0, flat)
    assert said.endswith("…")
    assert whole.startswith(said[:-1])
    assert rows.headerData(0, flat, Qt.ItemDataRole.AccessibleTextRole) == whole


@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_words_stand_under_their_headings(qapp: QApplication, qtbot: QtBot, scale: float) -> None:
    apply_theme(qapp, LIGHT, scale)
    table = BarTable("Words")
    qtbot.addWidget(table)
    table.resize(500, 100)
    table.show_rows(("HHH", "HHH", ""), ("",) * 3, (BarRow(1, ("HHH", "HHH"), 0.0, ""),), NO_KEY)
    table.show()
    qtbot.waitExposed(table)
    heads = edges(table.horizontalHeader().viewport())
    assert edges(table.viewport()) == heads
    apply_theme(qapp, LIGHT)


def edges(widget: QWidget) -> list[int]:
    """Return where each word of a widget with one line of words begins and ends, in pixels."""
    image = widget.grab().toImage()
    dark = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y).lightness() < 190 for y in range(image.height() - 3))
    ]
    apart = [i for i in range(1, len(dark)) if dark[i] - dark[i - 1] > 20]
    starts = [0, *apart]
    return [dark[i] for i in starts] + [dark[i - 1] for i in (*apart, len(dark))]


def test_the_largest_movers_come_first_with_value_gradient_and_way(panel: MoversPanel) -> None:
    frame = trained(steps=5)
    panel.set_frame(frame)
    change = frame.parameters - frame.previous
    first = np.argsort(-np.abs(change), kind="stable")
    selection_of(panel).set_parameter(int(first[0]))
    assert shown(panel) == first[:5].tolist()
    row = panel.table.rows.rows[1]
    assert row.cells[0] == frame.hypothesis.said_name(row.key)
    assert row.bar == pytest.approx(change[first[1]] / np.abs(change).max())
    assert f"moved {'up' if change[first[1]] > 0 else 'down'} by" in row.help
    assert panel.table.rows.headers[0] == "5 of 105 parameters"
    panel.set_order("gradient")
    assert shown(panel)[:3] == np.argsort(-np.abs(frame.gradient))[:3].tolist()


def test_values_of_any_size_fit_their_column(panel: MoversPanel) -> None:
    frame = trained(steps=5)
    panel.set_frame(replace(frame, parameters=-1.71e22 * np.ones(105)))
    table = panel.table
    for row in table.rows.rows:
        assert row.cells[1] == "−1.7e22"
        assert table.fontMetrics().horizontalAdvance(row.cells[1]) < table.columnWidth(1)


def test_the_selected_parameter_is_always_among_them(panel: MoversPanel) -> None:
    frame = trained(steps=5)
    panel.set_frame(frame)
    least = int(np.abs(frame.parameters - frame.previous).argmin())
    selection_of(panel).set_parameter(least)
    assert shown(panel)[-1] == least
    assert len(shown(panel)) == 5
    chosen = [index.row() for index in panel.table.selectionModel().selectedRows()]
    assert chosen == [4]
    assert "Selected, number 105" in panel.table.accessibleDescription()


def test_a_click_and_the_arrow_keys_select_a_parameter(panel: MoversPanel) -> None:
    panel.set_frame(trained(steps=5))
    table, keys = panel.table, shown(panel)
    at = table.visualRect(table.rows.index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert selection_of(panel).parameter == keys[1]
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert selection_of(panel).parameter == keys[2]
    QTest.keyClick(table, Qt.Key.Key_Up)
    QTest.keyClick(table, Qt.Key.Key_Up)
    assert selection_of(panel).parameter == keys[0]


def test_columns_of_the_data_count_as_one(panel: MoversPanel) -> None:
    frame = trained(LOANS, 3)
    panel.set_most("20")
    panel.set_grouped("columns")
    panel.set_frame(frame)
    names = [row.cells[0] for row in panel.table.rows.rows]
    columns = [column.name for column in frame.hypothesis.prepared.columns_in_use]
    assert set(columns) <= set(names)
    layer = frame.hypothesis.network.layers[0]
    place = names.index(columns[0])
    parts = [f.column == columns[0] for f in frame.hypothesis.prepared.features]
    moved = layer.matrix(frame.parameters - frame.previous)[:, :-1][:, parts]
    assert f"moved by {np.linalg.norm(moved):.4g}" in panel.table.rows.rows[place].help
    assert not panel.table.rows.rows[place].signed


def test_signal_to_noise_orders_by_agreement_of_the_rows(panel: MoversPanel) -> None:
    frame = trained(steps=5)
    panel.set_order("agreement")
    panel.set_frame(frame)
    batch = batch_of(frame)
    parts = np.array([pulls(batch, i).parts for i in range(105)])
    wanted = np.abs(parts.mean(axis=1)) / parts.std(axis=1)
    first = int(wanted.argmax())
    assert shown(panel)[0] == first
    assert f"signal-to-noise {wanted[first]:.3g}" in panel.table.rows.rows[0].help
    assert panel.table.rows.headers[2] == "signal"
    assert "standard deviation" in panel.table.rows.helps[2]


def test_signal_to_noise_of_a_single_row_says_what_it_needs(panel: MoversPanel) -> None:
    panel.set_order("agreement")
    panel.set_frame(trained({"training": {"batch_size": 1}}, 3))
    assert "two rows or more" in panel.words.text()
    assert panel.table.rows.headers[2] == "gradient"


def test_the_shares_of_those_who_pulled_make_a_hundred_per_cent(panel: MoversPanel) -> None:
    frame = trained(PENALISED, 5)
    panel.set_view("pulled")
    panel.set_frame(frame)
    rows = panel.table.rows.rows
    assert [row.cells[0] for row in rows[-2:]] == ["27 other rows", "penalty"]
    assert [row.key for row in rows[-2:]] == [NO_KEY, NO_KEY]
    shares = [float(row.cells[1].replace("−", "-").removesuffix(" %")) for row in rows]
    assert sum(shares) == pytest.approx(100, abs=3.5)  # seven numbers, each rounded
    strongest = pulls(batch_of(frame), 0).strongest(4)
    assert shown(panel)[:4] == frame.batch_rows[strongest].tolist()


def test_a_click_on_who_pulled_selects_the_row(panel: MoversPanel) -> None:
    panel.set_view("pulled")
    panel.set_frame(trained(steps=5))
    table, keys = panel.table, shown(panel)
    at = table.visualRect(table.rows.index(2, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (selection_of(panel).row, selection_of(panel).split) == (keys[2], "train")
    assert selection_of(panel).parameter == 0


def test_leaving_a_row_out_tells_the_other_step_and_leaves_the_run_as_it_is(
    panel: MoversPanel,
) -> None:
    run = Run(Experiment())
    run.advance(5)
    before = run.fingerprint()
    frame = frame_of(run)
    panel.set_view("pulled")
    panel.set_frame(frame)
    row = int(frame.batch_rows[3])
    selection_of(panel).set_row(row)
    assert not panel.words.isVisible()
    panel.leave_out.click()
    words = panel.words.text()
    rest = np.delete(frame.batch_rows, 3)
    hypothesis, train = run.hypothesis, run.data.train
    x, y = hypothesis.network_input(train.x[rest]), hypothesis.network_target(train.y[rest])
    oracle = hypothesis.network.oracle(hypothesis.loss, hypothesis.penalty, x, y)
    left = oracle.gradient(run.previous)[0]
    assert frame.record is not None
    new = run.previous[0] - frame.record.learning_rate * left
    assert f"{new:.5g} (gradient {left:.4g})".replace("-", "−") in words
    assert f"without row {int(train.rows[row]) + 1}:" in words
    assert run.fingerprint() == before


def test_a_row_outside_the_batch_cannot_be_left_out(panel: MoversPanel) -> None:
    frame = trained(steps=5)
    panel.set_view("pulled")
    panel.set_frame(frame)
    outside = next(i for i in range(320) if i not in frame.batch_rows)
    selection_of(panel).set_row(outside)
    assert not panel.leave_out.isEnabled()
    assert without_words(frame, pulls(batch_of(frame), 0), outside) == ""


def test_an_edit_at_the_shown_step_rules_only_from_the_next_one() -> None:
    run = Run(Experiment.from_dict(PENALISED))
    run.advance(4)
    run.edit({"penalty.l2": 5.0})
    for frame in (frame_of(run), _stepped(run)):
        found = pulls(batch_of(frame), 0)
        assert found.gradient == pytest.approx(frame.gradient[0], abs=1e-12)
    assert found.penalty == pytest.approx(5.0 * frame.previous[0])


def _stepped(run: Run) -> Frame:
    run.step()
    return frame_of(run)


def test_before_the_first_step_all_training_rows_pull(panel: MoversPanel) -> None:
    frame = trained(LINE)
    panel.set_frame(frame)
    assert [row.bar == row.bar for row in panel.table.rows.rows] == [False, False]
    panel.set_view("pulled")
    assert sum("other row" in row.cells[0] for row in panel.table.rows.rows) == 1
    assert pulls(batch_of(frame), 0).gradient == pytest.approx(frame.gradient[0], abs=1e-12)


def test_all_rows_of_a_large_batch_are_gone_through_in_the_background(
    panel: MoversPanel, qtbot: QtBot
) -> None:
    many = {"data": {"kind": "moons", "samples": 20_000}, "training": {"batch_size": None}}
    frame = trained(many, 2)
    panel.set_view("pulled")
    panel.set_frame(frame)
    assert panel.detail.full_text == "computing …"
    qtbot.waitUntil(lambda: not panel.is_busy, timeout=20_000)
    wanted = pulls(batch_of(frame), 0)
    assert shown(panel)[:4] == frame.batch_rows[wanted.strongest(4)].tolist()
    panel.set_view("moved")
    panel.set_order("agreement")
    assert "over all rows" in panel.words.text()
    qtbot.waitUntil(lambda: not panel.is_busy, timeout=20_000)
    assert panel.table.rows.headers[2] == "signal"
    panel.shutdown()


def test_numbers_that_are_lost_are_said_and_come_first(panel: MoversPanel) -> None:
    run = Run(Experiment.from_dict(LINE))
    run.advance(2)
    frame = frame_of(run)
    lost = np.array([frame.parameters[0], np.nan])
    panel.set_frame(_with_parameters(frame, lost))
    row = panel.table.rows.rows[0]
    assert (row.key, row.cells[1]) == (1, "NaN")
    assert "no number" in row.help


def _with_parameters(frame: Frame, parameters: Any) -> Frame:
    return replace(frame, parameters=parameters)


def test_the_card_stands_on_the_desk_and_follows_the_selection(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    card = desk.find("panel.movers")
    assert card.title.text() == "Who moved most"
    before = desk.frame
    key = shown(card)[2]
    at = card.table.visualRect(card.table.rows.index(2, 0)).center()
    QTest.mouseClick(card.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert desk.window.selection.parameter == key
    assert desk.window.desk.inside.parameter.currentIndex() == key
    desk.find("movers.switch").click()
    assert card.title.text() == "Who pulled"
    assert desk.frame is before


def test_a_landscape_has_movers_but_no_rows_that_pull(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"model": {"kind": "landscape"}, "data": {"kind": "none"}})
    desk.step(2)
    card = desk.find("panel.movers")
    assert {row.cells[0] for row in card.table.rows.rows} == {"x", "y"}
    assert not card.switch.isVisible()
    card.set_view("pulled")
    assert card.title.text() == "Who moved most"
    card.set_order("agreement")
    assert "no rows" in card.words.text()


def test_a_name_without_room_says_less_of_its_layer_before_it_is_cut(qtbot: QtBot) -> None:
    table = BarTable("Words")
    qtbot.addWidget(table)
    metrics = table.fontMetrics()
    name, short = "hidden 1: body mass index → 5", "h1: body mass index → 5"
    wide, narrow = (metrics.horizontalAdvance(words) for words in (name, short))
    assert fitting_name(name, wide, metrics) == name
    assert fitting_name(name, narrow, metrics) == short
    cut = fitting_name(name, narrow - 20, metrics)
    assert cut.startswith("h1: ")
    assert cut.endswith("→ 5")
    assert "…" in cut
    assert fitting_name("2.1514", metrics.horizontalAdvance("2.1514"), metrics) == "2.1514"


def test_all_names_of_a_table_are_whole_or_all_are_short_and_stay_so(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def watched(*given: Any) -> str:
        written.append(fitting_name(*given))
        return written[-1]

    monkeypatch.setattr("gd_studio.gui.panels.bar_paint.fitting_name", watched)
    table = BarTable("Words")
    qtbot.addWidget(table)
    table.show()

    def names(*said: str) -> list[str]:
        rows = [BarRow(key, (name, "0.1"), 0.5, name) for key, name in enumerate(said)]
        table.show_rows(("name", "value", "bar"), ("", "", ""), rows, NO_KEY)
        written.clear()
        table.grab()
        return [text for text in written if text != "0.1"]

    few = ("hidden 1: x → 5", "output: 2 → ŷ")
    wide = table.fontMetrics().horizontalAdvance(few[0])
    table.resize(round((wide + 80) / 0.8), 200)
    assert names(*few) == list(few)
    mixed = names(few[0], "hidden 1: body mass index → 5")
    assert mixed[0] == "h1: x → 5"
    assert mixed[1].startswith("h1: ")
    assert names(*few) == ["h1: x → 5", "out: 2 → ŷ"], "another step flips no form"
    table.forget_names()
    assert names(*few) == list(few)
