"""The surface in 3D: projected as by hand, turned by hand, and honest about where the path lies."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.experiment.parts import finished
from gd_studio.experiment.surface import Surface
from gd_studio.gui.keys import uses
from gd_studio.gui.numbers import exact, fixed
from gd_studio.gui.plots.camera import HEIGHT, Camera
from gd_studio.gui.plots.export import to_csv, to_png, to_svg
from gd_studio.gui.plots.mesh import MOST_LINES, Mesh, height_scale, mesh_of
from gd_studio.gui.plots.path_heights import MOST_POINTS, path_of
from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.gui.plots.surface3d import Surface3DPlot
from gd_studio.gui.plots.surface_picture import picture_of
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.desk import Desk
from tests.gui.frames import LINE, trained

FULL = {**LINE, "training": {"batch_size": None}}
LANDSCAPE = {"data": {"kind": "none"}, "model": {"kind": "landscape"}}


@cache
def moons(steps: int = 12) -> Frame:
    return trained({}, steps)


@cache
def line(steps: int = 6) -> Frame:
    return trained(FULL, steps)


def open_gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


def shown(qtbot: QtBot, frame: Frame) -> Surface3DPlot:
    source = SurfacePlot(LIGHT, Selection(), open_gate())
    plot = Surface3DPlot(LIGHT, Selection(), open_gate())
    for one in (source, plot):
        qtbot.addWidget(one)
    plot.set_source(source)
    plot.resize(420, 340)
    plot.show()
    plot.set_frame(frame)
    settle(qtbot, plot)
    return plot


def settle(qtbot: QtBot, plot: Surface3DPlot) -> None:
    source = plot._source  # noqa: SLF001
    assert source is not None
    qtbot.waitUntil(
        lambda: plot.surface is source.surface
        and plot.surface is not None
        and not (plot.is_computing or source.is_computing),
        timeout=20000,
    )


def drawn(plot: Surface3DPlot) -> tuple[Surface, Mesh]:
    surface, mesh = plot.surface, plot._mesh  # noqa: SLF001
    assert surface is not None
    assert mesh is not None
    return surface, mesh


def picture(plot: Surface3DPlot) -> QImage:
    image: QImage = plot.canvas.grab().toImage()
    return image


# The camera


def test_a_camera_projects_as_two_rotations_do() -> None:
    camera = Camera(azimuth=37.0, elevation=21.0)
    a, e = math.radians(37), math.radians(21)
    around = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    down = np.array([[1, 0, 0], [0, math.sin(e), math.cos(e)], [0, math.cos(e), -math.sin(e)]])
    points = np.random.default_rng(0).uniform(-1, 1, (20, 3))
    wanted = (points - [0, 0, HEIGHT / 2]) @ around.T @ down.T
    assert camera.project(points) == pytest.approx(wanted, abs=1e-12)


def test_walking_towards_the_eye_stays_at_the_same_pixel() -> None:
    camera = Camera(azimuth=130.0, elevation=40.0)
    start = np.array([0.3, -0.2, 0.5])
    walked = start + 0.7 * np.array(camera.towards())
    here, there = camera.project(np.stack([start, walked]))
    assert there[:2] == pytest.approx(here[:2], abs=1e-12)
    assert there[2] < here[2]


@pytest.mark.parametrize("azimuth", range(0, 360, 15))
def test_the_whole_box_fits_however_it_is_turned(azimuth: int) -> None:
    corners = np.array(
        [[u, v, h] for u in (-1.0, 1) for v in (-1.0, 1) for h in (0.0, HEIGHT)]
    )
    for elevation in (5.0, 30.0, 60.0, 90.0):
        camera = Camera(float(azimuth), elevation)
        pixels = camera.project(corners)[:, :2] * camera.scale(400, 300)
        assert np.abs(pixels[:, 0]).max() <= 200 + 1e-9
        assert np.abs(pixels[:, 1]).max() <= 150 + 1e-9


def test_it_never_goes_below_the_floor_or_over_the_top() -> None:
    camera = Camera()
    assert camera.turned(0, -500).elevation == 5
    assert camera.turned(0, 500).elevation == 90
    assert camera.turned(-100, 0).azimuth == pytest.approx(295)
    assert camera.zoomed(1e9).zoom == 8
    assert camera.zoomed(1e-9).zoom == 0.5


# The mesh


def test_a_mesh_is_thinned_evenly_and_keeps_its_ends(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    surface, mesh = drawn(plot)
    assert mesh.losses.shape == (MOST_LINES, MOST_LINES)
    assert (mesh.u[0], mesh.u[-1]) == (surface.u[0], surface.u[-1])
    assert mesh.losses[25, 10] == surface.values[50, 20]
    assert len(mesh.quads) == 50 * 50
    assert mesh.heights.shape == surface.values.shape, "on the screen all points are drawn"


def test_heights_are_shares_of_the_scale_linear_and_logarithmic(qtbot: QtBot) -> None:
    surface, _ = drawn(shown(qtbot, moons()))
    scale = height_scale(surface, "linear")
    middle = (scale.low + scale.high) / 2
    assert scale.share([scale.low, middle, scale.high]) == pytest.approx([0, 0.5, 1])
    assert scale.cut == pytest.approx(float(surface.values.max()))
    log = height_scale(surface, "log")
    assert log.share([math.sqrt(log.low * log.high)]) == pytest.approx([0.5])
    assert log.cut is None
    assert np.isnan(scale.share([np.nan])).all()
    assert scale.share([np.inf, -np.inf]) == pytest.approx([1, 0])


def test_in_a_low_plot_the_note_is_short_and_its_tooltip_whole(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    full = plot.note.text()
    plot.resize(240, 200)
    assert plot.note.text() == full.split(" · ")[0]
    assert plot.note.toolTip() == full


def test_a_surface_that_is_cut_says_how_high_it_rises(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    surface, mesh = drawn(plot)
    wanted = f"cut at {exact(mesh.scale.high, 3)}, rises to {exact(surface.values.max(), 3)}"
    assert wanted in plot.note.text()
    look = plot._picture.look  # noqa: SLF001
    assert look.names.height[2] == f"≥ {exact(mesh.scale.high, 3)} (cut)"
    for scale in ("whole", "log"):
        plot.set_scale(scale)
        assert "cut" not in plot.note.text()
        assert look.names.height[2] == exact(float(surface.values.max()), 3)
    plot.set_scale("linear")
    assert "cut" in look.names.height[2]


def test_the_best_stands_on_the_path_at_its_own_loss(qtbot: QtBot) -> None:
    frame = trained({"optimizer": {"learning_rate": 3.0}}, 45)
    assert frame.best is not None
    plot = shown(qtbot, frame)
    steps, points = plot._path  # noqa: SLF001
    best = points[steps.index(frame.best[0])]
    surface, mesh = drawn(plot)
    theta = frame.best_parameters
    assert theta is not None
    assert best.true == pytest.approx(surface.point(theta).true, rel=1e-12)
    marks = plot._picture.marks  # noqa: SLF001
    assert marks is not None
    assert marks.best == pytest.approx(mesh.place([(best.u, best.v)], [best.true])[0])


def test_a_turned_picture_becomes_as_fine_as_it_can_be_at_rest(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    item = plot._picture  # noqa: SLF001
    plot.canvas.viewport().repaint()
    item._seconds = 1.0  # noqa: SLF001  # a slow machine
    QTest.keyClick(plot.canvas, Qt.Key.Key_Left)
    plot.canvas.viewport().repaint()
    assert item.is_turning
    turning = item._kept[1].width()  # type: ignore[index] # noqa: SLF001
    qtbot.waitUntil(lambda: not item.is_turning, timeout=5000)
    plot.canvas.viewport().repaint()
    at_rest = item._kept[1].width()  # type: ignore[index] # noqa: SLF001
    assert turning == pytest.approx(at_rest / 2, abs=1)


@pytest.mark.parametrize("key", ["path", "start", "now", "best"])
def test_what_is_hidden_in_the_legend_is_not_painted(qtbot: QtBot, key: str) -> None:
    plot = shown(qtbot, trained({"optimizer": {"learning_rate": 3.0}}, 45))
    assert key in [entry.key for entry in plot.legend.entries]
    before = picture(plot)
    plot.legend.set_shown(key, False)
    assert picture(plot) != before
    plot.legend.set_shown(key, True)
    assert picture(plot) == before


def test_no_number_is_a_hole_and_said(qtbot: QtBot) -> None:
    surface, _ = drawn(shown(qtbot, line()))
    values = surface.values.copy()
    values[50, 50] = np.nan
    mesh = mesh_of(replace(surface, values=values), "linear")
    assert mesh.missing == 1
    assert len(mesh.quads) == 50 * 50 - 4
    plot = shown(qtbot, line())
    source = plot._source  # noqa: SLF001
    assert source is not None
    holed = replace(surface, values=values)
    source._take(finished(picture_of(holed, "linear")))  # noqa: SLF001
    qtbot.waitUntil(lambda: "holes: 1 point without a number" in plot.note.text(), timeout=20000)


def test_heights_at_or_below_0_have_no_logarithm_and_say_so(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({**LANDSCAPE, "model": {
        "kind": "landscape", "function": "formula", "formula": "x**2 + y**2 - 1"}}, 2))  # fmt: skip
    plot.set_scale("log")
    assert "no logarithm of losses at or below 0" in plot.note.text()
    assert not drawn(plot)[1].scale.log


def test_what_stands_behind_a_hill_is_hidden(qtbot: QtBot) -> None:
    surface, _ = drawn(shown(qtbot, line()))
    u, v = np.meshgrid(np.linspace(-1, 1, 101), np.linspace(-1, 1, 101))
    low = replace(surface.start, map=0.5, true=0.5)
    ridge = replace(surface, values=np.exp(-30 * v**2) + 0 * u, start=low, now=low)
    mesh = mesh_of(ridge, "linear")
    before, behind = np.array([0.0, -0.8, 0.02]), np.array([0.0, 0.5, 0.02])
    camera = Camera(azimuth=0.0, elevation=20.0)
    assert mesh.hidden(np.stack([before, behind]), camera).tolist() == [False, True]
    above = Camera(azimuth=0.0, elevation=90.0)
    assert mesh.hidden(np.stack([before, behind]), above).tolist() == [False, False]


# The path


def test_the_path_stands_at_the_true_loss_of_each_of_its_points(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    surface, mesh = drawn(plot)
    steps, points = plot._path  # noqa: SLF001
    assert steps == [int(step) for step in frame.trajectory_steps]
    train = frame.hypothesis.prepared.train
    true = frame.hypothesis.total_losses(frame.trajectory, train)
    assert [p.true for p in points] == pytest.approx(true.tolist(), abs=1e-10)
    inside, _ = surface.plane.project(frame.trajectory)
    below = surface.plane.origin + inside @ np.stack([surface.plane.u, surface.plane.v])
    on_map = frame.hypothesis.total_losses(below, train)
    assert [p.map for p in points] == pytest.approx(on_map.tolist(), abs=1e-10)
    marks = plot._picture.marks  # noqa: SLF001
    assert marks is not None
    assert marks.path[:, 2] == pytest.approx(HEIGHT * mesh.scale.share(true), abs=1e-10)
    assert marks.below[2] == pytest.approx(HEIGHT * mesh.scale.share(on_map[-1:])[0], abs=1e-10)


def test_on_the_surface_the_path_stands_at_the_map_loss(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    _, mesh = drawn(plot)
    plot.set_path_height("map")
    marks = plot._picture.marks  # noqa: SLF001
    assert marks is not None
    wanted = mesh.scale.share([p.map for p in plot._path[1]])  # noqa: SLF001
    assert marks.path[:, 2] == pytest.approx(HEIGHT * wanted)


def test_of_two_parameters_map_and_truth_are_one(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    assert all(abs(p.gap) < 1e-12 for p in plot._path[1])  # noqa: SLF001
    assert plot.note.text().startswith(f"now: {fixed(line().evaluation.train['total'])} · ")


def test_a_growing_path_computes_only_its_new_points(qtbot: QtBot) -> None:
    plot = shown(qtbot, line(6))
    heights, surface = plot._heights, drawn(plot)[0]  # noqa: SLF001
    assert heights is not None
    later = replace(line(8), tape=line(6).tape, hypothesis=line(6).hypothesis)
    request = heights.missing(later, surface)
    assert request is not None
    assert request.steps == [7, 8]
    assert heights.fits(later, surface)
    assert not heights.fits(replace(later, run_number=2), surface)


def test_of_a_long_path_the_same_points_stay_chosen() -> None:
    frame = moons(300)
    steps, thetas = path_of(frame)
    assert len(steps) <= MOST_POINTS + 2
    assert (steps[0], steps[-1]) == (0, 300)
    assert np.array_equal(thetas[-1], frame.parameters)
    longer, _ = path_of(moons(330))
    assert set(steps[:-1]) <= set(longer)
    in_past, thetas = path_of(replace(moons(300), step=7, parameters=frame.trajectory[7]))
    assert 7 in in_past
    assert np.array_equal(thetas[in_past.index(7)], frame.trajectory[7])


# Turning


def test_a_drag_turns_it_and_a_double_click_resets_it(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    before, first = picture(plot), plot.camera
    target, left = plot.canvas.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(target, left, pos=QPoint(100, 100))
    at = QPointF(160, 80)
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, QPointF(target.mapToGlobal(at)), Qt.MouseButton.NoButton, left,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(target, move)
    QTest.mouseRelease(target, left, pos=QPoint(160, 80))
    assert plot.camera.azimuth == pytest.approx(first.azimuth - 30)
    assert plot.camera.elevation == pytest.approx(first.elevation - 10)
    assert picture(plot) != before
    QTest.mouseDClick(target, left, pos=QPoint(100, 100))
    assert plot.camera == first


def test_the_wheel_enlarges_it(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    target = plot.canvas.viewport()
    at = QPointF(100, 100)
    wheel = QWheelEvent(
        at, QPointF(target.mapToGlobal(at)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(target, wheel)
    assert plot.camera.zoom == pytest.approx(1.15)


def test_keys_turn_and_enlarge_it_and_home_resets_it(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    first = plot.camera
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Plus):
        QTest.keyClick(plot.canvas, key)
    assert plot.camera.azimuth == pytest.approx(first.azimuth - 5)
    assert plot.camera.elevation == pytest.approx(first.elevation + 5)
    assert plot.camera.zoom == pytest.approx(1.15)
    QTest.keyClick(plot.canvas, Qt.Key.Key_Minus)
    assert plot.camera.zoom == pytest.approx(1.0)
    QTest.keyClick(plot.canvas, Qt.Key.Key_Home)
    assert plot.camera == first


def test_arrows_are_its_own_while_it_has_the_focus_and_space_is_not(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    assert uses(plot.canvas, Qt.Key.Key_Right)
    assert not uses(plot.canvas, Qt.Key.Key_Space)
    assert not uses(plot._source.canvas, Qt.Key.Key_Right)  # type: ignore[union-attr] # noqa: SLF001


# What it says


def test_hover_over_the_path_tells_step_loss_gap_and_distance(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    _, mesh = drawn(plot)
    marks = plot._picture.marks  # noqa: SLF001
    assert marks is not None
    x, y, _ = plot._picture.pixels(marks.now)  # noqa: SLF001
    view = plot.plot_item.getViewBox()
    text = plot._hover_text(x / view.width(), 1 - y / view.height())  # noqa: SLF001
    point = plot._path[1][-1]  # noqa: SLF001
    assert text.splitlines() == [
        "step 12",
        f"true loss {exact(point.true)}",
        f"map loss {exact(point.map)}",
        f"gap {exact(point.gap, 3)}",
        f"off the plane {exact(point.distance, 3)}",
    ]
    assert mesh.scale.low <= point.true


def test_hover_over_the_surface_tells_the_exact_loss_of_the_nearest_point(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    _, mesh = drawn(plot)
    plot.set_camera(Camera(azimuth=0.0, elevation=90.0))
    row, column = 40, 45
    at = mesh.points[row * len(mesh.u) + column]
    x, y, _ = plot._picture.pixels(at)  # noqa: SLF001
    view = plot.plot_item.getViewBox()
    text = plot._hover_text((x + 0.5) / view.width(), 1 - (y + 0.5) / view.height())  # noqa: SLF001
    assert text.splitlines()[0] == f"map loss {exact(float(mesh.losses[row, column]))}"
    assert plot._hover_text(0.001, 0.999) == ""  # noqa: SLF001


def test_axes_have_names_and_end_values(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    surface, mesh = drawn(plot)
    names = plot._picture.look.names  # noqa: SLF001
    assert names.u == (
        exact(float(surface.u[0]), 3), surface.u_label, exact(float(surface.u[-1]), 3)
    )  # fmt: skip
    assert names.height[1] == "total loss"
    plot.set_scale("log")
    assert plot._picture.look.names.height[1] == "log total loss"  # noqa: SLF001
    assert mesh.scale.low > 0
    assert "exact: all two parameters" in plot.summary


def test_it_exports_a_drawing_a_picture_and_its_points(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    svg = to_svg(plot)
    assert svg.count(b"<polygon") + svg.count(b"<path") > 2000
    assert b"PC 1" in svg
    assert to_png(plot).startswith(b"\x89PNG")
    rows = to_csv(plot).decode().splitlines()
    assert len(rows) == 1 + MOST_LINES**2 + len(moons().trajectory)
    assert rows[0].startswith("part,step,PC 1")


# Beside the other plot


def test_it_keeps_up_though_the_other_plot_is_hidden(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(12))
    source = plot._source  # noqa: SLF001
    assert source is not None
    assert not source.isVisible()
    before = plot.surface
    plot.set_frame(replace(moons(60), run_number=2))
    qtbot.waitUntil(lambda: plot.surface is not before, timeout=20000)
    settle(qtbot, plot)
    assert plot._path[0][-1] == 60  # noqa: SLF001


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_something_is_painted_in_both_themes(qtbot: QtBot, theme: Any) -> None:
    plot = shown(qtbot, line())
    plot.set_theme(theme)
    image = picture(plot)
    seen = {
        image.pixel(x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)
    }
    assert len(seen) > 50


def test_hidden_it_draws_nothing_and_closing_ends_its_work(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    plot.hide()
    mesh = plot._mesh  # noqa: SLF001
    plot.set_frame(replace(line(5), run_number=3))
    assert plot._mesh is mesh  # noqa: SLF001
    plot.close()
    assert not plot.is_computing


def test_in_the_window_it_shows_the_surface_of_the_shown_step(qtbot: QtBot) -> None:
    desk = Desk(qtbot, FULL)
    dock = desk.window.desk.docks.docks["plot.surface3d"]
    assert dock.isHidden()
    dock.show()
    dock.raise_()
    plot: Surface3DPlot = desk.find("plot.surface3d")
    desk.wait(lambda: plot.surface is not None)
    desk.step(2)
    desk.wait(lambda: plot._path[0][-1:] == [2] and not plot.is_computing)  # noqa: SLF001
    true = plot._path[1][-1].true  # noqa: SLF001
    assert true == pytest.approx(desk.frame.evaluation.train["total"], abs=1e-10)
