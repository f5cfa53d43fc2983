"""The plots in their docks: each can be closed, floated, tabbed and enlarged, and comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QTabWidget,
    QWidget,
)

from gd_studio.gui.cards import GlyphButton, enlarge_button

LAYOUT_VERSION = 2
LEAST_WIDTH_FOR_BUTTONS = 19  # lines of text
Area = Qt.DockWidgetArea


@dataclass(frozen=True)
class DockSpec:
    """One dock: its key (the panel's object name), its title, and what makes its panel.

    One that stands `beside` another shares its place as a tab, and starts closed unless `is_open`;
    the panel of a closed one is made when it is first opened or asked for.
    """

    key: str
    title: str
    create: Callable[[], Any]
    beside: str = ""
    is_open: bool = True


class PlotDocks(QMainWindow):
    """Two by two plots and others as tabs beside them, to be rearranged at will.

    Signals: `shown_changed`; `built` (key) for a panel that was made later than the docks.
    """

    shown_changed = Signal()
    built = Signal(str)

    def __init__(self, specs: tuple[DockSpec, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._built: dict[str, Any] = {}
        self.docks: dict[str, QDockWidget] = {}
        self._before: QByteArray | None = None
        self.enlarged = ""
        self._is_arranging = False
        self._specs = specs
        for spec in specs:
            self.docks[spec.key] = self._dock(spec)
            if spec.is_open:
                self._fill(spec)
        self.setContentsMargins(0, 8, 0, 8)
        self.arrange()

    @property
    def panels(self) -> dict[str, Any]:
        """All panels by key; makes those that there was no need for yet."""
        return {spec.key: self.panel(spec.key) for spec in self._specs}

    @property
    def made(self) -> dict[str, Any]:
        """The panels that have been made, by key."""
        return self._built

    def panel(self, key: str) -> Any:
        """Return one panel; make it if there was no need for it yet."""
        if key not in self._built:
            self._fill(next(spec for spec in self._specs if spec.key == key))
            self.built.emit(key)
        return self._built[key]

    def arrange(self) -> None:
        """Put all plots in their usual places: two by two, and the others as tabs beside them."""
        self._is_arranging = True  # for a moment all docks are shown, which opens none
        first, second, third, fourth = (self.docks[s.key] for s in self._specs if not s.beside)
        for dock in self.docks.values():
            dock.setFloating(False)
            dock.show()
            self.removeDockWidget(dock)
        self.addDockWidget(Area.TopDockWidgetArea, first)
        self.splitDockWidget(first, second, Qt.Orientation.Horizontal)
        self.splitDockWidget(first, third, Qt.Orientation.Vertical)
        self.splitDockWidget(second, fourth, Qt.Orientation.Vertical)
        for spec in self._specs:
            if spec.beside:
                self.tabifyDockWidget(self.docks[spec.beside], self.docks[spec.key])
        for spec in self._specs:
            self.docks[spec.key].setVisible(spec.is_open)
        self._is_arranging = False
        for dock in (first, second, third, fourth):
            dock.raise_()
        self.resizeDocks([first, second], [500, 500], Qt.Orientation.Horizontal)
        for upper, lower in ((first, third), (second, fourth)):
            self.resizeDocks([upper, lower], [500, 500], Qt.Orientation.Vertical)

    def layout_words(self) -> str:
        """Return the arrangement as text, for the preferences."""
        state = self._before or self.saveState(LAYOUT_VERSION)
        return bytes(state.toBase64().data()).decode()

    def restore_layout(self, words: str) -> None:
        """Take an arrangement back; one that cannot be read changes nothing."""
        if words:
            self.restoreState(QByteArray.fromBase64(words.encode()), LAYOUT_VERSION)
            self._fill_open()

    def shown(self) -> tuple[str, ...]:
        """Return the keys of the plots that are open."""
        return tuple(key for key, dock in self.docks.items() if not dock.isHidden())

    def show_only(self, keys: tuple[str, ...]) -> None:
        """Open these plots and close the others."""
        for key, dock in self.docks.items():
            dock.setVisible(key in keys)
        self._fill_open()

    def toggle_actions(self) -> list[QAction]:
        """Return an action per plot that opens and closes it."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def enlarge(self, key: str) -> None:
        """Give one plot the whole place, also one that floats; "" brings all back."""
        focus = QApplication.focusWidget()
        if self._before is not None:
            state, self._before = self._before, None
            self.restoreState(state, LAYOUT_VERSION)
        if key:
            self._before = self.saveState(LAYOUT_VERSION)
            self.docks[key].setFloating(False)
            self.show_only((key,))
        self.enlarged = key
        if focus is not None and any(panel.isAncestorOf(focus) for panel in self.docks.values()):
            _give_keys(focus)

    def raise_floating(self) -> None:
        """Bring floating plots before the window, each ready for keys when it is turned to."""
        for dock in self.docks.values():
            if dock.isFloating() and dock.isVisible():
                dock.raise_()
                dock.widget().setFocus()

    def focused(self) -> str:
        """Return the key of the plot with the focus or under the mouse, else the first in view."""
        chosen = chosen_of(self._built)
        if chosen:
            return chosen
        seen = [key for key in self.shown() if not self.panel(key).visibleRegion().isEmpty()]
        return (seen or list(self.docks))[0]

    def _dock(self, spec: DockSpec) -> QDockWidget:
        dock = QDockWidget(spec.title, self)
        dock.setObjectName(f"dock.{spec.key}")
        dock.setTitleBarWidget(QWidget(dock))
        dock.topLevelChanged.connect(lambda floating: self._set_bar(dock, floating))
        dock.visibilityChanged.connect(self._on_visibility_changed)
        dock.toggleViewAction().toggled.connect(partial(self._on_toggled, spec.key))
        # What was asked for by hand comes before those whose place it shares.
        dock.toggleViewAction().triggered.connect(dock.raise_)
        return dock

    def _fill(self, spec: DockSpec) -> None:
        """Make the panel of a dock and put it there."""
        panel, dock = spec.create(), self.docks[spec.key]
        self._built[spec.key] = panel
        dock.setWidget(panel)
        buttons = self._buttons(spec, dock)
        dock.installEventFilter(InSight(panel))
        panel.header.add_widget(buttons)
        panel.installEventFilter(RoomForButtons(buttons))

    def _fill_open(self) -> None:
        for key in self.shown():
            self.panel(key)

    def _buttons(self, spec: DockSpec, dock: QDockWidget) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        grow = enlarge_button(spec.title)
        grow.clicked.connect(partial(self.enlarge_requested.emit, spec.key))
        free = GlyphButton("float", f"Float {spec.title}", "Take it out, or put it back.")
        free.clicked.connect(lambda: _float(dock))
        close = GlyphButton("close", f"Close {spec.title}", "View › Panels brings it back.")
        close.clicked.connect(dock.close)
        for button in (grow, free, close):
            row.addWidget(button)
        return box

    enlarge_requested = Signal(str)

    def _set_bar(self, dock: QDockWidget, floating: bool) -> None:
        """Give a floating plot a bar to be dragged by; a docked one has its own header."""
        bar = dock.titleBarWidget()
        dock.setTitleBarWidget(None if floating else QWidget(dock))  # type: ignore[arg-type]
        if bar is not None:
            bar.deleteLater()

    def _on_toggled(self, key: str, is_open: bool) -> None:
        if is_open and not self._is_arranging:
            self.panel(key)

    @Slot()
    def _on_visibility_changed(self) -> None:
        self.shown_changed.emit()


def _float(dock: QDockWidget) -> None:
    """Take a plot out, or put it back: with the keys, which would go to any other control."""
    dock.setFloating(not dock.isFloating())
    _give_keys(dock.widget())


def _give_keys(widget: QWidget) -> None:
    """Turn to a widget, in whichever window it is now."""
    if widget.isVisible():
        widget.activateWindow()
        widget.setFocus()


def chosen_of(panels: Mapping[str, QWidget]) -> str:
    """Return the key of the panel with the focus, else of that under the mouse, else ""."""
    focus = QApplication.focusWidget()
    for key, panel in panels.items():
        if focus is not None and (panel is focus or panel.isAncestorOf(focus)):
            return key
    return next((key for key, panel in panels.items() if panel.underMouse()), "")


class InSight(QObject):
    """Lets a plot draw when its tab comes to the front: Qt has only moved it out of sight."""

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._panel = panel
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(panel.catch_up)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Resize):
            self._timer.start()
        return False


class RoomForButtons(QObject):
    """Hides a plot's window buttons where its numbers need the room; the View menu has them too."""

    def __init__(self, buttons: QWidget) -> None:
        super().__init__(buttons)
        self._buttons = buttons

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            least = LEAST_WIDTH_FOR_BUTTONS * self._buttons.fontMetrics().height()
            self._buttons.setVisible(event.size().width() >= least)
        return False
