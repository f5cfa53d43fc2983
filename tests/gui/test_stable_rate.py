"""The stable zone on the rate's slider: that of the model on screen, for plain descent only."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.forms.rate_axis import RateAxis
from gd_studio.gui.forms.rate_editor import RateEditor
from gd_studio.gui.forms.stable_zone import StableZone
from gd_studio.gui.numbers import exact
from gd_studio.gui.panels.stable_rate import StableRate
from gd_studio.settings import describe
from tests.experiment.experiments import line, small
from tests.gui.desk import Desk
from tests.gui.frames import LINE, trained
from tests.session.inline import run_of

PATH = "optimizer.learning_rate"
PLAIN = StableZone(sharpness=4.0, limit=0.5)


def editor_of(desk: Desk) -> RateEditor:
    editor = desk.window.desk.training_panel.form.editor(PATH)
    assert isinstance(editor, RateEditor)
    return editor


def settled(desk: Desk) -> StableZone:
    """Return the zone once it is that of the frame on screen."""
    rate = desk.window.desk.training_panel.stable_rate
    desk.wait(lambda: not rate.is_busy and rate.zone is not None)
    zone = editor_of(desk).slider.zone
    assert zone is not None
    return zone


def said(editor: RateEditor, words: str) -> bool:
    return editor.words.full_text == words


def limit_at(change: Any, steps: int) -> float:
    """Return 2/λmax of a run of its own at a step."""
    return 2 / float(run_of(change, steps).sharpness().value)


def test_the_mark_is_that_of_the_model_at_the_step_on_screen(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    before = desk.frame
    assert settled(desk).limit == pytest.approx(limit_at(small(), 0), rel=1e-9)
    desk.step(4)
    expected = limit_at(small(), 4)
    desk.wait(lambda: abs(settled(desk).limit / expected - 1) < 1e-9)
    assert len(desk.frame.curves["total"].steps) == len(before.curves["total"].steps) + 4


def test_measuring_leaves_the_run_as_it_is(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    desk.step(3)
    settled(desk)
    recorded = desk.window.session.recorded()
    assert recorded is not None
    assert recorded.tape.acts == ()
    alone = run_of(small(), 3)
    assert (desk.frame.parameters == alone.parameters).all()


def test_the_words_say_where_the_rate_stands_and_the_tooltip_the_exact_numbers(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, line())
    limit = settled(desk).limit
    editor = editor_of(desk)
    below = f"stable below {exact(limit, 3)}"
    expected = {0.4: below, 0.7: f"{below}: jumps over the bottom", 1.2: f"{below}: too high here"}
    for share, words in expected.items():
        desk.edit(PATH, share * limit)
        desk.wait(partial(said, editor, words))
        assert editor.slider.accessibleDescription() == editor.words.full_text
    assert exact(limit, 7) in editor.slider.toolTip()
    assert exact(2 / limit, 7) in editor.slider.toolTip()


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [("optimizer.momentum", 0.9, "momentum"), ("optimizer.kind", "adam", "Adam")],
)
def test_beyond_plain_descent_it_is_grey_and_called_theory(
    qtbot: QtBot, path: str, value: object, what: str
) -> None:
    desk = Desk(qtbot, small())
    assert settled(desk).beyond == ""
    desk.edit(path, value)
    assert settled(desk).beyond == what
    assert "theory for plain descent" in editor_of(desk).words.full_text
    assert what in editor_of(desk).slider.toolTip()


def test_a_hidden_panel_measures_nothing(qtbot: QtBot) -> None:
    desk = Desk(qtbot, small())
    old = settled(desk)
    panel = desk.window.desk.training_panel
    panel.hide()
    desk.step(3)
    assert not panel.stable_rate.is_busy
    assert panel.stable_rate.zone == old
    panel.show()
    expected = limit_at(small(), 3)
    desk.wait(lambda: abs(settled(desk).limit / expected - 1) < 1e-9)


def test_the_tick_is_where_the_knob_would_be_at_that_rate(qtbot: QtBot) -> None:
    setting = next(s for s in describe(type(small().optimizer)) if s.name == "learning_rate")
    editor = RateEditor(setting, "off")
    editor.set_path(PATH, setting)
    editor.set_zone(PLAIN)
    qtbot.addWidget(editor)
    editor.resize(200, 60)
    editor.show()
    editor.set_value(0.5)
    at_limit = editor.slider.x_of(PLAIN.limit)
    share = editor.slider.value() / editor.TICKS
    knob = editor.slider.knob_width()
    assert at_limit == pytest.approx(knob / 2 + share * (editor.slider.width() - knob), abs=1)


def test_what_has_no_edge_or_was_not_measured_is_said_and_not_drawn() -> None:
    endless = StableZone(sharpness=-1.0, limit=float("inf"))
    assert not endless.has_mark
    assert "no rate is too high" in endless.words(0.1)
    assert "not finite" in StableZone().words(0.1)
    assert StableZone(trouble="not measured: too large").words(1.0) == (
        "stable zone not measured: too large"
    )


def test_rates_are_spread_evenly_over_the_axis_and_found_again() -> None:
    axis = RateAxis()
    rates = axis.spread(16)
    assert (rates[0], rates[-1]) == (1e-4, 10.0)
    assert sorted(set(rates)) == list(rates)
    for place, rate in enumerate(rates):
        assert axis.place(rate) == pytest.approx(place / 15, abs=0.005)
    assert axis.place(1e-9) == 0
    assert axis.place(1e9) == 1


def test_a_measurement_of_the_run_before_is_not_taken_for_this_one(qtbot: QtBot) -> None:
    panel, gate = QWidget(), threading.Event()
    qtbot.addWidget(panel)
    panel.show()
    rate = StableRate(gate, lambda: None, panel)
    rate.set_frame(trained(LINE, 3))
    other = replace(trained({}, 3), run_number=2)
    rate.set_frame(other)
    gate.set()
    qtbot.waitUntil(lambda: rate.zone is not None, timeout=5000)
    assert rate.zone is not None
    assert rate.zone.limit == pytest.approx(limit_at({}, 3), rel=1e-6)
    rate.shutdown()
