"""The menus of pinned runs: each can be named, and forgotten by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu, QWidget

from gd_studio.gui.numbers import fixed
from gd_studio.gui.plots.ghosts import ghost_words
from gd_studio.session.frame import Ghost
from gd_studio.session.session import Session


class PinMenus(QObject):
    """The menu that forgets pinned runs, and the one that names them."""

    def __init__(self, forget: QMenu, rename: QMenu, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        PinMenu(forget, session, "Forget it", self._forget)
        PinMenu(rename, session, "Name it", self._rename)

    def _forget(self, ghost: Ghost) -> None:
        self._session.forget_pinned(ghost.number)

    def _rename(self, ghost: Ghost) -> None:
        from gd_studio.gui.dialogs.rename_pinned import ask_name

        ask_name(ghost, partial(self._session.rename_pinned, ghost.number), self._window)


class PinMenu(QObject):
    """Fills a menu with the pinned runs whenever it is opened; `act` is told the chosen one."""

    def __init__(
        self, menu: QMenu, session: Session, verb: str, act: Callable[[Ghost], object]
    ) -> None:
        super().__init__(menu)
        self._menu, self._session, self._verb, self._act = menu, session, verb, act
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
        told = f"{self._verb}: {ghost.label}, loss {fixed(ghost.loss)} at step {ghost.step}."
        action.setToolTip(told)
        action.triggered.connect(partial(self._act, ghost))
