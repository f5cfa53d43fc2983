"""The choices in the menu of a plot: groups of which one entry each holds.

A group has entries that are always the same, and after them those of the data, such as classes:
ten of them at most stand in the menu itself, more in submenus of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from gd_studio.gui.theme import set_look

AT_ONCE = 10


class ViewMenu:
    """The groups of a menu by name."""

    def __init__(self, menu: QMenu) -> None:
        self._menu = menu
        self._groups: dict[str, _Choices] = {}

    @property
    def is_empty(self) -> bool:
        return not self._groups

    def add(
        self, name: str, choices: Mapping[str, str], chosen: str, on_chosen: Callable[[str], None]
    ) -> None:
        """Add a group of choices {word: text}; `on_chosen` is told the word."""
        self._groups[name] = _Choices(self._menu, name, choices, on_chosen)
        if chosen in choices:
            self.show_choice(name, chosen)

    def action(self, name: str, word: str) -> QAction:
        """Return one entry, to rename, hide or trigger it."""
        return self._groups[name].actions[word]

    def offer(self, name: str, texts: Mapping[str, str]) -> None:
        """Offer only these entries of a group, under these texts; with none, hide the group.

        Words that the group was not made with become entries of the data.
        """
        self._groups[name].offer(texts)

    def offered(self, name: str) -> tuple[str, ...]:
        """Return the entries of a group that make sense now; none for a group there is not."""
        actions = self._groups[name].actions if name in self._groups else {}
        return tuple(w for w, a in actions.items() if a.isVisible() and a.isEnabled())

    def show_choice(self, name: str, word: str) -> None:
        """Tick an entry without telling anybody."""
        self.action(name, word).setChecked(True)


class Heading(QWidgetAction):
    """The name of a group, in each menu that it is added to; there is nothing to choose.

    Of a menu's section a style sheet draws the line and leaves out the name.
    """

    def __init__(self, name: str, parent: QMenu) -> None:
        super().__init__(parent)
        self.setText(name)
        self.setEnabled(False)
        self.changed.connect(self._on_changed)

    def createWidget(self, parent: QWidget) -> QWidget:
        label = QLabel(self.text(), parent)
        set_look(label, "menu heading")
        label.hide()  # until the menu gives it a place
        return label

    @Slot()
    def _on_changed(self) -> None:
        """Let go of the places in menus when the group is hidden: Qt leaves the words there."""
        if not self.isVisible():
            for label in self.createdWidgets():
                label.hide()


class _Choices:
    """One group: its title, its own entries, and those of the data."""

    def __init__(
        self, menu: QMenu, name: str, fixed: Mapping[str, str], on_chosen: Callable[[str], None]
    ) -> None:
        self._menu = menu
        menu.addSeparator()
        self._title = Heading(name, menu)
        self._title.setVisible(bool(fixed))
        menu.addAction(self._title)
        self._group = QActionGroup(menu)
        self._group.triggered.connect(lambda action: on_chosen(str(action.data())))
        self._fixed = dict(fixed)
        self._of_data: dict[str, str] = {}
        self._submenus: list[QMenu] = []
        self.actions = {word: self._make(word, text) for word, text in fixed.items()}
        menu.addActions(list(self.actions.values()))
        # Entries of the data go before this one, which is never seen.
        self._end = menu.addAction("")
        self._end.setVisible(False)

    def offer(self, texts: Mapping[str, str]) -> None:
        """Show these entries and no others."""
        self._title.setVisible(bool(texts))
        for word in self._fixed:
            self.actions[word].setVisible(word in texts)
            if word in texts:
                self.actions[word].setText(texts[word])
        of_data = {word: text for word, text in texts.items() if word not in self._fixed}
        if of_data != self._of_data:
            self._replace(of_data)

    def _replace(self, of_data: Mapping[str, str]) -> None:
        """Have these entries of the data in place of those there are."""
        for word in self._of_data:
            gone = self.actions.pop(word)
            self._group.removeAction(gone)
            self._menu.removeAction(gone)
            gone.deleteLater()
        for submenu in self._submenus:
            self._menu.removeAction(submenu.menuAction())
            submenu.deleteLater()
        self._of_data, self._submenus = dict(of_data), []
        made = {word: self._make(word, text) for word, text in of_data.items()}
        self.actions |= made
        if len(made) <= AT_ONCE:
            self._menu.insertActions(self._end, list(made.values()))
            return
        rest = iter(made.values())
        while ten := list(islice(rest, AT_ONCE)):
            self._submenus.append(self._submenu(ten))

    def _submenu(self, entries: Sequence[QAction]) -> QMenu:
        submenu = QMenu(f"{entries[0].text()} to {entries[-1].text()}", self._menu)
        submenu.addActions(list(entries))
        self._menu.insertMenu(self._end, submenu)
        return submenu

    def _make(self, word: str, text: str) -> QAction:
        action = QAction(text, self._menu)
        action.setCheckable(True)
        action.setActionGroup(self._group)
        action.setData(word)
        return action
