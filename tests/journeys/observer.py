"""Starts GD Studio as a user does, and answers questions about the screen; it never acts.

A line on stdin is a question, a line of JSON on stdout its answer: `state`, `where NAME` for the
middle of a widget, or `at NAME ACROSS DOWN` for a place within it, in pixels of the screen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSocketNotifier, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from gd_studio import __main__, app
from gd_studio.gui.controls.finding_card import FindingCard
from gd_studio.gui.main_window import MainWindow


class Observer(QObject):
    """Reads questions and looks at the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_asked)

    @Slot()
    def _on_asked(self) -> None:
        words = sys.stdin.readline().split(maxsplit=1)
        if not words:
            self._notifier.setEnabled(False)
            return
        print(json.dumps(self._answer(*" ".join(words).split())), flush=True)

    def _answer(self, question: str, name: str = "", *shares: str) -> Any:
        if question == "state":
            return self._state()
        across, down = map(float, shares or ("0.5", "0.5"))
        return self._where(name, across, down)

    def _state(self) -> dict[str, Any]:
        window, frame = self._window, self._window.session.frame
        focus = QApplication.focusWidget()
        labels = {name: self._label(name) for name in ("try.guess", "try.since")}
        return {
            "visible": window.isVisible(),
            "active": window.isActiveWindow(),
            "focus": focus.objectName() if focus else "",
            "dialog": dialog.objectName() if (dialog := QApplication.activeModalWidget()) else "",
            "step": frame.step if frame else -1,
            "last": frame.last_step if frame else -1,
            "playing": bool(frame and frame.playing),
            "rate": frame.experiment.optimizer.learning_rate if frame else 0,
            "status": {n: window.desk.status.text(n) for n in ("step", "ghost", "right", "train")},
            "banner": window.desk.banner.message if window.desk.banner.isVisible() else "",
            "findings": [found.title for found in window.desk.diagnosis.findings],
            "stop": window.desk.stop_card.title.text() if window.desk.stop_card.isVisible() else "",
            "data": frame.hypothesis.prepared.dataset.name if frame else "",
            "size": [window.width(), window.height()],
            "prediction": self._picture("plot.prediction"),
            "ghosts": [ghost.label for ghost in frame.ghosts] if frame else [],
            "enlarged": bool(window.desk.enlarged),
            "cards": [card.objectName() for card in self._cards()],
            "said": [card.accessibleName() for card in self._cards()],
            "score": window.desk.status.text("score"),
            "weights": getattr(frame.experiment.loss, "class_weights", "none") if frame else "",
            "import.ready": self._is_enabled("import.accept"),
            **labels,
        }

    def _cards(self) -> list[FindingCard]:
        cards = self._window.desk.diagnosis.findChildren(FindingCard)
        return [card for card in cards if card.isVisible()]

    def _is_enabled(self, name: str) -> bool:
        widget = self._window.findChild(QWidget, name)
        return isinstance(widget, QWidget) and widget.isEnabled()

    def _label(self, name: str) -> str:
        label = self._window.findChild(QLabel, name)
        return label.text() if isinstance(label, QLabel) else ""

    def _picture(self, name: str) -> str:
        image = self._window.desk.docks.panels[name].grab().toImage()
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        return hashlib.sha256(bytes(image.constBits())).hexdigest()

    def _where(self, name: str, across: float, down: float) -> list[int] | None:
        widget = next((w for w in QApplication.allWidgets() if w.objectName() == name), None)
        if widget is None or not widget.isVisible():
            return None
        self._scroll_to(widget)
        inside = QPoint(int(across * (widget.width() - 1)), int(down * (widget.height() - 1)))
        place = widget.mapToGlobal(inside)
        return [place.x(), place.y()]

    def _scroll_to(self, widget: QWidget) -> None:
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()


create = app.create_window


def observed(*args: Any, **more: Any) -> MainWindow:
    window = create(*args, **more)
    Observer(window)
    return window


if __name__ == "__main__":
    app.create_window = observed
    __main__.main()
