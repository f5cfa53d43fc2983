"""The menu of pinned runs: each can be forgotten by its name."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots.ghosts import ghost_words
from gd_studio.session.frame import Ghost
from gd_studio.session.session import Session


class PinMenu(QObject):
    """Fills a menu with the pinned runs whenever it is opened."""

    def __init__(self, menu: QMenu, session: Session) -> None:
        super().__init__(menu)
        self._menu, self._session = menu, session
        menu.aboutToShow.connect(self._on_about_to_show)

    @Slot()
    def _on_about_to_show(self) -> None:
        self._menu.clear()
        frame = self._session.frame
        pinned = (*frame.ghosts, *frame.apart) if frame is not None else ()
        for ghost in sorted(pinned, key=lambda ghost: ghost.number):
            self._add(ghost, frame is not None and ghost in frame.apart)
        if not pinned:
            self._menu.addAction("No run is pinned").setEnabled(False)

    def _add(self, ghost: Ghost, is_apart: bool) -> None:
        words = ghost_words(ghost).replace("&", "&&")
        action = self._menu.addAction(f"{words} (not drawn now)" if is_apart else words)
        action.setToolTip(f"Forget it: loss {fixed(ghost.loss)} at step {ghost.step}.")
        action.triggered.connect(partial(self._session.forget_pinned, ghost.number))
