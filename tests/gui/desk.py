"""A real window for tests, with the few things that most of them do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gd_studio.app import create_window
from gd_studio.experiment.experiment import Experiment
from gd_studio.gui.main_window import MainWindow
from gd_studio.session.frame import Frame

PATIENCE = 20_000  # milliseconds; two cores, and others on them


class Desk:
    """A shown window; `wait` lets it work until something holds."""

    def __init__(self, qtbot: QtBot, change: dict[str, Any] | Experiment | None = None) -> None:
        self.qtbot = qtbot
        experiment = Experiment.from_dict(change) if isinstance(change, dict) else change
        self.window: MainWindow = create_window(experiment)
        self.frames: list[Frame] = []
        self.window.frame_shown.connect(self.frames.append)
        qtbot.addWidget(self.window, before_close_func=lambda window: window.close_now())
        self.window.show()
        qtbot.waitExposed(self.window)
        self.wait(lambda: self.frames)

    @property
    def frame(self) -> Frame:
        """The frame on screen."""
        return self.frames[-1]

    def wait(self, there: Callable[[], object]) -> Frame:
        self.qtbot.waitUntil(lambda: bool(there()), timeout=PATIENCE)
        return self.frame

    def act(self, key: str) -> None:
        """Trigger an action by its key, such as "step"."""
        self.window.actions_by_key[key].trigger()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the focus is."""
        focus = self.window.focusWidget() or self.window
        QTest.keyClick(focus, key, modifier or Qt.KeyboardModifier.NoModifier)

    def at(self, step: int, last: int | None = None) -> Frame:
        """Wait until a step is shown."""
        return self.wait(
            lambda: self.frame.step == step and (last is None or self.frame.last_step == last)
        )

    def step(self, count: int = 1) -> Frame:
        """Make steps by the action, each shown before the next."""
        for _ in range(count):
            step = self.frame.step
            self.act("step")
            self.at(step + 1)
        return self.frame

    def settled(self, told: Callable[[], Any]) -> Any:
        """Return what is told once it stays the same for a fifth of a second."""
        seen = [object(), object(), told()]
        while not seen[-1] == seen[-2] == seen[-3]:
            self.qtbot.wait(100)
            seen.append(told())
        return seen[-1]

    def edit(self, path: str, value: object) -> Frame:
        """Change a setting as a form does, and wait until the run has followed."""
        wish = self.frame.obeyed
        self.window.document.edit({path: value})
        return self.wait(lambda: self.frame.obeyed > wish)

    def find(self, name: str, kind: type[QWidget] = QWidget) -> Any:
        """Return the widget of an object name."""
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def focus(self, name: str) -> QWidget:
        widget: QWidget = self.find(name)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.wait(widget.hasFocus)
        return widget

    @property
    def title(self) -> str:
        return self.window.windowTitle()
