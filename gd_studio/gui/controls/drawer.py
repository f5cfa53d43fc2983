"""A button that opens what has no room in its place, just below it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gd_studio.gui.cards import GlyphButton
from gd_studio.gui.theme import set_look


class Drawer(GlyphButton):
    """Hidden until it has taken a widget, which a click then shows in a small window."""

    def __init__(self, icon: str, name: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(icon, name, help, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._kept: QWidget | None = None
        self._sheet = QFrame(self, Qt.WindowType.Popup)
        self._sheet.setAccessibleName(name)
        set_look(self._sheet, "card")
        self._row = QHBoxLayout(self._sheet)
        self._row.setContentsMargins(12, 8, 12, 8)
        self.clicked.connect(self._on_clicked)

    def take(self, widget: QWidget) -> None:
        """Keep a widget of the layout in which the drawer stands."""
        if self._kept is None:
            self._kept = widget
            self._row.addWidget(widget)
            self.show()

    def give_back(self, layout: QHBoxLayout) -> None:
        """Put the widget back in its layout, before the drawer."""
        if self._kept is not None:
            self._sheet.hide()
            layout.insertWidget(layout.indexOf(self), self._kept)
            self._kept.show()
            self._kept = None
            self.hide()

    @Slot()
    def _on_clicked(self) -> None:
        if self._kept is not None:
            self._kept.show()
            self._sheet.adjustSize()
            right = self.mapToGlobal(QPoint(self.width(), self.height() + 2))
            self._sheet.move(right - QPoint(self._sheet.width(), 0))
            self._sheet.show()
            self._kept.setFocus(Qt.FocusReason.OtherFocusReason)
