"""The panel "Try an input": a row of one's own, the guess, and how the guess has changed.

It only asks the hypothesis of the frame; nothing here can touch the run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gd_studio.data import Prepared
from gd_studio.engine.arrays import Array
from gd_studio.errors import DataError
from gd_studio.gui.cards import ElidedLabel, WrappedLabel
from gd_studio.gui.forms.number_box import NumberBox
from gd_studio.gui.numbers import exact, whole
from gd_studio.gui.steady import SteadyParagraph
from gd_studio.gui.theme import is_restyle, set_look
from gd_studio.gui.try_input.bars import ProbabilityBars
from gd_studio.gui.try_input.drawing import PixelGrid
from gd_studio.gui.try_input.fields import Fields
from gd_studio.gui.try_input.guesses import changes, guess_of, headline
from gd_studio.session.frame import Frame
from gd_studio.settings import Setting

LATER_MS = 60  # after the last frame, where the column has scrolled the panel out of sight
LINES = 14  # of text: as high as the fields are at least, if there are that many


class TryInput(QWidget):
    """`probe_changed(values)`: raw values of the columns in use, after the user changed one."""

    probe_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel.try")
        self.setAccessibleName("Try an input")
        self._frame: Frame | None = None
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._on_later)
        self._prepared: Prepared | None = None
        self._probe: list[Any] = []
        self._x: Array | None = None
        self._row: int | None = None  # of the data set, while the probe is that row unchanged
        self._selected = (0, "train")
        self._fields: Fields | None = None
        self._drawing: PixelGrid | None = None
        self._row_box = _row_box(1)
        self._clear = _button("Clear", "Begin with an empty image.", "try.clear")
        self._make()

    @property
    def probe(self) -> list[Any]:
        """The raw values tried, one per column in use."""
        return list(self._probe)

    @property
    def complaint(self) -> str:
        """The sentence about what cannot be tried, while one is shown."""
        return "" if self._complaint.isHidden() else self._complaint.text()

    def set_frame(self, frame: Frame) -> None:
        """Show the guess at the frame's step; nothing is computed while hidden.

        On a landscape, which has no inputs, it stays as it was.
        """
        if frame.hypothesis.task == "landscape":
            return
        self._frame = frame
        if not self.visibleRegion().isEmpty():
            self._draw()
        elif self.isVisible():
            self._later.start()

    def set_selection(self, row: int, split: str = "train") -> None:
        """Remember the window's selected row: new data is first tried with it."""
        self._selected = (row, split)

    def set_probe(self, values: Sequence[Any]) -> None:
        """Show other values silently, such as those of a marker dragged over a plot."""
        self._catch_up()
        if self._prepared is not None and len(values) == len(self._prepared.columns_in_use):
            self._row = None
            self._adopt(values)
            self._show_guess()

    def take_row(self, row: int) -> None:
        """Try a row of the data set, by its number from 0."""
        self._catch_up()
        if self._prepared is None:
            return
        self._row = row
        self._adopt(self._prepared.raw_rows([row])[0])
        self._show_guess()
        self.probe_changed.emit(self.probe)

    # --- what the user does -----------------------------------------------------------------

    @Slot(int, object)
    def _on_value_edited(self, place: int, value: object) -> None:
        self._probe[place] = value
        self._edited()

    @Slot()
    def _on_pixels_edited(self) -> None:
        if self._drawing is not None:
            self._probe = list(self._drawing.values)
            self._edited()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._complain(sentence)

    @Slot(object)
    def _on_row_typed(self, number: object) -> None:
        if isinstance(number, int):
            self.take_row(number - 1)

    @Slot()
    def _on_take_clicked(self) -> None:
        self._catch_up()
        if self._prepared is not None:
            self.take_row(self._selected_row(self._prepared))

    @Slot()
    def _on_clear_clicked(self) -> None:
        if self._drawing is not None:
            self._drawing.clear()

    def _edited(self) -> None:
        self._row = None
        self._x = None
        self._show_guess()
        self.probe_changed.emit(self.probe)

    # --- what is shown ----------------------------------------------------------------------

    @Slot()
    def _on_later(self) -> None:
        if self.isVisible():
            self._draw()

    def _draw(self) -> None:
        self._later.stop()
        self._catch_up()
        self._show_guess()

    def _catch_up(self) -> None:
        """Build the fields anew where the data or its columns have changed."""
        if self._frame is None or self._frame.hypothesis.prepared is self._prepared:
            return
        before, self._prepared = self._prepared, self._frame.hypothesis.prepared
        kept = before is not None and _form(before) == _form(self._prepared)
        probe, row = self._probe, self._row
        self._x = None
        self._build(self._prepared)
        if kept:
            same = row is not None and _shorts(self._prepared.raw_rows([row])[0]) == probe
            self._row = row if same else None
            self._adopt(probe)
            return
        self._row = self._selected_row(self._prepared)
        self._adopt(self._prepared.raw_rows([self._row])[0])

    def _selected_row(self, prepared: Prepared) -> int:
        row, name = self._selected
        split = prepared.validation if name == "validation" else prepared.train
        return int(split.rows[row] if 0 <= row < len(split.rows) else prepared.train.rows[0])

    def _adopt(self, values: Sequence[Any]) -> None:
        self._probe = _shorts(values)
        self._x = None
        if self._drawing is not None:
            self._drawing.set_values([0.0 if v is None else float(v) for v in self._probe])
        elif self._fields is not None:
            self._fields.set_values(self._probe)
        self._row_box.set_value(None if self._row is None else self._row + 1)

    def _show_guess(self) -> None:
        if self._frame is None or self._prepared is None:
            return
        try:
            if self._x is None:
                self._x = self._prepared.transform([self._probe])
        except DataError as error:
            self._complain(str(error))
            return
        self._complaint.hide()
        guesses = guess_of(self._frame, self._x)
        self._guess.setText(headline(guesses))
        last, start = changes(guesses)
        self._since.setText(f"Since the last step: {last}\nSince step 0: {start}")
        self._truth.setText(self._said_by_data(self._prepared))
        self.bars.set_guesses(guesses if guesses.classes else None)
        self.bars.setVisible(bool(guesses.classes))
        self._step.set_text(f"at step {whole(self._frame.step)}")
        if self._row is None and self._row_box.value is not None:
            self._row_box.set_value(None)

    def _said_by_data(self, prepared: Prepared) -> str:
        if self._row is None:
            return "A row of your own: nobody knows the answer."
        target = prepared.dataset.target
        value = target.values[self._row]
        if target.kind == "number" and not prepared.classes:
            said = f"{exact(float(value), 5)} {target.unit}".strip()
        else:
            said = prepared.classes[prepared.dataset.codes[self._row]]
        return f"Row {whole(self._row + 1)} of the data says: {said}"

    def _complain(self, sentence: str) -> None:
        self._complaint.setText(sentence)
        self._complaint.show()

    # --- building ---------------------------------------------------------------------------

    def _build(self, prepared: Prepared) -> None:
        while self._inputs.count():
            old = self._inputs.currentWidget()
            self._inputs.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        self._fields = self._drawing = None
        shape = prepared.dataset.image_shape
        image = shape is not None and math.prod(shape) == len(prepared.columns_in_use)
        if shape is not None and image:
            self._drawing = PixelGrid(shape, _brightest(prepared))
            self._drawing.pixels_edited.connect(self._on_pixels_edited)
            self._inputs.addWidget(self._drawing)
        else:
            self._fields = Fields(prepared)
            self._fields.value_edited.connect(self._on_value_edited)
            self._fields.refused.connect(self._on_refused)
            self._inputs.addWidget(self._fields)
        self._clear.setVisible(image)
        self._claim_height()
        self._row_box = self._replaced_row_box(prepared.dataset.rows)

    def _claim_height(self) -> None:
        """Show all fields of a few columns, a window's worth of many."""
        shown = self._inputs.currentWidget()
        if shown is not None:
            most = LINES * self.fontMetrics().height()
            self._scroll.setMinimumHeight(min(shown.sizeHint().height(), most))

    def _replaced_row_box(self, rows: int) -> NumberBox:
        box = _row_box(rows)
        box.value_edited.connect(self._on_row_typed)
        box.refused.connect(self._on_refused)
        self._row_place.replaceWidget(self._row_box, box)
        self._row_box.setParent(None)
        self._row_box.deleteLater()
        return box

    def _make(self) -> None:
        self._inputs = QStackedWidget()
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setObjectName("try.fields")
        scroll.setAccessibleName("Values to try")
        set_look(self._inputs, "column")
        scroll.setWidget(self._inputs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._row_line())
        self._complaint = WrappedLabel(look="warning")
        self._complaint.hide()
        layout.addWidget(self._complaint)
        layout.addWidget(scroll, 1)
        layout.addLayout(self._results())

    def _row_line(self) -> QHBoxLayout:
        self._take = _button(
            "Take selected", "Try the row that is selected in the window.", "try.take"
        )
        self._take.clicked.connect(self._on_take_clicked)
        self._clear.clicked.connect(self._on_clear_clicked)
        self._clear.hide()
        self._row_place = QHBoxLayout()
        self._row_place.setSpacing(8)
        self._row_place.addWidget(_muted("Row"))
        self._row_place.addWidget(self._row_box, 1)
        self._row_place.addWidget(self._take)
        self._row_place.addWidget(self._clear)
        return self._row_place

    def _results(self) -> QVBoxLayout:
        self._guess = SteadyParagraph(look="title")
        self._guess.setObjectName("try.guess")
        self._guess.setToolTip("What the hypothesis says of these values at the shown step.")
        self._truth, self._since = SteadyParagraph(look="small"), SteadyParagraph(look="small")
        self._since.setObjectName("try.since")
        self._truth.setObjectName("try.truth")
        self._step = ElidedLabel(look="small")
        self._step.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bars = ProbabilityBars()
        self.bars.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(_muted("Guess"))
        line.addWidget(self._guess, 1)
        line.addWidget(self._step)
        results = QVBoxLayout()
        results.setSpacing(6)
        results.addLayout(line)
        for part in (self.bars, self._truth, self._since):
            results.addWidget(part)
        return results

    # --- Qt ---------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._claim_height()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()


def _row_box(rows: int) -> NumberBox:
    setting = Setting("row", "Row", "", "integer", 1, optional=True, minimum=1, maximum=rows)
    box = NumberBox(setting, "own")
    box.setObjectName("try.row")
    # It may be narrower than it likes: the plots need the column's width.
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    box.setAccessibleName("Row to start from")
    box.setToolTip("Start from a row of the data, then change a value and see what it does.")
    return box


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    set_look(label, "muted")
    return label


def _button(text: str, help: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(help)
    return button


def _form(prepared: Prepared) -> tuple[object, ...]:
    """Return what a probe must fit: with the same columns and words it stays what it was."""
    data = prepared.dataset
    columns = [(e.column.name, tuple(f.name for f in e.features)) for e in prepared.encoders]
    return (data.name, data.rows, *columns)


def _brightest(prepared: Prepared) -> float:
    return max(float(column.values.max()) for column in prepared.columns_in_use) or 1.0


def _shorts(values: Sequence[Any]) -> list[Any]:
    """Return numbers with the six digits that a field shows: what is shown is what is tried."""
    return [float(f"{v:.6g}") if isinstance(v, float) else v for v in values]
