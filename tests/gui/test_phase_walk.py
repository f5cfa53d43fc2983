"""Phase (P): one step walked as Guess, Check and Adjust, made once, ended by anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget
from pytestqt.qtbot import QtBot

from gd_studio.experiment.run import Run
from gd_studio.gui.phase_walk import PhaseWalk
from tests.gui.desk import Desk


def active(desk: Desk) -> list[str]:
    """Return the words of the ribbon that are lit."""
    cells = desk.window.desk.toolbar.ribbon.findChildren(QFrame)
    lit = [c for c in cells if c.property("place") and c.property("active")]
    return [c.accessibleName().partition(":")[0] for c in lit]


def walk_of(desk: Desk) -> PhaseWalk:
    return desk.window.desk.walk


def to(desk: Desk, phase: str | None) -> None:
    """Press P and wait for a phase."""
    desk.act("phase")
    desk.wait(lambda: walk_of(desk).phase == phase)


def lines(desk: Desk) -> str:
    return desk.window.desk.inside.text()


def rect(widget: QWidget) -> object:
    return widget.geometry().getRect()


def test_a_step_is_walked_in_three_phases_and_made_once(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(3)
    history = len(desk.frame.curves["total"].steps)
    to(desk, "guess")
    assert active(desk) == ["Guess"]
    assert (desk.frame.step, desk.frame.last_step) == (3, 3)
    assert "Guess" in lines(desk)
    assert "row loss" not in lines(desk)
    assert "new =" not in lines(desk)
    ribbon = desk.window.desk.toolbar.ribbon
    assert (ribbon.text("check"), ribbon.text("adjust")) == ("", "")
    assert ribbon.text("repeat") == "step 4"
    assert desk.window.desk.status.text("step") == "step 3"
    to(desk, "check")
    assert active(desk) == ["Check"]
    assert "row loss" in lines(desk)
    assert "new =" not in lines(desk)
    assert (desk.frame.step, desk.frame.last_step) == (3, 3)
    to(desk, "adjust")
    assert active(desk) == ["Adjust"]
    assert (desk.frame.step, desk.frame.last_step) == (4, 4)
    assert "new =" in lines(desk)
    assert len(desk.frame.curves["total"].steps) == history + 1
    plain = Run(desk.window.document.experiment)
    plain.advance(4)
    assert np.array_equal(desk.frame.parameters, plain.parameters)


def test_walked_steps_are_those_that_step_makes(qtbot: QtBot) -> None:
    change = {"optimizer": {"kind": "adam"}, "model": {"hidden": [4], "dropout": 0.3}}
    desk = Desk(qtbot, change)
    for step in range(1, 4):
        for phase in ("guess", "check", "adjust"):
            to(desk, phase)
        assert desk.frame.step == step
    plain = Run(desk.window.document.experiment)
    plain.advance(3)
    assert np.array_equal(desk.frame.parameters, plain.parameters)
    assert np.array_equal(desk.frame.memory, plain.memory)  # type: ignore[arg-type]


ACTS: dict[str, Callable[[Desk], Any]] = {
    "step": lambda desk: desk.act("step"),
    "back": lambda desk: desk.act("back"),
    "play": lambda desk: desk.act("play"),
    "epoch": lambda desk: desk.act("epoch"),
    "seek": lambda desk: desk.window.session.seek(1),
    "edit": lambda desk: desk.window.document.edit({"optimizer.learning_rate": 0.2}),
    "another run": lambda desk: desk.window.document.edit({"model.seed": 77}),
    "reset": lambda desk: desk.act("reset"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("presses", [1, 2])
def test_any_other_act_ends_the_walk(qtbot: QtBot, act: str, presses: int) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    for phase in ("guess", "check")[:presses]:
        to(desk, phase)
    ACTS[act](desk)
    desk.wait(lambda: walk_of(desk).phase is None)
    assert desk.frame.coming is None
    assert "under way" not in desk.window.desk.inside.detail.full_text
    if act == "step":
        plain = Run(desk.window.document.experiment)
        plain.advance(3)
        assert np.array_equal(desk.frame.parameters, plain.parameters)


def test_another_selection_during_a_phase_stays_in_it(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    to(desk, "guess")
    before = lines(desk)
    desk.window.selection.set_row(9)
    assert walk_of(desk).phase == "guess"
    assert active(desk) == ["Guess"]
    assert lines(desk) != before
    assert "row loss" not in lines(desk)


@pytest.mark.parametrize("in_full", [False, True])
@pytest.mark.parametrize("steps", [0, 3])
def test_nothing_below_the_ledger_moves_while_a_step_is_walked(
    qtbot: QtBot, steps: int, in_full: bool
) -> None:
    desk = Desk(qtbot, {"optimizer": {"kind": "adam"}})
    desk.step(steps)
    inside = desk.window.desk.inside
    if in_full:
        for fold in inside.folds.values():
            fold.button.click()
    places = []
    for phase in ("guess", "check", "adjust"):
        to(desk, phase)
        places.append(desk.settled(lambda: [inside.height(), *map(rect, inside.folds.values())]))
    assert places[1:] == places[:-1]


def test_the_key_and_the_button_walk_too(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.window.setFocus()
    desk.key(Qt.Key.Key_P)
    desk.wait(lambda: walk_of(desk).phase == "guess")
    desk.window.desk.toolbar.buttons["phase"].click()
    assert walk_of(desk).phase == "check"


def test_a_step_of_the_past_is_walked_without_a_new_one(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(4)
    desk.window.session.seek(1)
    desk.at(1)
    for phase in ("guess", "check", "adjust"):
        to(desk, phase)
    assert (desk.frame.step, desk.frame.last_step) == (2, 4)


class Recorder:
    def __init__(self) -> None:
        self.lit: list[int | None] = []

    def set_lit(self, layer: int | None) -> None:
        self.lit.append(layer)


@pytest.mark.parametrize("still", [False, True])
def test_in_adjust_the_network_lights_from_right_to_left(qtbot: QtBot, still: bool) -> None:
    desk = Desk(qtbot)
    recorder = Recorder()
    walk = walk_of(desk)
    walk.set_network(recorder)
    walk.reduced_motion = lambda: still
    for phase in ("guess", "check", "adjust"):
        to(desk, phase)
    if not still:
        desk.wait(lambda: recorder.lit[-2:] == [0, None])
    layers = [layer for layer in recorder.lit if layer is not None]
    assert layers == ([] if still else [2, 1, 0])


def test_a_landscape_is_walked_too(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"model": {"kind": "landscape", "function": "bowl"}})
    to(desk, "guess")
    assert "f(x, y) = " in lines(desk)
    assert "loss =" not in lines(desk)
    to(desk, "check")
    assert "loss = " in lines(desk)
    to(desk, "adjust")
    assert desk.frame.step == 1


def test_a_finding_that_follows_a_walked_step_leaves_the_walk_as_it_is(qtbot: QtBot) -> None:
    line = {"data": {"kind": "line"}, "model": {"kind": "linear"}}
    desk = Desk(qtbot, {**line, "optimizer": {"kind": "sgd", "learning_rate": 1.3}})
    desk.step(8)
    while not desk.frame.findings:
        step = desk.frame.step
        assert step < 60
        for phase in ("guess", "check", "adjust"):
            to(desk, phase)
        if desk.settled(lambda: len(desk.frame.findings)):
            break
    # The step was drawn first, and a frame of the same moment told what was found.
    assert next(frame.step for frame in desk.frames if frame.findings) == step + 1
    assert walk_of(desk).phase == "adjust"
    assert active(desk) == ["Adjust"]
