"""The prediction plot draws what the model guesses, in own units, for every kind of data."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gd_studio.data import LoanApplicants
from gd_studio.gui.numbers import exact, fixed
from gd_studio.gui.plots import grid as grids
from gd_studio.gui.plots import live_grid
from gd_studio.gui.plots.confusion import confusion
from gd_studio.gui.plots.prediction import PredictionPlot
from gd_studio.gui.plots.samples import fair_sample, own_units
from gd_studio.gui.plots.view_names import CLASSES, VALUES, views_for
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, click, drag, place, trained, with_ghost

LOAN_COLUMNS = [c.name for c in LoanApplicants().load().columns]


@cache
def moons(steps: int = 20) -> Frame:
    return trained({}, steps)


@cache
def wine() -> Frame:
    return trained({"data": {"kind": "wine"}}, 20)


@cache
def diabetes() -> Frame:
    linear = {"kind": "linear"}
    return trained(
        {"data": {"kind": "diabetes"}, "model": linear, "optimizer": {"learning_rate": 0.01}}, 20
    )


@cache
def loans() -> Frame:
    return trained({"data": {"kind": "loan_applicants"}}, 5)


def shown(qtbot: QtBot, frame: Frame, row: int = 0) -> PredictionPlot:
    selection = Selection()
    selection.set_row(row)
    plot = PredictionPlot(LIGHT, selection)
    qtbot.addWidget(plot)
    plot.resize(400, 340)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_frame(frame)
    return plot


def points(plot: PredictionPlot) -> Any:
    return plot._views[plot.view].points.groups  # type: ignore[attr-defined]  # noqa: SLF001


def test_the_views_offered_fit_the_data() -> None:
    assert views_for(moons().hypothesis.prepared) == ["map", "failure", *CLASSES]
    assert views_for(trained(LINE).hypothesis.prepared) == ["fit", "failure", *VALUES]
    assert views_for(wine().hypothesis.prepared) == ["map", "failure", *CLASSES]
    assert views_for(diabetes().hypothesis.prepared) == ["map", "failure", *VALUES]
    digits = trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}})
    assert views_for(digits.hypothesis.prepared)[0] == "confusion"


def test_points_stand_at_the_datas_own_values(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    dataset = frame.hypothesis.prepared.dataset
    x, y = (column.values for column in dataset.columns)
    for group in points(plot):
        part = getattr(frame.hypothesis.prepared, group.split)
        rows = part.rows[group.rows]
        assert np.allclose(group.x, x[rows])
        assert np.allclose(group.y, y[rows])
        assert (dataset.codes[rows] == group.code).all()


def test_a_grid_guesses_what_predict_guesses_for_raw_rows() -> None:
    frame = moons()
    hypothesis = frame.hypothesis
    grid = grids.over_two(hypothesis.prepared, (0, 1), ((-1.0, 2.0), (-1.5, 1.5)), 9)
    raw = [[x, y] for y in grid.y for x in grid.x]
    ours = hypothesis.guess(frame.parameters, grid.rows)
    assert np.allclose(ours, hypothesis.predict(frame.parameters, raw))


def test_a_slice_holds_the_other_columns_at_the_selected_row() -> None:
    prepared = wine().hypothesis.prepared
    base = prepared.train.x[3]
    grid = grids.over_two(prepared, (1, 4), ((0.0, 1.0), (0.0, 1.0)), 5, base)
    others = [i for i in range(len(base)) if i not in (1, 4)]
    assert (grid.rows[:, others] == base[others]).all()
    assert np.allclose(np.unique(own_units(prepared, grid.rows, 1)), [0.1, 0.3, 0.5, 0.7, 0.9])


def test_a_slice_says_through_which_row(qtbot: QtBot) -> None:
    plot = shown(qtbot, wine(), 5)
    number = int(wine().hypothesis.prepared.train.rows[5]) + 1
    assert plot.header.detail.text().startswith(f"slice through row {number}")
    plot.selection.set_row(9)
    number = int(wine().hypothesis.prepared.train.rows[9]) + 1
    assert plot.header.detail.text().startswith(f"slice through row {number}")


def test_a_slice_of_numbers_says_what_its_colour_is(qtbot: QtBot) -> None:
    plot = shown(qtbot, diabetes())
    plot.set_view("map")
    assert plot.header.detail.text().startswith("colour: disease progression   slice through row")


def test_the_columns_of_a_slice_can_be_chosen(qtbot: QtBot) -> None:
    plot = shown(qtbot, wine())
    assert plot._columns.isVisible()  # noqa: SLF001
    plot.set_columns(3, 7)
    prepared = wine().hypothesis.prepared
    group = points(plot)[0]
    wanted = own_units(prepared, prepared.train.x, 3)[group.rows]
    assert np.allclose(group.x, wanted)
    assert plot._x_column.currentText() == prepared.features[3].name  # noqa: SLF001


def test_the_columns_are_not_offered_for_two_inputs(qtbot: QtBot) -> None:
    assert not shown(qtbot, moons())._columns.isVisible()  # noqa: SLF001


def test_rows_with_words_can_be_sliced(qtbot: QtBot) -> None:
    plot = shown(qtbot, loans())
    assert plot.view == "map"
    assert "slice through row" in plot.header.detail.text()


@cache
def dated() -> Frame:
    use = {name: name in ("income", "applied on") for name in LOAN_COLUMNS}
    return trained({"data": {"kind": "loan_applicants"}, "preparation": {"use": use}}, 3)


def test_a_date_is_written_as_one_on_its_axis_and_under_the_mouse(qtbot: QtBot) -> None:
    frame = dated()
    plot = shown(qtbot, frame)
    prepared = frame.hypothesis.prepared
    at = [f.name for f in prepared.features].index("applied on")
    plot.set_columns(at, 1 - at)
    plot.grab()
    ticks = plot.plot_item.getAxis("bottom")._tickLevels[0]  # noqa: SLF001
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", ticks[0][1])
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", ticks[-1][1])
    assert plot._hover_text(19600.0, 50.0).startswith("applied on 2023-08-31,")  # noqa: SLF001


def test_the_probe_speaks_in_dates(qtbot: QtBot) -> None:
    frame = dated()
    plot = shown(qtbot, frame)
    raw = frame.hypothesis.prepared.raw_rows([0])[0]
    plot.set_probe(raw)
    assert plot._probe.is_shown  # noqa: SLF001
    at = [f.name for f in frame.hypothesis.prepared.features].index("applied on")
    to = [0.0, 0.0]
    to[at], to[1 - at] = 19600.4, 50.0
    with qtbot.waitSignal(plot.probe_moved) as moved:
        plot._probe._target.setPos(*to)  # noqa: SLF001
    assert moved.args is not None
    assert moved.args[0][at] == "2023-08-31"


def test_the_fit_curve_is_the_models_guess_in_own_units(qtbot: QtBot) -> None:
    frame = trained(LINE, 5)
    plot = shown(qtbot, frame)
    x, y = plot._views["fit"]._curve.getData()  # type: ignore[attr-defined]  # noqa: SLF001
    wanted = frame.hypothesis.predict(frame.parameters, x[:, None])[:, 0]
    assert np.allclose(y, wanted)


def test_a_probability_curve_is_drawn_for_one_input_and_two_classes(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"preparation": {"use": {"y": False}}}, 5))
    assert plot.view == "fit"
    y = plot._views["fit"]._curve.getData()[1]  # type: ignore[attr-defined]  # noqa: SLF001
    assert ((y >= 0) & (y <= 1)).all()


def test_regions_are_drawn_in_the_classes_colours(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(400))
    image = plot.canvas.grab().toImage()

    def color_at(x: float, y: float) -> Any:
        return image.pixelColor(place(plot, x, y))

    upper, lower = color_at(-1.0, 1.45), color_at(1.0, -1.05)
    assert upper.blue() > upper.red()
    assert lower.red() > lower.blue()


def test_a_click_on_a_point_selects_its_row(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    group = next(g for g in points(plot) if g.split == "validation" and len(g.x))
    with qtbot.waitSignal(plot.selection.row_changed):
        click(plot, float(group.x[0]), float(group.y[0]))
    picked = plot.selection
    part = getattr(moons().hypothesis.prepared, picked.split)
    own = own_units(moons().hypothesis.prepared, part.x, 0)[picked.row]
    assert own == pytest.approx(group.x[0], abs=0.2)


def test_the_selected_row_has_a_ring(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(), 7)
    x, y = plot._map.points._ring.getData()  # noqa: SLF001
    own = own_units(moons().hypothesis.prepared, moons().hypothesis.prepared.train.x, 0)
    assert x[0] == pytest.approx(own[7])
    assert len(y) == 1


def test_big_data_are_drawn_as_a_fair_sample_and_say_so(qtbot: QtBot) -> None:
    frame = trained({"data": {"samples": 5000}}, 1)
    plot = shown(qtbot, frame)
    assert sum(len(g.x) for g in points(plot)) == 2000
    assert plot.note.text().startswith("2")
    assert plot.note.text().endswith("a fair sample.")
    again = fair_sample(frame.hypothesis.prepared)
    assert np.array_equal(again.rows["train"], fair_sample(frame.hypothesis.prepared).rows["train"])


def test_the_ghost_outlines_its_boundary_and_can_be_hidden(qtbot: QtBot) -> None:
    plot = shown(qtbot, with_ghost(moons(), moons(400)))
    outline = plot._map.outlines._curves[0]  # noqa: SLF001
    assert outline.isVisible()
    x, y = outline.getData()
    guess = moons().hypothesis.predict(moons(400).parameters, np.column_stack([x, y]))
    assert np.abs(guess[:, 0] - 0.5).max() < 0.1
    plot.selection.show_ghost(0, False)
    assert not outline.isVisible()


def test_the_matrix_counts_what_was_taken_for_what() -> None:
    found = confusion([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0], 3)
    assert found.counts.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert found.precision[:2] == pytest.approx([2 / 3, 2 / 3])
    assert found.recall.tolist() == pytest.approx([2 / 3, 1, 0])
    assert found.f1[1] == pytest.approx(0.8)
    assert np.isnan(found.precision[2])
    assert found.accuracy == pytest.approx(4 / 6)


def test_the_matrix_agrees_with_the_frames_accuracy(qtbot: QtBot) -> None:
    frame = wine()
    plot = shown(qtbot, frame)
    plot.set_view("confusion")
    found = plot._all.confusion.found  # noqa: SLF001
    assert found is not None
    assert frame.evaluation.validation is not None
    assert found.accuracy == pytest.approx(frame.evaluation.validation["accuracy"])
    assert f"{found.accuracy:.3f}" in plot.header.detail.text()
    names, rows = plot.export_data()
    assert names[-3:] == ["precision", "recall", "F1"]
    assert len(rows) == 3


def test_predicted_against_actual_shows_every_row(qtbot: QtBot) -> None:
    frame = diabetes()
    plot = shown(qtbot, frame)
    plot.set_view("actual")
    train = next(g for g in points(plot) if g.split == "train")
    target = frame.hypothesis.prepared.dataset.target.values
    assert np.allclose(train.x, target[frame.hypothesis.prepared.train.rows])
    assert fixed(frame.evaluation.train["r2"]) in plot.header.detail.text()


def test_guesses_beyond_the_axis_are_counted(qtbot: QtBot) -> None:
    frame = replace(diabetes(), parameters=1e6 * diabetes().parameters)
    plot = shown(qtbot, frame)
    plot.set_view("actual")
    low, high = plot._all.actual._span  # noqa: SLF001
    guesses = frame.hypothesis.guess(frame.parameters, frame.hypothesis.prepared.train.x)[:, 0]
    held = frame.hypothesis.prepared.validation.x
    guesses = np.append(guesses, frame.hypothesis.guess(frame.parameters, held)[:, 0])
    beyond = int(((guesses < low) | (guesses > high)).sum())
    assert beyond
    assert f"Guesses of {beyond} rows beyond the axis" in plot.note.text()


def test_the_probe_is_set_silently_and_told_when_dragged(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    with qtbot.assertNotEmitted(plot.probe_moved):
        plot.set_probe([0.5, 0.25])
    assert plot._probe.is_shown  # noqa: SLF001
    assert plot._probe.place == (0.5, 0.25)  # noqa: SLF001
    with qtbot.waitSignal(plot.probe_moved) as moved:
        plot._probe._target.setPos(1.0, -0.5)  # noqa: SLF001
    assert moved.args == [[1.0, -0.5]]
    plot.set_probe(None)
    assert not plot._probe.is_shown  # noqa: SLF001


def test_the_probe_of_one_input_rides_on_the_curve(qtbot: QtBot) -> None:
    frame = trained(LINE, 5)
    plot = shown(qtbot, frame)
    plot.set_probe([0.4])
    wanted = float(frame.hypothesis.predict(frame.parameters, [[0.4]])[0, 0])
    assert plot._probe.place == pytest.approx((0.4, wanted))  # noqa: SLF001


def test_the_probe_is_found_by_its_word_and_the_mouse_says_that_it_can_be_taken(
    qtbot: QtBot,
) -> None:
    plot = shown(qtbot, moons())
    plot.set_probe([0.5, 0.25])
    probe = plot._probe  # noqa: SLF001
    assert probe._tag.text.strip() == "try"  # noqa: SLF001
    assert probe._target.cursor().shape() is Qt.CursorShape.OpenHandCursor  # noqa: SLF001
    before = probe._tag.place[0]  # noqa: SLF001
    plot.set_probe([2.5, 0.25])
    assert probe._tag.place[0] < 2.5  # noqa: SLF001
    assert before > 0.5


@pytest.mark.parametrize("off", [(0, 0), (11, 0), (-8, 8)])
def test_pressing_near_the_probe_drags_it_and_does_not_pan(
    qtbot: QtBot, off: tuple[int, int]
) -> None:
    frame = moons()
    row = [float(v) for v in frame.hypothesis.prepared.raw_rows([3])[0] if v is not None]
    plot = shown(qtbot, frame)
    plot.set_probe(list(row))
    before = plot.plot_item.getViewBox().viewRange()
    plot.grab()
    start = place(plot, row[0], row[1]) + QPoint(*off)
    end = place(plot, 0.5, 0.5) + QPoint(*off)
    with qtbot.waitSignal(plot.probe_moved) as moved:
        drag(plot, start, end)
    assert moved.args is not None
    assert plot._probe.place == pytest.approx((0.5, 0.5), abs=0.05)  # noqa: SLF001
    assert plot.plot_item.getViewBox().viewRange() == before


def test_the_probe_set_again_does_nothing(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_probe([0.5, 0.25])
    placed: list[object] = []
    plot._place_probe = lambda: placed.append(1)  # type: ignore[method-assign]  # noqa: SLF001
    plot.set_probe([0.5, 0.25])
    assert placed == []
    plot.set_probe([0.5, 0.5])
    assert placed == [1]


def test_a_probe_beyond_the_plot_waits_at_its_border(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    (_, right), _ = plot.plot_item.getViewBox().viewRange()
    plot.set_probe([1e6, 0.25])
    assert plot._probe.is_shown  # noqa: SLF001
    assert plot._probe.place == pytest.approx((right, 0.25))  # noqa: SLF001


def test_panning_a_map_never_leaves_its_colours(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    view = plot.plot_item.getViewBox()
    before = view.viewRange()
    plot.grab()
    drag(plot, place(plot, -1.2, -0.9), place(plot, 0.5, 0.5))
    assert np.allclose(view.viewRange(), before)
    plot.set_view("confusion")
    plot.grab()
    assert plot.view == "confusion"
    assert not np.allclose(view.viewRange(), before)


def test_another_data_set_begins_with_its_best_view(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_view("confusion")
    plot.set_frame(replace(trained(LINE, 2), run_number=2))
    assert plot.view == "fit"
    plot.set_frame(replace(wine(), run_number=3))
    assert plot.view == "map"


def test_the_same_columns_keep_the_view(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_view("confusion")
    plot.set_frame(replace(trained({"data": {"noise": 0.3}}, 2), run_number=2))
    assert plot.view == "confusion"


def test_hover_gives_the_guess_and_the_row(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    group = points(plot)[0]
    text = plot._hover_text(float(group.x[0]), float(group.y[0]))  # noqa: SLF001
    assert "guess class" in text
    assert "row " in text


def test_a_finer_grid_follows_when_the_picture_stands_still(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_grid, "STILL_BUDGET", 10.0)  # however slow the machine is
    plot = shown(qtbot, moons())
    regions = plot._map.regions  # noqa: SLF001
    counts: list[int] = []
    paint = regions._paint  # noqa: SLF001

    def counted(count: int) -> None:
        counts.append(count)
        paint(count)

    regions._paint = counted  # type: ignore[method-assign]  # noqa: SLF001
    plot.set_frame(moons(400))
    qtbot.waitUntil(lambda: max(counts) > counts[0], timeout=10_000)


def test_a_theme_recolours_the_regions(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    light = plot.canvas.grab().toImage().pixelColor(80, 60).lightness()
    plot.set_theme(DARK)
    assert plot.canvas.grab().toImage().pixelColor(80, 60).lightness() < light


def test_the_matrix_has_its_texts_at_every_size(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_view("confusion")
    for width in (700, 400):
        plot.resize(width, 340)
        qtbot.waitUntil(
            lambda: "precision" in {t.text for t in plot._all.confusion._tags},  # noqa: SLF001
            timeout=2000,
        )


def heads(plot: PredictionPlot) -> list[str]:
    """Return what stands over the columns of the matrix."""
    return [
        tag.text
        for tag in plot._all.confusion._tags  # noqa: SLF001
        if tag.text and tag.place[1] > 3 and tag.place[0] < 3
    ]


def test_the_matrix_names_its_columns_or_gives_their_signs(qtbot: QtBot) -> None:
    plot = shown(qtbot, wine())
    plot.set_view("confusion")
    names = wine().hypothesis.classes
    for width, corner in ((700, "actual ↓ guessed →"), (300, "guessed →"), (200, "→")):
        plot.resize(width, 340)
        # A range is set at most five times a second.
        qtbot.waitUntil(lambda corner=corner: heads(plot)[0] == corner)  # type: ignore[misc]
        assert [head[0] for head in heads(plot)[1:]] == list("●▲■")
    assert plot._hover_text(1.5, 3.1) == f"guessed {names[1]}"  # noqa: SLF001


def test_a_matrix_of_digits_names_its_columns(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}}))
    plot.resize(390, 340)
    plot.grab()
    texts = [t.text for t in plot._all.confusion._tags if t.text and t.place[1] > 10]  # noqa: SLF001
    assert [text[-1] for text in texts[1:11]] == list("0123456789")


def test_a_map_of_values_has_a_bar_in_own_units(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "plane"}, "model": {"kind": "linear"}}, 5)
    plot = shown(qtbot, frame)
    bar = plot._map.bar  # noqa: SLF001
    seen = [bar.is_shown]
    values = frame.hypothesis.prepared.dataset.target.values
    assert bar.words == (exact(float(values.max()), 3), exact(float(values.min()), 3))
    plot.set_theme(DARK)
    seen.append(bar.is_shown)
    plot.set_view("actual")
    seen.append(bar.is_shown)
    plot.set_frame(replace(moons(), run_number=2))
    seen.append(bar.is_shown)
    assert seen == [True, True, False, False]


def test_a_narrow_matrix_keeps_its_counts_and_lets_scores_go(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}}))
    for width, most in ((640, 3), (300, 1)):
        plot.resize(width, 300)
        plot.grab()
        tags = plot._all.confusion._tags  # noqa: SLF001
        counts = [t for t in tags if t.text and t.text.isdigit() and t.place[1] < 10]
        heads = [t.text for t in tags if t.text in ("prec.", "rec.", "F1")]
        assert len(counts) == 100
        assert len(heads) == 3 if most == 3 else len(heads) <= most


def test_a_slice_of_images_begins_with_pixels_that_vary(qtbot: QtBot) -> None:
    frame = trained({"data": {"kind": "digits"}, "model": {"hidden": [4]}})
    plot = shown(qtbot, frame)
    values = frame.hypothesis.prepared.dataset.columns
    spreads = [float(np.std(column.values)) for column in values if column.name != "digit"]
    chosen = plot._map.features  # noqa: SLF001
    assert min(spreads[i] for i in chosen) > np.quantile(spreads, 0.9)


def test_samples_are_told_apart_when_one_is_where_another_was() -> None:
    prepared = moons().hypothesis.prepared
    numbers = {fair_sample(prepared).number for _ in range(20)}
    assert len(numbers) == 20, "a number of each; a place in memory is used again"
