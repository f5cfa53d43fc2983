"""The menus of recent files and of examples, filled when there is something to list."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from gd_studio.experiment.examples import list_examples
from gd_studio.gui.filing import Filing
from gd_studio.session.preferences import PreferencesFile


class FileMenus(QObject):
    """Lists what can be opened with one click."""

    def __init__(
        self, recent: QMenu, examples: QMenu, filing: Filing, preferences: PreferencesFile
    ) -> None:
        super().__init__(filing)
        self._recent, self._examples = recent, examples
        self._filing, self._preferences = filing, preferences
        filing.recent_changed.connect(self._fill_recent)
        examples.aboutToShow.connect(self._fill_examples)
        self._fill_recent()

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._preferences.preferences.recent:
            action = self._recent.addAction(Path(path).name)
            action.setToolTip(path)
            action.triggered.connect(partial(self._filing.open_recent, path))
        self._recent.setEnabled(not self._recent.isEmpty())

    @Slot()
    def _fill_examples(self) -> None:
        """List the examples when the menu is first opened: reading them takes a while."""
        if not self._examples.isEmpty():
            return
        for example in list_examples():
            action = self._examples.addAction(f"{example.number}. {example.experiment.name}")
            action.setToolTip(example.experiment.story.what_this_is)
            action.triggered.connect(partial(self._filing.open_example, example.path))
