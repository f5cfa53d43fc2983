"""Inside this step: the ledger of the selected row and parameter."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from gd_studio.data import Split
from gd_studio.engine.arrays import Integers
from gd_studio.gui.background import Background
from gd_studio.gui.cards import Card, LinkButton
from gd_studio.gui.eliding_box import ElidingBox
from gd_studio.gui.panels.word_fold import WordFold
from gd_studio.gui.parameter_names import shorter_name
from gd_studio.gui.selection import Selection, SplitName
from gd_studio.gui.summary import Chosen
from gd_studio.gui.theme import Theme, set_look
from gd_studio.session.frame import Frame

if TYPE_CHECKING:
    from gd_studio.experiment.ledger import Ledger, Moment
    from gd_studio.experiment.ledger.book import Phase
    from gd_studio.experiment.under_way import UnderWay

    About = tuple[Moment, Split, int, int, Phase]

MOST_LISTED = 2000
WORDS = ("Guess", "Check", "Adjust")


class InsidePanel(Card):
    """Shows what one row and one parameter had to do with the shown step."""

    def __init__(
        self,
        theme: Theme,
        selection: Selection,
        gate: threading.Event,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Inside this step", parent)
        self.setObjectName("panel.inside")
        self._selection = selection
        self._names_of: object = None
        self._train: Integers = np.zeros(1, np.intp)
        self._validation: Integers = np.zeros(0, np.intp)
        self._about: About | None = None
        self._ledger: Ledger | None = None
        self._reserve: Ledger | None = None  # that of the whole step, while it is walked
        self._under_way: UnderWay | None = None
        self._ready: tuple[About, Ledger] | None = None  # made before it is shown
        self._stale = False
        self._key: object = None
        self._drawn: object = None
        self._in_words = self._is_playing = False
        self._work = Background(gate, self, seconds_between=0.0)
        self._work.found.connect(self._on_found)
        self._build_choices()
        self._build_sheet()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme: its painted parts ask for it themselves."""
        self.update()

    def set_frame(self, frame: Frame, chosen: Chosen) -> None:
        """Show a frame's numbers for the selected row and parameter, silently."""
        parameter = min(self._selection.parameter, len(frame.parameters) - 1)
        self._show_choices(frame, chosen, parameter)
        has_rows = frame.hypothesis.task != "landscape"
        batch = f"batch {frame.batch} of {frame.batches}" if frame.step and has_rows else ""
        step = f"step {frame.step}"
        self.set_detail(" · ".join(filter(None, (step, batch))), short=step)
        self._key = (frame.run_number, chosen.number, parameter)
        self._is_playing, self._under_way = frame.playing, None
        self._show(frame, chosen, parameter, "adjust")

    def prepare(self, frame: Frame, chosen: Chosen) -> None:
        """Make the ledger of a frame that is to be shown next; nothing is shown yet."""
        parameter = min(self._selection.parameter, len(frame.parameters) - 1)
        about: About = (frame, chosen.split, chosen.row, parameter, "adjust")
        self._ready = (about, _short_ledger(about))

    def set_phase(self, moment: UnderWay, chosen: Chosen, phase: Phase) -> None:
        """Show what is known by a phase of a step that is being made, in the room of it all."""
        parameter = min(self._selection.parameter, len(moment.previous) - 1)
        self.set_detail(f"step {moment.step}, under way")
        self._under_way = moment
        self._show(moment, chosen, parameter, phase)

    @property
    def is_busy(self) -> bool:
        """Whether lines that take long are still being computed."""
        return self._work.is_busy

    def shutdown(self) -> None:
        """End what is computed in the background."""
        self._work.shutdown()

    def text(self) -> str:
        """Return all that is written, line by line."""
        return "\n".join(fold.text() for fold in self.folds.values() if fold.has_lines)

    def _show(self, moment: Moment, chosen: Chosen, parameter: int, phase: Phase) -> None:
        self._work.cancel()
        self._about = (moment, chosen.split, chosen.row, parameter, phase)
        self._stale = True
        if self.isVisible():
            self._redraw()

    def _redraw(self, fresh: bool = False) -> None:
        """Make the ledger, if what it is about has changed, and write it."""
        if self._about is None:
            return
        if self._stale or self._ledger is None:
            if self._ready is None or self._ready[0] != self._about:
                self._ready = (self._about, _short_ledger(self._about))
            self._ledger, self._ready, self._stale = self._ready[1], None, False
            self._reserve = None
            if self._under_way is not None:
                _, split, row, parameter, _ = self._about
                whole = self._under_way.foreseen
                self._reserve = _short_ledger((whole, split, row, parameter, "adjust"))
            if self._ledger.unfinished and not self._is_playing:
                self._work.ask(self._about, _finish)
        key = (self._key, self._in_words)
        fresh = fresh or key != self._drawn
        self._drawn = key
        for fold in self.folds.values():
            fold.show_ledger(self._ledger, self._in_words, fresh, self._reserve)

    def _build_choices(self) -> None:
        self.row = QSpinBox()
        self.row.setObjectName("inside.row")
        self.row.setAccessibleName("Selected row")
        self.row.setToolTip("Which row is looked at; a click on a point selects it too.")
        self.row.setPrefix("row ")
        self.row.setKeyboardTracking(False)
        self.parameter = ElidingBox(Qt.TextElideMode.ElideMiddle, shorter_name)
        self.parameter.setObjectName("inside.parameter")
        self.parameter.setAccessibleName("Selected parameter")
        self.parameter.setToolTip("Which weight is looked at; a click on its curve selects it too.")
        self.parameter.setMinimumContentsLength(8)
        self.parameter.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        choose = QHBoxLayout()
        choose.addWidget(self.row)
        choose.addWidget(self.parameter, 1)
        self.body.addLayout(choose)
        self.row.valueChanged.connect(self._on_row_changed)
        self.parameter.activated.connect(self._on_parameter_activated)

    def _build_sheet(self) -> None:
        sheet = QFrame()
        sheet.setObjectName("inside.ledger")
        sheet.setAccessibleName("Ledger of this step")
        set_look(sheet, "sheet")
        rows = QVBoxLayout(sheet)
        rows.setContentsMargins(8, 5, 8, 6)
        rows.setSpacing(3)
        self.folds = {word: WordFold(word) for word in WORDS}
        for fold in self.folds.values():
            fold.toggled.connect(self._on_toggled)
            rows.addWidget(fold)
        self.body.addWidget(sheet)
        self._build_links()

    def _build_links(self) -> None:
        """Build what is done with the whole ledger, in its first line."""
        self.words = LinkButton("Words", "Tell the same in words, or as formulas.")
        self.words.setObjectName("inside.words")
        self.words.clicked.connect(self._on_words_clicked)
        self.copy = LinkButton("Copy", "Copy every number to the last digit, to recompute it.")
        self.copy.setObjectName("inside.copy")
        self.copy.clicked.connect(self._on_copy_clicked)
        for link in (self.words, self.copy):
            self.folds[WORDS[0]].add_link(link)

    def _show_choices(self, frame: Frame, chosen: Chosen, parameter: int) -> None:
        hypothesis = frame.hypothesis
        prepared = hypothesis.prepared
        self.row.setVisible(hypothesis.task != "landscape")
        self._train, self._validation = prepared.train.rows, prepared.validation.rows
        with QSignalBlocker(self.row), QSignalBlocker(self.parameter):
            if self.row.maximum() != prepared.dataset.rows:
                self.row.setRange(1, prepared.dataset.rows)  # which lays the whole window out
            if self.row.value() != chosen.number:
                self.row.setValue(chosen.number)  # which paints it anew
            if self._names_of != frame.run_number:
                self._names_of = frame.run_number
                self.parameter.clear()
                count = min(hypothesis.network.size, MOST_LISTED)
                self.parameter.addItems([hypothesis.said_name(i) for i in range(count)])
            self.parameter.setCurrentIndex(parameter)

    @Slot(object, object)
    def _on_found(self, about: object, finished: Ledger) -> None:
        if about is self._about:
            self._ledger = finished
            self._redraw()

    @Slot()
    def _on_toggled(self) -> None:
        self._redraw(fresh=True)

    @Slot()
    def _on_words_clicked(self) -> None:
        self._in_words = not self._in_words
        self.words.setText("Formulas" if self._in_words else "Words")
        self.words.setAccessibleName(self.words.text())
        self._redraw(fresh=True)

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._about is not None:
            from gd_studio.experiment.ledger import copied, ledger

            QGuiApplication.clipboard().setText(copied(ledger(*self._about)))

    @Slot(int)
    def _on_row_changed(self, number: int) -> None:
        """Select a row by its number in the data set; a test row leads to the next known one."""
        split, rows = self._nearest(number - 1)
        row = int(np.abs(rows - (number - 1)).argmin())
        self._selection.set_row(row, split)
        with QSignalBlocker(self.row):
            self.row.setValue(int(rows[row]) + 1)

    def _nearest(self, row: int) -> tuple[SplitName, Integers]:
        if len(self._validation) == 0:
            return "train", self._train
        train = int(np.abs(self._train - row).min())
        validation = int(np.abs(self._validation - row).min())
        return ("train", self._train) if train <= validation else ("validation", self._validation)

    @Slot(int)
    def _on_parameter_activated(self, index: int) -> None:
        self._selection.set_parameter(index)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._redraw()


def _short_ledger(about: About) -> Ledger:
    """Make the ledger without the lines that take long."""
    from gd_studio.experiment.ledger import ledger  # when the first frame has come

    return ledger(*about, whole=False)


def _finish(about: About) -> Generator[Any, None, Ledger]:
    """Make the whole ledger, with the lines that take long."""
    from gd_studio.experiment.ledger import ledger

    yield
    return ledger(*about)
