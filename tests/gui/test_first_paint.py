"""What waits for the first paint comes after it, and never waits for long."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gd_studio.gui.first_paint import FirstPaint


class Painted(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.told.append("painted")


def test_it_comes_after_the_first_paint(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    FirstPaint(widget, lambda: widget.told.append("then"))
    widget.show()
    qtbot.waitUntil(lambda: "then" in widget.told)
    assert widget.told[0] == "painted"
    qtbot.wait(150)
    assert widget.told.count("then") == 1


def test_a_window_that_is_not_shown_waits_for_nothing(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    FirstPaint(widget, lambda: widget.told.append("then"))
    qtbot.waitUntil(lambda: widget.told == ["then"])
