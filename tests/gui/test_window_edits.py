"""Settings changed in the window: live or anew, refused, undone, and repeated headless."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

import gd_studio as gds
from gd_studio.engine.losses import CrossEntropy
from gd_studio.experiment.experiment import loss_kinds, model_kinds
from gd_studio.experiment.run import Run
from tests.gui.desk import Desk

RATE = "optimizer.learning_rate"


def type_into(desk: Desk, name: str, text: str) -> None:
    """Type a value into a number's field and press Enter."""
    field = desk.focus(name)
    edit = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def test_a_rate_typed_in_mid_run_holds_from_the_next_step(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    run = desk.frame.run_number
    type_into(desk, f"field.{RATE}", "0.05")
    desk.wait(lambda: desk.frame.experiment.optimizer.learning_rate == 0.05)
    assert (desk.frame.step, desk.frame.run_number) == (3, run)
    frame = desk.step()
    assert frame.record is not None
    assert frame.record.learning_rate == 0.05
    assert "edited" in desk.title
    assert desk.window.actions_by_key["undo"].text() == "&Undo “Learning rate 0.6 → 0.05”"
    desk.act("undo")
    desk.at(3)
    assert desk.find(f"field.{RATE}").text().startswith("0.6")
    assert desk.window.actions_by_key["redo"].text() == "&Redo “Learning rate 0.6 → 0.05”"
    assert not desk.window.actions_by_key["undo"].isEnabled()
    desk.act("redo")
    desk.at(4)


@pytest.mark.parametrize("text", ["-1", "0", "1e99"])
def test_a_value_out_of_bounds_says_why_and_keeps_the_run(qtbot: QtBot, text: str) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    frame = desk.frame
    type_into(desk, f"field.{RATE}", text)
    desk.wait(lambda: error_under(desk, RATE))
    assert "Learning rate" in error_under(desk, RATE)
    assert desk.frame is frame
    assert desk.window.document.undo_name is None
    desk.step()
    assert desk.frame.experiment.optimizer.learning_rate == 0.6


def test_the_reason_of_a_refusal_is_scrolled_to(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    field = desk.window.findChild(QWidget, f"field.{RATE}")
    assert isinstance(field, QWidget)
    # So low that the setting just has room at the column's lower end.
    area = next(a for a in desk.window.findChildren(QScrollArea) if a.isAncestorOf(field))
    below = field.mapTo(area, field.rect().bottomLeft()).y()
    desk.window.resize(desk.window.width(), desk.window.height() - area.height() + below + 10)
    qtbot.wait(50)
    type_into(desk, f"field.{RATE}", "-1")
    desk.wait(lambda: error_under(desk, RATE))
    label = desk.window.findChild(QLabel, f"error.{RATE}")
    assert isinstance(label, QLabel)
    desk.wait(lambda: label.visibleRegion().boundingRect() == label.rect())


def error_under(desk: Desk, path: str) -> str:
    """Return what is written under a setting."""
    label = desk.window.findChild(QLabel, f"error.{path}")
    return label.text() if isinstance(label, QLabel) else ""


def test_another_model_starts_again_with_the_rest_as_it_was(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(4)
    kind = desk.find("field.model.kind", QComboBox)
    kind.setCurrentIndex(kind.findText("Logistic regression"))
    kind.activated.emit(kind.currentIndex())
    desk.at(0, 0)
    assert type(desk.frame.experiment.model).__name__ == "Logistic"
    assert desk.frame.ghost is not None
    assert desk.frame.ghost.step == 4
    assert "before:" in desk.window.desk.status.text("ghost")
    desk.act("undo")
    desk.at(4)


def offered(desk: Desk, name: str) -> list[str]:
    box = desk.find(name, QComboBox)
    return [box.itemText(i) for i in range(box.count())]


def test_what_makes_no_sense_is_not_offered(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    for task, kind in (("classification", "moons"), ("regression", "diabetes")):
        if kind != "moons":
            desk.edit("data.kind", kind)
        desk.wait(lambda: desk.window.document.experiment == desk.frame.experiment)
        assert desk.frame.hypothesis.task == task
        assert offered(desk, "field.loss.kind") == list(loss_kinds(task).values())
        assert offered(desk, "field.model.kind") == list(model_kinds(task).values())
    assert "Cross-entropy" not in offered(desk, "field.loss.kind")


def test_a_run_that_the_data_refuse_leaves_a_sentence_and_the_run(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    desk.window.document.edit({"model.kind": "linear"})
    desk.wait(lambda: error_under(desk, "model.kind"))
    assert "linear" in error_under(desk, "model.kind")
    assert type(desk.window.document.experiment.model).__name__ == "Mlp"
    assert desk.frame.step == 2


def test_class_weights_are_typed_and_as_many_as_there_are_classes(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    path = "loss.class_weights"
    for panel in desk.window.desk.settings_panels:
        panel.form.set_expanded(True)
    type_into(desk, f"field.{path}", "1 4")
    chosen = CrossEntropy(class_weights=(1.0, 4.0))
    desk.wait(lambda: desk.frame.experiment.loss == chosen)
    desk.step(2)
    type_into(desk, f"field.{path}", "1 4 2")
    desk.wait(lambda: error_under(desk, path))
    assert "each of the 2 classes (class 0, class 1), not 3" in error_under(desk, path)
    assert desk.find(f"field.{path}", QLineEdit).text() == "1 · 4"
    assert desk.window.document.experiment.loss == chosen
    assert desk.frame.step == 2


def test_forms_show_the_settings_of_the_step_looked_at(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    desk.edit(RATE, 0.25)
    desk.step(2)
    desk.window.session.seek(1)
    desk.at(1, 4)
    desk.wait(lambda: desk.find(f"field.{RATE}").text().startswith("0.6"))
    desk.act("live")
    desk.at(4)
    desk.wait(lambda: desk.find(f"field.{RATE}").text().startswith("0.25"))


def test_too_high_a_rate_is_said_though_all_is_finite(qtbot: QtBot) -> None:
    desk = Desk(
        qtbot,
        {
            "data": {"kind": "line"},
            "model": {"kind": "linear"},
            "optimizer": {"kind": "sgd", "learning_rate": 1.05},
            "training": {"batch_size": None},
            "stop": {"max_steps": 40},
        },
    )
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.window.desk.diagnosis.isVisible())
    assert "too high" in desk.find("diagnosis.too_high").title.text()
    desk.wait(lambda: desk.window.desk.stop_card.isVisible())


def test_a_stop_is_brought_into_view_where_its_card_was_scrolled_away(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": 12}})
    desk.window.resize(1024, 640)
    column, card = desk.window.desk._right, desk.window.desk.stop_card  # noqa: SLF001
    bar = column.verticalScrollBar()
    desk.step(1)
    desk.wait(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    before = column.width()
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: card.isVisible() and not card.visibleRegion().isEmpty())
    assert card.visibleRegion().boundingRect() == card.rect()
    assert column.width() == before


def test_what_came_along_with_an_optimizer_is_said_until_the_next_edit(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    banner = desk.window.desk.banner
    desk.edit("optimizer.kind", "newton")
    desk.step(2)
    assert banner.isVisible()
    assert banner.message.startswith("Optimizer: Newton's method. Changed along with it: batch")
    assert banner.property("look") == "notice"
    desk.edit("optimizer.kind", "adam")
    assert not banner.isVisible()
    desk.act("undo")
    desk.act("undo")
    desk.step(1)
    assert not banner.isVisible()


def test_what_came_along_outlives_the_notice_of_the_run_before(qtbot: QtBot) -> None:
    desk = Desk(
        qtbot,
        {
            "data": {"kind": "line"},
            "model": {"kind": "linear"},
            "optimizer": {"kind": "sgd", "learning_rate": 1.05},
            "stop": {"max_steps": 60},
        },
    )
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.window.desk.diagnosis.isVisible())
    desk.wait(lambda: desk.frame.stop is not None)
    desk.edit("optimizer.kind", "newton")
    desk.step(2)
    assert "Changed along with it" in desk.window.desk.banner.message
    assert desk.window.desk.banner.isVisible()


def test_a_diverged_run_shows_its_card_and_its_last_finite_step(qtbot: QtBot) -> None:
    desk = Desk(
        qtbot,
        {
            "data": {"kind": "line"},
            "model": {"kind": "linear"},
            "optimizer": {"kind": "sgd", "learning_rate": 1000.0},
        },
    )
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.window.desk.diagnosis.isVisible() and desk.frame.stop is not None)
    assert "diverged" in desk.find("diagnosis.diverged").title.text()
    assert not desk.find("stop.continue").isVisible()
    assert np.isfinite(desk.frame.parameters).all()
    status = desk.window.desk.status
    assert not any("nan" in status.text(n) for n in ("train", "validation", "score"))


def test_the_card_of_a_stopped_run_offers_to_go_on_or_to_the_best_step(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": 40}})
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.wait(lambda: desk.window.desk.stop_card.isVisible())
    assert "40" in desk.window.desk.stop_card.message.text()
    best = desk.frame.best
    assert best is not None
    if best[0] < 40:
        desk.find("stop.best").click()
        desk.at(best[0], 40)
    desk.act("live")
    desk.at(40)
    desk.find("stop.continue").click()
    desk.at(80)
    desk.wait(lambda: not desk.frame.playing)
    assert desk.window.document.experiment.stop.max_steps == 80


def test_live_edits_are_repeated_headless_to_the_last_byte(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": 60}})
    desk.step(3)
    desk.edit(RATE, 0.3)
    desk.step(4)
    desk.edit("training.batch_size", 50)
    desk.step(2)
    desk.edit("penalty.l2", 0.01)
    desk.edit("schedule.kind", "cosine")
    desk.window.session.seek(5)
    desk.at(5)
    desk.edit(RATE, 0.2)
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.at(60)
    desk.wait(lambda: not desk.frame.playing)
    path = tmp_path / "edited.gds"
    desk.window.document.save(path)
    loaded = Run.load(path)
    assert np.array_equal(loaded.parameters, desk.frame.parameters)
    by_hand = gds.Run(desk.frame.start)
    by_hand.replay(desk.frame.tape.acts, 60)
    assert loaded.fingerprint() == by_hand.fingerprint()
    said = subprocess.run(
        [sys.executable, "-m", "gd_studio", "train", str(path), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert loaded.fingerprint() in said.stdout
    with np.load(tmp_path / "out" / "weights.npz") as written:
        for name, value in loaded.weights().items():
            assert np.array_equal(written[name], value), name
