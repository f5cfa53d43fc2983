"""A form with one field per column in use, in the column's own units and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gd_studio.data import Column, Prepared
from gd_studio.data.encoders import CategoryEncoder
from gd_studio.gui.cards import ElidedLabel, LinkButton
from gd_studio.gui.forms.number_box import NumberBox
from gd_studio.gui.numbers import exact
from gd_studio.settings import Setting

AT_ONCE = 60  # fields made at a time: thousands would take seconds, and nobody fills them in
_SAMPLE = 10_000


class Fields(QWidget):
    """`value_edited(place, value)`: None is a missing value. `refused(sentence)`: a bad number."""

    value_edited = Signal(int, object)
    refused = Signal(str)

    def __init__(self, prepared: Prepared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prepared = prepared
        self._values: list[Any] = [None] * len(prepared.columns_in_use)
        self._fields: list[_Field] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._more = LinkButton("More columns…", "Show the fields of further columns.")
        self._more.setObjectName("try.more")
        self._more.clicked.connect(self._on_more_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.addLayout(self._grid)
        layout.addWidget(self._more)
        layout.addStretch(1)
        self._add_fields()

    @property
    def count(self) -> int:
        """How many fields there are by now."""
        return len(self._fields)

    def set_values(self, values: Sequence[Any]) -> None:
        """Show a row silently, one value per column in use."""
        self._values = list(values)
        for field, value in zip(self._fields, self._values, strict=False):
            field.set_value(value)

    def _add_fields(self) -> None:
        encoders = self._prepared.encoders
        start = len(self._fields)
        for place in range(start, min(start + AT_ONCE, len(encoders))):
            field = _field_for(self._prepared, place)
            field.set_value(self._values[place])
            field.edited.connect(self.value_edited)
            field.refused.connect(self.refused)
            self._fields.append(field)
            field.setParent(self)
            self._grid.addWidget(field.label, 2 * place, 0)
            self._grid.addWidget(field.input, 2 * place, 1)
            if field.hint is not None:
                self._grid.addWidget(field.hint, 2 * place + 1, 1)
        left = len(encoders) - len(self._fields)
        self._more.setVisible(left > 0)
        self._more.setText(f"{left} more columns…")

    @Slot()
    def _on_more_clicked(self) -> None:
        self._add_fields()


class _Field(QObject):
    """Label, editor and the typical range of one column."""

    edited = Signal(int, object)
    refused = Signal(str)

    label: ElidedLabel
    input: QWidget
    hint: ElidedLabel | None = None

    def __init__(self, place: int, column: Column, input: QWidget, help: str) -> None:
        super().__init__()
        self.place = place
        self.input = input
        self.label = ElidedLabel(column.name, "muted")
        self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance("0" * 9))
        input.setObjectName(f"try.{column.name}")
        input.setAccessibleName(column.name)
        input.setToolTip(help)
        input.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        input.setMinimumWidth(input.fontMetrics().horizontalAdvance("0" * 8))

    def set_value(self, value: object) -> None:
        raise NotImplementedError


class _NumberField(_Field):
    """A number in its unit; nothing typed means missing."""

    def __init__(self, place: int, column: Column, low: float, high: float, middle: float) -> None:
        setting = Setting(
            column.name, column.name, "", "number", middle, optional=True, unit=column.unit
        )
        self._box = NumberBox(setting, "missing")
        span = f"{exact(low, 3)} … {exact(high, 3)}"
        help = f"{column.name}: nine of ten training rows have {span}; empty: missing."
        super().__init__(place, column, self._box, help)
        self.hint = ElidedLabel(f"typical {span}", "small")
        self._box.value_edited.connect(self._on_edited)
        self._box.refused.connect(self.refused)

    def set_value(self, value: object) -> None:
        self._box.set_value(value)

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        self.edited.emit(self.place, value)


class _WordField(_Field):
    """One of the words that the column knows, or missing."""

    def __init__(self, place: int, column: Column, known: tuple[str, ...], usual: str) -> None:
        self._combo = _QuietCombo()
        self._combo.addItem("missing", None)
        for word in known:
            self._combo.addItem(word, word)
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        help = f"{column.name}: one of {len(known)} words, most often {usual}."
        super().__init__(place, column, self._combo, help)
        self._combo.activated.connect(self._on_activated)

    def set_value(self, value: object) -> None:
        with QSignalBlocker(self._combo):
            self._combo.setCurrentIndex(max(self._combo.findData(value), 0))

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self.edited.emit(self.place, self._combo.currentData())


class _DateField(_Field):
    """A date as text."""

    def __init__(self, place: int, column: Column) -> None:
        self._line = QLineEdit()
        self._line.setPlaceholderText("missing")
        super().__init__(
            place, column, self._line, f"{column.name}: a date such as 2024-05-31; empty: missing."
        )
        self._line.editingFinished.connect(self._on_finished)
        self._last = ""

    def set_value(self, value: object) -> None:
        self._last = "" if value is None else str(value)
        self._line.setText(self._last)

    @Slot()
    def _on_finished(self) -> None:
        text = self._line.text().strip()
        if text != self._last:
            self._last = text
            self.edited.emit(self.place, text or None)


class _QuietCombo(QComboBox):
    """Lets the wheel scroll the form instead of changing what it happens to pass over."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _field_for(prepared: Prepared, place: int) -> _Field:
    encoder = prepared.encoders[place]
    column = encoder.column
    if isinstance(encoder, CategoryEncoder):
        return _WordField(place, column, encoder.categories, encoder.fill)
    if column.kind == "date":
        return _DateField(place, column)
    seen = column.values[prepared.train.rows[:_SAMPLE]]
    known = seen[~np.isnan(seen)]
    low, middle, high = np.percentile(known, (5, 50, 95)) if known.size else (0.0, 0.0, 0.0)
    return _NumberField(place, column, float(low), float(high), float(f"{middle:.3g}"))
