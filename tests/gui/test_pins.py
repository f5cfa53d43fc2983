"""Pinned runs in the window: pinned by the menu, forgotten by name, told apart without colour."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from gd_studio.gui.colour_maps import contrast
from gd_studio.gui.plots.ghosts import (
    apart_words,
    ghost_colour,
    ghost_pen,
    ghost_words,
    shown_ghosts,
)
from gd_studio.gui.selection import Selection
from gd_studio.gui.theme import DARK, LIGHT
from gd_studio.session.frame import Frame, Ghost
from tests.gui.desk import Desk
from tests.gui.frames import LINE, trained, with_ghost

RATE = "optimizer.learning_rate"


def pinned(number: int, label: str = "rate 0.1") -> Ghost:
    found = with_ghost(trained(LINE), trained(LINE, 3), label).ghost
    assert found is not None
    return replace(found, number=number)


def entries(desk: Desk, title: str = "Forget a pinne&d run") -> dict[str, Any]:
    """Open a menu of pinned runs, and return its entries by their words."""
    menus = {menu.title(): menu for menu in desk.window.findChildren(QMenu)}
    menu = menus[title]
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions()}


def desk_with_a_pin(qtbot: QtBot) -> Desk:
    """Return a window with one run pinned, and another one begun."""
    desk = Desk(qtbot, LINE)
    desk.step(2)
    desk.act("pin")
    desk.wait(lambda: desk.frame.ghosts)
    desk.act("reset")
    desk.edit(RATE, 0.4)
    desk.wait(lambda: "1: rate 0.1" in entries(desk))
    return desk


def test_a_run_is_pinned_by_the_menu_and_forgotten_by_its_name(qtbot: QtBot) -> None:
    desk = desk_with_a_pin(qtbot)
    entries(desk)["1: rate 0.1"].trigger()
    desk.wait(lambda: not desk.frame.ghosts)
    assert [action.isEnabled() for action in entries(desk).values()] == [False]


def test_a_pinned_run_can_be_named(qtbot: QtBot) -> None:
    desk = desk_with_a_pin(qtbot)
    entries(desk, "Rena&me a pinned run")["1: rate 0.1"].trigger()
    dialog = desk.window.findChild(QInputDialog, "dialog.rename_pinned")
    assert dialog is not None
    assert "“rate 0.1”" in dialog.labelText()
    dialog.setTextValue("  the slow\n one & only ")
    dialog.accept()
    desk.wait(lambda: desk.frame.ghosts[0].name)
    assert ghost_words(desk.frame.ghosts[0]) == "1: the slow one & only"
    loss = desk.window.desk.docks.panels["plot.loss"]
    assert loss.legend.buttons["ghost 1"].text() == "1: the slow one && only"
    desk.step()
    assert desk.frame.ghosts[0].name == "the slow one & only"
    entries(desk)["1: the slow one && only"].trigger()
    desk.wait(lambda: not desk.frame.ghosts)


def test_a_pinned_run_of_other_data_can_be_forgotten_too(qtbot: QtBot) -> None:
    desk = Desk(qtbot, LINE)
    desk.step()
    desk.act("pin")
    desk.wait(lambda: desk.frame.ghosts)
    desk.edit("data.kind", "sine")
    desk.wait(lambda: desk.frame.apart)
    (words,) = entries(desk)
    assert words.endswith("(not drawn now)")
    entries(desk)[words].trigger()
    desk.wait(lambda: not desk.frame.apart)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_ghosts_are_told_apart_by_dash_and_can_be_seen(theme: Any) -> None:
    dashes = [tuple(ghost_pen(theme, number).dashPattern()) for number in range(4)]
    assert len(set(dashes)) == 4
    greys = [ghost_colour(theme, number) for number in range(1, 4)]
    assert len({grey.name() for grey in greys}) == 3
    for grey in greys:
        assert contrast(QColor(grey).name(), theme.card) > 2


def test_what_is_hidden_in_one_plot_is_hidden_in_all(qapp: object) -> None:
    selection, told = Selection(), []
    selection.ghosts_changed.connect(lambda: told.append(selection.hidden_ghosts))
    frame = with_ghost(trained(LINE, 2), trained(LINE, 3))
    frame = replace(frame, ghosts=(pinned(1), pinned(3)))
    assert [g.number for g in shown_ghosts(frame, selection)] == [0, 1, 3]
    selection.show_ghost(1, False)
    selection.show_ghost(0, False)
    assert [g.number for g in shown_ghosts(frame, selection)] == [3]
    selection.show_ghost(1, True)
    selection.show_ghost(1, True)
    assert [g.number for g in shown_ghosts(frame, selection)] == [1, 3]
    assert told == [{1}, {0, 1}, {0}]


def test_it_is_said_which_pinned_runs_are_not_drawn_and_why() -> None:
    frame: Frame = trained(LINE, 2)
    assert apart_words(frame) == ""
    said = apart_words(replace(frame, apart=(pinned(2),)))
    assert said.startswith("Pinned run 2 is not drawn: other data or another loss")
    assert "runs 1, 3 are" in apart_words(replace(frame, apart=(pinned(1), pinned(3))))
