"""The card of the network: the picture, the selected parameter in words, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gd_studio.gui.cards import Card, ElidedLabel
from gd_studio.gui.network import words
from gd_studio.gui.network.view import NetworkView
from gd_studio.gui.selection import Selection
from gd_studio.gui.steady import SteadyLabel, SteadyParagraph

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame


class NetworkPanel(Card):
    """Shows a frame's network. Signals: `value_edited` (parameter, value) for what was typed."""

    value_edited = Signal(int, float)
    fills = True

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__("Network", parent)
        self.setObjectName("panel.network")
        self._selection = selection
        self._frame: Frame | None = None
        self._is_stale = False
        self.view = NetworkView(selection)
        self.name = ElidedLabel()
        self.value = SteadyLabel()
        self.move_line = ElidedLabel(look="small")
        self.note = SteadyParagraph(look="small")
        self.body.addWidget(self.view, 1)
        selected = QHBoxLayout()
        selected.addWidget(self.name, 1)
        selected.addWidget(self.value)
        self.body.addLayout(selected)
        for label in (self.move_line, self.note):
            self.body.addWidget(label)
        self.body.setSpacing(2)
        self.note.hide()
        self.set_detail("click a link to edit", "Click a link to select it, again to edit it.")
        self.view.value_edited.connect(self.value_edited)
        selection.parameter_changed.connect(self._on_parameter_changed)
        selection.row_changed.connect(self._on_row_changed)

    @property
    def frame(self) -> Frame | None:
        """The frame last given, drawn or not."""
        return self._frame

    @property
    def is_seen(self) -> bool:
        """Whether any of the picture can be seen: not hidden, and not scrolled away."""
        return self.view.isVisible() and not self.view.visibleRegion().isEmpty()

    @property
    def summary(self) -> str:
        """What it shows, in sentences, for screen readers and reports."""
        return self.view.accessibleDescription()

    def set_frame(self, frame: Frame) -> None:
        """Show a frame: now, or when the card is next seen."""
        self._frame = frame
        self._is_stale = not self.isVisible()
        if not self._is_stale and frame.hypothesis.network.layers:
            self.view.set_frame(frame)
            self._write(frame)

    def set_enlarged(self, enlarged: bool) -> None:
        """Fit into the window, however few lines of large text that is."""
        self.view.set_least_lines(4 if enlarged else 14)

    def set_lit(self, layer: int | None) -> None:
        """Let the links of one layer of weights (0 is the first) stand out; None lights all."""
        self.view.set_lit(layer)

    def _write(self, frame: Frame) -> None:
        shown, parameter = self.view.shown, self.view.parameter
        assert shown is not None
        self.name.set_text(frame.hypothesis.said_name(parameter))
        self.value.setText(words.value_words(frame, parameter))
        self.move_line.set_text(words.move_words(frame, parameter))
        cut = words.cut_words(frame, shown)
        self.note.setText(cut)
        self.note.setVisible(bool(cut))
        self.view.setAccessibleDescription(words.summary(frame, shown, parameter))

    @Slot()
    def _on_parameter_changed(self) -> None:
        if self._frame is not None and self.isVisible() and not self._is_stale:
            self.view.select_again()
            self._write(self._frame)

    @Slot()
    def _on_row_changed(self) -> None:
        self.view.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._frame is not None and self._is_stale:
            self.set_frame(self._frame)
