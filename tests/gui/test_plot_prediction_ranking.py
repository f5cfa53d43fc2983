"""ROC and precision over recall, of train and validation rows, with exact values on hover."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots import all_rows
from gd_studio.gui.plots.axes import marks
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.ranking_view import RankingView
from gd_studio.gui.plots.view_menus import COUNTED, POSITIVE
from gd_studio.gui.selection import Selection, SplitName
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import trained


@cache
def moons(steps: int = 20) -> Frame:
    return trained({}, steps)


@cache
def wine() -> Frame:
    return trained({"data": {"kind": "wine"}}, 3)


def shown(
    qtbot: QtBot, frame: Frame, name: str = "roc", gate: threading.Event | None = None
) -> tuple[PredictionPlot, RankingView]:
    plot = PredictionPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.resize(400, 380)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    plot.set_view(name)
    view = plot._views[name]  # noqa: SLF001
    assert isinstance(view, RankingView)
    return plot, view


def pairs_won(frame: Frame, split: str, code: int) -> float:
    part = getattr(frame.hypothesis.prepared, split)
    scores = frame.hypothesis.guess(frame.parameters, part.x)[:, code]
    high, low = scores[part.y == code], scores[part.y != code]
    return float(np.sign(high[:, None] - low[None]).mean() / 2 + 0.5)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_the_area_is_the_share_of_pairs_told_apart(qtbot: QtBot, split: SplitName) -> None:
    plot, view = shown(qtbot, moons())
    wanted = pairs_won(moons(), split, 1)
    assert view.found[split].auc == pytest.approx(wanted, abs=1e-12)
    assert f"{split} {wanted:.3f}" in plot.header.detail.text()


def test_any_of_many_classes_is_told_from_all_others(qtbot: QtBot) -> None:
    plot, view = shown(qtbot, wine())
    for code in range(3):
        plot.header.choices.action(POSITIVE, str(code)).trigger()
        assert view.found["train"].auc == pytest.approx(pairs_won(wine(), "train", code))
        assert f"Positive: {'●▲■'[code]} " in plot.note.text()


def test_the_mark_is_at_a_threshold_of_one_half(qtbot: QtBot) -> None:
    frame = moons()
    _, view = shown(qtbot, frame)
    part = frame.hypothesis.prepared.train
    taken = frame.hypothesis.guess(frame.parameters, part.x)[:, 1] >= 0.5
    wanted = (
        (taken & (part.y == 0)).sum() / (part.y == 0).sum(),
        (taken & (part.y == 1)).sum() / (part.y == 1).sum(),
    )
    x, y = view._marks["train"].getData()  # noqa: SLF001
    assert (x[0], y[0]) == pytest.approx(wanted)


def test_hover_gives_the_threshold_and_both_rates(qtbot: QtBot) -> None:
    plot, view = shown(qtbot, moons())
    one = view.found["train"]
    at = one.at(0.7)
    text = plot._hover_text(float(one.false_rate[at]), float(one.recall[at]))  # noqa: SLF001
    assert "threshold " in text
    assert "true positive rate (recall) 0." in text or "(recall) 1.0000" in text
    assert "false positive rate 0." in text
    assert f"of {one.positives} found" in text


def test_lines_differ_in_dash_and_the_baseline_is_the_diagonal(qtbot: QtBot) -> None:
    _, view = shown(qtbot, moons())
    train, held = (view._lines[s].opts["pen"] for s in ("train", "validation"))  # noqa: SLF001
    assert train.style() == Qt.PenStyle.SolidLine
    assert held.style() == Qt.PenStyle.CustomDashLine
    x, y = view._baseline.getData()  # noqa: SLF001
    assert (x.tolist(), y.tolist()) == ([0, 1], [0, 1])


def test_precision_over_recall_goes_in_the_steps_that_its_average_adds_up(qtbot: QtBot) -> None:
    frame = moons()
    plot, view = shown(qtbot, frame, "precision")
    x, y = view._lines["train"].getData()  # noqa: SLF001
    area = float((np.diff(x) * y[1:]).sum())
    found = view.found["train"].average_precision
    assert area == pytest.approx(found, abs=1e-12)
    assert f"{found:.3f}" in plot.header.detail.text()
    share = (frame.hypothesis.prepared.train.y == 1).mean()
    assert view._baseline.getData()[1].tolist() == pytest.approx([share, share])  # noqa: SLF001


def test_guesses_that_are_not_numbers_are_said(qtbot: QtBot) -> None:
    frame = moons()
    plot, _ = shown(qtbot, frame)
    plot.set_frame(replace(frame, parameters=np.full_like(frame.parameters, np.nan)))
    rows = len(frame.hypothesis.prepared.train.rows)
    assert f"{rows} train rows without a score" in plot.note.text()


def test_rows_of_one_kind_have_no_curve(qtbot: QtBot) -> None:
    frame = moons()
    plot, view = shown(qtbot, frame)
    prepared = frame.hypothesis.prepared
    held = replace(prepared.validation, y=np.zeros_like(prepared.validation.y))
    frame.hypothesis.__dict__["prepared"] = replace(prepared, validation=held)
    try:
        plot.set_frame(replace(frame, parameters=frame.parameters.copy(), run_number=5))
        plot.set_view("roc")
        assert math.isnan(view.found["validation"].auc)
        assert "All validation rows are negative: no curve." in plot.note.text()
        assert "validation –" in plot.header.detail.text()
    finally:
        frame.hypothesis.__dict__["prepared"] = prepared


def test_many_rows_are_ranked_in_the_background(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_rows, "is_cheap", lambda *_: False)
    gate = threading.Event()
    plot, view = shown(qtbot, moons(), gate=gate)
    assert plot.note.text() == "Ranking all rows …"
    gate.set()
    qtbot.waitUntil(lambda: bool(view.found), timeout=5000)
    assert view.found["train"].auc == pytest.approx(pairs_won(moons(), "train", 1))
    plot.shutdown()


def test_every_point_is_exported(qtbot: QtBot) -> None:
    plot, view = shown(qtbot, moons())
    header, rows = plot.export_data()
    assert header[:2] == ["part", "threshold"]
    assert len(rows) == sum(len(one.thresholds) for one in view.found.values())


def test_choices_of_other_views_are_not_offered(qtbot: QtBot) -> None:
    plot, _ = shown(qtbot, moons())

    def offered(group: str, word: str) -> Any:
        return word in plot.header.choices.offered(group)

    assert offered(POSITIVE, "1")
    assert not offered(COUNTED, "train")
    plot.set_view("confusion")
    assert not offered(POSITIVE, "1")
    assert offered(COUNTED, "train")


@pytest.mark.parametrize("name", ["roc", "precision"])
def test_curves_along_the_ends_of_the_axes_are_whole(qtbot: QtBot, name: str) -> None:
    plot, _ = shown(qtbot, moons(), name)
    per_x, per_y = plot.pixel_size()
    (left, right), (bottom, top) = plot.plot_item.getViewBox().viewRange()
    assert min(-left / per_x, (right - 1) / per_x) > 5, "a mark of ten pixels"
    assert min(-bottom / per_y, (top - 1) / per_y) > 5
    ends = [
        [label.at for label in marks(*ends, 3, scale)]
        for ends, scale in zip(((left, right), (bottom, top)), plot._scales, strict=True)  # noqa: SLF001
    ]
    assert ends == [[0, 1], [0, 1]]
