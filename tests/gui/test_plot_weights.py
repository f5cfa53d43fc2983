"""The weights plot names what moved most, and a click selects a parameter for all."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.gui.parameter_names import shorter_name
from gd_studio.gui.plots.weights import WeightsPlot
from gd_studio.gui.plots.weights_lines import (
    GREY_POINTS,
    RACING_POINTS,
    fair_share,
    in_places,
    join,
    largest_movers,
    thinned,
)
from gd_studio.gui.plots.weights_map import places
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, trained


@cache
def moons() -> Frame:
    return trained({}, 30)


def shown(qtbot: QtBot, frame: Frame, selected: int = 0) -> WeightsPlot:
    selection = Selection()
    selection.set_parameter(selected)
    plot = WeightsPlot(LIGHT, selection)
    qtbot.addWidget(plot)
    plot.resize(400, 340)
    plot.show()
    plot.set_frame(frame)
    return plot


def test_the_largest_movers_are_those_farthest_from_their_start() -> None:
    trajectory = np.zeros((2, 6))
    trajectory[1] = [0.1, -3, 0.2, 2, -0.5, 1]
    assert largest_movers(trajectory, trajectory[1], 3) == [1, 3, 5]


def test_a_mover_keeps_its_place_as_long_as_it_is_one() -> None:
    assert in_places([1, 3, 5], []) == [1, 3, 5]
    assert in_places([3, 1, 5], [1, 3, 5]) == [1, 3, 5]
    assert in_places([9, 5, 1], [1, 3, 5]) == [1, 9, 5]
    assert in_places([4, 7], [1, 7, 4]) == [4, 7]


def test_movers_keep_their_colours_from_step_to_step(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 20, 1))
    colours: dict[int, str] = {}
    swaps, order_changed = 0, False
    for step in range(2, 21):
        frame = trained({}, 20, step)
        plot.set_frame(frame)
        movers = plot.named[:5]
        order_changed |= movers != largest_movers(frame.trajectory, frame.parameters)
        now = {index: plot.lines.color(i).name() for i, index in enumerate(movers)}
        swaps += sum(colours.get(index, name) != name for index, name in now.items())
        colours = now
    assert swaps == 0
    assert order_changed
    plot.set_frame(replace(frame, run_number=2))
    assert plot.named[:5] == largest_movers(frame.trajectory, frame.parameters)


def test_at_most_two_hundred_grey_lines_are_drawn_and_named_ones_are_not_among_them() -> None:
    chosen = fair_share(10_000, [0, 9999])
    assert len(chosen) == 198
    assert not {0, 9999} & set(chosen)
    assert fair_share(4, [2]) == [0, 1, 3]


def test_joined_lines_are_not_connected_to_one_another() -> None:
    joined = join(np.array([0.0, 1, 2]), np.array([[1.0, 4], [2, np.nan], [3, 6]]))
    assert joined.y.tolist() == [1, 2, 3, 4, 0, 6]
    assert joined.joined.tolist() == [1, 1, 0, 0, 0, 0]


def test_thinning_keeps_first_and_last() -> None:
    kept = thinned(1001, 50)
    assert len(kept) == 50
    assert (kept[0], kept[-1]) == (0, 1000)


def test_movers_and_the_selected_parameter_are_named_at_their_ends(qtbot: QtBot) -> None:
    frame = moons()
    movers = largest_movers(frame.trajectory, frame.parameters)
    other = next(i for i in range(105) if i not in movers)
    plot = shown(qtbot, frame, other)
    assert plot.named == [*movers, other]
    said = [tag.text for tag in plot.lines.tags]
    assert said == [frame.hypothesis.said_name(i) for i in plot.named]


def test_name_labels_do_not_lie_on_one_another(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 0), 50)
    plot.grab()
    boxes = [tag.box for tag in plot.lines.tags if tag.is_visible]
    assert len(boxes) == 6
    for i, box in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert box.adjusted(2, 2, -2, -2).intersected(other.adjusted(2, 2, -2, -2)).isEmpty()


def test_a_click_on_a_line_selects_its_parameter(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame, 50)
    mover = plot.named[0]
    plot._clicked(30.0, float(frame.parameters[mover]))  # noqa: SLF001
    assert plot.selection.parameter == mover


def test_a_click_on_a_cell_of_the_heat_map_selects_its_parameter(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_view("map")
    # Hidden 2 is the second picture: its top left cell is the weight from 1 to 1.
    second = places(frame.hypothesis.network.layers, 105, 0.1)[1]
    plot._clicked(second.left + 0.01, 0 - 0.01)  # noqa: SLF001
    index = plot.selection.parameter
    assert frame.hypothesis.parameter_name(index) == "hidden 2.weight[0,0]"
    assert frame.hypothesis.said_name(index) in plot.note.text()


def test_the_heat_map_shows_the_frames_weights(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_view("map")
    image = plot._pictures.map._images[0].image  # noqa: SLF001
    layer = frame.hypothesis.network.layers[0]
    assert np.array_equal(image[::-1][:-1], layer.weight(frame.parameters))
    assert np.array_equal(image[0], layer.bias(frame.parameters))


@pytest.mark.parametrize("view", ["lines", "map"])
def test_a_parameter_selected_elsewhere_is_followed(qtbot: QtBot, view: str) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_view(view)
    plot.selection.set_parameter(77)
    assert 77 in plot.named
    if view == "map":
        assert frame.hypothesis.said_name(77) in plot.note.text()


def test_a_fair_share_is_said_to_be_one(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"model": {"hidden": [40, 40]}}, 3))
    assert "of 1" in plot.note.text()
    assert plot.note.text().endswith("evenly chosen.")


def test_at_the_start_nothing_is_called_a_mover(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({}, 0))
    assert "none has moved" in plot.header.detail.text()
    assert "mover" not in plot.header.detail.text() + plot.summary


def test_a_small_model_has_all_its_parameters_named(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained(LINE, 5))
    assert plot.header.detail.text() == "over time · all of them named"
    said = {tag.text for tag in plot.lines.tags if tag.text}
    assert said == {"output: x → ŷ", "output: bias → ŷ"}


def test_of_a_very_large_model_the_kept_parameters_are_drawn(qtbot: QtBot) -> None:
    frame = moons()
    kept = np.arange(5, 105, 2)
    subset = replace(frame, trajectory=frame.trajectory[:, kept], trajectory_parameters=kept)
    plot = shown(qtbot, subset, 6)
    assert set(plot.named) <= set(kept.tolist())
    assert 6 not in plot.named


def test_exported_rows_are_the_whole_trajectory(qtbot: QtBot) -> None:
    frame = moons()
    names, rows = shown(qtbot, frame).export_data()
    assert names[:2] == ["step", "hidden 1.weight[0,0]"]
    assert len(rows) == len(frame.trajectory_steps)
    assert rows[-1][1:] == frame.trajectory[-1].tolist()


def test_labels_follow_a_range_that_is_set_later(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    view = plot.plot_item.getViewBox()
    plot.set_frame(trained({}, 400))  # within a fifth of a second: its range has to wait
    qtbot.waitUntil(lambda: view.viewRange()[0][1] > 400, timeout=2000)
    for tag in plot.lines.tags:
        if tag.text:
            assert tag.place[0] > 400


def test_long_names_stand_beside_the_curves_and_keep_their_ends(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "loan_applicants"}}, 30)
    plot = shown(qtbot, frame)
    view = plot.plot_item.getViewBox()
    plot.resize(390, 340)
    plot.grab()
    full = {frame.hypothesis.said_name(i) for i in plot.named}
    full |= {shorter_name(name) for name in full}
    for tag in plot.lines.tags:
        if tag.text:
            box = tag.box
            assert box.left() >= view.mapViewToScene(pg.Point(30, 0)).x()
            assert box.right() <= view.sceneBoundingRect().right() + 1
            start, _, end = tag.text.partition("…")
            assert any(name.startswith(start) and name.endswith(end) for name in full)


def test_while_racing_grey_lines_have_fewer_points_and_all_of_them_at_its_end(
    qtbot: QtBot,
) -> None:
    frame = trained({}, 300)
    plot = shown(qtbot, replace(frame, playing=True, aimed_rate=None))
    grey = plot.lines._others  # noqa: SLF001
    racing = len(grey.getData()[0])
    plot.set_frame(frame)
    assert 0 < racing <= RACING_POINTS < len(grey.getData()[0]) <= GREY_POINTS
