"""All numbers on screen are of the step shown, agree with each other, and are the right ones.

Every frame is compared with a plain run that was made without any window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QSlider
from pytestqt.qtbot import QtBot

import gd_studio as gds
from gd_studio.experiment.run import Run
from tests.gui.desk import Desk

RUNNING: dict[str, dict[str, Any]] = {
    "line": {"data": {"kind": "line"}, "model": {"kind": "linear"}},
    "moons": {},
    "digits": {"data": {"kind": "digits"}, "model": {"kind": "logistic"}},
    "loans": {"data": {"kind": "loan_applicants"}, "model": {"kind": "logistic"}},
    "diabetes": {
        "data": {"kind": "diabetes"},
        "model": {"kind": "mlp", "hidden": [6]},
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "penalty": {"l2": 0.01},
    },
}
NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:e−?\d+)?")


@dataclass(frozen=True)
class Texts:
    """Everything that the window says about a step, as a user reads it."""

    status: dict[str, str]
    ribbon: dict[str, str]
    ledger: str
    detail: str
    headers: dict[str, str]
    timeline: str


def read(desk: Desk) -> Texts:
    window = desk.window
    names = ("step", "epoch", "rate", "train", "validation", "score")
    plots = window.desk.docks.panels
    return Texts(
        {name: window.desk.status.text(name) for name in names},
        {w: window.desk.toolbar.ribbon.text(w) for w in ("guess", "check", "adjust", "repeat")},
        plain(window.desk.inside.text()),
        " ".join(label.text() for label in window.desk.inside.findChildren(QLabel)),
        {key: panel.header.detail.text() for key, panel in plots.items()},
        window.desk.timeline.text(),
    )


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|&nbsp;", " ", html))


def numbers(text: str) -> list[float]:
    """Return the numbers of a text; one within a word, such as R² or class 0, may be there too."""
    clean = text.replace("\u202f", "")
    return [float(found.replace("−", "-")) for found in NUMBER.findall(clean)]


def after(text: str, word: str) -> float:
    """Return the first number after a word."""
    assert word in text, f"{word!r} is not in {text!r}"
    return numbers(text.partition(word)[2])[0]


def near(said: float, value: float) -> bool:
    """Whether a printed number is this value, rounded to three decimals or three digits."""
    return abs(said - value) <= max(0.00051, 0.0051 * abs(value))


def headless(desk: Desk) -> Run:
    """Return a run without a window at the step that the window shows."""
    frame = desk.frame
    run = gds.Run(frame.start)
    run.replay(frame.tape.acts, frame.last_step)
    run.seek(frame.step)
    return run


def check_frame(desk: Desk, run: Run) -> None:
    frame = desk.frame
    assert (run.step_number, run.last_step) == (frame.step, frame.last_step)
    assert np.array_equal(run.parameters, frame.parameters)
    assert run.record == frame.record
    assert run.in_force == frame.experiment
    assert frame.evaluation.step == frame.step
    assert frame.evaluation.train == run.evaluate("train")
    assert frame.evaluation.validation == run.evaluate("validation")


def check_texts(desk: Desk, run: Run) -> None:
    texts, train, held_out = read(desk), run.evaluate("train"), run.evaluate("validation")
    step = run.step_number
    assert numbers(texts.status["step"]) == [step]
    assert numbers(texts.status["epoch"]) == [run.epoch]
    assert numbers(texts.ribbon["repeat"]) == [step]
    assert numbers(texts.timeline)[0] == step
    assert after(texts.detail, "step") == step
    assert near(after(texts.status["train"], "train"), train["total"])
    assert near(after(texts.status["validation"], "validation"), held_out["total"])
    header = texts.headers["plot.loss"]
    assert after(header, "train") == after(texts.status["train"], "train")
    assert after(header, "validation") == after(texts.status["validation"], "validation")
    score = held_out.get("accuracy", held_out.get("r2"))
    assert score is not None
    said = texts.status["score"].replace("R²", "")
    if "accuracy" in held_out:
        assert abs(numbers(said)[0] - 100 * score) <= 0.051
    else:
        assert near(numbers(said)[0], score)
    record = run.record
    rate = record.learning_rate if record else run.in_force.optimizer.learning_rate
    assert near(after(texts.status["rate"], "rate"), rate)
    gradient = run.gradient if step else run.full_gradient()
    assert near(after(texts.ribbon["adjust"], "gradient"), float(np.linalg.norm(gradient)))


def window_lines(desk: Desk) -> dict[str, str]:
    """Return the ledger's lines by their names."""
    lines = desk.window.desk.inside.text().split("\n")
    return {line.partition(" = ")[0]: line for line in lines}


def check_ledger(desk: Desk, run: Run) -> None:
    """Check the selected row's guess and loss and the selected weight's move."""
    texts, selection = read(desk), desk.window.selection
    before = gds.Run(run.experiment)
    before.replay(run.timeline.tape.acts, run.last_step)
    before.seek(max(0, run.step_number - 1))
    theta = run.previous
    if run.step_number:
        assert np.array_equal(theta, before.parameters)
    row = run.data.train.rows[selection.row]
    assert desk.window.desk.inside.row.value() == row + 1
    loss = float(run.hypothesis.row_losses(theta, run.data.train)[selection.row])
    assert near(after(texts.ribbon["check"], "loss"), loss)
    lines = window_lines(desk)
    assert near(numbers(lines["row loss"])[-1], loss)
    guess = run.hypothesis.guess(theta, run.data.train.x[selection.row][None])[0]
    chosen = guess[-1] if len(run.hypothesis.classes) == 2 else guess.max()
    assert near(numbers(texts.ribbon["guess"])[-1], float(chosen))
    old, new = theta[selection.parameter], run.parameters[selection.parameter]
    if run.step_number:
        assert near(numbers(lines["new"])[-1], float(new))
        assert near(numbers(lines["new"])[0], float(old))


def check_plots(desk: Desk, run: Run) -> None:
    """Check what the plots draw, and where the timeline stands."""
    frame = desk.frame
    curves, history = frame.curves, run.history
    for name in ("train_loss", "validation_loss", "train_score", "validation_score"):
        assert np.array_equal(curves[name].steps, history.curve(name).steps)
        assert np.array_equal(curves[name].values, history.curve(name).values)
    assert np.array_equal(curves["total"].values, history.curve("total").values)
    at = list(frame.trajectory_steps).index(frame.step)
    assert np.array_equal(frame.trajectory[at], run.parameters)
    assert all(panel.frame is frame for panel in desk.window.desk.docks.panels.values())
    assert desk.find("timeline", QSlider).value() == frame.step


def check(desk: Desk) -> None:
    desk.wait(lambda: desk.frame is desk.window.session.frame)
    run = headless(desk)
    check_frame(desk, run)
    check_texts(desk, run)
    check_ledger(desk, run)
    check_plots(desk, run)


@pytest.mark.parametrize("name", RUNNING)
def test_all_numbers_on_screen_agree_and_are_those_of_a_plain_run(qtbot: QtBot, name: str) -> None:
    desk = Desk(qtbot, {**RUNNING[name], "stop": {"max_steps": 60}})
    desk.window.selection.set_row(3)
    desk.window.selection.set_parameter(1)
    check(desk)
    desk.step()
    check(desk)
    desk.window.document.edit({"stop.max_steps": 37})
    desk.window.session.set_rate(None)
    desk.act("play")
    desk.at(37)
    desk.wait(lambda: not desk.frame.playing)
    assert desk.frame.stop is not None
    check(desk)
    desk.window.session.seek(20)
    desk.at(20, 37)
    check(desk)
    desk.edit("optimizer.learning_rate", 0.005)
    desk.edit("stop.max_steps", 41)
    desk.at(20, 20)
    check(desk)
    desk.step(2)
    check(desk)
    desk.act("play")
    desk.at(41)
    desk.wait(lambda: not desk.frame.playing)
    check(desk)
    desk.act("undo")
    desk.at(20)
    check(desk)


def test_another_selection_is_followed_by_ribbon_and_ledger(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    run = headless(desk)
    for row, parameter in ((0, 0), (17, 40), (100, 96)):
        desk.window.selection.set_row(row)
        desk.window.selection.set_parameter(parameter)
        check_ledger(desk, run)
        assert run.hypothesis.said_name(parameter) in read(desk).ledger


def test_while_racing_the_texts_are_of_one_and_the_same_step(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"stop": {"max_steps": None}})
    desk.window.session.set_rate(None)
    seen: list[tuple[float, ...]] = []

    def look() -> None:
        texts = read(desk)
        seen.append(
            (
                numbers(texts.status["step"])[0],
                numbers(texts.ribbon["repeat"])[0],
                numbers(texts.timeline)[0],
                after(texts.detail, "step"),
            )
        )

    desk.window.frame_shown.connect(lambda _: look())
    desk.act("play")
    desk.wait(lambda: len({places[0] for places in seen}) > 5)
    desk.act("play")
    desk.wait(lambda: not desk.frame.playing)
    assert all(len(set(places)) == 1 for places in seen)
    check(desk)


def test_the_ghost_line_compares_with_what_the_run_before_reached(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(5)
    reached = headless(desk).evaluate("train")["total"]
    desk.act("reset")
    desk.at(0, 0)
    desk.edit("optimizer.learning_rate", 0.1)
    desk.step(2)
    words = desk.window.desk.status.text("ghost")
    assert near(after(words, "loss"), reached)
    assert after(words, "at step") == 5
    assert near(after(words, "now"), headless(desk).evaluate("train")["total"])
