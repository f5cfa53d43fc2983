"""The start, the run before and pinned runs are outlined; the batch's rows are ringed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.gui.colour_maps import contrast
from gd_studio.gui.plots import contours, outlines
from gd_studio.gui.plots.colours import colour
from gd_studio.gui.plots.outlines import START, earlier_colour
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.view_menus import BATCH
from gd_studio.gui.plots.view_menus import START as START_MENU
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT, Theme
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, frame_of, trained, with_ghost


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
    x, y = outlines.curve(START).getData()
    guess = frame.hypothesis.predict(trained({}).parameters, np.column_stack([x, y]))
    assert np.abs(guess[:, 0] - 0.5).max() < 0.02
    assert outlines.words == ["start"]


def test_at_the_start_itself_there_is_nothing_to_outline(qtbot: QtBot) -> None:
    assert not shown(qtbot, trained({}))._all.map.outlines._curves  # noqa: SLF001


def test_pinned_runs_are_outlined_by_their_number(qtbot: QtBot) -> None:
    frame = with_ghost(moons(), moons(400))
    assert frame.ghost is not None
    pinned = replace(frame.ghost, number=2, label="rate 3", parameters=moons(60).parameters)
    plot = shown(qtbot, replace(frame, ghosts=(pinned,)))
    outlines = plot._all.map.outlines  # noqa: SLF001
    assert outlines.words == ["start", "before: rate 0.1", "2: rate 3"]
    plot.selection.show_ghost(2, False)
    assert not outlines.curve(2).isVisible()
    plot.header.choices.action(START_MENU, "hidden").trigger()
    assert not outlines.curve(START).isVisible()
    assert outlines.words == ["before: rate 0.1"]


def test_words_beside_outlines_give_way_to_the_tried_input(qtbot: QtBot) -> None:
    frame = with_ghost(moons(), moons(400))
    assert frame.ghost is not None
    pinned = replace(frame.ghost, number=2, label="rate 3", parameters=moons(60).parameters)
    frame = replace(frame, ghosts=(pinned,))
    plot = shown(qtbot, frame)
    tags = plot._all.map.outlines._tags.values()  # noqa: SLF001
    for tag in tags:
        words, place = tag.text, list(tag.place)
        plot.set_probe(place)
        taken = [plot.plot_item.getViewBox().mapRectToScene(box) for box in plot.taken]
        assert len(taken) == 2
        assert tag.text == words, "no word is lost for want of a place"
        assert not any(other.box.intersects(box) for other in tags for box in taken), words
    standing = [tag.place for tag in tags]
    plot.set_frame(replace(frame, number=frame.number + 1))
    assert [tag.place for tag in tags] == standing


def test_the_word_of_an_input_beyond_the_plot_stands_whole_at_its_border(qtbot: QtBot) -> None:
    plot = shown(qtbot, replace(trained(LINE, 5), parameters=np.array([9.0, 9e9])))
    plot.set_probe([0.4])
    tag = plot._probe._tag  # noqa: SLF001
    assert tag.text.strip() == "try"
    inside = tag.box.adjusted(0.01, 0.01, -0.01, -0.01)  # pixels, but for rounding
    assert plot.plot_item.getViewBox().sceneBoundingRect().contains(inside)


def test_a_fit_has_the_line_of_the_start(qtbot: QtBot) -> None:
    frame = trained(LINE, 5)
    plot = shown(qtbot, frame)
    x, y = plot._all.fit.outlines.curve(START).getData()  # noqa: SLF001
    guess = frame.hypothesis.predict(trained(LINE).parameters, x[:, None])[:, 0]
    assert y == pytest.approx(guess)


PLANE = {
    "data": {"kind": "plane"},
    "model": {"kind": "mlp"},
    "optimizer": {"kind": "sgd", "learning_rate": 0.05},
}


@pytest.mark.parametrize("view", ["map", "failure"])
def test_values_are_outlined_by_lines_with_their_values(qtbot: QtBot, view: str) -> None:
    frame = with_ghost(trained(PLANE, 30), trained(PLANE, 60))
    plot = shown(qtbot, frame)
    plot.set_view(view)
    drawn = getattr(plot._all, view).outlines  # noqa: SLF001
    assert frame.ghost is not None
    for number, theta in ((START, frame.trajectory[0]), (0, frame.ghost.parameters)):
        x, y = drawn.curve(number).getData()
        guess = frame.hypothesis.predict(theta, np.column_stack([x, y]))[:, 0]
        short = "start: " if number == START else "before: "
        values = [float(w.removeprefix(short)) for w in drawn.words if w.startswith(short)]
        assert values
        assert np.abs(guess[:, None] - values).min(axis=1).max() < 0.02 * np.ptp(guess)
    plot.legend.set_shown("start", False)
    assert not drawn.curve(START).isVisible()
    assert not [words for words in drawn.words if words.startswith("start")]
    assert plot.header.choices.action(START_MENU, "hidden").isChecked()


def test_the_failure_of_classes_has_the_boundary_of_the_start(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    plot.set_view("failure")
    x, y = plot._all.failure.outlines.curve(START).getData()  # noqa: SLF001
    guess = frame.hypothesis.predict(frame.trajectory[0], np.column_stack([x, y]))
    assert np.abs(guess[:, 0] - 0.5).max() < 0.02


def test_the_failure_of_one_input_has_the_line_of_the_start(qtbot: QtBot) -> None:
    frame = trained(LINE, 5)
    plot = shown(qtbot, frame)
    plot.set_view("failure")
    x, y = plot._all.failure.outlines.curve(START).getData()  # noqa: SLF001
    guess = frame.hypothesis.predict(frame.trajectory[0], x[:, None])[:, 0]
    assert y == pytest.approx(guess)


def test_an_outline_is_computed_once_for_a_run_and_a_place(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(Experiment.from_dict(PLANE))
    run.advance(3)
    plot = shown(qtbot, frame_of(run))
    made: list[int] = []

    def counting(grid: Any, values: Any, reach: Any) -> contours.Outline:
        made.append(1)
        return contours.level_lines(grid, values, reach)

    monkeypatch.setattr(outlines, "level_lines", counting)
    for view in ("map", "failure"):
        plot.set_view(view)
        made.clear()
        for _ in range(3):
            run.advance(1)
            plot.set_frame(frame_of(run))
        assert made == []


def test_an_earlier_run_of_other_rows_is_outlined_in_their_own_units(qtbot: QtBot) -> None:
    other = trained({**PLANE, "data": {"kind": "plane", "seed": 5}}, 30)
    frame = with_ghost(trained(PLANE, 5), other)
    plot = shown(qtbot, frame)
    x, y = plot._all.map.outlines.curve(0).getData()  # noqa: SLF001
    guess = other.hypothesis.predict(other.parameters, np.column_stack([x, y]))[:, 0]
    words = plot._all.map.outlines.words  # noqa: SLF001
    values = [float(w.split(": ")[1]) for w in words if w.startswith("before")]
    assert np.abs(guess[:, None] - values).min(axis=1).max() < 0.02 * np.ptp(guess)


@pytest.mark.parametrize("view", ["map", "failure"])
def test_the_legend_hides_rows_and_classes(qtbot: QtBot, view: str) -> None:
    plot = shown(qtbot, moons())
    plot.set_view(view)
    points = getattr(plot._all, view).points  # noqa: SLF001
    before = {(group.split, group.code) for group in points.groups}
    plot.legend.set_shown("class 1", False)
    shown_now = {(group.split, group.code) for group in points.groups}
    assert shown_now == {pair for pair in before if pair[1] != 1}
    plot.legend.set_shown("class 1", True)
    assert {(group.split, group.code) for group in points.groups} == before


VIEWS_OF_VALUES = ["actual", "residuals", "histogram"]


@pytest.mark.parametrize("view", ["fit", *VIEWS_OF_VALUES, "roc", "precision"])
def test_every_view_with_several_things_has_a_legend(qtbot: QtBot, view: str) -> None:
    plot = shown(qtbot, moons() if view in ("roc", "precision") else trained(LINE, 5))
    plot.set_view(view)
    keys = [entry.key for entry in plot.legend.entries]
    assert {"train", "validation"} <= set(keys)
    drawn: Any = plot._views[view]  # noqa: SLF001
    plot.legend.set_shown("train", False)
    if hasattr(drawn, "points"):
        assert {group.split for group in drawn.points.groups} == {"validation"}
    else:
        curves = drawn._steps if view == "histogram" else drawn._lines  # noqa: SLF001
        assert [curve.isVisible() for curve in curves.values()] == [False, True]


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


def test_a_start_that_was_edited_is_outlined_anew(qtbot: QtBot) -> None:
    run = Run(Experiment())
    run.advance(5)
    plot = shown(qtbot, frame_of(run))
    curve = plot._all.map.outlines.curve(START)  # noqa: SLF001
    before = np.column_stack(curve.getData())
    run.seek(0)
    moved = {name: value + 0.5 for name, value in run.weights().items()}
    run.set_weights(moved)
    run.advance(5)
    plot.set_frame(frame_of(run))
    after = np.column_stack(curve.getData())
    assert before.shape != after.shape or not np.allclose(before, after)
    guess = run.hypothesis.predict(run.timeline.trajectory.path()[1][0], after)
    assert np.abs(guess[:, 0] - 0.5).max() < 0.05


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("number", [START, 0, 1, 2, 3])
def test_the_words_beside_an_outline_can_be_read(theme: Theme, number: int) -> None:
    words, plate = (c.name() for c in (earlier_colour(theme, number), colour(theme, "card")))
    assert contrast(words, plate) >= 4.5
