"""F1: which word a control stands for, and how the window shows the place of a word."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMainWindow,
    QMenu,
    QScrollArea,
    QToolButton,
    QWidget,
)

from gd_studio.experiment.glossary import Entry, glossary
from gd_studio.gui.theme import theme_of

FRAMED_MS = 2500


def word_of(widget: QWidget | None) -> Entry | None:
    """Return the entry of a control: by its names, or by those of what it is a part of."""
    while widget is not None:
        for name in _names(widget):
            entry = glossary().find(name) if name else None
            if entry is not None:
                return entry
        widget = widget.parentWidget()
    return None


def _names(widget: QWidget) -> list[str]:
    said = widget.accessibleName()
    names = [widget.objectName(), said, said.partition(":")[0]]
    if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
        names.insert(0, widget.defaultAction().text())
    if isinstance(widget, QAbstractButton):
        names.append(widget.text())
    return names


class WordHelp(QObject):
    """Opens the glossary at the focused control's word, and shows places in the window.

    `dialogs` are the window's own, so that the glossary is closed with it.
    """

    def __init__(self, window: QMainWindow, desk: Any, dialogs: dict[str, Any]) -> None:
        super().__init__(window)
        self._window, self._desk, self._dialogs = window, desk, dialogs
        self._frame: PlaceFrame | None = None

    @Slot()
    def open(self) -> None:
        """Open the glossary at the word of the control that has the focus."""
        entry = word_of(QApplication.focusWidget())
        dialog = self._dialogs.get("glossary")
        if dialog is None:
            from gd_studio.gui.dialogs.glossary import GlossaryDialog

            dialog = self._dialogs["glossary"] = GlossaryDialog(self._window)
            dialog.place_wished.connect(self.show_place)
        if entry is not None:
            dialog.read(entry)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        (dialog.words if entry is not None else dialog.search).setFocus()

    @Slot(str)
    def show_place(self, place: str) -> None:
        """Bring a place into view, give it the focus, and frame it for a moment."""
        self._window.activateWindow()
        if place.startswith("action."):
            self._open_menu(place)
            return
        widget = self.widget_at(place)
        if widget is None:
            return
        self._uncover(widget)
        target = _focusable(widget)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, lambda: self._frame_it(widget))

    def widget_at(self, place: str) -> QWidget | None:
        """Return the widget of a place; of a setting that has no row now, its kind's."""
        docks = self._desk.docks
        if place in docks.docks:
            # A plot that was never opened is made now.
            panel: QWidget = docks.panel(place)
            return panel
        found: QWidget | None = self._window.findChild(QWidget, place)
        if found is None and place.startswith("field."):
            branch = place.split(".")[1]
            found = self._window.findChild(QWidget, f"field.{branch}.kind")
        return found

    def _open_menu(self, place: str) -> None:
        """Open the menu in which an action stands, with the action chosen."""
        for opener in self._window.menuBar().actions():
            menu = opener.menu()
            if not isinstance(menu, QMenu):
                continue
            for action in menu.actions():
                if action.objectName() == place:
                    self._window.menuBar().setActiveAction(opener)
                    menu.setActiveAction(action)

    def _uncover(self, widget: QWidget) -> None:
        """Undo whatever hides a widget: an enlarged plot, a closed dock, More, scrolling."""
        desk = self._desk
        if desk.enlarged:
            desk.enlarge("")
        key = widget.objectName()
        if key in desk.docks.docks:
            desk.docks.docks[key].show()
            desk.docks.docks[key].raise_()
        for panel in desk.settings_panels:
            if panel.isAncestorOf(widget) and not widget.isVisible():
                panel.form.set_expanded(True)
        place = widget.parentWidget()
        while place is not None:
            if isinstance(place, QScrollArea):
                QTimer.singleShot(0, place, lambda area=place: area.ensureWidgetVisible(widget))
            place = place.parentWidget()

    def _frame_it(self, widget: QWidget) -> None:
        if widget.isVisible():
            if self._frame is None:
                self._frame = PlaceFrame(self._window)
            self._frame.surround(widget)


def _focusable(widget: QWidget) -> QWidget | None:
    """Return the widget, or the first in it, that can take the keyboard."""
    tab = Qt.FocusPolicy.TabFocus.value
    for candidate in (widget, *widget.findChildren(QWidget)):
        if candidate.focusPolicy().value & tab and candidate.isVisibleTo(widget.window()):
            return candidate
    return None


class PlaceFrame(QWidget):
    """A frame in the accent colour around a place, gone after a moment; the mouse goes through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("place_frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self, singleShot=True, interval=FRAMED_MS)
        self._timer.timeout.connect(self.hide)

    def surround(self, widget: QWidget) -> None:
        """Lay the frame around a widget of the window."""
        corner = widget.mapTo(self._window, widget.rect().topLeft())
        self.setGeometry(QRect(corner, widget.size()).adjusted(-4, -4, 4, 4))
        self.show()
        self.raise_()
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme_of(self).accent), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
