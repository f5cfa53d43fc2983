"""A learner's first ten minutes, with a real mouse and real keys on a (virtual) X display."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb: `make test` installs it"),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="needs xdotool: `make test` does too"),
]
OBSERVER = Path(__file__).with_name("observer.py")
PATIENCE = 15.0


@pytest.fixture
def display() -> Iterator[str]:
    """Open a screen of its own, 1440×900; the server chooses the number."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


class Learner:
    """Hands and eyes: xdotool for the one, the observer for the other."""

    def __init__(self, display: str, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "GD_STUDIO_CONFIG": str(folder / "config"),
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        self.program = subprocess.Popen(
            [sys.executable, str(OBSERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def ask(self, question: str) -> Any:
        program = self.program
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(question + "\n")
        program.stdin.flush()
        answer = program.stdout.readline()
        if not answer:
            pytest.fail(f"the program ended: {program.communicate()[1]}")
        return json.loads(answer)

    def see(self, there: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Look at the screen until something is there."""
        end = time.monotonic() + PATIENCE
        state: dict[str, Any] = self.ask("state")
        while not there(state):
            if time.monotonic() > end:
                self.photograph()
                pytest.fail(f"not seen: {what}; the screen says {state}")
            threading.Event().wait(0.03)
            state = self.ask("state")
        return state

    def do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=PATIENCE)

    def turn_to(self, title: str) -> None:
        """Give a window the keys, which a desktop's window manager would do by itself."""
        self.do("search", "--sync", "--onlyvisible", "--name", title, "windowfocus", "--sync")

    def press(self, *keys: str) -> None:
        self.do("key", "--delay", "20", *keys)

    def click(self, name: str, times: int = 1) -> None:
        place = self.ask(f"where {name}")
        assert place is not None, f"{name} is not on the screen"
        # Asked again: what was scrolled into view has moved.
        place = self.ask(f"where {name}")
        self.do("mousemove", *map(str, place), "click", "--repeat", str(times), "1")

    def type_into(self, name: str, text: str, then: str = "Return") -> None:
        self.click(name, times=3)
        self.see(lambda s: s["focus"] == name, f"{name} has the focus")
        self.press("ctrl+a")
        self.do("type", "--delay", "15", text)
        self.press(then)

    def photograph(self) -> None:
        """Leave a picture of the screen beside the test's other files, where there is a camera."""
        if shutil.which("import"):
            path = str(self.folder / "screen.png")
            subprocess.run(["import", "-window", "root", path], env=self.environment, check=False)

    def leave(self) -> tuple[int, str]:
        try:
            _, said = self.program.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.photograph()
            self.program.kill()
            self.program.communicate()
            raise
        return self.program.returncode, said


@pytest.fixture
def learner(display: str, tmp_path: Path) -> Iterator[Learner]:
    learner = Learner(display, tmp_path)
    yield learner
    if learner.program.poll() is None:
        learner.program.kill()
        learner.program.communicate()


def test_a_learner_s_first_ten_minutes(learner: Learner, tmp_path: Path) -> None:
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
    told = learner.see(lambda s: s["stop"] or "too high" in s["banner"], "that it went wrong")
    assert "diverged" in told["stop"] or "too high" in told["banner"]
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
