"""The views along a line: what is drawn is what was computed, and the words add up."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.rays import Ray, Strip
from gd_studio.gui.background import open_gate
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.export import to_csv, to_svg
from gd_studio.gui.plots.ray import RayPlot
from gd_studio.gui.plots.ray_view import heights
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, overlap, put_up, trained

FULL = {**LINE, "training": {"batch_size": None}}
ADAM = {"optimizer": {"kind": "adam", "learning_rate": 0.05}}
TOO_HIGH = {**FULL, "optimizer": {"kind": "sgd", "learning_rate": 0.9}}
LANDSCAPE = {"data": {"kind": "none"}, "model": {"kind": "landscape"}}


@cache
def moons(steps: int = 6) -> Frame:
    return trained({}, steps)


@cache
def line(steps: int = 3) -> Frame:
    return trained(FULL, steps)


def shown(qtbot: QtBot, frame: Frame, selection: Selection | None = None) -> RayPlot:
    plot = RayPlot(LIGHT, selection or Selection(), open_gate())
    put_up(qtbot, plot, frame)
    return plot


def settle(qtbot: QtBot, plot: RayPlot) -> None:
    qtbot.waitUntil(lambda: plot.found is not None and not plot.is_computing, timeout=20000)


def ray_in(plot: RayPlot) -> Ray:
    found = plot.found
    assert isinstance(found, Ray)
    return found


def strip_in(plot: RayPlot) -> Strip:
    found = plot.found
    assert isinstance(found, Strip)
    return found


def test_the_lines_are_the_computed_losses(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    found, view = ray_in(plot), plot._ray_view  # noqa: SLF001
    x, y = view._train.getData()  # noqa: SLF001
    assert np.array_equal(x, found.rates)
    assert np.array_equal(y, found.train)
    assert view._batch.isVisible()  # noqa: SLF001
    assert np.array_equal(view._batch.getData()[1], found.batch)  # noqa: SLF001
    forecast = found.before.batch - found.rates * found.gradient_norm**2
    assert view._forecast.getData()[1] == pytest.approx(forecast)  # noqa: SLF001


def test_the_rate_and_where_the_step_ended_are_marked(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    view = plot._ray_view  # noqa: SLF001
    assert frame.record is not None
    assert view._rate.value() == frame.record.learning_rate  # noqa: SLF001
    x, y = view._end.getData()  # noqa: SLF001
    assert (x[0], y[0]) == pytest.approx(
        (frame.record.learning_rate, frame.evaluation.train["total"])
    )
    assert not view._chosen.isVisible()  # noqa: SLF001


def test_another_rate_that_is_set_now_is_marked_too_and_in_sight(qtbot: QtBot) -> None:
    frame = line()
    optimizer = msgspec.structs.replace(frame.experiment.optimizer, learning_rate=0.4)
    experiment = msgspec.structs.replace(frame.experiment, optimizer=optimizer)
    plot = shown(qtbot, replace(frame, experiment=experiment))
    chosen = plot._ray_view._chosen  # noqa: SLF001
    assert chosen.isVisible()
    assert chosen.value() == 0.4
    assert ray_in(plot).rates[-1] == pytest.approx(1.2)
    assert ray_in(plot).rate == pytest.approx(0.1)


def test_of_a_full_batch_there_is_one_line(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    assert not plot._ray_view._batch.isVisible()  # noqa: SLF001
    assert "batch" not in plot.note.text()


def test_the_note_has_forecast_and_actual_drop(qtbot: QtBot) -> None:
    frame = line()
    plot = shown(qtbot, frame)
    found, record = ray_in(plot), frame.record
    assert record is not None
    promised = record.learning_rate * record.gradient_norm**2
    assert f"= {exact(promised, 4)} · " in plot.note.text()
    drop = record.total - frame.evaluation.train["total"]
    assert f"actual drop {exact(drop, 4)} (" in plot.note.text()
    assert found.step == 3
    assert plot.summary.startswith("Loss along the gradient at step 3: forecast")


def test_in_a_low_plot_the_note_is_short_and_its_tooltip_whole(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    full = plot.note.text()
    plot.resize(240, 200)
    assert plot.note.text().startswith("batch: drop ")
    assert len(plot.note.text()) < 70 < len(full)
    assert plot.note.toolTip() == full


def test_a_step_that_left_the_ray_is_said_to(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained(ADAM, 5))
    assert f"{ray_in(plot).angle:.0f}° off the gradient" in plot.note.text()
    assert "off the gradient" not in shown(qtbot, line()).note.text()


def test_dropout_is_named_as_what_the_step_saw(qtbot: QtBot) -> None:
    frame = trained({"model": {"dropout": 0.5}}, 3)
    plot = shown(qtbot, frame)
    assert frame.record is not None
    wanted = f"in the step itself the loss was {exact(frame.record.total, 4)}"
    assert wanted in plot.note.text()
    assert "in the step itself" not in shown(qtbot, moons()).note.text()


def test_at_the_start_nothing_has_dropped_yet(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(0))
    assert "it would drop by" in plot.note.text()
    assert not plot._ray_view._end.isVisible()  # noqa: SLF001
    assert ray_in(plot).after is None


def test_a_wall_beyond_the_picture_is_said(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained(TOO_HIGH, 2))
    plot.set_rates("log")
    settle(qtbot, plot)
    found = ray_in(plot)
    assert f"it climbs to {exact(float(found.train.max()), 3)}" in plot.note.text()
    assert heights(found)[1] < found.train.max()
    assert plot._ray_view._rate.value() == pytest.approx(np.log10(found.rate))  # noqa: SLF001


def test_losses_that_are_not_finite_are_said(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    found = ray_in(plot)
    broken = found.train.copy()
    broken[40:] = np.nan
    plot._on_found(None, replace(found, train=broken))  # noqa: SLF001
    assert f"no finite loss from rate {exact(float(found.rates[40]), 3)} on" in plot.note.text()


def test_hover_gives_the_exact_losses_at_a_rate(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    found = ray_in(plot)
    text = plot._hover_text(float(found.rates[20]) + 1e-4, 0.0)  # noqa: SLF001
    assert text.splitlines() == [
        f"rate {exact(float(found.rates[20]))}",
        f"training rows {exact(float(found.train[20]))}",
        f"batch of 32 {exact(float(found.batch[20]))}",
        f"forecast {exact(float(found.forecast(found.rates)[20]))}",
    ]


def test_the_strip_follows_the_selected_parameter(qtbot: QtBot) -> None:
    frame, selection = moons(), Selection()
    plot = shown(qtbot, frame, selection)
    plot.set_view("strip")
    settle(qtbot, plot)
    assert strip_in(plot).parameter == 0
    selection.set_parameter(9)
    qtbot.waitUntil(lambda: strip_in(plot).parameter == 9, timeout=20000)
    found = strip_in(plot)
    x, y = plot._strip_view._now.getData()  # noqa: SLF001
    assert (x[0], y[0]) == pytest.approx((frame.parameters[9], frame.evaluation.train["total"]))
    x, _ = plot._strip_view._before.getData()  # noqa: SLF001
    assert x[0] == frame.previous[9]
    ends, heights_of = plot._strip_view._tangent.getData()  # noqa: SLF001
    slope = (heights_of[1] - heights_of[0]) / (ends[1] - ends[0])
    assert slope == pytest.approx(found.slope)
    assert exact(found.slope, 4) in plot.note.text()
    name = frame.hypothesis.said_name(9)
    assert plot._scales[0].name == name  # noqa: SLF001
    assert plot._hover_text(found.value, 0.0).startswith(f"{name} = ")  # noqa: SLF001


@pytest.mark.parametrize("parameter", range(4))
def test_the_values_before_and_now_have_their_names_on_their_own_sides(
    qtbot: QtBot, parameter: int
) -> None:
    selection = Selection()
    selection.set_parameter(parameter)
    plot = shown(qtbot, moons(), selection)
    plot.set_view("strip")
    settle(qtbot, plot)
    assert plot.header.title.text() == "Along one parameter"
    found, tags = strip_in(plot), plot._strip_view._tags  # noqa: SLF001
    assert found.before is not None
    ordered = tags["before"].place[0] < tags["now"].place[0]
    assert ordered == (found.before < found.value)
    left, right = ("before", "now") if ordered else ("now", "before")
    assert tags[left].box.right() < tags[right].box.left()


def test_a_strip_of_no_numbers_draws_nothing_and_does_not_fail(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, replace(frame, parameters=np.full_like(frame.parameters, np.nan)))
    plot.set_view("strip")
    settle(qtbot, plot)
    assert not plot._strip_view._line.isVisible()  # noqa: SLF001
    assert "not a number" in plot.note.text()


@pytest.mark.parametrize("view", ["ray", "strip"])
def test_landscapes_have_both_views(qtbot: QtBot, view: str) -> None:
    plot = shown(qtbot, trained(LANDSCAPE, 2))
    plot.set_view(view)
    settle(qtbot, plot)
    assert plot._scales[1].name == "f(x, y)"  # noqa: SLF001
    assert not plot.empty.isVisible()


def test_the_last_line_stays_and_says_its_step_while_a_new_one_comes(qtbot: QtBot) -> None:
    plot = shown(qtbot, line(2))
    later = line(3)
    plot.set_frame(later)
    assert plot.header.detail.text().endswith("of step 2")
    settle(qtbot, plot)
    assert "of step" not in plot.header.detail.text()
    assert ray_in(plot).step == 3


@pytest.mark.parametrize("change", [{}, ADAM, TOO_HIGH])
def test_names_of_lines_do_not_lie_on_one_another(qtbot: QtBot, change: Any) -> None:
    plot = shown(qtbot, trained(change, 4))
    # The note has just come, and what it takes of the plot's height is laid out after this.
    qtbot.waitUntil(lambda: overlap(plot._ray_view._tags.values()) == 0, timeout=2000)  # noqa: SLF001


def test_both_views_export_their_points_and_a_drawing(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    rows = to_csv(plot).decode().splitlines()
    assert rows[0] == "rate,training loss,batch loss,forecast"
    assert len(rows) == 1 + len(ray_in(plot).rates)
    assert b"training rows" in to_svg(plot)
    plot.set_view("strip")
    settle(qtbot, plot)
    rows = to_csv(plot).decode().splitlines()
    assert rows[0] == '"hidden 1.weight[0,0]",training loss'
    assert float(rows[1].split(",")[1]) == strip_in(plot).losses[0]


def test_a_hidden_view_computes_nothing_and_closing_ends_its_work(qtbot: QtBot) -> None:
    plot = shown(qtbot, line(2))
    plot.set_theme(DARK)
    plot.hide()
    plot.set_frame(line(3))
    assert not plot.is_computing
    plot.show()
    settle(qtbot, plot)
    assert ray_in(plot).step == 3
    plot.close()
    assert not plot.is_computing


def test_what_hiding_gave_up_is_computed_when_the_view_is_shown_again(qtbot: QtBot) -> None:
    gate = threading.Event()
    plot = RayPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(line(3))
    asked = plot.is_computing
    plot.hide()
    assert (asked, plot.is_computing) == (True, False)
    gate.set()
    plot.show()
    settle(qtbot, plot)
    assert ray_in(plot).step == 3


def test_a_line_of_the_run_or_view_before_is_not_drawn_in_this(qtbot: QtBot) -> None:
    gate = threading.Event()
    plot = RayPlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(line(3))
    worker = plot._worker  # noqa: SLF001
    asked = worker.number
    plot.set_frame(replace(moons(), run_number=2))
    assert worker.number > asked, "the answer about the run before is dropped"
    asked = worker.number
    plot.set_view("strip")
    assert worker.number > asked, "the answer about the other view is dropped"
    gate.set()
