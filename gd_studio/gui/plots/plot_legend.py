"""The legend that every plot has: a row of switches, or where that takes too much room, a menu.

Both do the same, by mouse and by keyboard. What is hidden is remembered by key; an earlier run is
hidden in all plots at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gd_studio.gui.plots.ghosts import GHOSTS
from gd_studio.gui.plots.header import PlotHeader
from gd_studio.gui.plots.legend import Entry, Legend, help_of, sample, shortened
from gd_studio.gui.selection import Selection

LEAST_LINES = 32  # of text that a plot must be high to have the row
MOST_SHARE = 0.1  # of the height, that the row may take


class PlotLegend(QObject):
    """Row and menu of one plot. Signals: `changed` when something is hidden or shown."""

    changed = Signal()

    def __init__(self, title: str, header: PlotHeader, selection: Selection) -> None:
        super().__init__(header)
        self._selection = selection
        self._hidden: frozenset[str] = frozenset()
        self._entries: tuple[Entry, ...] = ()
        self._room: tuple[object, ...] = ()
        self.least_lines = LEAST_LINES
        self.row = Legend(title)
        self.row.toggled.connect(self.set_shown)
        self.row.hide()
        self.menu = QMenu(f"Legend of {title}", header)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill_menu)
        help = f"Legend: choose which of the things drawn the plot {title} shows."
        self.button = header.add_menu_button("≡", f"Legend of {title}", help, self.menu)

    @property
    def buttons(self) -> dict[str, QToolButton]:
        """The switches of the row by key."""
        return self.row.buttons

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What can be hidden and shown now."""
        return self._entries

    @property
    def hidden(self) -> frozenset[str]:
        """The keys of all that is hidden; what is drawn depends on it."""
        return self._hidden | {GHOSTS[number] for number in self._selection.hidden_ghosts}

    def shows(self, key: str) -> bool:
        """Return whether a thing is to be drawn."""
        return key not in self.hidden

    def set_shown(self, key: str, is_shown: bool) -> None:
        """Show or hide a thing; of an earlier run, in all plots."""
        if key in GHOSTS:
            self._selection.show_ghost(GHOSTS.index(key), is_shown)
        elif is_shown != (key not in self._hidden):
            self._hidden = self._hidden - {key} if is_shown else self._hidden | {key}
            self.changed.emit()

    def show(self, entries: Iterable[Entry], panel: QWidget) -> None:
        """Offer these; fewer than two need no legend, unless one of them is hidden."""
        hidden = self.hidden
        found = tuple(
            entry if entry.key not in hidden else replace(entry, is_shown=False)
            for entry in entries
        )
        is_needed = len(found) > 1 or any(not entry.is_shown for entry in found)
        self._set(found if is_needed else ())
        self._share_room(panel)

    def _set(self, entries: Sequence[Entry]) -> None:
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.row.set_entries(self._entries)
            self._room = ()

    def _share_room(self, panel: QWidget) -> None:
        """Show the row where the plot is high enough for it, else the button of the menu."""
        room = panel.size(), panel.font().key()
        if room == self._room:
            return
        self._room = room
        lines = panel.height() / max(panel.fontMetrics().height(), 1)
        takes = self.row.height_at(_room_inside(panel))
        has_room = lines >= self.least_lines and takes <= MOST_SHARE * panel.height()
        self.row.setVisible(bool(self._entries) and has_room)
        self.button.setVisible(bool(self._entries) and not has_room)

    @Slot()
    def _fill_menu(self) -> None:
        self.menu.clear()
        for entry in self._entries:
            action = self.menu.addAction(sample(entry), shortened(entry.text))
            action.setCheckable(True)
            action.setChecked(entry.is_shown)
            action.setToolTip(help_of(entry))
            action.toggled.connect(partial(self.set_shown, entry.key))


def _room_inside(panel: QWidget) -> int:
    """Return the width that the layout of a panel leaves for what lies in it."""
    layout = panel.layout()
    margins = layout.contentsMargins() if layout is not None else panel.contentsMargins()
    return panel.width() - margins.left() - margins.right()
