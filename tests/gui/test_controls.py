"""The window's small controls: silent when set, telling when used, steady in width."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.engine.stopping import StopReason
from gd_studio.gui.controls.banner import Banner
from gd_studio.gui.controls.note_strip import NoteStrip
from gd_studio.gui.controls.ribbon import LoopRibbon, shorter
from gd_studio.gui.controls.speed import SpeedControl, slider_of, speed_of, speed_words
from gd_studio.gui.controls.start_strip import STARTS, StartStrip
from gd_studio.gui.controls.status import StatusLine
from gd_studio.gui.controls.stop_card import TITLES, StopCard
from gd_studio.gui.controls.timeline import REST_MS, Timeline, place_words

ALL: tuple[Callable[[], QWidget], ...] = (
    Banner, NoteStrip, LoopRibbon, SpeedControl, StartStrip, StatusLine, StopCard, Timeline
)  # fmt: skip

NONE = Qt.KeyboardModifier.NoModifier


def button(parent: QWidget, name: str) -> QAbstractButton:
    return cast("QAbstractButton", parent.findChild(QAbstractButton, name))


@pytest.mark.parametrize("make", ALL)
def test_everything_that_takes_the_keyboard_is_named_and_teaches(
    qtbot: QtBot, make: Callable[[], QWidget]
) -> None:
    widget = make()
    qtbot.addWidget(widget)
    for child in widget.findChildren(QWidget):
        if isinstance(child, QAbstractButton | QLineEdit | QSlider):
            if child.objectName() == "banner.action":
                continue  # named when it has something to do
            assert child.accessibleName(), child
            assert child.toolTip().endswith("."), child
            assert child.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_ribbon_does_not_jump_while_its_numbers_change(qtbot: QtBot) -> None:
    ribbon = LoopRibbon()
    qtbot.addWidget(ribbon)
    ribbon.set_values({"check": "row loss 0.001", "repeat": "step 9"})
    ribbon.set_active("check")
    hint = ribbon.sizeHint()
    ribbon.set_values({"check": "row loss 0.123456789", "repeat": "step 123456"})
    ribbon.set_active("adjust")
    assert ribbon.sizeHint() == hint
    assert ribbon.text("repeat") == "step 123456"
    assert ribbon.minimumSizeHint().width() < 420 < hint.width() < 600


def test_a_narrow_ribbon_keeps_the_numbers_and_drops_the_words(qtbot: QtBot) -> None:
    ribbon = LoopRibbon()
    qtbot.addWidget(ribbon)
    ribbon.set_values({"check": "row loss 0.001"})
    ribbon.resize(ribbon.minimumSizeHint())
    ribbon.show()
    shown = {label.text() for label in ribbon.findChildren(QLabel)}
    assert "0.001" in shown
    assert "row loss 0.001" not in shown
    assert shorter("−100 % loss") == ("−100 % loss", "−100 %")
    assert shorter("not yet") == ("not yet",)


def test_the_timeline_shows_silently_and_asks_when_dragged(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(1000, 50)
    timeline.show()
    asked: list[int] = []
    passed: list[int] = []
    timeline.step_requested.connect(asked.append)
    timeline.step_passed.connect(passed.append)
    timeline.set_values(40, 664, 30, 1500)
    assert asked == passed == []
    assert timeline.text() == "step 40 of 664, looking back"
    slider = timeline.slider
    assert (slider.objectName(), slider.value(), slider.maximum()) == ("timeline", 40, 664)
    place = slider.knob().center().toPoint()
    place.setX(round(slider.x_of(200)))
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, NONE, place)
    timeline.set_values(40, 664, 30, 1500)  # an old frame arrives while the mouse is down
    assert slider.value() == pytest.approx(200, abs=2)
    assert (len(passed), asked) == (1, [])
    qtbot.waitUntil(lambda: asked == passed, timeout=2000)  # the hand rests
    place.setX(slider.width())
    QTest.mouseMove(slider, place)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, NONE, place)
    assert passed[0] == pytest.approx(200, abs=2)
    assert passed[-1] == 664  # not the budget: those steps do not exist yet
    assert asked == [passed[0], 664]
    qtbot.wait(REST_MS + 50)
    assert len(asked) == 2


def test_a_held_timeline_gives_way_to_what_is_wished_meanwhile(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(1000, 50)
    timeline.show()
    asked: list[int] = []
    timeline.step_requested.connect(asked.append)
    timeline.set_values(664, 664, None, None)
    slider = timeline.slider
    place = slider.knob().center().toPoint()
    place.setX(round(slider.x_of(200)))
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, NONE, place)
    timeline.give_way()
    timeline.set_values(665, 665, None, None)  # a step was made
    qtbot.wait(REST_MS + 50)
    assert slider.value() == pytest.approx(200, abs=2), "the knob stays under the hand"
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, NONE, place)
    assert asked == []
    assert slider.value() == 665, "and then tells what is shown"


def test_the_timeline_is_used_by_keys_and_by_typing(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.show()
    timeline.set_values(40, 664, None, None)
    with qtbot.waitSignal(timeline.step_requested) as asked:
        QTest.keyClick(timeline.slider, Qt.Key.Key_Left)
    assert asked.args == [39]
    field = timeline.findChild(QLineEdit, "timeline.step")
    assert isinstance(field, QLineEdit)
    for typed, wanted in (("120", 120), ("9999", 664)):
        QTest.keyClicks(field, typed)
        with qtbot.waitSignal(timeline.step_requested) as asked:
            QTest.keyClick(field, Qt.Key.Key_Return)
        assert asked.args == [wanted]
        assert field.text() == ""


def test_live_is_offered_only_in_the_past(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.set_values(1100, 1100, 486, 1500)
    assert timeline.text() == place_words(1100, 1100) == "step 1100 · live"
    assert not button(timeline, "timeline.live").isEnabled()
    timeline.set_values(1000, 1100, 486, 1500)
    with qtbot.waitSignal(timeline.live_requested):
        button(timeline, "timeline.live").click()


def test_speed_runs_from_two_seconds_a_step_to_unthrottled() -> None:
    assert speed_of(0) == 0.5
    assert speed_of(99) == 1000
    assert speed_of(100) is None
    assert slider_of(None) == 100
    speeds = [speed_of(place) for place in range(100)]
    assert speeds == sorted(cast("list[float]", speeds))
    assert [slider_of(speed) for speed in (0.5, 1000.0, 1e9, 0.0)] == [0, 99, 99, 0]


def test_speed_says_what_is_aimed_at_and_what_is_reached(qtbot: QtBot) -> None:
    speed = SpeedControl()
    qtbot.addWidget(speed)
    told: list[object] = []
    speed.speed_changed.connect(told.append)
    speed.set_values(30.0, 29.7)
    assert speed.text() == "aimed 30 /s · reached 30"
    width = speed.sizeHint().width()
    speed.set_values(None, 89_123.0)
    assert speed.text() == "unthrottled · reached 89 123"
    assert speed.sizeHint().width() == width
    assert told == []
    speed.slider.setValue(0)
    speed.slider.setValue(speed.slider.maximum())
    assert told == [0.5, None]
    assert speed.slider.objectName() == "speed"
    assert speed_words(0.5, 0.49) == ("aimed 0.5 /s", "reached 0.49")


def test_a_note_is_edited_in_place(qtbot: QtBot) -> None:
    note = NoteStrip()
    qtbot.addWidget(note)
    note.show()
    note.set_texts("A <b> line.", "Step.", "")
    told: list[tuple[str, str, str]] = []
    note.edited.connect(lambda *texts: told.append(texts))
    button(note, "note.edit").click()
    assert note.editing
    field = note.findChild(QLineEdit, "note.look")
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "the bend")
    button(note, "note.done").click()
    assert told == [("A <b> line.", "Step.", "the bend")]
    assert not field.isVisible()
    button(note, "note.edit").click()
    button(note, "note.edit").click()
    assert len(told) == 1  # nothing was changed, so nothing is told
    with qtbot.waitSignal(note.closed):
        button(note, "note.close").click()


def test_a_start_tells_which(qtbot: QtBot) -> None:
    strip = StartStrip()
    qtbot.addWidget(strip)
    for key, _, _ in STARTS:
        with qtbot.waitSignal(strip.chosen) as told:
            button(strip, f"start.{key}").click()
        assert told.args == [key]
    with qtbot.waitSignal(strip.closed):
        button(strip, "start.close").click()


def test_the_status_stays_in_place_and_wraps_when_narrow(qtbot: QtBot) -> None:
    status = StatusLine()
    qtbot.addWidget(status)
    status.resize(1000, 30)
    status.show()
    status.set_values({"loss": "train 0.12345", "rate": "30 steps/s", "right": "saved"})
    label = status.findChild(QLabel, "status.rate")
    assert isinstance(label, QLabel)
    before = label.x()
    status.set_values({"loss": "train 0.1"})
    assert label.x() == before
    assert status.text("loss") == "train 0.1"
    assert status.text("right") == "saved"
    assert status.text("nothing") == ""
    status.set_values({"loss": ""})
    qtbot.waitUntil(lambda: label.x() < before)
    status.set_values({"loss": "train 0.1", "more": "x" * 80})
    status.resize(400, 60)
    qtbot.waitUntil(lambda: label.y() < status.findChildren(QLabel, "status.more")[0].y())
    assert label.geometry().right() <= 400


def test_the_stop_card_says_why_and_offers_what_next(qtbot: QtBot) -> None:
    card = StopCard()
    qtbot.addWidget(card)
    card.set_reason(StopReason("patience", 90, "No better for 20 evaluations."), (70, 0.25))
    card.show()
    assert card.title.text() == TITLES["patience"]
    assert card.message.text() == "No better for 20 evaluations."
    assert card.best.text() == "Back to best (step 70)"
    with qtbot.waitSignals([card.continue_requested, card.best_requested, card.closed]):
        for name in ("stop.continue", "stop.best", "stop.close"):
            button(card, name).click()
    card.set_reason(StopReason("diverged", 9, "The loss is not a number."))
    assert not card.best.isVisible()
    assert card.property("look") == "warning"


def test_a_banner_is_there_only_while_it_has_something_to_say(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_message("The file is empty.", action="Choose another…")
    assert not banner.isHidden()
    assert banner.message == banner.accessibleName() == "The file is empty."
    with qtbot.waitSignal(banner.action_requested):
        button(banner, "banner.action").click()
    with qtbot.waitSignal(banner.closed):
        button(banner, "banner.close").click()
    assert banner.isHidden()


def test_a_number_with_thousands_is_never_cut_in_a_narrow_ribbon() -> None:
    assert shorter("row loss 30\u202f290") == ("row loss 30\u202f290", "30\u202f290")


def test_a_stop_card_that_changed_while_hidden_shows_both_buttons(qtbot: QtBot) -> None:
    host = QWidget()
    card = StopCard(host)
    qtbot.addWidget(host)
    host.resize(340, 200)
    card.resize(320, 140)
    host.show()
    card.set_reason(StopReason("diverged", 5, "No longer finite."), (2, 0.5))
    card.go_on.setVisible(False)
    card.show()
    QApplication.processEvents()
    card.hide()
    card.set_reason(StopReason("max_steps", 300, "The budget is spent."), (260, 0.1))
    card.go_on.setVisible(True)
    card.show()
    QApplication.processEvents()
    assert not card.go_on.geometry().intersects(card.best.geometry())
    assert card.best.width() >= card.best.sizeHint().width()
