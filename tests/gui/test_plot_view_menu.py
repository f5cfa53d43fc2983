"""Menus of a plot: choices of the data, however many classes there are."""

from __future__ import annotations

from string import ascii_lowercase

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from gd_studio.gui.plots.view_menu import ViewMenu

FIXED = {"row": "The row's", "nearest": "The nearest row's"}


def classes(count: int) -> dict[str, str]:
    return {str(k): ascii_lowercase[k] for k in range(count)}


def made(qtbot: QtBot) -> tuple[QMenu, ViewMenu, list[str]]:
    menu = QMenu()
    told: list[str] = []
    qtbot.addWidget(menu)
    choices = ViewMenu(menu)
    choices.add("Right", FIXED, "row", told.append)
    choices.add("Rows", {"train": "Training rows"}, "train", told.append)
    return menu, choices, told


def texts(menu: QMenu) -> list[str]:
    shown = [action for action in menu.actions() if action.isVisible()]
    return [action.text() for action in shown if action.text()]


def test_few_classes_stand_in_the_menu_itself(qtbot: QtBot) -> None:
    menu, choices, told = made(qtbot)
    choices.offer("Right", FIXED | classes(3))
    assert texts(menu) == ["Right", *FIXED.values(), "a", "b", "c", "Rows", "Training rows"]
    choices.action("Right", "2").trigger()
    assert told == ["2"]
    assert not choices.action("Right", "row").isChecked()


def test_many_classes_stand_in_submenus_of_ten(qtbot: QtBot) -> None:
    menu, choices, told = made(qtbot)
    choices.offer("Right", FIXED | classes(26))
    assert texts(menu)[3:6] == ["a to j", "k to t", "u to z"]
    assert choices.offered("Right") == (*FIXED, *classes(26))
    last = next(a.menu() for a in menu.actions() if a.text() == "u to z")
    assert isinstance(last, QMenu)
    assert texts(last) == list("uvwxyz")
    last.actions()[-1].trigger()
    assert told == ["25"]


def test_groups_are_named_where_they_are_offered(qtbot: QtBot) -> None:
    menu, choices, _ = made(qtbot)
    choices.add("Classes", {}, "", lambda word: None)
    again = QMenu()  # as a right click shows the same entries
    qtbot.addWidget(again)
    again.addActions(menu.actions())
    for shown in (menu, again, menu):
        shown.popup(QPoint(0, 0))
        assert headings(shown) == ["Right", "Rows"]
        shown.close()
    choices.offer("Right", {})
    choices.offer("Classes", classes(2))
    for shown in (menu, again):
        shown.popup(QPoint(0, 0))
        assert headings(shown) == ["Rows", "Classes"]
        shown.close()


def headings(menu: QMenu) -> list[str]:
    """Return the names of groups that can be seen in a menu, downwards."""
    seen = [label for label in menu.findChildren(QLabel) if label.isVisible()]
    return [label.text() for label in sorted(seen, key=lambda label: label.y())]


def test_other_data_bring_other_classes(qtbot: QtBot) -> None:
    menu, choices, _ = made(qtbot)
    choices.offer("Right", FIXED | classes(26))
    choices.offer("Right", FIXED | classes(2))
    assert texts(menu) == ["Right", *FIXED.values(), "a", "b", "Rows", "Training rows"]
    choices.offer("Right", {})
    assert texts(menu) == ["Rows", "Training rows"]
    assert choices.offered("Right") == ()
