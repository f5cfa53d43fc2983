"""A teacher shows "learning rate too high": three rates, their ghosts, enlarged for a projector."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.hands import NEEDED, User, user

pytestmark = NEEDED
STEPS = 25
RATES = ("0.05", "0.6", "60")


def test_a_teacher_shows_three_rates(tmp_path: Path) -> None:
    with user(tmp_path) as teacher:
        show_three_rates(teacher)


def show_three_rates(teacher: User) -> None:
    teacher.see(lambda s: s["step"] == 0, "the window at step 0")
    teacher.turn_to("GD Studio$")
    for count, rate in enumerate(RATES, 1):
        run_with(teacher, rate)
        teacher.press("alt+t")
        teacher.press("i")
        teacher.see(lambda s, n=count: len(s["ghosts"]) == n, f"{count} pinned runs")  # type: ignore[misc]
    # The run in front is one of its own again; the three stand behind it, by their rates.
    run_with(teacher, "0.3")
    shown = teacher.see(lambda s: len(s["ghosts"]) == 3, "the three ghosts")
    assert [label.removeprefix("rate ") for label in shown["ghosts"]] == list(RATES)

    # On the title: a click on a curve goes to its step.
    teacher.do("mousemove", *teacher.place("plot.loss", 0.1, 0.04), "click", "1")
    teacher.press("F11")
    teacher.see(lambda s: s["enlarged"], "the loss on the whole window")
    teacher.press("ctrl+plus", "ctrl+plus", "ctrl+plus")
    teacher.photograph("projector")
    teacher.press("Right")
    teacher.see(lambda s: s["step"] == STEPS + 1, "a step on the projector")
    teacher.press("F11")
    teacher.see(lambda s: not s["enlarged"], "all panels again")
    teacher.press("ctrl+0")
    teacher.photograph("ghosts")
    teacher.turn_to("GD Studio$")
    teacher.press("ctrl+q")
    teacher.see(lambda s: s["dialog"] == "dialog.ask_save", "the question about changes")


def run_with(teacher: User, rate: str) -> None:
    """Type a learning rate, start again, and make some steps."""
    teacher.type_into("field.optimizer.learning_rate", rate)
    teacher.see(lambda s: s["rate"] == pytest.approx(float(rate)), f"the rate {rate}")
    teacher.press("Escape")
    teacher.see(lambda s: not s["focus"].startswith("field."), "the focus of the window")
    teacher.press("r")
    teacher.see(lambda s: (s["step"], s["last"]) == (0, 0), "the reset run")
    teacher.press(*["Right"] * STEPS)
    teacher.see(lambda s: s["step"] == STEPS, f"{STEPS} steps")
