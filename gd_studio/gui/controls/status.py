"""The status line: step, epoch, speed and losses of the step on screen, in steady places."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from gd_studio.gui.cards import LinkRow
from gd_studio.gui.steady import SteadyLabel
from gd_studio.gui.theme import set_look


class StatusLine(QFrame):
    """Labels by name (`status.<name>`); one that once grew stays as wide, so nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "foot")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self._labels: dict[str, _Value] = {}
        self._row = LinkRow(gap=18)
        self._right = _Value()
        self._right.setObjectName("status.right")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 12, 3)
        layout.setSpacing(12)
        layout.addWidget(self._row, 1)
        layout.addWidget(self._right)
        self._right.setVisible(False)

    def set_values(self, values: Mapping[str, str]) -> None:
        """Write texts by name; new names are added at the end, an empty text hides its label.

        The name "right" is the label at the right end.
        """
        for name, text in values.items():
            self._label(name).set_text(text)

    def text(self, name: str) -> str:
        """Return what one label says, "" if there is none."""
        if name == "right":
            return self._right.text()
        return self._labels[name].text() if name in self._labels else ""

    def forget_widths(self) -> None:
        """Let the labels be as wide as they are now: for a new run."""
        for label in (*self._labels.values(), self._right):
            label.forget_width()

    def _label(self, name: str) -> _Value:
        if name == "right":
            return self._right
        if name not in self._labels:
            label = self._labels[name] = _Value()
            label.setObjectName(f"status.{name}")
            self._row.add(label)
        return self._labels[name]


class _Value(SteadyLabel):
    """One value: hidden while it has nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        set_look(self, "small")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
        self.setVisible(bool(text))
