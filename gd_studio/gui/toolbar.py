"""The toolbar: the buttons of the loop, the ribbon of its five words, and the speed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QToolButton, QWidget

from gd_studio.gui.controls.ribbon import LoopRibbon
from gd_studio.gui.controls.speed import SpeedControl
from gd_studio.gui.icons import icon
from gd_studio.gui.theme import Theme, is_restyle, set_look

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

# What is given up first where there is no room: the menu and a key have it, too.
SPARED = ("phase",)
ICON, BESIDE_ICON = 16, 12
NARROW = f"QToolButton {{ padding-left: {BESIDE_ICON - 2}px; padding-right: {BESIDE_ICON - 2}px; }}"


class Toolbar(QFrame):
    """Shows the actions of the loop as buttons; the accent is on what comes next."""

    def __init__(
        self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_look(self, "bar")
        self.ribbon = LoopRibbon()
        self.speed = SpeedControl()
        self.buttons: dict[str, QToolButton] = {}
        self._playing = False
        self._played = False
        self._widths: dict[str, int] = {}
        # With the accent, whose words are the widest.
        self._ruler = _button()
        self._ruler.setParent(self)
        self._ruler.hide()
        set_look(self._ruler, "accent")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(6)
        for key, text, _ in BUTTONS:
            button = _button()
            button.setObjectName(f"button.{key}")
            button.setText(text)
            # A click must not take the keys away from the window: Space stays Play.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(actions[key].toolTip())
            button.setAccessibleName(text)
            button.clicked.connect(actions[key].trigger)
            self.buttons[key] = button
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.ribbon)
        row.addStretch(1)
        row.addWidget(self.speed)
        # Its least width is that with icons alone, to which it changes when there is no more room.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
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
        self._fit()

    def set_places(self, can_go_back: bool) -> None:
        """Grey what cannot be done at this step."""
        self.buttons["back"].setEnabled(can_go_back)

    def minimumSizeHint(self) -> QSize:
        width = self._width(with_words=False, spared=SPARED)
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_restyle(event):
            self._widths = {}
            self.updateGeometry()
            self._fit()

    def _fit(self) -> None:
        """Write the words beside the icons where there is room; with large text, spare some."""
        for count, key in enumerate(SPARED):
            room = self._width(with_words=False, spared=SPARED[:count])
            self.buttons[key].setVisible(self.width() >= room)
        wide = self.width() >= self._width(with_words=True)
        for button in self.buttons.values():
            dress(button, wide)

    def _measure(self) -> dict[str, int]:
        """Return how wide each button is with its word: by another one, that is never shown."""
        found = {}
        for key, button in self.buttons.items():
            self._ruler.setText(button.text())
            found[key] = self._ruler.sizeHint().width()
        return found

    def _width(self, with_words: bool, spared: tuple[str, ...] = ()) -> int:
        """Return the least width, with or without words on the buttons."""
        self._widths = self._widths or self._measure()
        kept = {key: w for key, w in self._widths.items() if key not in spared}
        widths = [w if with_words else ICON + 2 * BESIDE_ICON for w in kept.values()]
        others = self.ribbon.minimumSizeHint().width() + self.speed.minimumSizeHint().width()
        return sum(widths) + others + 24 + 6 * (len(widths) + 3)

    def _accented(self) -> str:
        return "play" if self._played else "step"


def _button() -> QToolButton:
    button = QToolButton()
    button.setToolButtonStyle(LOOKS[True])
    button.setIconSize(QSize(ICON, ICON))
    return button


def dress(button: QToolButton, with_words: bool) -> None:
    """Show a button with its word beside the icon, or as an icon with little room around it."""
    if button.toolButtonStyle() != LOOKS[with_words]:
        button.setToolButtonStyle(LOOKS[with_words])
        # Otherwise the room around an icon would grow with the text.
        button.setStyleSheet("" if with_words else NARROW)
