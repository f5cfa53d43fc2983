"""Hands and eyes for a journey: xdotool for the one, the observer for the other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NEEDED = [
    pytest.mark.xvfb,
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb: `make test` installs it"),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="needs xdotool: `make test` does too"),
]
OBSERVER = Path(__file__).with_name("observer.py")
PATIENCE = 15.0


@contextmanager
def screen(width: int, height: int) -> Iterator[str]:
    """Open a screen of its own; the server chooses the number."""
    read, write = os.pipe()
    size = f"{width}x{height}x24"
    # A server that has lost its last client begins anew, and meanwhile lets nobody in.
    options = ["-noreset", "-nolisten", "tcp", "-screen", "0", size]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), *options],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


class User:
    """Someone before the program, who sees what is on the screen and has mouse and keys."""

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
        # What was scrolled into view has moved; a user clicks when it has come to rest.
        for _ in range(20):
            time.sleep(0.1)
            before, place = place, self.ask(f"where {name}")
            if place == before:
                break
        self.do("mousemove", *map(str, place), "click", "--repeat", str(times), "1")

    def place(self, name: str, across: float, down: float) -> list[str]:
        """Return a place within a widget, in shares of its size, in pixels of the screen."""
        found = self.ask(f"at {name} {across} {down}")
        assert found is not None, f"{name} is not on the screen"
        return [str(number) for number in found]

    def drag(self, name: str, start: float, *ways: float) -> None:
        """Press the mouse at a share of a widget's width, go to others, and let go."""
        self.do("mousemove", *self.place(name, start, 0.5), "mousedown", "1")
        for across in ways:
            self.do("mousemove", *self.place(name, across, 0.5))
        self.do("mouseup", "1")

    def type_into(self, name: str, text: str, then: str = "Return") -> None:
        self.click(name, times=3)
        self.see(lambda s: s["focus"] == name, f"{name} has the focus")
        self.press("ctrl+a")
        self.do("type", "--delay", "15", text)
        self.press(then)

    def photograph(self, name: str = "screen") -> None:
        """Leave a picture of the screen beside the test's other files, where there is a camera."""
        if shutil.which("import"):
            path = str(self.folder / f"{name}.png")
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


@contextmanager
def user(folder: Path, width: int = 1440, height: int = 900) -> Iterator[User]:
    """Start the program on a screen of its own, and end both."""
    with screen(width, height) as display:
        someone = User(display, folder)
        try:
            yield someone
        finally:
            if someone.program.poll() is None:
                someone.program.kill()
                someone.program.communicate()
