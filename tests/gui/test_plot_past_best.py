"""The steps after the minimum of the validation loss are shaded once patience has run out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.diagnosis import Finding
from gd_studio.gui.plots.loss import LossPlot
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame
from tests.gui.frames import trained


@pytest.fixture(scope="module")
def frame() -> Frame:
    return replace(trained({}, 400), best=(150, 0.1), without_improvement=25)


def shown(qtbot: QtBot) -> LossPlot:
    plot = LossPlot(LIGHT, Selection())
    qtbot.addWidget(plot)
    plot.resize(500, 320)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def shaded(plot: LossPlot) -> bool:
    return plot.marks.past_best.is_visible


def label(plot: LossPlot) -> str:
    tag = plot.marks.labels.tags["best"]
    return str(tag.text).strip() if tag.is_visible else ""


def test_the_minimum_is_marked_when_patience_has_run_out(qtbot: QtBot, frame: Frame) -> None:
    plot = shown(qtbot)
    plot.set_frame(replace(frame, without_improvement=19))
    assert not shaded(plot)
    assert label(plot) == "best 150"
    plot.set_frame(replace(frame, without_improvement=20, number=2))
    assert shaded(plot)
    assert list(plot.marks.past_best.span) == [150, 400]
    assert label(plot) == "best 150, none since"
    plot.set_unit("epochs")
    assert list(plot.marks.past_best.span) == pytest.approx([15, 40])


def test_it_is_called_overfitting_where_the_diagnosis_says_so(
    qtbot: QtBot, frame: Frame
) -> None:
    plot = shown(qtbot)
    found = Finding("overfitting", "Overfitting", "It rose from 0.1 to 0.2.", "By heart.")
    plot.set_frame(replace(frame, findings=(found,)))
    assert label(plot) == "best 150, then overfitting"
    assert "then overfitting" in plot.summary


def test_the_patience_of_the_stop_rule_counts_if_there_is_one(
    qtbot: QtBot, frame: Frame
) -> None:
    plot = shown(qtbot)
    patient = frame.experiment.edit({"stop.patience": 60})
    plot.set_frame(replace(frame, experiment=patient))
    assert not shaded(plot)


def test_without_validation_or_for_a_score_there_is_nothing_to_mark(
    qtbot: QtBot, frame: Frame
) -> None:
    plot = shown(qtbot)
    plot.set_frame(replace(frame, evaluation=replace(frame.evaluation, validation=None)))
    assert not shaded(plot)
    plot.set_frame(replace(frame, number=2))
    assert shaded(plot)
    plot.set_metric("score")
    assert not shaded(plot)


def test_a_run_that_was_best_at_its_start_has_no_minimum(qtbot: QtBot, frame: Frame) -> None:
    plot = shown(qtbot)
    plot.set_frame(replace(frame, best=(0, 0.7)))
    assert not shaded(plot)


def test_it_is_drawn_in_both_themes(qtbot: QtBot, frame: Frame) -> None:
    plot = shown(qtbot)
    plot.set_frame(frame)
    light = plot.grab().toImage()
    plot.set_theme(DARK)
    assert shaded(plot)
    assert plot.grab().toImage() != light
