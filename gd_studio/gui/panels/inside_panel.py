"""Inside this step: the ledger of the selected row and parameter."""

from __future__ import annotations

from html import escape

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from gd_studio.engine.arrays import Integers
from gd_studio.gui.cards import Card
from gd_studio.gui.panels.ledger import ledger
from gd_studio.gui.selection import Selection, SplitName
from gd_studio.gui.summary import Chosen
from gd_studio.gui.theme import Theme, set_look
from gd_studio.session.frame import Frame

MOST_LISTED = 2000


class InsidePanel(Card):
    """Shows what one row and one parameter had to do with the shown step."""

    def __init__(
        self, theme: Theme, selection: Selection, parent: QWidget | None = None
    ) -> None:
        super().__init__("Inside this step", parent)
        self.setObjectName("panel.inside")
        self._theme, self._selection = theme, selection
        self._names_of: object = None
        self._train: Integers = np.zeros(1, np.intp)
        self._validation: Integers = np.zeros(0, np.intp)
        self.text = QLabel()
        self.text.setObjectName("inside.ledger")
        self.text.setAccessibleName("Ledger of this step")
        self.text.setToolTip("Guess, check and adjust of the selected row and parameter.")
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setWordWrap(True)
        set_look(self.text, "ledger")
        self.row = QSpinBox()
        self.row.setObjectName("inside.row")
        self.row.setAccessibleName("Selected row")
        self.row.setToolTip("Which row is looked at; a click on a point selects it too.")
        self.row.setPrefix("row ")
        self.row.setKeyboardTracking(False)
        self.parameter = QComboBox()
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
        self.body.addWidget(self.text)
        self.row.valueChanged.connect(self._on_row_changed)
        self.parameter.activated.connect(self._on_parameter_activated)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme; the next frame is written in it."""
        self._theme = theme

    def set_frame(self, frame: Frame, chosen: Chosen) -> None:
        """Show a frame's numbers for the selected row and parameter, silently."""
        parameter = min(self._selection.parameter, len(frame.parameters) - 1)
        self._show_choices(frame, chosen, parameter)
        has_rows = frame.hypothesis.task != "landscape"
        batch = f" · batch {frame.batch} of {frame.batches}" if frame.step and has_rows else ""
        self.set_detail(f"step {frame.step}{batch}")
        rows = []
        for line in ledger(frame, chosen, parameter):
            word = f'<span style="color:{self._theme.accent}"><b>{line.word}</b></span>'
            text = escape(line.text).replace("  ", "&nbsp;&nbsp;")
            rows.append(f"<tr><td>{word}&nbsp;&nbsp;</td><td>{text}</td></tr>")
        self.text.setText(f"<table cellspacing='0' cellpadding='1'>{''.join(rows)}</table>")

    def _show_choices(self, frame: Frame, chosen: Chosen, parameter: int) -> None:
        hypothesis = frame.hypothesis
        prepared = hypothesis.prepared
        for widget in (self.row, self.parameter):
            widget.setVisible(hypothesis.task != "landscape")
        self._train, self._validation = prepared.train.rows, prepared.validation.rows
        with QSignalBlocker(self.row), QSignalBlocker(self.parameter):
            self.row.setRange(1, prepared.dataset.rows)
            self.row.setValue(chosen.number)
            if self._names_of != frame.run_number:
                self._names_of = frame.run_number
                self.parameter.clear()
                count = min(hypothesis.network.size, MOST_LISTED)
                self.parameter.addItems([hypothesis.said_name(i) for i in range(count)])
            self.parameter.setCurrentIndex(parameter)

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
