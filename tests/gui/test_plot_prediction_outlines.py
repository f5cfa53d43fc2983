"""The start, the run before and pinned runs are outlined; the batch's rows are ringed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.outlines import START
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.view_menus import BATCH
from gd_studio.gui.plots.view_menus import START as START_MENU
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, trained, with_ghost


@cache
def moons(steps: int = 30) -> Frame:
    return trained({}, steps)


def shown(qtbot: QtBot, frame: Frame) -> PredictionPlot:
    plot = PredictionPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(420, 380)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    return plot


def test_the_boundary_of_the_start_is_outlined_with_its_name(qtbot: QtBot) -> None:
    frame = moons()
    outlines = shown(qtbot, frame)._all.map.outlines  # noqa: SLF001
    x, y = outlines._curves[START].getData()  # noqa: SLF001
    guess = frame.hypothesis.predict(trained({}).parameters, np.column_stack([x, y]))
    assert np.abs(guess[:, 0] - 0.5).max() < 0.02
    assert outlines._tags[START].text == "start"  # noqa: SLF001


def test_at_the_start_itself_there_is_nothing_to_outline(qtbot: QtBot) -> None:
    assert not shown(qtbot, trained({}))._all.map.outlines._curves  # noqa: SLF001


def test_pinned_runs_are_outlined_by_their_number(qtbot: QtBot) -> None:
    frame = with_ghost(moons(), moons(400))
    assert frame.ghost is not None
    pinned = replace(frame.ghost, number=2, label="rate 3", parameters=moons(60).parameters)
    plot = shown(qtbot, replace(frame, ghosts=(pinned,)))
    outlines = plot._all.map.outlines  # noqa: SLF001
    assert outlines._tags[2].text == "2: rate 3"  # noqa: SLF001
    assert outlines._tags[0].text == "before: rate 0.1"  # noqa: SLF001
    plot.selection.show_ghost(2, False)
    assert not outlines._curves[2].isVisible()  # noqa: SLF001
    plot.header.choices.action(START_MENU, "hidden").trigger()
    assert not outlines._curves[START].isVisible()  # noqa: SLF001


def test_a_fit_has_the_line_of_the_start(qtbot: QtBot) -> None:
    frame = trained(LINE, 5)
    plot = shown(qtbot, frame)
    x, y = plot._all.fit.outlines._curves[START].getData()  # noqa: SLF001
    guess = frame.hypothesis.predict(trained(LINE).parameters, x[:, None])[:, 0]
    assert y == pytest.approx(guess)


@pytest.mark.parametrize("view", ["map", "failure"])
def test_the_rows_of_the_batch_are_ringed(qtbot: QtBot, view: str) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_view(view)
    x, y = plot._rings._rings.getData()  # noqa: SLF001
    rows = frame.hypothesis.prepared.train.rows[frame.batch_rows]
    columns = [column.values[rows] for column in frame.hypothesis.prepared.dataset.columns]
    wanted = sorted(zip(*columns, strict=True))
    assert np.asarray(sorted(zip(x, y, strict=True))) == pytest.approx(np.asarray(wanted))
    said = plot._hover_text(float(x[0]), float(y[0]))  # noqa: SLF001
    assert said.endswith("ringed: in this step's batch")
    plot.header.choices.action(BATCH, "plain").trigger()
    assert not plot._rings._rings.isVisible()  # noqa: SLF001
    assert "ringed" not in plot._hover_text(float(x[0]), float(y[0]))  # noqa: SLF001


def test_a_batch_of_all_rows_is_not_ringed(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"training": {"batch_size": None}}, 3))
    assert not plot._rings._rings.isVisible()  # noqa: SLF001
