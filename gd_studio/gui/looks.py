"""The user's wishes about how the window looks: theme and text scale, remembered and ticked."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from gd_studio.gui.appearance import Appearance
from gd_studio.session.preferences import PreferencesFile

THEMES = ("system", "light", "dark")


class Looks(QObject):
    """Obeys the actions of the View menu that concern colours and sizes."""

    def __init__(
        self,
        appearance: Appearance,
        preferences: PreferencesFile,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._appearance, self._preferences = appearance, preferences
        self._actions = actions
        self._tick()

    def zoom(self, steps: int) -> None:
        """Go to the next larger (+1) or smaller (-1) text; 0 returns to 100 %."""
        self._appearance.zoom(steps)
        self._preferences.change(scale=self._appearance.scale)

    def choose(self, theme: str) -> None:
        """Take the "system"'s theme, the "light" or the "dark" one."""
        self._appearance.set_choice(theme)  # type: ignore[arg-type]
        self._preferences.change(theme=theme)
        self._tick()

    def _tick(self) -> None:
        for theme in THEMES:
            self._actions[f"theme_{theme}"].setChecked(self._appearance.choice == theme)
