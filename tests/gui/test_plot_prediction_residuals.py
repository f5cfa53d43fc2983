"""Residuals as bars and as a histogram: actual less predicted, nothing left out unsaid."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots import all_rows
from gd_studio.gui.plots.histogram_view import HistogramView, bin_edges
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.residual_view import ResidualView
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, click, trained


@cache
def diabetes() -> Frame:
    change = {"data": {"kind": "diabetes"}, "model": {"kind": "linear"}}
    return trained(change | {"optimizer": {"learning_rate": 0.01}}, 20)


def shown(
    qtbot: QtBot, frame: Frame, name: str, gate: threading.Event | None = None
) -> tuple[PredictionPlot, Any]:
    plot = PredictionPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.resize(420, 380)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    plot.set_view(name)
    return plot, plot._views[name]  # noqa: SLF001


def residuals(frame: Frame, split: str = "train") -> Any:
    """Return actual less predicted, from the data set's own values."""
    prepared = frame.hypothesis.prepared
    part = getattr(prepared, split)
    actual = prepared.dataset.target.values[part.rows]
    return actual - frame.hypothesis.guess(frame.parameters, part.x)[:, 0]


@pytest.mark.parametrize("split", ["train", "validation"])
def test_each_row_stands_at_its_guess_and_residual(qtbot: QtBot, split: str) -> None:
    frame = diabetes()
    _, view = shown(qtbot, frame, "residuals")
    assert isinstance(view, ResidualView)
    group = next(group for group in view.points.groups if group.split == split)
    part = getattr(frame.hypothesis.prepared, split)
    guess = frame.hypothesis.guess(frame.parameters, part.x)[:, 0]
    assert group.x == pytest.approx(guess[group.rows])
    assert group.y == pytest.approx(residuals(frame, split)[group.rows])


def test_bars_stand_on_zero_by_their_sign(qtbot: QtBot) -> None:
    frame = diabetes()
    _, view = shown(qtbot, frame, "residuals")
    every = np.concatenate([residuals(frame, s) for s in ("train", "validation")])
    for sign, wanted in (("positive", every[every >= 0]), ("negative", every[every < 0])):
        _, y = view._bars[sign].getData()  # noqa: SLF001
        assert (y[::2] == 0).all()
        assert np.sort(y[1::2]) == pytest.approx(np.sort(wanted))


def test_mean_and_spread_are_of_all_rows(qtbot: QtBot) -> None:
    frame = diabetes()
    plot, _ = shown(qtbot, frame, "residuals")
    for split in ("train", "validation"):
        values = residuals(frame, split)
        said = f"{split} {exact(values.mean(), 2)} ± {exact(values.std(), 3)}"
        assert said in plot.header.detail.text()


def test_no_residual_lies_outside_of_the_plot(qtbot: QtBot) -> None:
    frame = diabetes()
    plot, view = shown(qtbot, frame, "residuals")
    (left, right), (bottom, top) = plot.plot_item.getViewBox().viewRange()
    for group in view.points.groups:
        assert left < group.x.min() <= group.x.max() < right
        assert bottom < group.y.min() <= group.y.max() < top


def test_a_click_selects_the_row_and_hover_says_it_exactly(qtbot: QtBot) -> None:
    frame = diabetes()
    plot, view = shown(qtbot, frame, "residuals")
    group = view.points.groups[0]
    at = int(np.argmax(group.y))
    x, y = float(group.x[at]), float(group.y[at])
    click(plot, x, y)
    assert plot.selection.row == group.rows[at]
    assert f"residual {exact(residuals(frame)[group.rows[at]])}" in plot._hover_text(x, y)  # noqa: SLF001


def test_rows_of_no_finite_guess_are_said(qtbot: QtBot) -> None:
    frame = diabetes()
    broken = replace(frame, parameters=np.full_like(frame.parameters, np.nan))
    for name in ("residuals", "histogram"):
        plot, _ = shown(qtbot, broken, name)
        rows = sum(len(getattr(frame.hypothesis.prepared, s).rows) for s in ("train", "validation"))
        assert f"{rows} rows of no finite guess" in plot.note.text()


def test_every_row_is_in_one_bin_of_the_histogram(qtbot: QtBot) -> None:
    frame = diabetes()
    plot, view = shown(qtbot, frame, "histogram")
    assert isinstance(view, HistogramView)
    edges = view._edges  # noqa: SLF001
    for split in ("train", "validation"):
        values = residuals(frame, split)
        counts = [
            ((values >= a) & (values < b)).sum() for a, b in itertools.pairwise(edges)
        ]
        assert view.counts[split].tolist() == counts
        assert sum(counts) == len(values)
    text = plot._hover_text(float(edges[3] + edges[4]) / 2, 1.0)  # noqa: SLF001
    assert f"train: {view.counts['train'][3]} row" in text


def test_bins_have_a_round_width_and_one_edge_at_zero() -> None:
    edges = bin_edges(np.array([-3.7, 12.2, 55.0]))
    assert np.ptp(np.diff(edges)) == pytest.approx(0)
    assert edges[0] <= -3.7
    assert edges[-1] >= 55
    assert 0.0 in edges.tolist()
    assert len(bin_edges(np.empty(0))) >= 2


def test_many_residuals_are_computed_in_the_background(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_rows, "is_cheap", lambda *_: False)
    gate = threading.Event()
    plot, view = shown(qtbot, diabetes(), "histogram", gate)
    assert plot.header.detail.text() == "adding up all rows …"
    gate.set()
    qtbot.waitUntil(lambda: bool(view.counts), timeout=5000)
    assert view.counts["train"].sum() == len(residuals(diabetes()))
    plot.shutdown()


def test_both_views_export_what_they_draw(qtbot: QtBot) -> None:
    frame = trained(LINE, 3)
    plot, view = shown(qtbot, frame, "residuals")
    header, rows = plot.export_data()
    assert header == ["part", "row", "predicted", "residual"]
    assert [row[3] for row in rows if row[0] == "train"] == pytest.approx(list(residuals(frame)))
    plot.set_view("histogram")
    _, rows = plot.export_data()
    assert sum(row[3] for row in rows if row[0] == "train") == len(residuals(frame))
    assert view.points.groups
