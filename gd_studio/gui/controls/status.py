"""The status line: step, epoch, speed and losses of the step on screen, in steady places."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gd_studio.gui.cards import LinkRow
from gd_studio.gui.theme import is_restyle, set_look


class StatusLine(QFrame):
    """Labels by name (`status.<name>`); one that once grew stays as wide, so nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "foot")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self._labels: dict[str, _Steady] = {}
        self._row = LinkRow(gap=18)
        self._right = _Steady()
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

    def _label(self, name: str) -> _Steady:
        if name == "right":
            return self._right
        if name not in self._labels:
            label = self._labels[name] = _Steady()
            label.setObjectName(f"status.{name}")
            self._row.add(label)
        return self._labels[name]


class _Steady(QLabel):
    """A label that never gets narrower."""

    def __init__(self) -> None:
        super().__init__()
        self._widest = 0
        set_look(self, "small")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
        self.setVisible(bool(text))

    def forget_width(self) -> None:
        self._widest = 0
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        self._widest = max(self._widest, hint.width())
        return QSize(self._widest, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self.forget_width()
