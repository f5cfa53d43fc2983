"""What the loss surface says under the mouse, what it marks, and which planes it offers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from gd_studio.experiment.parts import finished
from gd_studio.experiment.surface import Surface, compute
from gd_studio.gui.numbers import exact
from gd_studio.gui.plots import surface_laid, surface_probe
from gd_studio.gui.plots.surface import IDLE_MS, SurfacePlot
from gd_studio.gui.plots.surface_axes import Axes
from gd_studio.gui.plots.surface_choices import PLANES
from gd_studio.gui.plots.surface_effort import IDLE_RESOLUTION
from gd_studio.gui.plots.surface_fade import STRENGTHS, shades_of
from gd_studio.gui.plots.surface_picture import picture_of
from gd_studio.gui.plots.surface_scale import SCALES, shades
from gd_studio.gui.theme import DARK
from gd_studio.session.frame import Frame
from tests.gui.frames import click, place, trained, with_ghost
from tests.gui.test_plot_surface import line, moons, request_for, settle, shown

BOWL = {"model": {"kind": "landscape"}}


def surface_of(plot: SurfacePlot) -> Surface:
    assert plot.surface is not None
    return plot.surface


def total_at(frame: Frame, theta: Any) -> float:
    return frame.hypothesis.evaluate(theta, frame.hypothesis.prepared.train)["total"]


def hovered(plot: SurfacePlot, u: float, v: float) -> str:
    plot._on_mouse_moved(QPointF(place(plot, u, v)))  # noqa: SLF001
    return plot.hover.text()


def axes_of(plot: SurfacePlot) -> Any:
    return plot._axes.choice  # noqa: SLF001


def is_another(plot: SurfacePlot, before: Surface) -> bool:
    return plot.surface is not before


def is_busy(plot: SurfacePlot) -> bool:
    return plot.is_computing


def in_pixels(plot: SurfacePlot, u: float, v: float) -> tuple[float, float]:
    """Return what stands at the pixel nearest to a place."""
    view = plot.plot_item.getViewBox()
    point = view.mapSceneToView(QPointF(place(plot, u, v)))
    return float(point.x()), float(point.y())


@pytest.mark.parametrize("plane", [p for p in PLANES if p != "pins"])
def test_every_plane_is_shown_with_its_shares(qtbot: QtBot, plane: str) -> None:
    frame = trained({"optimizer": {"learning_rate": 3.0}}, 45)
    assert frame.best is not None
    assert frame.best[0] not in (0, frame.step)
    plot = shown(qtbot, frame)
    plot.set_plane(plane)
    settle(qtbot, plot)
    surface = surface_of(plot)
    title = plot.header.detail.text()
    assert title.startswith("projection " if plane == "path" else "slice ")
    shares = surface.plane.explained(frame.trajectory)
    assert f"{100 * sum(shares):.0f} %" in title
    for scale, share in zip(plot._scales, shares, strict=True):  # noqa: SLF001
        assert scale.name.endswith(f"({100 * share:.0f} %)")
    assert title in plot.summary
    assert len(plot.export_data()[1]) > 101 * 101


def test_a_plane_that_there_is_not_says_what_to_do(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(0))
    plot.set_plane("between")
    qtbot.waitUntil(lambda: "start and now are the same here" in plot.empty.text())
    plot.set_plane("pins")
    assert "Pin three runs" in plot.empty.text()
    assert plot.surface is None
    plot.set_plane("path")
    settle(qtbot, plot)
    assert not plot.empty.isVisible()


def test_a_plane_goes_through_three_pinned_runs(qtbot: QtBot) -> None:
    frame = moons()
    others = [trained({"model": {"seed": seed}}, 5) for seed in (1, 2, 3)]
    ghosts = []
    for number, other in enumerate(others, 1):
        ghost = with_ghost(frame, other).ghost
        assert ghost is not None
        ghosts.append(replace(ghost, number=number))
    plot = shown(qtbot, replace(frame, ghosts=tuple(ghosts)))
    plot.set_plane("pins")
    settle(qtbot, plot)
    assert plot.header.detail.text().startswith("slice through pin 1, pin 2 and pin 3")
    stacked = np.stack([other.parameters for other in others])
    assert surface_of(plot).plane.project(stacked)[1] == pytest.approx(np.zeros(3), abs=1e-12)


def test_a_path_points_losses_gap_and_distance_stand_under_the_mouse(qtbot: QtBot) -> None:
    frame = moons(30)
    plot = shown(qtbot, frame)
    surface = surface_of(plot)
    theta = frame.trajectory[11]
    u, v = surface.path[11]
    said = hovered(plot, u, v)
    step = int(said.splitlines()[0].removeprefix("step ").partition(",")[0])
    assert abs(step - 11) <= 1, "the nearest to the pixel"
    theta = frame.trajectory[step]
    (u, v), away = surface.plane.project(theta[None])[0][0], surface.plane.project(theta[None])[1]
    below = surface.plane.origin + u * surface.plane.u + v * surface.plane.v
    there, true = total_at(frame, below), total_at(frame, theta)
    assert f"map loss {exact(there, 5)}, true loss {exact(true, 5)}" in said
    assert exact(there - true, 3) in said
    assert f"{exact(float(away[0]), 3)} off the plane" in said


def test_elsewhere_the_loss_is_computed_at_the_place_and_not_read(qtbot: QtBot) -> None:
    frame = moons(30)
    plot = shown(qtbot, frame)
    surface = surface_of(plot)
    # A map of lies: what is said must not come from it.
    plot._surface = replace(surface, values=np.full_like(surface.values, 123.0))  # noqa: SLF001
    u = 0.9 * surface.u[0] + 0.1 * surface.u[-1]
    v = 0.8 * surface.v[0] + 0.2 * surface.v[-1]
    said = hovered(plot, u, v)
    at_u, at_v = in_pixels(plot, u, v)
    theta = surface.plane.origin + at_u * surface.plane.u + at_v * surface.plane.v
    assert said.startswith(f"loss {exact(total_at(frame, theta), 5)}\n")
    assert "click: move the parameters here" in said


def test_of_large_models_it_is_said_when_it_is_known(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surface_probe, "AT_ONCE", 0)
    plot = shown(qtbot, moons(30))
    qtbot.waitUntil(lambda: "now: map" in plot.note.text(), timeout=5000)
    surface = surface_of(plot)
    u = 0.9 * surface.u[0] + 0.1 * surface.u[-1]
    assert hovered(plot, u, surface.v[10]).startswith("computing the loss…")
    qtbot.waitUntil(lambda: plot.hover.text().startswith("loss "), timeout=5000)


def test_a_model_of_two_parameters_has_no_gap(qtbot: QtBot) -> None:
    plot = shown(qtbot, line())
    now = [float(value) for value in line().parameters]
    assert "no gap: the map shows every parameter" in hovered(plot, now[0], now[1])


def test_the_next_step_is_drawn_before_it_is_taken(qtbot: QtBot) -> None:
    frame = line(3)
    rate = frame.experiment.optimizer.learning_rate
    train = frame.hypothesis.prepared.train
    x = np.column_stack([train.x, np.ones(len(train.x))])
    gradient = 2 * x.T @ (x @ frame.parameters - train.y[:, 0]) / len(x)
    wanted = frame.parameters - rate * gradient
    plot = shown(qtbot, frame)
    path = plot._path  # noqa: SLF001
    place = path.shown["next"]
    assert place == pytest.approx(tuple(wanted), rel=1e-10)
    assert "step 4, not taken yet" in hovered(plot, *place)
    after = line(4)
    assert place == pytest.approx(tuple(after.parameters), rel=1e-12)
    plot.set_frame(replace(frame, ahead=None))
    assert "next" not in path.shown


def test_the_path_is_paler_the_farther_it_is_off_the_plane(qtbot: QtBot) -> None:
    bounds = (0.0, 3.0, 0.0, 4.0)  # a diagonal of 5, so that 1.25 and more is palest
    off = np.array([0.0, 0.0, 0.1, 0.7, 5.0, 0.0, np.nan, 0.0])
    assert shades_of(off, bounds).tolist() == [0, 0, 2, 4, 4, 4, 4]
    plot = shown(qtbot, line())
    strong, *pale = pieces_of(plot)
    assert strong > 0
    assert not any(pale), "a path in the plane is drawn in full"
    plot = shown(qtbot, moons(30))
    plot.set_plane("random")
    settle(qtbot, plot)
    assert len(STRENGTHS) > 2
    assert any(pieces_of(plot)[1:])


def pieces_of(plot: SurfacePlot) -> list[int]:
    """Return how many pieces of the path are drawn in each shade, the strongest first."""
    strokes = plot._path.strokes  # noqa: SLF001
    return [len(one) for one in strokes.fading.pieces(strokes.pixels, strokes.bounds)]


def test_large_paths_are_laid_on_the_plane_by_pythagoras(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = moons(30)
    plane = finished(compute(replace(request_for(frame), resolution=3))).plane
    places, off = surface_laid.seen_on(plane, frame.trajectory)
    monkeypatch.setattr(surface_laid, "IN_FULL", 0)
    quick_places, quick_off = surface_laid.seen_on(plane, frame.trajectory)
    assert quick_places == pytest.approx(places, abs=1e-12)
    assert quick_off == pytest.approx(off, abs=1e-7)


def test_two_parameters_that_are_clicked_become_the_axes_in_turn(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.selection.set_parameter(7)
    assert surface_of(plot).kind == "projection", "only while two are being chosen"
    plot.set_plane("parameters")
    name = frame.hypothesis.parameter_name
    for clicked in (20, 31, 40):
        plot.selection.set_parameter(clicked)
    settle(qtbot, plot)
    assert axes_of(plot) == (name(40), name(31))
    plot.set_plane("path")
    plot.selection.set_parameter(3)
    assert axes_of(plot) == "path"


def test_a_slice_follows_the_shown_step_and_weights_that_were_moved(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 20))
    plot.set_plane("random")
    settle(qtbot, plot)
    first = surface_of(plot)
    for frame in (trained({}, 20, 9), replace(trained({}, 20, 9), parameters=first.plane.u * 1)):
        before = surface_of(plot)
        plot.set_frame(frame)
        qtbot.waitUntil(partial(is_another, plot, before))
        settle(qtbot, plot)
        found = surface_of(plot)
        assert found.plane.u is first.plane.u
        assert found.now.distance < 1e-12
        assert found.now.true == pytest.approx(total_at(frame, frame.parameters), rel=1e-12)


def test_an_idle_map_becomes_finer_and_a_playing_one_does_not(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    coarse = surface_of(plot)
    plot._idle.setInterval(0)  # noqa: SLF001
    plot.set_frame(replace(moons(), playing=True))
    plot._on_idle()  # noqa: SLF001
    assert not is_busy(plot)
    plot.set_frame(moons())
    plot._on_idle()  # noqa: SLF001
    assert is_busy(plot)
    sizes: list[int] = []
    plot.surface_changed.connect(lambda surface: sizes.append(len(surface.u)))
    settle(qtbot, plot)
    assert sizes == [IDLE_RESOLUTION], "no coarse one in between"
    assert surface_of(plot).plane is coarse.plane
    assert surface_of(plot).u[-1] == coarse.u[-1]
    assert IDLE_MS >= 500


def test_a_map_hidden_before_it_was_at_its_finest_goes_on_when_it_is_seen_again(
    qtbot: QtBot,
) -> None:
    plot = shown(qtbot, moons())
    plot._idle.setInterval(0)  # noqa: SLF001
    sizes: list[int] = []
    plot.hide()
    plot.surface_changed.connect(lambda surface: sizes.append(len(surface.u)))
    plot.show()
    qtbot.waitUntil(lambda: bool(sizes), timeout=20000)
    plot.hide()
    plot.show()
    assert not plot._idle.isActive(), "there is nothing finer"  # noqa: SLF001
    assert not is_busy(plot)
    assert sizes == [IDLE_RESOLUTION], "the map there was is not computed again"


def test_a_map_behind_another_tab_is_refined_when_it_comes_to_the_front(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot._idle.stop()  # noqa: SLF001
    plot.catch_up()
    assert plot._idle.isActive()  # noqa: SLF001


def test_a_click_asks_to_move_the_parameters_to_that_point_of_the_plane(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    surface = surface_of(plot)
    with qtbot.waitSignal(plot.move_requested, timeout=5000) as caught:
        click(plot, float(surface.u[20]), float(surface.v[70]))
    weights, name = caught.args
    theta = np.zeros(len(frame.parameters))
    for key, view in frame.hypothesis.network.weights(theta).items():
        view[...] = weights[key]
    (u, v), off = surface.plane.project(theta[None])[0][0], surface.plane.project(theta[None])[1]
    assert off[0] < 1e-12
    across, upwards = plot.pixel_size()
    assert abs(u - surface.u[20]) <= 2 * across
    assert abs(v - surface.v[70]) <= 2 * upwards
    assert name.startswith("Move to (")


@pytest.mark.parametrize("scale", SCALES)
def test_shades_rise_with_the_loss_on_every_scale(qtbot: QtBot, scale: str) -> None:
    surface = finished(compute(replace(request_for(moons()), resolution=31)))
    made = shades(surface, scale)
    order = np.argsort(surface.values, axis=None)
    assert (np.diff(made.shares.ravel()[order]) >= 0).all()
    assert (made.shares.min(), made.shares.max()) == (0, 1)
    assert made.low <= made.middle <= made.high
    assert made.most == surface.values.max()
    assert made.runs_over is (scale in ("linear", "stretched") and made.most > made.high)
    if scale == "log":
        ends = np.log(surface.values.min()), np.log(surface.values.max())
        share = (np.log(surface.values[3, 5]) - ends[0]) / (ends[1] - ends[0])
        assert made.shares[3, 5] == pytest.approx(share)
    if scale == "rank":
        below = (surface.values < surface.values[3, 5]).mean() * 31 * 31 / (31 * 31 - 1)
        assert made.shares[3, 5] == pytest.approx(below)
    plot = shown(qtbot, moons())
    plot.set_scale(scale)
    top, bottom = plot._picture.bar_words  # noqa: SLF001
    assert top.startswith("high\n(worse)\n")
    assert bottom.endswith("\nlow\n(better)")
    drawn = shades(surface_of(plot), scale)
    assert ("≥" in top) is drawn.runs_over, "what is beyond the brightest colour is said"


def test_losses_below_zero_have_a_logarithmic_scale_too() -> None:
    frame = trained({"model": {"kind": "landscape", "function": "formula", "formula": "x^2-y"}})
    surface = finished(compute(replace(request_for(frame), resolution=21)))
    assert surface.values.min() < 0
    made = shades(surface, "log")
    assert np.isfinite(made.shares).all()
    assert made.low < made.middle < made.high


def test_what_is_no_number_is_striped_and_said_never_dropped(qtbot: QtBot) -> None:
    formula = "x^2 + log(y + 1)"
    frame = trained({"model": {"kind": "landscape", "function": "formula", "formula": formula}})
    plot = shown(qtbot, frame)
    surface = surface_of(plot)
    unknown = ~np.isfinite(surface.values)
    assert 0 < unknown.mean() < 1
    assert plot._picture.marks_unknown  # noqa: SLF001
    assert f"no finite loss on {100 * unknown.mean():.0f} % of the map (striped)" in (
        plot.note.text()
    )
    for scale in SCALES:
        picture = finished(picture_of(surface, scale))
        assert picture.unknown is not None
        share = (picture.unknown > 0).mean()
        assert share == pytest.approx(unknown.mean(), abs=0.02)
        assert not picture.image.isNull()
    plot.set_theme(DARK)
    assert plot._picture.marks_unknown  # noqa: SLF001
    stripes = plot._picture.map._unknown  # noqa: SLF001
    assert stripes is not None
    bottom, top = stripes.height() - 1, 0  # the logarithm has none where y + 1 < 0
    seen = [{stripes.pixelColor(x, y).alpha() for x in range(10)} for y in (bottom, top)]
    assert seen == [{255}, {0}]


def test_a_map_of_nothing_but_infinities_can_be_drawn(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    values = np.full_like(surface_of(plot).values, np.inf)
    lost = replace(surface_of(plot), values=values)
    for scale in SCALES:
        picture = finished(picture_of(lost, scale))
        assert picture.unknown is not None
        assert picture.unknown.all()
        assert len(picture.contours[0]) == 0


def test_a_view_toggle_changes_neither_frame_nor_request(qtbot: QtBot) -> None:
    frame = moons()
    axes = Axes()
    assert axes.request(frame) is not None
    before = frame.parameters.tobytes(), frame.trajectory.tobytes()
    plot = shown(qtbot, frame)
    for plane in PLANES:
        plot.set_plane(plane)
    for scale in SCALES:
        plot.set_scale(scale)
    settle_or_said = lambda: plot.surface is not None or plot.empty.isVisible()  # noqa: E731
    qtbot.waitUntil(settle_or_said)
    assert before == (frame.parameters.tobytes(), frame.trajectory.tobytes())
