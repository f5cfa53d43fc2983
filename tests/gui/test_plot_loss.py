"""The loss plot shows what the frame says, and a click in it goes to a step."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont
from pytestqt.qtbot import QtBot

from gd_studio.gui.colour_maps import contrast
from gd_studio.gui.numbers import exact, fixed
from gd_studio.gui.plots.colours import colour, mixed
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.plots.loss_labels import PLATE, passes
from gd_studio.gui.plots.loss_range import SPIKES, percentiles
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT, Theme
from gd_studio.session.frame import Frame
from tests.gui.frames import LINE, click, overlap, trained, with_curve, with_ghost


@cache
def moons(steps: int = 40, shown: int | None = None) -> Frame:
    return trained({}, steps, shown)


def shown(qtbot: QtBot, frame: Frame | None = None) -> LossPlot:
    plot = LossPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(400, 340)
    plot.show()
    qtbot.waitExposed(plot)
    if frame is not None:
        plot.set_frame(frame)
    return plot


def test_header_says_the_evaluation_of_the_frame(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    evaluation = frame.evaluation
    assert evaluation.validation is not None
    wanted = (
        f"train {fixed(evaluation.train['total'])}"
        f" · validation {fixed(evaluation.validation['total'])}"
    )
    assert plot.header.detail.text() == wanted
    assert wanted in plot.summary


def test_drawn_curves_are_those_of_the_frame(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    x, y = plot._curves["train"].getData()  # noqa: SLF001
    assert np.array_equal(x, frame.curves["train_loss"].steps)
    assert np.array_equal(y, frame.curves["train_loss"].values)


def test_nothing_is_drawn_while_hidden(qtbot: QtBot) -> None:
    plot = LossPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.set_frame(moons())
    assert plot.header.detail.text() == ""
    plot.show()
    assert plot.header.detail.text().startswith("train ")


def test_without_a_frame_it_says_so(qtbot: QtBot) -> None:
    plot = shown(qtbot)
    assert plot.empty.isVisible()
    plot.set_frame(moons())
    assert not plot.empty.isVisible()


def test_at_step_0_the_starting_loss_is_a_labelled_point(qtbot: QtBot) -> None:
    frame = moons(0)
    plot = shown(qtbot, frame)
    tag = plot.marks.labels.tags["start"]
    assert tag.text.strip() == f"start {fixed(frame.first)}"
    dots = plot.marks.dots.getData()
    assert dots[0][0] == 0
    assert dots[1][0] == pytest.approx(frame.first)


def test_a_click_goes_to_that_step(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    with qtbot.waitSignal(plot.step_requested, timeout=2000) as asked:
        click(plot, 25, 0.3)
    assert abs(asked.args[0] - 25) <= 1


@pytest.mark.parametrize("unit", ["epochs", "seconds"])
def test_a_click_goes_to_the_right_step_on_every_x(qtbot: QtBot, unit: str) -> None:
    frame = moons()
    frame = replace(
        frame,
        curves=replace(frame.curves, clock=np.array([[0, 0, 0], [20.0, 2, 0.5], [40.0, 4, 1.5]])),
    )
    plot = shown(qtbot, frame)
    plot.set_unit(unit)
    x = {"epochs": 3.0, "seconds": 1.0}[unit]
    plot._clicked(x, 0.3)  # noqa: SLF001
    with qtbot.waitSignal(plot.step_requested, timeout=2000) as asked:
        pass
    assert asked.args == [30]


def test_a_double_click_fits_and_goes_nowhere(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    view = plot.plot_item.getViewBox()
    before = view.viewRange()
    view.setRange(xRange=(5, 6), yRange=(0, 0.1), padding=0)
    plot._on_zoomed()  # noqa: SLF001
    with qtbot.assertNotEmitted(plot.step_requested, wait=300):
        for _ in "12":
            click(plot, 5.5, 0.05)
    assert np.allclose(view.viewRange(), before)


def test_the_words_at_the_mouse_follow_what_is_drawn_under_it(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    view = plot.plot_item.getViewBox()
    view.setRange(xRange=(5, 6), yRange=(0, 0.1), padding=0)
    plot._on_zoomed()  # noqa: SLF001
    middle = view.mapViewToScene(pg.Point(5.6, 0.05))
    plot._on_mouse_moved(middle)  # noqa: SLF001
    assert plot.hover.text().startswith("step 6\n")
    plot.fit()
    there = round(view.mapSceneToView(middle).x())
    assert there > 10
    assert plot.hover.text().startswith(f"step {there}\n")


def test_values_that_are_not_finite_are_marked(qtbot: QtBot) -> None:
    frame = with_curve(moons(), "train_loss", [0, 10, 20, 30], [0.7, np.nan, np.inf, 0.5])
    plot = shown(qtbot, frame)
    x, _ = plot.marks.bad.getData()
    assert x.tolist() == [10, 20]
    assert "not a finite number" in plot.marks.labels.tags["bad"].text


def test_a_log_scale_says_what_it_cannot_show(qtbot: QtBot) -> None:
    frame = with_curve(moons(), "train_loss", [0, 10, 20, 30], [0.7, 0.0, -1.0, 0.01])
    plot = shown(qtbot, frame)
    plot.set_scale("log")
    assert plot.note.text().startswith("2 values at or below 0")
    y = plot._curves["train"].getData()[1]  # noqa: SLF001
    assert y[0] == pytest.approx(np.log10(0.7))
    assert np.isnan(y[1:3]).all()
    plot.set_scale("linear")
    assert plot.note.text() == ""


def test_score_is_accuracy_for_classes_and_r2_for_values(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_metric("score")
    assert plot.header.title.text() == "Accuracy"
    assert fixed(moons().evaluation.train["accuracy"]) in plot.header.detail.text()
    line = replace(trained(LINE, 5), run_number=2)
    plot.set_frame(line)
    assert plot.header.title.text() == "R²"
    assert fixed(line.evaluation.train["r2"]) in plot.header.detail.text()


def test_a_score_below_the_axis_is_said_to_be(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained(LINE, 5))
    plot.set_metric("score")
    assert plot.note.text() == "Partly lower than shown: train, validation."
    plot.set_metric("loss")
    assert plot.note.text() == ""


def test_the_baseline_has_its_words(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    tag = plot.marks.labels.tags["baseline"]
    assert frame.baseline is not None
    assert tag.text == f"{frame.baseline.words}: {fixed(frame.baseline.train_loss)}"


def test_the_ghost_can_be_hidden(qtbot: QtBot) -> None:
    plot = shown(qtbot, with_ghost(moons(), trained({"optimizer": {"learning_rate": 0.1}}, 20)))
    assert plot.marks.labels.tags["ghost"].text == "before: rate 0.1"
    plot.selection.show_ghost(0, False)
    assert plot.marks.labels.tags["ghost"].text == ""


def test_the_past_has_a_line_at_the_shown_step(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons(40, 10))
    line = plot.marks.shown
    assert line.isVisible()
    assert line.value() == 10
    plot.set_frame(moons())
    assert not line.isVisible()


def test_the_cursor_is_linked_through_the_selection(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.selection.set_cursor(12.0)
    assert plot.marks.cursor.isVisible()
    assert plot.marks.cursor.value() == 12
    plot.selection.set_cursor(None)
    assert not plot.marks.cursor.isVisible()


def test_hover_gives_exact_values(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    text = plot._hover_text(20.0, 0.3)  # noqa: SLF001
    assert text.startswith("step 20\n")
    assert "train " in text
    assert "validation " in text


def test_without_validation_rows_there_is_no_such_curve(qtbot: QtBot) -> None:
    plot = shown(qtbot, trained({"preparation": {"validation": 0}}, 10))
    assert "validation" not in plot.header.detail.text()
    assert not plot._curves["validation"].isVisible()  # noqa: SLF001
    assert len(plot.marks.bad.getData()[0]) == 0


def test_exported_data_are_the_frames_curves(qtbot: QtBot) -> None:
    frame = moons()
    plot = shown(qtbot, frame)
    names, rows = plot.export_data()
    assert names == ["curve", "step", "epoch", "seconds", "value"]
    train = [row for row in rows if row[0] == "train_loss"]
    assert [row[4] for row in train] == frame.curves["train_loss"].values.tolist()


def test_a_step_between_two_evaluations_has_its_own_values(qtbot: QtBot) -> None:
    frame = trained({}, 13)
    assert frame.evaluation.step == 13
    assert 13 not in frame.curves["train_loss"].steps
    plot = shown(qtbot, frame)
    total = frame.evaluation.train["total"]
    assert f"train {exact(total)}\n" in plot._hover_text(13.0, 0.3)  # noqa: SLF001
    _, rows = plot.export_data()
    ends = {row[0]: row[1::3] for row in rows}
    assert ends["train_loss"] == [13, total]
    assert ends["train_score"] == [13, frame.evaluation.train["accuracy"]]


def test_a_landscape_has_no_score_to_export(qtbot: QtBot) -> None:
    frame = trained({"model": {"kind": "landscape", "function": "bowl"}}, 3)
    _, rows = shown(qtbot, frame).export_data()
    assert {row[0] for row in rows} <= {"total", "train_loss"}
    assert rows[-1][1::3] == [3, frame.evaluation.train["total"]]


def lightness(plot: LossPlot) -> int:
    """Return how light the canvas is on average: one pixel may lie on a line."""
    picture = plot.canvas.grab().toImage()
    one = picture.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation)
    return int(one.pixelColor(0, 0).lightness())


def test_a_theme_recolours_the_plot(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    light = lightness(plot)
    plot.set_theme(DARK)
    dark = lightness(plot)
    assert light > 200 > 80 > dark


def test_words_shown_late_stand_beside_their_line(qtbot: QtBot) -> None:
    plot = shown(qtbot, moons())
    plot.set_frame(with_ghost(moons(), moons(20)))
    tag = plot.marks.labels.tags["ghost"]
    view = plot.plot_item.getViewBox()

    def stands_inside() -> bool:
        place = tag.box
        return bool(place.height() < 30 and view.sceneBoundingRect().contains(place))

    # The view takes its range over when it is painted.
    qtbot.waitUntil(stands_inside)
    assert tag.is_visible


@pytest.mark.parametrize("base", [0.02, 0.2, 0.3, 0.4, 0.5, 0.7])
def test_words_do_not_lie_on_one_another(qtbot: QtBot, base: float) -> None:
    frame = with_ghost(moons(), moons(38))
    assert frame.baseline is not None
    frame = replace(frame, best=(22, 0.3), baseline=replace(frame.baseline, train_loss=base))
    frame = with_curve(frame, "total", [0, 36], [0.7, np.nan])
    plot = shown(qtbot, frame)
    plot.grab()
    tags = plot.marks.labels.tags
    assert [name for name, tag in tags.items() if tag.text] == ["bad", "baseline", "best", "ghost"]
    assert overlap(tags.values()) < 40


def test_the_best_step_is_named_where_no_curve_passes(qtbot: QtBot) -> None:
    frame = replace(moons(), best=(22, 0.3))
    for height in (0.2, 0.35, 0.5):  # a batch curve that swings about this height
        spikes = [height + (0.04 if k % 2 else -0.04) for k in range(41)]
        plot = shown(qtbot, with_curve(frame, "total", range(41), [0.7, *spikes[1:]]))
        plot.grab()
        tag = plot.marks.labels.tags["best"]
        assert tag.text.strip() == "best 22"
        values = plot.plot_item.getViewBox().childGroup
        box = values.mapRectFromScene(tag.box)
        assert not any(passes(line, box) for line in plot._lines.values())  # noqa: SLF001


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_on_a_curve_can_be_read(theme: Theme) -> None:
    for curve in (theme.train, theme.validation, theme.ghost, theme.good, theme.accent):
        behind = mixed(colour(theme, "card"), QColor(curve), 1 - PLATE / 255).name()
        for token in ("good", "text", "muted", "negative"):
            assert contrast(colour(theme, token).name(), behind) >= 4.5, (token, curve)


def test_what_has_no_room_beside_other_words_is_not_written(qtbot: QtBot) -> None:
    frame = with_ghost(replace(moons(), best=(22, 0.3)), moons(38))
    plot = shown(qtbot, frame)
    large = QFont()
    large.setPixelSize(30)
    plot.setFont(large)
    plot.resize(315, 245)
    QCoreApplication.processEvents()
    plot.grab()
    tags = plot.marks.labels.tags
    assert tags["best"].text or tags["baseline"].text
    assert overlap(tags.values()) < 40


def test_a_ghost_that_ends_at_the_baseline_is_named_beside_it(qtbot: QtBot) -> None:
    frame = moons()
    flat = with_curve(moons(38), "train_loss", [0, 38], [0.693, 0.693])
    plot = shown(qtbot, with_ghost(frame, flat))
    plot.grab()
    tags = plot.marks.labels.tags
    assert tags["ghost"].text
    assert overlap(tags.values()) == 0


def test_a_ghost_that_ends_near_the_point_of_the_run_is_named_clear_of_it(qtbot: QtBot) -> None:
    plot = shown(qtbot, with_ghost(moons(36), moons(40)))
    plot.grab()
    box = plot.marks.labels.tags["ghost"].box
    view = plot.plot_item.getViewBox()
    for x, y in zip(*plot.marks.dots.getData(), strict=True):
        at = view.mapViewToScene(QPointF(x, y))
        assert not box.intersects(QRectF(at - QPointF(5, 5), at + QPointF(5, 5)))


@pytest.mark.parametrize("step", [17, 36])
def test_a_point_between_evaluations_is_led_to_from_its_curve(qtbot: QtBot, step: int) -> None:
    frame = moons(36, step)
    plot = shown(qtbot, frame)
    for name, part in (("train", frame.evaluation.train), ("validation", None)):
        link = plot._curves.links[name]  # noqa: SLF001
        assert link.isVisible()
        x, y = link.getData()
        assert x.tolist() == [step // 10 * 10, step]
        curve = frame.curves[f"{name}_loss"]
        assert y[0] == curve.values[curve.steps == x[0]][0]
        if part is not None:
            assert y[1] == part["total"]
    plot.set_frame(moons(40, 20))
    assert not plot._curves.links["train"].isVisible()  # noqa: SLF001


def test_single_batches_above_the_axis_are_told_with_their_height(qtbot: QtBot) -> None:
    frame = moons(300)
    plot = shown(qtbot, frame)
    total = frame.curves["total"]
    values = total.values.copy()
    values[len(values) // 2] = 7.5
    plot.set_frame(with_curve(frame, "total", total.steps, values))
    assert plot.note.text() == "Single batches are higher than shown, up to 7.500."
    plot.legend.set_shown("batch", False)
    assert plot.note.text() == ""


def test_few_batch_losses_are_so_high_that_the_plot_lets_them_go() -> None:
    """The percentiles are those of numpy, which leaves out what is no number."""
    rng = np.random.default_rng(3)
    for count in (1, 2, 7, 50):
        values = rng.normal(size=count)
        assert percentiles(values) == pytest.approx(np.percentile(values, SPIKES), rel=1e-12)
        with_gap = np.append(values, np.nan)
        assert percentiles(with_gap) == pytest.approx(np.nanpercentile(with_gap, SPIKES))
    assert len(percentiles(np.full(3, np.nan))) == 0


def test_a_frame_that_needs_another_range_places_its_marks_but_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = shown(qtbot, trained({}, 5))
    view = plot.plot_item.getViewBox()
    before, drawn = view.viewRange(), []
    draw = plot.marks.draw

    def counted(*about: Any) -> None:
        drawn.append(view.viewRange())
        draw(*about)

    monkeypatch.setattr(plot.marks, "draw", counted)
    plot._ranged_at = 0.0  # noqa: SLF001  # long ago: another range may come at once
    plot.set_frame(trained({}, 30))
    assert view.viewRange() != before
    assert drawn == [view.viewRange()]
    view.setXRange(0, 20, padding=0)  # by hand: they follow
    assert drawn[1:] == [view.viewRange()]
