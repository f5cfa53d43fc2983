"""The plots in their docks: each can be closed, floated, tabbed and enlarged, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QTabWidget, QWidget

from gd_studio.gui.cards import GlyphButton

LAYOUT_VERSION = 2
LEAST_WIDTH_FOR_BUTTONS = 300
Area = Qt.DockWidgetArea


@dataclass(frozen=True)
class DockSpec:
    """One dock: its key (the panel's object name), its title, and what makes its panel.

    One that stands `beside` another shares its place as a tab, and starts closed unless `is_open`.
    """

    key: str
    title: str
    create: Callable[[], Any]
    beside: str = ""
    is_open: bool = True


class PlotDocks(QMainWindow):
    """Two by two plots and others as tabs beside them, to be rearranged at will.

    Signals: `shown_changed`.
    """

    shown_changed = Signal()

    def __init__(self, specs: tuple[DockSpec, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.panels: dict[str, Any] = {}
        self.docks: dict[str, QDockWidget] = {}
        self._enlarged: QByteArray | None = None
        self._specs = specs
        for spec in specs:
            self.panels[spec.key] = spec.create()
            self.docks[spec.key] = self._dock(spec)
        self.setContentsMargins(0, 8, 0, 8)
        self.arrange()

    def arrange(self) -> None:
        """Put all plots in their usual places: two by two, and the others as tabs beside them."""
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
        for dock in (first, second, third, fourth):
            dock.raise_()
        self.resizeDocks([first, second], [500, 500], Qt.Orientation.Horizontal)
        for upper, lower in ((first, third), (second, fourth)):
            self.resizeDocks([upper, lower], [500, 500], Qt.Orientation.Vertical)

    def layout_words(self) -> str:
        """Return the arrangement as text, for the preferences."""
        state = self._enlarged or self.saveState(LAYOUT_VERSION)
        return bytes(state.toBase64().data()).decode()

    def restore_layout(self, words: str) -> None:
        """Take an arrangement back; one that cannot be read changes nothing."""
        if words:
            self.restoreState(QByteArray.fromBase64(words.encode()), LAYOUT_VERSION)

    def shown(self) -> tuple[str, ...]:
        """Return the keys of the plots that are open."""
        return tuple(key for key, dock in self.docks.items() if not dock.isHidden())

    def show_only(self, keys: tuple[str, ...]) -> None:
        """Open these plots and close the others."""
        for key, dock in self.docks.items():
            dock.setVisible(key in keys)

    def toggle_actions(self) -> list[QAction]:
        """Return an action per plot that opens and closes it."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    @property
    def enlarged(self) -> bool:
        """Whether one plot has the whole place."""
        return self._enlarged is not None

    def enlarge(self, key: str | None) -> None:
        """Give one plot the whole place; None brings all back."""
        if self._enlarged is not None:
            state, self._enlarged = self._enlarged, None
            self.restoreState(state, LAYOUT_VERSION)
        if key is not None:
            self._enlarged = self.saveState(LAYOUT_VERSION)
            self.show_only((key,))

    def raise_floating(self) -> None:
        """Bring floating plots before the window."""
        for dock in self.docks.values():
            if dock.isFloating() and dock.isVisible():
                dock.raise_()

    def focused(self) -> str:
        """Return the key of the plot with the focus or under the mouse, else the first in view."""
        for key, panel in self.panels.items():
            if panel.isAncestorOf(self.focusWidget() or self) or panel.underMouse():
                return key
        seen = [key for key in self.shown() if not self.panels[key].visibleRegion().isEmpty()]
        return (seen or list(self.docks))[0]

    def _dock(self, spec: DockSpec) -> QDockWidget:
        dock = QDockWidget(spec.title, self)
        dock.setObjectName(f"dock.{spec.key}")
        dock.setWidget(self.panels[spec.key])
        dock.setTitleBarWidget(QWidget(dock))
        dock.topLevelChanged.connect(lambda floating: self._set_bar(dock, floating))
        dock.visibilityChanged.connect(self._on_visibility_changed)
        buttons = self._buttons(spec, dock)
        dock.installEventFilter(InSight(self.panels[spec.key]))
        self.panels[spec.key].header.add_widget(buttons)
        self.panels[spec.key].installEventFilter(RoomForButtons(buttons))
        return dock

    def _buttons(self, spec: DockSpec, dock: QDockWidget) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        grow = GlyphButton("expand", f"Enlarge {spec.title}", "Give it the whole window (F11).")
        grow.clicked.connect(
            lambda: self.enlarge_requested.emit("" if self.enlarged else spec.key)
        )
        free = GlyphButton("float", f"Float {spec.title}", "Take it out, or put it back.")
        free.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
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

    @Slot()
    def _on_visibility_changed(self) -> None:
        self.shown_changed.emit()


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
            self._buttons.setVisible(event.size().width() >= LEAST_WIDTH_FOR_BUTTONS)
        return False
