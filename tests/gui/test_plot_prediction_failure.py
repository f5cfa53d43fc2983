"""The heat map of failure shows the losses that add up to the loss, and hides no outlier."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.colour_maps import surface_colors
from gd_studio.gui.plots import all_rows
from gd_studio.gui.plots.failure_menu import PLANE, RIGHT
from gd_studio.gui.plots.failure_scale import LossScale, loss_scale
from gd_studio.gui.plots.failure_view import FailureView
from gd_studio.gui.plots.lens import Projection, Slice, projection
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, click, trained

SLOW = {"optimizer": {"learning_rate": 0.001}}


@cache
def moons(steps: int = 20) -> Frame:
    return trained({}, steps)


@cache
def wine() -> Frame:
    return trained({"data": {"kind": "wine"}}, 20)


@cache
def diabetes() -> Frame:
    return trained({"data": {"kind": "diabetes"}, "model": {"kind": "linear"}, **SLOW}, 20)


@cache
def digits() -> Frame:
    return trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}}, 5)


def shown(
    qtbot: QtBot, frame: Frame, row: int = 0, gate: threading.Event | None = None
) -> tuple[PredictionPlot, FailureView]:
    selection = Selection()
    selection.set_row(row)
    plot = PredictionPlot(LIGHT, selection, gate)
    qtbot.addWidget(plot)
    plot.resize(420, 400)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    plot.set_view("failure")
    view = plot._views["failure"]  # noqa: SLF001
    assert isinstance(view, FailureView)
    return plot, view


def expected(frame: Frame, split: str = "train") -> Any:
    part = getattr(frame.hypothesis.prepared, split)
    return frame.hypothesis.row_losses(frame.parameters, part)


def test_the_note_says_the_sum_over_rows_by_their_number_is_the_loss_shown(
    qtbot: QtBot,
) -> None:
    frame = moons()
    plot, _ = shown(qtbot, frame)
    found = re.search(
        r"Sum of row losses ([\d.]+) / (\d+) rows = ([\d.]+) \(train\)", plot.note.text()
    )
    assert found is not None
    total, rows, mean = float(found[1]), int(found[2]), float(found[3])
    assert rows == len(frame.hypothesis.prepared.train.rows)
    assert total == pytest.approx(float(expected(frame).sum()), rel=1e-4)
    assert mean == pytest.approx(frame.evaluation.train["loss"], rel=1e-4)
    shown_losses = plot._all.losses.of(frame, "train")  # noqa: SLF001
    assert shown_losses is not None
    assert shown_losses.mean == pytest.approx(frame.evaluation.train["loss"], rel=1e-12)


@pytest.mark.parametrize("make", [moons, wine, diabetes])
def test_at_the_selected_rows_place_the_map_is_that_rows_loss(qtbot: QtBot, make: Any) -> None:
    frame = make()
    row = 7
    plot, view = shown(qtbot, frame, row)
    plot._menus.failure.set_truth("row")  # noqa: SLF001
    assert view.lens is not None
    x, y = view.lens.places(frame.hypothesis.prepared.train.x[row][None])
    assert view.map.loss_at(float(x[0]), float(y[0])) == pytest.approx(
        float(expected(frame)[row]), rel=1e-9
    )


def test_a_chosen_class_is_taken_as_right_everywhere(qtbot: QtBot) -> None:
    frame = moons()
    plot, view = shown(qtbot, frame)
    for code in (0, 1):
        plot.header.choices.action(RIGHT, str(code)).trigger()
        guess = frame.hypothesis.predict(frame.parameters, [[0.3, 0.2]])[0, code]
        assert view.map.loss_at(0.3, 0.2) == pytest.approx(-np.log(guess), rel=1e-12)
        assert f"class {code}" in plot.header.detail.text()
        assert f"class {code}: " in plot._hover_text(0.3, 0.2)  # noqa: SLF001


def test_of_the_nearest_row_the_map_takes_its_target(qtbot: QtBot) -> None:
    frame = diabetes()
    _, view = shown(qtbot, frame)
    assert view.lens is not None
    train = frame.hypothesis.prepared.train
    (left, right), (bottom, top) = view.lens.spans
    x, y = view.lens.places(train.x)
    at = left + 0.4 * (right - left), bottom + 0.5 * (top - bottom)
    away = np.hypot((x - at[0]) / (right - left), (y - at[1]) / (top - bottom))
    guess = frame.hypothesis.outputs(frame.parameters, view.lens.row(*at)[None])
    wanted = float((guess[0, 0] - train.y[away.argmin(), 0]) ** 2)
    assert view.map.loss_at(*at) == pytest.approx(wanted, rel=1e-9)


def test_each_row_has_the_colour_of_its_loss(qtbot: QtBot) -> None:
    frame = moons()
    plot, view = shown(qtbot, frame)
    losses = expected(frame)
    shades = loss_scale(losses, frame.baseline.train_loss if frame.baseline else None).shades(
        losses
    )
    colors = surface_colors(32)
    for item, group in zip(view.points._items, view.points.groups, strict=False):  # noqa: SLF001
        for brush, row in zip(item.data["brush"], group.rows, strict=True):
            assert brush.color().getRgb()[:3] == tuple(colors[shades[row]].tolist())
    assert sum(len(group.rows) for group in view.points.groups) == len(losses)
    assert plot.view == "failure"


def test_brighter_is_worse_and_the_bar_says_so(qtbot: QtBot) -> None:
    _, view = shown(qtbot, moons())
    assert view.bar.words[0].startswith("worse")
    assert view.bar.words[1].endswith("better")
    brightness = surface_colors().astype(float).sum(axis=1)
    assert brightness[-1] > brightness[128] > brightness[0]
    shares = LossScale(2.0).shares([0.0, 0.5, 2.0, 9.0, np.nan])
    assert shares == pytest.approx([0, 0.5, 1, 1, 1])


def test_what_lies_beyond_the_scale_is_said(qtbot: QtBot) -> None:
    scale = LossScale(2.0)
    assert scale.beyond(np.array([1.0, 2.0])) == ""
    assert scale.beyond(np.array([1.0, 2.5, 7.0])) == "2 rows (worst 7)"
    said = scale.beyond(np.array([np.nan, 1.0]), np.array([[1.0, 3.0], [np.nan, 1.0]]))
    assert said == "1 row of no finite loss (✕), 50 % of the map"
    plot, view = shown(qtbot, moons())
    worst = float(view.map.values.max())
    assert view.bar.words[0].startswith("worse\n≥ ") == (worst > 1.5)
    assert "Beyond the scale: " in plot.note.text()


def test_rows_of_no_finite_loss_are_marked_not_dropped(qtbot: QtBot) -> None:
    frame = diabetes()
    plot, view = shown(qtbot, frame)
    plot.set_frame(replace(frame, parameters=np.full_like(frame.parameters, np.nan)))
    count = len(frame.hypothesis.prepared.train.rows)
    assert len(view._lost.data) == count  # noqa: SLF001
    assert f"{count} rows of no finite loss" in plot.note.text()


def test_validation_rows_add_up_to_the_validation_loss(qtbot: QtBot) -> None:
    frame = moons()
    plot, view = shown(qtbot, frame)
    plot._menus.failure.set_rows("validation")  # noqa: SLF001
    assert {group.split for group in view.points.groups} == {"validation"}
    assert "(validation)" in plot.note.text()
    found = plot._all.losses.of(frame, "validation")  # noqa: SLF001
    assert found is not None
    assert frame.evaluation.validation is not None
    assert found.mean == pytest.approx(frame.evaluation.validation["loss"], rel=1e-12)


def test_one_input_has_bars_from_the_rows_to_the_curve(qtbot: QtBot) -> None:
    frame = trained(LINE, 3)
    plot, view = shown(qtbot, frame)
    train = frame.hypothesis.prepared.train
    bars = [bar.getData() for bar in view.line._bars]  # noqa: SLF001
    y = np.concatenate([bar[1] for bar in bars]).reshape(-1, 2)
    assert len(y) == len(train.rows)
    assert np.sort((y[:, 0] - y[:, 1]) ** 2) == pytest.approx(np.sort(expected(frame)))
    assert not plot.header.choices.action(RIGHT, "row").isVisible()


def test_a_slice_and_a_projection_say_what_they_are(qtbot: QtBot) -> None:
    frame = wine()
    plot, view = shown(qtbot, frame, 5)
    number = int(frame.hypothesis.prepared.train.rows[5]) + 1
    assert isinstance(view.lens, Slice)
    assert plot.note.text().startswith(f"Slice through row {number}.")
    assert plot._columns.isVisible()  # noqa: SLF001
    plot.header.choices.action(PLANE, "projection").trigger()
    assert isinstance(view.lens, Projection)
    assert plot.note.text().startswith("Projection: ")
    assert not plot._columns.isVisible()  # noqa: SLF001


def test_a_projection_is_along_the_directions_of_largest_spread() -> None:
    prepared = wine().hypothesis.prepared
    plane = projection(prepared)
    x = prepared.train.x - prepared.train.x.mean(axis=0)
    values = np.linalg.svd(x, compute_uv=False) ** 2
    assert plane.explained == pytest.approx(values[:2] / values.sum())
    across, upwards = plane.places(prepared.train.x)
    assert (across**2).sum() == pytest.approx(values[0])
    assert (upwards**2).sum() == pytest.approx(values[1])
    assert np.ravel(plane.places(plane.row(1.5, -2.0)[None])) == pytest.approx([1.5, -2.0])
    grid = plane.grid(7)
    assert grid.rows[1 * 7 + 4] == pytest.approx(plane.row(grid.x[4], grid.y[1]))


def test_pictures_start_as_a_projection(qtbot: QtBot) -> None:
    _, view = shown(qtbot, digits())
    assert isinstance(view.lens, Projection)


def test_a_click_selects_the_row_and_the_truth_follows(qtbot: QtBot) -> None:
    plot, view = shown(qtbot, moons())
    plot._menus.failure.set_truth("row")  # noqa: SLF001
    for group in view.points.groups:
        x, y = float(group.x[3]), float(group.y[3])
        click(plot, x, y)
        part = moons().hypothesis.prepared.train
        assert f"class {part.y[plot.selection.row]}" in plot.header.detail.text()


def test_many_rows_are_added_up_in_the_background(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_rows, "is_cheap", lambda *_: False)
    frame = moons()
    gate = threading.Event()
    plot, _ = shown(qtbot, frame, gate=gate)
    assert "Adding up the losses of all train rows" in plot.note.text()
    gate.set()
    qtbot.waitUntil(lambda: "rows = " in plot.note.text(), timeout=5000)
    found = plot._all.losses.of(frame, "train")  # noqa: SLF001
    assert found is not None
    assert found.mean == pytest.approx(frame.evaluation.train["loss"], rel=1e-12)
    plot.shutdown()


def test_the_failure_view_follows_the_theme(qtbot: QtBot) -> None:
    plot, view = shown(qtbot, trained(LINE, 3))
    plot.set_theme(DARK)
    assert view.line._curve.opts["pen"].color().name() == DARK.accent  # noqa: SLF001


def test_its_menu_is_offered_only_with_the_view(qtbot: QtBot) -> None:
    plot, _ = shown(qtbot, moons())
    choices = plot.header.choices
    assert choices.action(RIGHT, "1").isVisible()
    assert choices.action(RIGHT, "1").text() == "▲ class 1"
    assert "2" not in choices.offered(RIGHT)
    assert not choices.action(PLANE, "slice").isVisible()
    plot.set_view("map")
    assert not choices.offered(RIGHT)


def test_points_have_a_light_edge_on_the_map_in_both_themes(qtbot: QtBot) -> None:
    plot, view = shown(qtbot, moons())
    for theme in (LIGHT, DARK):
        plot.set_theme(theme)
        plot.set_frame(replace(moons(), step=21))
        edges = {item.opts["pen"].color().name() for item in view.points._items}  # noqa: SLF001
        assert edges == {"#ffffff"}
