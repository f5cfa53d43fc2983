"""The small table under the depth view: one row for each layer, the exact numbers beside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gd_studio.gui.numbers import exact
from gd_studio.gui.plots.depth_measures import (
    LATER,
    NONE,
    Layers,
    flat_number,
    ratio_words,
    spread_words,
    why_no_ratio,
    why_not_flat,
)

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
# Heading, and the widest that stands below it.
COLUMNS = (
    ("layer", "hidden 100"),
    ("‖g‖", "1.23e−10"),
    ("‖θ‖", "1.23e10"),
    ("‖Δθ‖/‖θ‖", "1.23e−10"),
    ("activation", "−1.2e22 ± 1.2e22"),
    ("flat", "100 of 100"),
)
LEAST_FIRST = (2, 5, 4, 3)  # columns that a narrow table goes without
WHY = {3: why_no_ratio, 5: why_not_flat}  # by column: why there may be no number
MEANINGS = (
    "The layers in the order in which a row passes through them.",
    "Norm of the layer's gradient: where it is tiny, the layer hardly learns.",
    "Norm of the layer's weights and biases after the step.",
    "How far the step moved the layer, as a share of its norm; about 0.001 is usual.",
    "Mean ± deviation of what the layer's units hand on, over training rows.",
    "Share of activations in a flat end (saturated), or how many units are never active (dead).",
)


class DepthTable(QAbstractTableModel):
    """Layers down, their measures across."""

    def __init__(self) -> None:
        super().__init__()
        self._layers: Layers = ()

    def set_layers(self, layers: Layers) -> None:
        """Show these layers; the same number of them keeps the table's place."""
        if len(layers) != len(self._layers):
            self.beginResetModel()
            self._layers = layers
            self.endResetModel()
            return
        self._layers = layers
        if layers:
            last = self.index(len(layers) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Role.DisplayRole])

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._layers)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role == Role.TextAlignmentRole and 0 < index.column() < 4:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
            return self._why_none(index.row(), index.column()) or None
        return self._words(index.row(), index.column()) if role == Role.DisplayRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Role.ToolTipRole:
            return MEANINGS[section]
        return COLUMNS[section][0] if role == Role.DisplayRole else None

    def _why_none(self, row: int, column: int) -> str:
        """Say why a cell has no number; "" if it has one."""
        said, why = self._words(row, column), WHY.get(column)
        if said == LATER:
            return "It is being computed over the training rows."
        return f"No number: {why(*self._layers[row])}." if said == NONE and why else ""

    def _words(self, row: int, column: int) -> str:
        layer, activity = self._layers[row]
        if column == 0:
            return layer.name
        if column < 3:
            return exact(layer.gradient if column == 1 else layer.weights, 3)
        if column == 3:
            return ratio_words(layer)
        return spread_words(activity) if column == 4 else flat_number(layer, activity)
