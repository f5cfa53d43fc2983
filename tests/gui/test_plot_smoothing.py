"""Smoothing, ghosts and the legend of the loss plot: matters of the eye, never of the run."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.plots.smoothing import smoothed
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame, Ghost
from tests.gui.frames import LINE, frame_of, trained, with_curve, with_ghost


@cache
def moons(steps: int = 60, rate: float = 0.6) -> Frame:
    return trained({"optimizer": {"learning_rate": rate}}, steps)


@cache
def pinned(number: int, rate: float = 0.1, steps: int = 40) -> Ghost:
    ghost = with_ghost(moons(), moons(steps, rate), f"rate {rate:g}").ghost
    assert ghost is not None
    return replace(ghost, number=number)


def shown(qtbot: QtBot, frame: Frame, height: int = 400) -> LossPlot:
    plot = LossPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(420, height)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    return plot


def drawn(plot: LossPlot, name: str) -> Any:
    curve = plot._curves[name]  # noqa: SLF001
    return curve.getData()[1] if curve.isVisible() else None


def slowly(steps: Any, values: Any, reach: float) -> list[float]:
    """Average every value with all before it, each by how far it lies back."""
    result = []
    for i, step in enumerate(steps):
        if not math.isfinite(values[i]):
            result.append(values[i])
            continue
        pairs = [
            (math.exp((s - step) / reach), v)
            for s, v in zip(steps[: i + 1], values[: i + 1], strict=True)
            if math.isfinite(v)
        ]
        result.append(sum(w * v for w, v in pairs) / sum(w for w, _ in pairs))
    return result


@pytest.mark.parametrize("reach", [0.01, 3.0, 50.0])
def test_an_average_weighs_each_value_by_how_far_it_lies_back(reach: float) -> None:
    rng = np.random.default_rng(0)
    steps = np.cumsum(rng.integers(1, 9, 200)).astype(float)
    values = rng.normal(size=200)
    values[[7, 60]] = np.nan, np.inf
    wanted = slowly(steps, values, reach)
    assert np.allclose(smoothed(steps, values, reach), wanted, rtol=1e-9, equal_nan=True)


def test_a_constant_stays_what_it_is_and_nothing_stays_nothing() -> None:
    steps = np.arange(1.0, 3000.0, 7)
    assert np.allclose(smoothed(steps, np.full(len(steps), 0.25), 2.0), 0.25, rtol=1e-12)
    assert len(smoothed(np.empty(0), np.empty(0), 10.0)) == 0


def test_the_raw_curve_stays_in_sight_behind_the_smoothed_one(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    assert drawn(plot, "soft batch") is None
    plot.set_smoothing("10")
    total = frame.curves["total"]
    assert np.array_equal(drawn(plot, "batch"), total.values)
    assert np.allclose(drawn(plot, "soft batch"), slowly(total.steps, total.values, 10))
    assert drawn(plot, "soft validation") is not None
    button = plot.legend.buttons["soft"]
    assert button.text() == "smoothed, 10 steps"
    button.click()
    assert drawn(plot, "soft batch") is None
    plot.set_smoothing("0")
    assert not button.isVisible()


def test_smoothing_on_a_log_scale_is_of_the_losses_not_of_their_logarithms(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_smoothing("30")
    plot.set_scale("log")
    total = frame.curves["total"]
    wanted = np.log10(slowly(total.steps, total.values, 30))
    assert np.allclose(drawn(plot, "soft batch"), wanted)


def test_a_lost_value_breaks_the_smoothed_curve_and_stays_marked(qtbot: QtBot) -> None:
    steps = np.arange(1, 61)
    values = np.where(steps == 30, np.nan, 1.0 / steps)
    plot = shown(qtbot, with_curve(moons(), "total", steps, values))
    plot.set_smoothing("10")
    assert np.flatnonzero(np.isnan(drawn(plot, "soft batch"))).tolist() == [29]
    assert plot.marks.bad.getData()[0].tolist() == [30]


def test_smoothing_leaves_run_and_frame_as_they_are(qtbot: QtBot) -> None:
    run = Run(Experiment())
    run.advance(30)
    before = run.fingerprint(), len(run.history)
    frame = frame_of(run)
    values = frame.curves["total"].values.copy()
    plot = shown(qtbot, frame)
    plot.set_smoothing("10")
    _, rows = plot.export_data()
    raw = [row[-1] for row in rows if row[0] == "total"]
    assert raw == values.tolist()
    assert np.array_equal(frame.curves["total"].values, values)
    assert (run.fingerprint(), len(run.history)) == before


def test_pinned_runs_are_drawn_behind_and_named_in_the_legend(qtbot: QtBot) -> None:
    frame = replace(moons(), ghosts=(pinned(1), pinned(3, 1.5, 90)))
    plot = shown(qtbot, frame)
    assert np.array_equal(drawn(plot, "ghost 1"), pinned(1).curves["train_loss"].values)
    assert drawn(plot, "ghost") is None
    assert drawn(plot, "ghost 2") is None
    assert plot.legend.buttons["ghost 1"].text() == "1: rate 0.1"
    tags = plot.marks.labels.tags
    assert [tags[f"ghost {n}"].text for n in (1, 2, 3)] == ["1", "", "3"]
    (_, right), _ = plot.plot_item.getViewBox().viewRange()
    assert right > 90
    assert "3: rate 1.5" in plot._hover_text(40, 0.3)  # noqa: SLF001


def test_the_legend_hides_a_line_and_tells_it_without_colour(qtbot: QtBot) -> None:
    frame = replace(moons(), ghosts=(pinned(1),))
    plot = shown(qtbot, frame)
    for key in ("train", "batch", "validation", "ghost 1"):
        button = plot.legend.buttons[key]
        assert drawn(plot, key) is not None
        button.click()
        assert drawn(plot, key) is None
        assert button.font().strikeOut()
        assert button.accessibleName().endswith("hidden")
    assert plot.selection.hidden_ghosts == {1}
    assert "train" in plot.summary
    plot.legend.buttons["ghost 1"].click()
    assert drawn(plot, "ghost 1") is not None


def test_a_pinned_run_that_diverged_does_not_press_the_others_flat(qtbot: QtBot) -> None:
    steps = np.arange(0, 41, 10)
    wild = with_curve(moons(40, 0.1), "train_loss", steps, np.array([0.7, 5, 1e3, 1e9, 1e30]))
    ghost = replace(pinned(2), curves=wild.curves)
    _, plain = shown(qtbot, moons()).plot_item.getViewBox().viewRange()
    plot = shown(qtbot, replace(moons(), ghosts=(ghost,)))
    _, (_, top) = plot.plot_item.getViewBox().viewRange()
    assert plain[1] < top < 5 * plain[1]
    assert plot.note.text() == "Partly higher than shown: 2."


def test_it_says_which_pinned_runs_wait(qtbot: QtBot) -> None:
    plot = shown(qtbot, replace(moons(), apart=(pinned(2),)))
    assert "Pinned run 2 is not drawn" in plot.note.text()


def test_a_low_plot_keeps_its_height_for_the_curves(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(), height=200)
    assert not plot.legend.row.isVisible()
    assert plot.legend.button.isVisible()
    plot.resize(420, 400)
    qtbot.waitUntil(plot.legend.row.isVisible)
    assert not plot.legend.button.isVisible()


def test_the_legend_of_a_low_plot_is_a_menu_that_hides_by_keyboard(qtbot: QtBot) -> None:
    plot = shown(qtbot, replace(moons(), ghosts=(pinned(1),)), height=200)
    menu = plot.legend.menu
    assert plot.legend.button.menu() is menu
    assert plot.legend.button.focusPolicy() & Qt.FocusPolicy.TabFocus
    menu.popup(plot.mapToGlobal(plot.rect().center()))
    assert [a.text() for a in menu.actions()] == ["train", "validation", "batch", "1: rate 0.1"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(menu, key)
    assert drawn(plot, "validation") is None
    menu.aboutToShow.emit()
    assert [a.isChecked() for a in menu.actions()] == [True, False, True, True]
    menu.actions()[1].trigger()
    assert drawn(plot, "validation") is not None


def test_the_legend_follows_theme_and_data(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_theme(DARK)
    plot.set_frame(trained({**LINE, "preparation": {"validation": 0}}, 3))
    assert not plot.legend.buttons["validation"].isVisible()
    assert plot.legend.buttons["train"].isVisible()
