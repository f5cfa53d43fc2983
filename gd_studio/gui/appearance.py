"""How the whole application looks: palette, fonts and style sheet of a theme at a text scale."""

from __future__ import annotations

import re
from string import Template
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from gd_studio.gui.theme import DARK, LIGHT, SMALLEST, THEMES, Theme
from gd_studio.paths import resource

Choice = Literal["light", "dark", "system"]
SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)


def chosen_theme(choice: Choice, scheme: Qt.ColorScheme) -> Theme:
    """Return the theme for a user's choice, given what the system prefers."""
    if choice != "system":
        return THEMES[choice]
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme, for whatever the style sheet leaves to Fusion."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colors = {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.card,
        role.AlternateBase: theme.field, role.Text: theme.text, role.Button: theme.card,
        role.ButtonText: theme.text, role.BrightText: theme.on_accent, role.Link: theme.accent,
        role.LinkVisited: theme.accent, role.Highlight: theme.accent, role.Accent: theme.accent,
        role.HighlightedText: theme.on_accent, role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.card, role.ToolTipText: theme.text, role.Light: theme.card,
        role.Midlight: theme.hover, role.Mid: theme.line, role.Dark: theme.line_strong,
        role.Shadow: theme.line_strong,
    }  # fmt: skip
    palette = QPalette()
    for which, color in colors.items():
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(theme.disabled))
    return palette


def font_of(scale: float = 1.0) -> QFont:
    """Return the system's own font at a text scale, with figures of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    return _scaled(font, scale)


def ledger_font(scale: float = 1.0) -> QFont:
    """Return the fixed-width font in which ledgers and equations are set."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return _scaled(font, scale)


def style_sheet(theme: Theme, scale: float = 1.0) -> str:
    """Return the application's style sheet: the template with this theme's tokens filled in.

    A length written `8u` is eight pixels at 100 % and grows with the text.
    """
    base = QFontInfo(font_of()).pixelSize()
    words = msgspec.structs.asdict(theme)
    words["mono"] = ledger_font().family()
    words["small"] = f"{round(max(base - 1, SMALLEST) * scale)}px"
    words |= _knob(scale)
    words["glyphs"] = resource("themes", theme.name).as_posix()
    sheet = Template(resource("themes", "window.qss").read_text("utf-8")).substitute(words)
    return re.sub(r"\b(\d+)u\b", lambda found: f"{round(int(found[1]) * scale)}px", sheet)


def apply_theme(app: QApplication, theme: Theme, scale: float = 1.0, dressed: bool = True) -> None:
    """Give the whole application a theme and a text scale (0.8 to 2.5).

    Without `dressed` the style sheet is left for later: widgets that are built under it are
    styled again each time they are put into another, which takes half of a window's start-up.
    """
    scale = min(max(scale, SCALES[0]), SCALES[-1])
    if not isinstance(app.property("gd_studio_style"), str):
        app.setStyle("Fusion")
        app.setProperty("gd_studio_style", "Fusion")
    if dressed and app.styleSheet():
        # WORKAROUND Qt styles a widget again for each widget around it, some nine times in all,
        # when one style sheet follows another; taken off and put on, it is twice.
        app.setStyleSheet("")
    app.setPalette(palette_of(theme))
    app.setFont(font_of(scale))
    if dressed:
        app.setStyleSheet(style_sheet(theme, scale))


class Appearance(QObject):
    """The user's choice of theme and text scale, applied, and following the system's."""

    changed = Signal(object)  # the Theme now in force

    def __init__(
        self,
        app: QApplication,
        choice: Choice = "system",
        scale: float = 1.0,
        dressed: bool = True,
    ) -> None:
        super().__init__(app)
        self._app = app
        self.choice: Choice = choice
        self.scale = scale
        app.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)
        apply_theme(app, self.theme, scale, dressed)

    def dress(self) -> None:
        """Set the style sheet, if that was left for later."""
        apply_theme(self._app, self.theme, self.scale)

    @property
    def theme(self) -> Theme:
        return chosen_theme(self.choice, self._app.styleHints().colorScheme())

    def set_choice(self, choice: Choice) -> None:
        self.choice = choice
        self._apply()

    def set_scale(self, scale: float) -> None:
        self.scale = min(max(scale, SCALES[0]), SCALES[-1])
        self._apply()

    def zoom(self, steps: int) -> None:
        """Go to the next larger (+1) or smaller (-1) text scale; 0 returns to 100 %."""
        if steps == 0:
            self.set_scale(1.0)
            return
        nearest = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - self.scale))
        self.set_scale(SCALES[min(max(nearest + steps, 0), len(SCALES) - 1)])

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self.choice == "system":
            self._apply()

    def _apply(self) -> None:
        apply_theme(self._app, self.theme, self.scale)
        self.changed.emit(self.theme)


def _knob(scale: float) -> dict[str, str]:
    """Return a slider's measures in whole pixels: Qt draws the knob square if one is off."""
    groove, radius, line = 2 * round(2 * scale), round(7 * scale), round(2 * scale)
    sizes = {"groove": groove, "knob_radius": radius, "knob_line": line}
    sizes |= {"knob": 2 * (radius - line), "knob_over": radius - groove // 2}
    return {word: f"{size}px" for word, size in sizes.items()}


def _scaled(font: QFont, scale: float) -> QFont:
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * scale)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * scale)))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
