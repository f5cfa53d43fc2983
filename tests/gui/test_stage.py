"""A card with the whole window: it grows, everything else waits, and all comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from gd_studio.gui.cards import Card
from tests.gui.desk import Desk

CARDS = ("panel.network", "panel.inside", "panel.movers")
Key = Qt.Key


def arrangement(desk: Desk) -> Any:
    """Return where all lies in the columns, how far they are scrolled, and the way of Tab."""
    for _ in range(5):  # a layout in a layout asks again
        QApplication.processEvents()
    inside = desk.window.desk
    right = inside._right  # noqa: SLF001
    cards = {c.objectName(): c.geometry() for c in right.findChildren(Card) if c.isVisible()}
    docks = [(key, dock.geometry()) for key, dock in inside.docks.docks.items() if dock.isVisible()]
    return inside.columns.sizes(), right.verticalScrollBar().value(), cards, docks, tabs(desk)


def tabs(desk: Desk) -> list[str]:
    """Return the names along the way of the Tab key."""
    found, widget = [], desk.window.nextInFocusChain()
    while widget is not None and widget is not desk.window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget.objectName())
        widget = widget.nextInFocusChain()
    return found


def corner_button(desk: Desk, key: str) -> QToolButton:
    buttons: list[QToolButton] = desk.find(key).findChildren(QToolButton)
    return next(b for b in buttons if b.accessibleName().startswith("Enlarge"))


def test_each_card_fills_the_window_and_everything_comes_back_as_it_was(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.step(2)
    desk.window.selection.set_parameter(3)  # the ledger lets go of the room of earlier steps
    desk.window.desk._right.verticalScrollBar().setValue(90)  # noqa: SLF001
    # The card below them writes its guess, which may take a line more, a moment later.
    later = desk.window.desk.try_input._later  # noqa: SLF001
    desk.wait(lambda: not later.isActive())
    QApplication.processEvents()
    before = arrangement(desk)
    for key in CARDS:
        card, height = desk.find(key), desk.find(key).height()
        corner_button(desk, key).click()
        QApplication.processEvents()
        assert desk.window.desk.enlarged == key
        assert card.width() > 0.95 * desk.window.width()
        assert not desk.find("plot.loss").isVisible()
        assert desk.find("button.step").isVisible()
        assert desk.find("ribbon.guess").isVisible()
        corner_button(desk, key).click()
        QApplication.processEvents()
        assert desk.window.desk.enlarged == ""
        assert arrangement(desk) == before, key
        assert card.height() == height, key


def test_f11_enlarges_the_network_with_the_focus_and_escape_brings_all_back(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.window.resize(1440, 900)
    desk.focus("network.view")
    view = desk.find("network.view")
    desk.window.desk._right.ensureWidgetVisible(view)  # noqa: SLF001
    desk.wait(lambda: view.places)
    node, text = view.places.size, view.small_font().pixelSize()
    desk.key(Key.Key_F11)
    assert desk.window.desk.enlarged == "panel.network"
    assert view.hasFocus()
    desk.wait(lambda: view.places.size > 1.5 * node)
    assert view.small_font().pixelSize() > 1.5 * text
    desk.key(Key.Key_Escape)
    assert desk.window.desk.enlarged == ""
    desk.wait(lambda: view.places.size == node)
    assert view.small_font().pixelSize() == text


def test_f11_takes_the_plot_with_the_focus_and_not_the_card_under_the_mouse(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot)
    plot = desk.window.desk.docks.panel("plot.loss")
    plot.canvas.setFocus()
    desk.wait(plot.canvas.hasFocus)
    monkeypatch.setattr(desk.find("panel.network"), "underMouse", lambda: True)
    desk.key(Key.Key_F11)
    assert desk.window.desk.enlarged == "plot.loss"


def test_a_click_beside_its_controls_chooses_a_card_for_f11(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    card = desk.find("panel.movers")
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    desk.key(Key.Key_F11)
    assert desk.window.desk.enlarged == "panel.movers"
    desk.window.desk.enlarge("plot.loss")
    QApplication.processEvents()
    assert desk.find("plot.loss").width() > 0.9 * desk.window.width()
    desk.window.desk.enlarge("panel.network")
    desk.window.desk.show_for_rows(False)
    assert desk.window.desk.enlarged == "", "a landscape has no network"
    assert len(desk.window.desk.docks.shown()) == 4


def test_a_window_closed_with_an_enlarged_card_opens_as_usual(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    widths = arrangement(desk)[0]
    desk.window.desk.enlarge("panel.inside")
    desk.window.close()
    again = Desk(qtbot)
    assert again.window.desk.enlarged == ""
    assert arrangement(again)[0] == widths
    assert len(again.window.desk.docks.shown()) == 4
