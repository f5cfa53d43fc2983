"""The loss surface: honest about what it shows, computed elsewhere, and never left running."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.parts import finished
from gd_studio.experiment.run import Run
from gd_studio.experiment.surface import Surface, SurfaceRequest, compute
from gd_studio.gui.appearance import apply_theme
from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots.clipping import cut, dotted
from gd_studio.gui.plots.surface import SurfacePlot
from gd_studio.gui.plots.surface_axes import Axes, grown
from gd_studio.gui.plots.surface_job import PictureRequest
from gd_studio.gui.plots.surface_path import leaves
from gd_studio.gui.plots.surface_picture import Picture, picture_of
from gd_studio.gui.plots.surface_scale import color_levels, evening
from gd_studio.gui.plots.surface_strokes import ARROW_PIXELS
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, frame_of, overlap, trained, with_ghost

FULL_BATCH = {**LINE, "training": {"batch_size": None}}


@cache
def moons(steps: int = 12) -> Frame:
    return trained({}, steps)


@cache
def line(steps: int = 8) -> Frame:
    return trained(FULL_BATCH, steps)


def open_gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


def shown(qtbot: QtBot, frame: Frame) -> SurfacePlot:
    plot = SurfacePlot(LIGHT, Selection(), open_gate())
    qtbot.addWidget(plot)
    plot.resize(400, 340)
    plot.show()
    plot.set_frame(frame)
    settle(qtbot, plot)
    return plot


def settle(qtbot: QtBot, plot: SurfacePlot) -> None:
    qtbot.waitUntil(lambda: plot.surface is not None and not plot.is_computing, timeout=20000)


def request_for(frame: Frame) -> SurfaceRequest:
    request = Axes().request(frame)
    assert request is not None
    return request


def computed(request: SurfaceRequest) -> Surface:
    return finished(compute(request))


def drawn(surface: Surface, scale: str = "linear") -> Picture:
    return finished(picture_of(surface, scale))


def test_a_linear_model_is_exact_with_its_minimum(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    surface = plot.surface
    assert surface is not None
    assert plot.header.detail.text() == "exact: all two parameters"
    train = line().hypothesis.prepared.train
    design = np.column_stack([train.x, np.ones(len(train.x))])
    best = np.linalg.lstsq(design, train.y[:, 0])[0]
    assert plot._path.shown["least"] == pytest.approx(tuple(best))  # noqa: SLF001
    assert not plot.header.choices.action("Plane", "random").isEnabled()


def test_the_present_point_stands_where_the_parameters_are(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    now = plot._path.shown["now"]  # noqa: SLF001
    assert now == pytest.approx(tuple(line().parameters))


def test_map_and_true_loss_stand_under_it(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    surface = plot.surface
    assert surface is not None
    wanted = f"start: map {fixed(surface.start.map)}, true {fixed(surface.start.true)}"
    assert plot.note.text().startswith(wanted)
    now = f"now: map {fixed(surface.now.map)}, true {fixed(frame.evaluation.train['total'])}"
    assert now in plot.note.text()


def test_a_projection_says_how_much_it_explains(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    surface = plot.surface
    assert surface is not None
    share = 100 * sum(surface.plane.explained(frame.trajectory))
    wanted = f"projection on the path's plane · {share:.0f} %"
    assert plot.header.detail.text() == wanted
    assert plot._scales[0].name.startswith("PC 1 (")  # noqa: SLF001


@pytest.mark.parametrize("step", [0, 8])
def test_an_arrow_points_down_the_gradient_of_all_rows(qtbot: QtBot, step: int) -> None:
    run = Run(Experiment.from_dict(FULL_BATCH))
    run.advance(step)
    plot = shown(qtbot, frame_of(run))
    path = plot._path  # noqa: SLF001
    tip = path.strokes.tip()
    assert tip is not None
    (x, y), across, upwards = path.shown["now"], *plot.pixel_size()
    at = path.strokes.pixels.of([(x, y)])[0]
    way = np.array([(tip.x() - at[0]) * across, (at[1] - tip.y()) * upwards])
    assert np.hypot(*(np.array(tip.toTuple()) - at)) == pytest.approx(ARROW_PIXELS)
    down = -run.full_gradient()
    assert way / np.linalg.norm(way) == pytest.approx(down / np.linalg.norm(down), rel=1e-6)
    plot.set_frame(replace(frame_of(run), playing=True))
    assert not path.has_arrow, "while playing there is no time to look at it"


def test_a_slice_runs_along_two_chosen_parameters(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_parameters("hidden 1.weight[0,2]", "output.bias[0]")
    settle(qtbot, plot)
    assert plot.surface is not None
    assert plot.surface.kind == "slice"
    shares = plot.surface.plane.explained(frame.trajectory)
    assert plot._scales[0].name == f"hidden 1: x → 3 ({100 * shares[0]:.0f} %)"  # noqa: SLF001
    assert plot._scales[1].name == f"output: bias → ŷ ({100 * shares[1]:.0f} %)"  # noqa: SLF001
    now = plot._path.shown["now"]  # noqa: SLF001
    index = [frame.hypothesis.network.parameter_index(n) for n in (
        "hidden 1.weight[0,2]", "output.bias[0]")]  # fmt: skip
    assert now == pytest.approx(tuple(frame.parameters[index]))


def test_a_coarse_surface_comes_before_the_fine_one(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    sizes: list[int] = []
    plot.surface_changed.connect(lambda surface: sizes.append(len(surface.u)))
    plot.refit()
    qtbot.waitUntil(lambda: not plot.is_computing, timeout=20000)
    assert sizes == [25, 101]


def test_closing_the_plot_ends_its_work(qtbot: QtBot) -> None:
    gate = threading.Event()
    plot = SurfacePlot(LIGHT, Selection(), gate)
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(moons())
    assert plot._worker.running == 1  # noqa: SLF001
    plot.close()
    assert plot._worker.running == 0  # noqa: SLF001


def test_a_failure_is_said_in_the_plot(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_parameters("output.bias[0]", "output.bias[0]")
    qtbot.waitUntil(lambda: "two different" in plot.empty.text(), timeout=5000)
    assert plot.empty.isVisible()


def test_the_axes_are_refitted_when_the_run_has_doubled_and_it_is_announced(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(12))
    first = plot.surface
    plot.set_frame(moons(16))
    settle(qtbot, plot)
    assert first is not None
    assert plot.surface is not None
    assert plot.surface.plane is first.plane
    assert "refitted" not in plot.note.text()
    plot.set_frame(moons(30))
    qtbot.waitUntil(lambda: "axes refitted at step 30" in plot.note.text(), timeout=20000)
    assert plot.surface.plane is not first.plane


def test_a_refit_is_no_news_before_it_and_long_after_it(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(12))
    plot.set_frame(moons(30))
    qtbot.waitUntil(lambda: "axes refitted at step 30" in plot.note.text(), timeout=20000)
    settle(qtbot, plot)
    for steps, shown_step, told in ((30, 29, False), (50, 50, True), (51, 51, False)):
        plot.set_frame(trained({}, steps, shown_step))
        assert ("refitted" in plot.note.text()) is told
    axes = Axes(fitted_at=1500, refits=1)
    assert [axes.announces(step) for step in (1499, 1500, 1650, 1651)] == [False, True, True, False]


def test_the_map_follows_the_path_to_four_times_its_first_size() -> None:
    first = (-1.0, 1.0, -1.0, 1.0)
    near = grown(first, first, np.array([[0.0, 0.0], [1.5, 0.0]]))
    assert near == pytest.approx((-1, 2.1, -1, 1))
    far = grown(first, first, np.array([[100.0, -100.0], [np.inf, 0.0]]))
    assert far == pytest.approx((-1, 4, -4, 1))


def test_a_run_that_flies_apart_leaves_the_map_and_it_is_said(qtbot: QtBot) -> None:
    rate = {**FULL_BATCH, "optimizer": {"kind": "sgd", "learning_rate": 1.1}}
    plot = shown(qtbot, trained(rate, 1))
    frame = trained(rate, 40)
    plot.set_frame(frame)
    settle(qtbot, plot)
    assert "the path left the map at step" in plot.note.text()
    assert "left" in plot._path.shown  # noqa: SLF001


def test_where_a_path_leaves_is_on_the_border() -> None:
    found = leaves(np.array([[0.0, 0.0], [0.5, 0.5], [2.5, 0.5]]), (-1, 1, -1, 1))
    assert found is not None
    assert found[0] == 2
    assert found[1] == pytest.approx((1.0, 0.5))
    assert leaves(np.zeros((3, 2)), (-1, 1, -1, 1)) is None


def test_a_line_is_cut_where_it_crosses_the_border_and_broken_where_it_is_not_finite() -> None:
    path = np.array([[-0.5, 0], [0.5, 0], [2, 0], [2, 5], [0, 5], [0, 0.5], [np.nan, 0], [0, 0]])
    pieces, places = cut(path, (-1, 1, -1, 1))
    assert pieces.tolist() == [[-0.5, 0, 0.5, 0], [0.5, 0, 1, 0], [0, 1, 0, 0.5]]
    assert places.tolist() == [0, 1, 4]


def test_the_dots_of_a_line_lie_on_it_and_near_one_another() -> None:
    pieces = np.array([[0.0, 0.0, 3.0, 4.0], [3.0, 4.0, 3.0, 4.5], [9.0, 9.0, 9.0, 9.0]])
    found = dotted(pieces, 2.0)
    wanted = [[0, 0], [1, 4 / 3], [2, 8 / 3], [3, 4], [9, 9]]
    assert found == pytest.approx(np.array(wanted))
    assert dotted(np.empty((0, 4)), 2.0).shape == (0, 2)


def test_a_line_that_flies_off_keeps_its_direction_and_stays_within() -> None:
    path = np.array([[0.0, 0], [1e149, 1e149], [-1e149, 3e149], [1e308, 0], [-1e308, 0]])
    pieces, places = cut(path, (-1, 1, -1, 1))
    assert pieces[0].tolist() == [0, 0, 1, 1]
    assert np.abs(pieces).max() <= 1
    assert len(pieces) == len(places)
    assert len(cut(path[:1], (-1, 1, -1, 1))[0]) == 0


def test_an_exploded_run_does_not_paint_over_the_map(qtbot: QtBot) -> None:
    def explosive(steps: int) -> Frame:
        rate = {**FULL_BATCH, "optimizer": {"kind": "sgd", "learning_rate": 1000.0}}
        return trained(rate, steps)

    plot = shown(qtbot, explosive(0))
    frame = explosive(40)
    assert np.abs(frame.trajectory).max() > 1e100
    plot.set_frame(with_ghost(frame, frame))
    settle(qtbot, plot)
    assert plot.surface is not None
    marks = plot._path  # noqa: SLF001
    strokes = marks.strokes
    drawn = np.concatenate(strokes.fading.pieces(strokes.pixels, strokes.bounds))
    assert len(drawn) >= 1
    assert np.abs(drawn).max() < 2 * plot.width()
    assert len(plot._picture.map.ghosts) == 1  # noqa: SLF001
    assert "now" not in marks.shown
    assert "left" in marks.shown
    image = plot.canvas.grab().toImage()
    middle = {image.pixel(x, 140) for x in range(60, 260, 5)}
    assert len(middle) > 10


def test_a_map_first_drawn_after_an_explosion_shows_the_country_around_the_start(
    qtbot: QtBot,
) -> None:
    rate = {**FULL_BATCH, "optimizer": {"kind": "sgd", "learning_rate": 1000.0}}
    plot = shown(qtbot, trained(rate, 40))
    assert plot.surface is not None
    assert np.abs(plot.surface.u).max() < 100
    assert plot.note.text().endswith("the path left the map at step 1")


def test_names_on_the_map_do_not_lie_on_one_another(qtbot: QtBot) -> None:
    plot = shown(qtbot, line(0))
    surface = plot.surface
    assert surface is not None
    start = [float(value) for value in line(0).parameters]
    near = replace(surface, minimum=(start[0] + 0.01, start[1]))
    picture = drawn(near)
    plot._on_found(PictureRequest(request_for(line(0)), "linear"), picture)  # noqa: SLF001
    plot.grab()
    tags = plot._path.tags  # noqa: SLF001
    assert tags["start"].text.strip() == "start"
    assert tags["least"].text.strip() == "minimum"
    assert overlap(tags.values()) == 0


def test_the_smallest_plot_says_its_kind_and_names_its_axes(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.resize(218, 200)
    QCoreApplication.processEvents()
    assert plot.header.detail.shown_text.startswith("projection")
    assert plot.plot_item.getAxis("bottom").labelText.startswith("PC 1 (")
    assert plot.note.text().startswith("start: map ")


@pytest.mark.parametrize("steps", [1, 4, 12, 40])
def test_on_a_small_map_no_name_covers_the_path(qtbot: QtBot, steps: int) -> None:
    plot = shown(qtbot, moons(steps))
    plot.resize(218, 200)
    QCoreApplication.processEvents()
    strokes, tags = plot._path.strokes, plot._path.tags  # noqa: SLF001
    assert min(strokes.pixels.width, strokes.pixels.height) < 100
    origin = plot.plot_item.getViewBox().mapToScene(0.0, 0.0)
    for tag in tags.values():
        box = tag.box.translated(-origin) if tag.is_visible else QRectF()
        assert not any(box.contains(x, y) for x, y in strokes.dots().tolist()), tag.text
    at = strokes.points["now"]
    assert plot._hover_text(*at).startswith(f"step {steps}")  # noqa: SLF001


def test_what_an_axis_has_no_room_for_is_said_under_the_mouse(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"data": {"kind": "diabetes"}, "model": {"kind": "mlp"}}, 2))
    name = plot._frame.hypothesis.parameter_name  # type: ignore[union-attr] # noqa: SLF001
    plot.set_parameters(name(0), name(3))
    settle(qtbot, plot)
    plot.resize(218, 200)
    QCoreApplication.processEvents()
    axis, scale = plot.plot_item.getAxis("left"), plot._scales[1]  # noqa: SLF001
    assert scale.name.startswith("hidden 1: body mass index → 1 (")
    # How much of the short name is left depends on the letters that a test before has set.
    assert axis.labelText.startswith("h1")
    assert axis.labelText.endswith("1")
    assert axis.toolTip() == scale.name
    assert f"upwards {scale.name}." in plot.summary
    plot.resize(700, 640)
    QCoreApplication.processEvents()
    assert (axis.labelText, axis.toolTip()) == (scale.name, "")


@pytest.fixture
def large_text(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, LIGHT, 2.5)
    yield
    apply_theme(qapp, LIGHT)


@pytest.mark.usefixtures("large_text")
def test_a_small_plot_of_large_text_says_its_kind_in_the_note(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.resize(315, 245)
    # The note is written again when the layout has come to rest.
    qtbot.waitUntil(lambda: bool(re.fullmatch(r"projection · \d+ %", plot.note.text())))
    assert plot.header.title.shown_text == "Surface"
    assert plot.plot_item.getAxis("bottom").labelText.startswith("PC 1 (")
    assert overlap(plot._path.tags.values()) == 0  # noqa: SLF001


def test_levels_hold_start_and_present_point() -> None:
    surface = computed(replace(request_for(moons()), resolution=21))
    low, high = color_levels(surface)
    assert low <= surface.now.map <= high
    assert low <= surface.start.map <= high


def test_contours_are_one_joined_curve_at_their_levels() -> None:
    surface = computed(replace(request_for(line()), resolution=41))
    x, y, joined = drawn(surface).contours
    assert len(x) == len(y) == len(joined)
    assert (joined == 0).sum() >= 5


def test_a_model_too_large_for_a_path_says_so(qtbot: QtBot) -> None:
    frame = moons()
    kept = np.arange(10)
    subset = replace(frame, trajectory=frame.trajectory[:, kept], trajectory_parameters=kept)
    plot = SurfacePlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.show()
    plot.set_frame(subset)
    assert "100 000" in plot.empty.text()
    assert not plot.is_computing


def test_another_run_starts_with_a_map_of_its_own(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_frame(replace(line(), run_number=2))
    qtbot.waitUntil(lambda: plot.surface is not None and plot.surface.kind == "exact")
    settle(qtbot, plot)


def test_a_hidden_plot_computes_nothing(qtbot: QtBot) -> None:
    plot = SurfacePlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.set_frame(moons())
    assert not plot.is_computing


def test_exported_data_hold_the_map_and_the_path(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    _, rows = plot.export_data()
    assert sum(row[0] == "map" for row in rows) == 101 * 101
    path = [row[2:4] for row in rows if row[0] == "path"]
    assert np.allclose(path, line().trajectory)


def test_frames_of_tests_are_those_of_a_run() -> None:
    run = Run(Experiment())
    run.advance(3)
    frame = frame_of(run)
    assert frame.evaluation.train == run.evaluate("train")
    assert np.array_equal(frame.parameters, run.parameters)


def test_a_stretched_map_gives_the_floor_of_a_valley_colours_of_its_own() -> None:
    even = np.linspace(0, 1, 1001)
    assert evening(even) == 1
    steep = even**6
    stretched = steep ** evening(steep)
    assert np.median(stretched) == pytest.approx(0.35)
    assert np.all(np.diff(stretched) >= 0)
    assert evening(np.zeros(9)) == 1
