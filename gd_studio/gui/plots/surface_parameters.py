"""Two parameters for a slice: one runs across, one upwards; chosen by name or by clicks.

While the row is shown, every parameter that is selected anywhere (a link, a curve) becomes an
axis: the first the one across, the next the one upwards, and so on in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gd_studio.gui.eliding_box import ElidingBox
from gd_studio.gui.parameter_names import shorter_name

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

MOST_LISTED = 5000
WAYS = ("across", "upwards")


class ParameterRow(QWidget):
    """Two boxes of parameter names. Signals: `chosen` (across, upwards) when the user did."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        middle = Qt.TextElideMode.ElideMiddle  # a name begins with its layer and ends with its unit
        self._boxes = (ElidingBox(middle, shorter_name), ElidingBox(middle, shorter_name))
        self._before = ("", "")
        self._turn = 0
        for box, way in zip(self._boxes, WAYS, strict=True):
            box.setAccessibleName(f"parameter {way}")
            box.setToolTip(
                f"Which parameter runs {way}; all others stay as they are now. Clicking two links "
                "or curves in other panels chooses both: first across, then upwards."
            )
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.activated.connect(self._on_activated)
            row.addWidget(box, 1)

    @property
    def names(self) -> tuple[str, str]:
        """The parameters chosen, across and upwards."""
        across, upwards = (str(box.currentData()) for box in self._boxes)
        return across, upwards

    def fill(self, hypothesis: Hypothesis, first: Sequence[int]) -> None:
        """List a model's parameters, and choose two, unless they are listed already."""
        listed = range(min(hypothesis.network.size, MOST_LISTED))
        box = self._boxes[0]
        if box.count() == len(listed) and box.itemText(0) == hypothesis.said_name(0):
            return
        self._turn = 0
        for box, index in zip(self._boxes, first, strict=True):
            box.clear()
            for place in listed:
                box.addItem(hypothesis.said_name(place), hypothesis.parameter_name(place))
            box.setCurrentIndex(min(index, len(listed) - 1))
        self._before = self.names

    def show_names(self, across: str, upwards: str) -> None:
        """Show two parameters, silently."""
        for box, name in zip(self._boxes, (across, upwards), strict=True):
            box.setCurrentIndex(max(box.findData(name), 0))
        self._before = self.names

    def take(self, name: str) -> None:
        """Take a parameter that was selected elsewhere for the axis whose turn it is."""
        wanted = list(self.names)
        if name in wanted or self._boxes[0].findData(name) < 0:
            return
        wanted[self._turn] = name
        self._turn = 1 - self._turn
        self.show_names(*wanted)
        self.chosen.emit(*wanted)

    def _on_activated(self, _: int) -> None:
        across, upwards = self.names
        if across == upwards:
            # Choosing the other axis' parameter means exchanging the two.
            upwards, across = self._before
            self.show_names(across, upwards)
        self._before = across, upwards
        self.chosen.emit(across, upwards)
