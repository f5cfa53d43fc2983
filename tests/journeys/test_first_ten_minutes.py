"""A learner's first ten minutes, with a real mouse and real keys on a (virtual) X display."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.journeys.hands import NEEDED, User, user

pytestmark = NEEDED


def test_a_learner_s_first_ten_minutes(tmp_path: Path) -> None:
    with user(tmp_path) as learner:
        spend_ten_minutes(learner, tmp_path)


def spend_ten_minutes(learner: User, tmp_path: Path) -> None:
    learner.see(lambda s: s["step"] == 0, "the window at step 0")
    learner.turn_to("GD Studio$")
    start = learner.see(lambda s: s["active"], "the window with the focus")

    for step in range(1, 11):
        learner.press("Right")
        learner.see(lambda s, step=step: s["step"] == step, f"step {step}")  # type: ignore[misc]
    bent = learner.see(lambda s: s["prediction"] != start["prediction"], "another boundary")
    learner.press("Left")
    learner.see(lambda s: (s["step"], s["last"]) == (9, 10), "one step back")
    learner.press("End")
    learner.see(lambda s: s["step"] == 10, "the newest step")

    learner.type_into("field.optimizer.learning_rate", "0.1")
    learner.see(lambda s: s["rate"] == pytest.approx(0.1), "the new rate")
    learner.press("Escape")
    learner.see(lambda s: not s["focus"].startswith("field."), "the focus of the window")
    learner.press("r")
    learner.see(lambda s: (s["step"], s["last"]) == (0, 0), "the reset run")
    learner.press("Right", "Right")
    compared = learner.see(lambda s: s["step"] == 2, "step 2 of the new run")
    assert "at step 10" in compared["status"]["ghost"]
    assert "now" in compared["status"]["ghost"]
    assert compared["prediction"] != bent["prediction"]

    learner.type_into("try.x", "1.5")
    tried = learner.see(lambda s: s["try.guess"], "a guess for an input of one's own")
    assert "class" in tried["try.guess"]
    assert tried["step"] == 2
    learner.press("Escape")

    learner.type_into("field.optimizer.learning_rate", "1000")
    learner.see(lambda s: s["rate"] == 1000, "a rate that is far too high")
    learner.press("Escape")
    learner.see(lambda s: not s["focus"].startswith("field."), "the focus of the window")
    learner.press("space")
    told = learner.see(lambda s: s["stop"] or s["findings"], "that it went wrong")
    assert "diverged" in told["stop"] or told["findings"]
    if told["playing"]:
        learner.press("space")
        learner.see(lambda s: not s["playing"], "the pause")

    learner.press("ctrl+e")
    learner.see(lambda s: s["dialog"] == "dialog.export_weights", "the export's dialog")
    learner.turn_to("Export weights")
    weights = tmp_path / "mine.npz"
    learner.type_into("export.file", str(weights), then="Tab")
    learner.click("export.accept")
    learner.see(lambda s: "mine.npz" in s["status"]["right"], "that it was exported")
    with np.load(weights) as written:
        assert written["hidden 1.weight"].shape == (2, 8)
        assert np.isfinite(written["output.weight"]).all()

    learner.turn_to("GD Studio$")
    learner.press("ctrl+q")
    learner.see(lambda s: s["dialog"] == "dialog.ask_save", "the question about changes")
    learner.turn_to("Unsaved changes")
    learner.press("Escape")
    learner.see(lambda s: s["dialog"] == "" and s["visible"], "the window as it was")
    learner.turn_to("GD Studio$")
    learner.press("ctrl+z", "ctrl+z", "ctrl+z")
    learner.see(lambda s: s["rate"] == pytest.approx(0.6), "the first rate again")
    learner.press("ctrl+q")
    assert learner.leave() == (0, "")
