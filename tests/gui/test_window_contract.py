"""The window's names, which tests and scripts rely on, and what a first look finds in it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gd_studio.data import DataSettings
from gd_studio.experiment.experiment import Experiment
from gd_studio.settings import describe, kinds, value_at, visible
from tests.gui.desk import Desk

PANELS = ("data", "model", "training", "inside", "network")
PLOTS = ("loss", "surface", "prediction", "weights")
ACTIONS = (
    *("play", "step", "back", "epoch", "reset", "open", "save", "save_as", "import_data"),
    *("export_weights", "export_plot", "undo", "redo"),
)
CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)


def test_panels_plots_and_actions_are_found_by_their_names(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    for name in PANELS:
        assert desk.find(f"panel.{name}").isVisible()
    for name in PLOTS:
        assert desk.find(f"plot.{name}").isVisible()
    for name in ACTIONS:
        assert desk.window.findChild(QAction, f"action.{name}") is not None, name
    for name in ("timeline", "speed"):
        slider = desk.find(name, QSlider)
        assert slider.isVisible()
        assert slider.accessibleName()
    assert desk.find("status").accessibleName() == "Status"


def test_every_setting_has_an_editor_by_its_path(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    for panel in desk.window.desk.settings_panels:
        panel.form.set_expanded(True)
    experiment = Experiment()
    paths = {"data.kind", "model.kind", "loss.kind", "optimizer.kind", "schedule.kind"}
    groups = ("data", "model", "optimizer", "schedule", "penalty", "training", "stop")
    for branch in groups:
        paths |= {f"{branch}.{s.name}" for s in visible(getattr(experiment, branch))}
    paths |= {f"preparation.{s.name}" for s in describe(type(experiment.preparation))}
    paths -= {"preparation.use", "preparation.standardize_target"}
    for path in sorted(paths):
        field = desk.find(f"field.{path}")
        assert field.isVisible(), path
        assert field.accessibleName(), path
        assert field.toolTip(), path


@pytest.mark.parametrize("kind", sorted(set(kinds(DataSettings)) - {"file"}))
def test_every_visible_control_has_a_name_and_a_sentence_that_teaches(
    qtbot: QtBot, kind: str
) -> None:
    regression = kind in ("line", "sine", "plane", "diabetes")
    model = {"kind": "linear"} if regression else {"kind": "logistic"}
    if kind == "none":
        model = {"kind": "landscape", "function": "formula"}
    desk = Desk(qtbot, {"data": {"kind": kind}, "model": model})
    for panel in desk.window.desk.settings_panels:
        panel.form.set_expanded(True)
    nameless, silent = [], []
    for control in controls_of(desk.window):
        if not control.accessibleName():
            nameless.append(said(control))
        if not control.toolTip():
            silent.append(said(control))
    assert nameless == []
    assert silent == []


def controls_of(window: QWidget) -> list[QWidget]:
    """Return what a user can act on: with the focus of a key or the mouse, and not a part."""
    found: list[QWidget] = []
    for control in window.findChildren(QWidget):
        part_of = control.parentWidget()
        inside = isinstance(part_of, QAbstractSpinBox | QComboBox)
        if isinstance(control, CONTROLS) and control.isVisible() and not inside:
            if isinstance(control, QScrollBar):
                continue
            found.append(control)
    return found


def said(control: QWidget) -> str:
    parent = control.parentWidget()
    return f"{type(control).__name__} {control.objectName()} in {type(parent).__name__}"


def test_at_the_first_start_numbers_stand_everywhere(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    window, frame = desk.window, desk.frame
    assert frame.step == 0
    assert window.desk.start_strip.isVisible()
    for word in ("guess", "check", "adjust", "repeat"):
        assert any(c.isdigit() for c in window.desk.toolbar.ribbon.text(word)), word
    for name in ("step", "epoch", "rate", "train", "validation", "score"):
        assert any(c.isdigit() for c in window.desk.status.text(name)), name
    ledger = window.desk.inside.text()
    for word in ("Guess", "Check", "Adjust", "row loss", "gradient", "Step moves"):
        assert word in ledger
    assert len(frame.curves["train_loss"].values) == 1
    assert np.any(frame.gradient != 0)


def test_the_first_start_is_plain_descent_with_a_note_and_is_not_dirty(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    experiment = desk.window.document.experiment
    assert value_at(experiment, "optimizer.momentum") == 0
    assert type(experiment.schedule).__name__ == "Constant"
    assert (experiment.penalty.l1, experiment.penalty.l2) == (0, 0)
    assert not desk.window.document.dirty
    assert "edited" not in desk.title


def test_the_keys_of_the_window_are_tabbed_through(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    seen: list[str] = []
    widget = desk.window.nextInFocusChain()
    while widget is not None and widget is not desk.window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            seen.append(widget.objectName())
        widget = widget.nextInFocusChain()
    for name in ("timeline", "speed", "button.step", "field.optimizer.learning_rate"):
        assert name in seen, name


def test_a_small_window_cuts_nothing_off(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.window.resize(1024, 640)
    desk.wait(lambda: desk.window.width() == 1024)
    assert desk.window.minimumSizeHint().width() <= 1024
    assert desk.window.minimumSizeHint().height() <= 640
    toolbar = desk.window.desk.toolbar
    assert toolbar.ribbon.width() >= toolbar.ribbon.minimumSizeHint().width(), "no word is cut"
    for name in ("timeline", "speed", "status", "button.play", "plot.loss", "panel.data"):
        widget = desk.find(name)
        corner = widget.mapTo(desk.window, widget.rect().bottomRight())
        assert widget.isVisible(), name
        assert corner.x() <= 1024, name


def test_every_text_size_and_window_size_can_be_gone_through(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    for scale in (0.8, 1.0, 1.5, 2.0, 2.5):
        desk.window._appearance.set_scale(scale)  # noqa: SLF001
        QApplication.processEvents()
        least = desk.window.minimumSizeHint()
        assert least.width() <= 1024, "the window fits a small screen"
        assert least.height() <= 640, "the window fits a small screen"
    for width, height in ((1024, 640), (1440, 900), (1100, 700), (1300, 640), (1024, 640)):
        desk.window.resize(width, height)
        QApplication.processEvents()
    assert desk.window.width() == 1024
    assert desk.window.desk.toolbar.speed.text().startswith("aimed")


def test_text_at_250_percent_fits_a_small_window_with_a_strip_open(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"story": {"what_this_is": "A story. " * 40}})
    inside = desk.window.desk
    desk.window.resize(1024, 640)
    desk.window._appearance.set_scale(2.5)  # noqa: SLF001
    for strip in ("note", "start_strip"):
        inside.start_strip.setVisible(strip == "start_strip")
        inside.open_note(strip == "note")
        for _ in range(5):
            QApplication.processEvents()
        assert getattr(inside, strip).isVisible()
        assert (desk.window.width(), desk.window.height()) == (1024, 640)
        for name in ("timeline", "timeline.live", "status", "button.step", "button.speed"):
            widget = desk.find(name)
            corner = widget.mapTo(desk.window, widget.rect().bottomRight())
            assert widget.isVisible(), name
            assert corner.x() <= 1024, name
            assert corner.y() <= 640, name
    assert inside.columns.width() > 1024, "what has no room is scrolled to"
    desk.find("button.speed").click()
    assert desk.find("speed").isVisible()
