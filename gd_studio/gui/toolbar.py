"""The toolbar: the buttons of the loop, the ribbon of its five words, and the speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QToolButton, QWidget

from gd_studio.gui.controls.drawer import Drawer
from gd_studio.gui.controls.ribbon import LoopRibbon
from gd_studio.gui.controls.speed import SpeedControl
from gd_studio.gui.icons import icon
from gd_studio.gui.refits import Refits
from gd_studio.gui.theme import Theme, set_look

BUTTONS = (
    ("reset", "Reset", "reset"),
    ("back", "Back", "back"),
    ("phase", "Phase", "phase"),
    ("step", "Step", "step"),
    ("epoch", "Epoch", "epoch"),
    ("play", "Play", "play"),
)

LOOKS = {
    True: Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
    False: Qt.ToolButtonStyle.ToolButtonIconOnly,
}

SPARED = "phase"  # the menu and a key have it, too
ICON, BESIDE_ICON, GAP, MARGIN = 16, 10, 6, 12
NARROW = f"QToolButton {{ padding-left: {BESIDE_ICON}px; padding-right: {BESIDE_ICON}px; }}"


@dataclass(frozen=True)
class Fit:
    """A way to fit: buttons with words, icons as large as the words, all buttons, the speed."""

    words: bool = False
    large: bool = True
    spared: bool = False
    speed: bool = True


# From most to least room. What is given up first is in the menus, or one click away.
FITS = (
    Fit(words=True),
    Fit(),
    Fit(spared=True),
    Fit(speed=False),
    Fit(spared=True, speed=False),
    Fit(large=False, spared=True, speed=False),
)


class Toolbar(Refits, QFrame):
    """Shows the actions of the loop as buttons; the accent is on what comes next."""

    def __init__(
        self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_look(self, "bar")
        self.ribbon = LoopRibbon()
        self.speed = SpeedControl()
        self.drawer = Drawer("speed", "Speed", "How fast Play goes: opens the slider that sets it.")
        self.drawer.setObjectName("button.speed")
        self.buttons: dict[str, QToolButton] = {}
        self._playing = False
        self._played = False
        self._widths: dict[str, int] = {}
        # With the accent, whose words are the widest.
        self._ruler = _button()
        self._ruler.setParent(self)
        self._ruler.hide()
        set_look(self._ruler, "accent")
        for key, text, _ in BUTTONS:
            self.buttons[key] = _button_of(actions[key], key, text)
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self._ruler.setIcon(icon("step", theme))  # without one it would be narrower
        accent = self._accented()
        for key, _, name in BUTTONS:
            button = self.buttons[key]
            set_look(button, "accent" if key == accent else "")
            shown = "pause" if key == "play" and self._playing else name
            button.setIcon(icon(shown, theme, theme.on_accent if key == accent else ""))

    def set_playing(self, playing: bool) -> None:
        """Turn Play into Pause and back; after the first Play it carries the accent."""
        if playing == self._playing:
            return
        self._playing, self._played = playing, self._played or playing
        button = self.buttons["play"]
        button.setText("Pause" if playing else "Play")
        button.setAccessibleName(button.text())
        self.set_theme(self._theme)
        self._widths = {}
        self.fit()

    def set_places(self, can_go_back: bool) -> None:
        """Grey what cannot be done at this step."""
        self.buttons["back"].setEnabled(can_go_back)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(FITS[-1]), super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # A part has got other letters with its style, which comes to it after the toolbar.
            self._widths = {}
            self.updateGeometry()
            self.fit()
        return super().event(event)

    def measure(self) -> None:
        self._widths = {}
        super().measure()

    def fit(self) -> None:
        """Write the words beside the icons where there is room; with large text, spare some."""
        fit = next((fit for fit in FITS if self._width(fit) <= self.width()), FITS[-1])
        self.buttons[SPARED].setHidden(fit.spared)
        for button in self.buttons.values():
            dress(button, fit.words, self._icon(fit.large))
        if fit.speed:
            self.drawer.give_back(self._row)
        else:
            self.drawer.take(self.speed)

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 6, MARGIN, 6)
        row.setSpacing(GAP)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.ribbon)
        row.addStretch(1)
        row.addWidget(self.speed)
        row.addWidget(self.drawer)
        self.drawer.hide()
        # Its least width is that with icons alone, to which it changes when there is no more room.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def _icon(self, large: bool) -> int:
        return max(ICON, self.fontMetrics().height()) if large else ICON

    def _measure(self) -> dict[str, int]:
        """Return how wide each button is with its word: by another one, that is never shown."""
        found = {}
        for key, button in self.buttons.items():
            self._ruler.setText(button.text())
            found[key] = self._ruler.sizeHint().width()
        return found

    def _width(self, fit: Fit) -> int:
        """Return the least width of a way to fit."""
        self._widths = self._widths or self._measure()
        kept = {key: w for key, w in self._widths.items() if not (fit.spared and key == SPARED)}
        alone = self._icon(fit.large) + 2 * BESIDE_ICON + 4
        widths = [w if fit.words else alone for w in kept.values()]
        widths.append(self.ribbon.minimumSizeHint().width())
        last = self.speed if fit.speed else self.drawer
        widths.append(last.minimumSizeHint().width())
        return sum(widths) + 2 * MARGIN + GAP * (len(widths) + 1)

    def _accented(self) -> str:
        return "play" if self._played else "step"


def _button() -> QToolButton:
    button = QToolButton()
    button.setToolButtonStyle(LOOKS[True])
    button.setIconSize(QSize(ICON, ICON))
    return button


def _button_of(action: QAction, key: str, text: str) -> QToolButton:
    """Return the button of an action."""
    button = _button()
    button.setObjectName(f"button.{key}")
    button.setText(text)
    # A click must not take the keys away from the window: Space stays Play.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(action.toolTip())
    button.setAccessibleName(text)
    button.clicked.connect(action.trigger)
    return button


def dress(button: QToolButton, with_words: bool, icon: int) -> None:
    """Show a button with its word beside the icon, or as an icon with little room around it."""
    size = QSize(ICON, ICON) if with_words and icon <= ICON else QSize(icon, icon)
    if button.iconSize() != size:
        button.setIconSize(size)
    if button.toolButtonStyle() != LOOKS[with_words]:
        button.setToolButtonStyle(LOOKS[with_words])
        # Otherwise the room around an icon would grow with the text.
        button.setStyleSheet("" if with_words else NARROW)
