"""What a start and an opened file show first: the strip of first examples, note and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gd_studio.experiment.examples import list_examples
from gd_studio.gui.filing import Filing
from gd_studio.session.document import Document
from gd_studio.session.preferences import PreferencesFile

if TYPE_CHECKING:
    from gd_studio.gui.desk import Desk

FIRST_EXAMPLES = {"line": "one-line", "moons": "moons", "loan_applicants": "loan"}


class Welcome(QObject):
    """Obeys the start strip, and shows an experiment as it wants to be shown."""

    def __init__(
        self, desk: Desk, document: Document, filing: Filing, preferences: PreferencesFile
    ) -> None:
        super().__init__(desk)
        self._desk, self._document = desk, document
        self._filing, self._preferences = filing, preferences
        desk.start_strip.setVisible(not preferences.preferences.started_before)
        desk.open_note(True)
        desk.start_strip.chosen.connect(self._on_chosen)
        desk.start_strip.closed.connect(self._on_closed)
        filing.opened.connect(self._on_opened)

    @Slot(str)
    def _on_chosen(self, kind: str) -> None:
        self._on_closed()
        if kind == "file":
            self._filing.ask_import()
            return
        for example in list_examples():
            if FIRST_EXAMPLES[kind] in example.slug:
                self._filing.open_example(example.path)
                return

    @Slot()
    def _on_closed(self) -> None:
        self._desk.start_strip.hide()
        self._desk.open_note(True)
        self._preferences.change(started_before=True)

    @Slot()
    def _on_opened(self) -> None:
        self._desk.start_strip.hide()
        self._desk.open_note(True)
        panels = self._document.experiment.opening.panels
        if panels:
            self._desk.enlarge("")
            self._desk.docks.show_only(panels)
