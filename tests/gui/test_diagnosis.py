"""Findings as cards: one open, closable, steady while racing; a click makes the change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from gd_studio.experiment.diagnosis import Finding, Proposal
from gd_studio.experiment.diagnosis.finding import TRYING
from gd_studio.gui.cards import GlyphButton
from gd_studio.gui.controls.diagnosis import Diagnosis
from gd_studio.gui.controls.finding_card import FindingCard, WrappedButton
from gd_studio.session.frame import Frame
from tests.gui.desk import Desk
from tests.gui.frames import trained

DIVERGES: dict[str, Any] = {
    "data": {"kind": "line"},
    "model": {"kind": "linear"},
    "optimizer": {"kind": "sgd", "learning_rate": 3.0},
    "training": {"batch_size": None},
}

RETRY = 3 / 2**4


def finding(kind: str, evidence: str = "The loss is 3.", **more: Any) -> Finding:
    proposal = Proposal("Set the learning rate to 0.1", {"optimizer.learning_rate": 0.1})
    return Finding(kind, f"About {kind}", evidence, "It is so.", more.get("proposal", proposal))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> Diagnosis:
    panel = Diagnosis(clock=clock)
    qtbot.addWidget(panel)
    panel.resize(260, 400)
    return panel


@pytest.fixture(scope="module")
def healthy() -> Frame:
    return trained({}, 3)


def shown(panel: Diagnosis) -> list[str]:
    layout = panel.layout()
    assert layout is not None
    cards = [card for card in panel.findChildren(FindingCard) if not card.isHidden()]
    seen = sorted(cards, key=layout.indexOf)
    return [card.finding.kind for card in seen]


def card(panel: Diagnosis, kind: str) -> FindingCard:
    found = panel.findChild(FindingCard, f"diagnosis.{kind}")
    assert isinstance(found, FindingCard)
    return found


def test_a_healthy_run_shows_nothing(panel: Diagnosis, healthy: Frame) -> None:
    panel.set_frame(healthy)
    assert panel.isHidden()


def test_a_card_writes_numbers_as_the_rest_of_the_window(panel: Diagnosis, healthy: Frame) -> None:
    panel.set_frame(replace(healthy, findings=(finding("dead", "It grew to -1.1e+150."),)))
    assert card(panel, "dead").evidence.text() == "It grew to \u22121.1e150."
    assert "\u22121.1e150" in card(panel, "dead").accessibleName()


def test_the_first_finding_is_open_and_the_others_are_one_line(
    panel: Diagnosis, healthy: Frame
) -> None:
    panel.set_frame(replace(healthy, findings=(finding("dead"), finding("overfitting"))))
    assert not panel.isHidden()
    assert shown(panel) == ["dead", "overfitting"]
    assert [card(panel, kind).is_open for kind in shown(panel)] == [True, False]
    assert card(panel, "dead").evidence.text() == "The loss is 3."
    assert "The loss is 3." in card(panel, "overfitting").accessibleName()
    card(panel, "overfitting").fold.click()
    assert [card(panel, kind).is_open for kind in shown(panel)] == [False, True]
    card(panel, "overfitting").fold.click()
    assert [card(panel, kind).is_open for kind in shown(panel)] == [False, False]


def test_a_closed_finding_comes_back_only_in_another_run(
    panel: Diagnosis, healthy: Frame, qtbot: QtBot
) -> None:
    frame = replace(healthy, findings=(finding("dead"), finding("overfitting")))
    panel.set_frame(frame)
    close = panel.findChild(GlyphButton, "diagnosis.dead.close")
    assert isinstance(close, GlyphButton)
    close.click()
    assert shown(panel) == ["overfitting"]
    assert card(panel, "overfitting").is_open
    panel.set_frame(replace(frame, findings=(finding("dead", "The loss is 4."),)))
    assert panel.isHidden()
    panel.set_frame(replace(frame, run_number=frame.run_number + 1))
    assert shown(panel) == ["dead", "overfitting"]


def test_cards_change_at_most_once_a_second_while_racing(
    panel: Diagnosis, healthy: Frame, clock: Clock
) -> None:
    racing = replace(healthy, playing=True)
    panel.set_frame(replace(racing, findings=(finding("dead", "1"),)))
    assert shown(panel) == ["dead"]
    clock.now += 0.5
    panel.set_frame(replace(racing, findings=(finding("dead", "2"), finding("overfitting"))))
    assert shown(panel) == ["dead"]
    assert card(panel, "dead").evidence.text() == "1"
    clock.now += 0.6
    panel.set_frame(replace(racing, findings=(finding("dead", "3"), finding("overfitting"))))
    assert shown(panel) == ["dead", "overfitting"]
    assert card(panel, "dead").evidence.text() == "3"
    # What has come stays for a while, though it does not hold at every moment.
    clock.now += 2
    panel.set_frame(racing)
    assert shown(panel) == ["dead", "overfitting"]
    clock.now += 3
    panel.set_frame(racing)
    assert panel.isHidden()


def test_a_paused_run_is_told_at_once(panel: Diagnosis, healthy: Frame, clock: Clock) -> None:
    panel.set_frame(replace(healthy, playing=True, findings=(finding("dead"),)))
    panel.set_frame(healthy)
    assert panel.isHidden()


def test_newer_numbers_leave_open_what_was_opened(panel: Diagnosis, healthy: Frame) -> None:
    frame = replace(healthy, findings=(finding("dead"), finding("overfitting")))
    panel.set_frame(frame)
    card(panel, "overfitting").fold.click()
    panel.set_frame(replace(frame, findings=(finding("dead", "4"), finding("overfitting", "5"))))
    assert panel.card is card(panel, "overfitting")
    assert panel.card.evidence.text() == "5"


def test_a_finding_without_a_remedy_has_no_button(panel: Diagnosis, healthy: Frame) -> None:
    panel.set_frame(replace(healthy, findings=(finding("no_better", proposal=None),)))
    assert card(panel, "no_better").apply.isHidden()


def test_what_is_being_tried_keeps_the_place_of_what_will_be_offered(
    panel: Diagnosis, healthy: Frame, qtbot: QtBot
) -> None:
    trying = finding("dead", proposal=TRYING)
    panel.set_frame(replace(healthy, findings=(trying,)))
    panel.show()
    shown, sent = card(panel, "dead"), QSignalSpy(panel.wished)
    before = shown.sizeHint().height()
    assert not shown.apply.isEnabled()
    assert shown.apply.text() == "Trying what would help …"
    assert "beside the run" in shown.apply.toolTip()
    shown.apply.click()
    assert sent.count() == 0
    panel.set_frame(replace(healthy, findings=(finding("dead"),)))
    assert shown.apply.isEnabled()
    assert shown.apply.accessibleName() == "Set the learning rate to 0.1"
    assert shown.sizeHint().height() == before
    shown.apply.click()
    assert sent.count() == 1


def test_a_long_proposal_goes_on_in_a_second_line(qtbot: QtBot) -> None:
    button = WrappedButton()
    qtbot.addWidget(button)
    button.resize(220, 60)
    button.set_words("Set the learning rate to 0.00012 and retry from step 12345")
    assert "\n" in button.text()
    assert button.text().split() == button.accessibleName().split()
    widest = max(button.fontMetrics().horizontalAdvance(x) for x in button.text().split("\n"))
    assert widest < 220


def test_one_click_retries_a_diverged_run_from_before_and_undo_brings_it_back(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, DIVERGES)
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.frame.stop is not None and desk.window.desk.diagnosis.isVisible())
    button = desk.find("diagnosis.diverged.apply")
    desk.wait(button.isEnabled)  # what would help was tried
    diverged = desk.frame
    (found,) = diverged.findings
    assert found.proposal is not None
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: desk.frame.stop is not None and desk.frame.stop.kind == "max_steps")
    assert desk.frame.experiment.optimizer.learning_rate == RETRY
    base = desk.frame.baseline
    assert base is not None
    assert desk.frame.evaluation.train["total"] < 0.1 * base.train_loss
    assert desk.window.document.undo_name == f"Learning rate 3 → {RETRY:g}"
    assert f"Learning rate 3 → {RETRY:g}, from step 0 on." in desk.window.desk.banner.message
    assert not desk.window.desk.diagnosis.isVisible()
    desk.act("undo")
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == 3)
    assert desk.frame.last_step == diverged.last_step


def test_the_stop_card_says_why_a_run_diverged_once_its_own_card_is_closed(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, DIVERGES)
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.frame.stop is not None and desk.window.desk.diagnosis.isVisible())
    stop, card = desk.frame.stop, desk.window.desk.stop_card
    assert stop is not None
    assert card.isHidden()
    desk.find("diagnosis.diverged.close").click()
    assert desk.window.desk.diagnosis.isHidden()
    assert card.isVisible()
    assert card.message.text() == stop.message
    desk.act("back")
    desk.wait(card.isHidden)


def test_a_change_that_needs_another_start_begins_one_and_plays(qtbot: QtBot) -> None:
    desk = Desk(
        qtbot,
        {
            "data": {"kind": "circles"},
            "model": {"kind": "logistic"},
            "optimizer": {"kind": "sgd", "learning_rate": 0.5},
            "stop": {"max_steps": 300},
        },
    )
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.frame.stop is not None and desk.window.desk.diagnosis.isVisible())
    assert [found.kind for found in desk.frame.findings] == ["no_better"]
    first = desk.frame.run_number
    desk.wait(desk.find("diagnosis.no_better.apply").isEnabled)
    desk.find("diagnosis.no_better.apply").click()
    desk.wait(lambda: desk.frame.run_number > first and desk.frame.stop is not None)
    assert desk.frame.experiment.model.title == "Neural network"
    assert desk.frame.evaluation.train["total"] < 0.6


def test_overfitting_leads_back_to_the_best_step(qtbot: QtBot) -> None:
    desk = Desk(
        qtbot,
        {
            "data": {"kind": "sine", "samples": 30, "noise": 0.3, "seed": 4},
            "preparation": {"validation": 0.4},
            "model": {"kind": "mlp", "hidden": [24, 24]},
            "optimizer": {"kind": "adam", "learning_rate": 0.01},
            "training": {"batch_size": None},
            "stop": {"max_steps": 1000},
        },
    )
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.frame.stop is not None and desk.window.desk.diagnosis.isVisible())
    (found,) = desk.frame.findings
    best = desk.frame.best
    assert best is not None
    assert found.kind == "overfitting"
    desk.wait(desk.find("diagnosis.overfitting.apply").isEnabled)
    assert "penalty.l2" in desk.find("diagnosis.overfitting.apply").toolTip()
    assert str(best[0]) in desk.find("diagnosis.overfitting.instead").text()
    desk.find("diagnosis.overfitting.instead").click()
    desk.at(best[0])
    assert desk.frame.evaluation.validation is not None
    assert desk.frame.evaluation.validation["total"] == pytest.approx(best[1])
