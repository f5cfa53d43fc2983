"""The look, in one place: colours by meaning, the two palettes, the style sheet, fonts, scale.

Nothing else in the window names a colour. A widget that paints itself asks `theme_of(self)` in
its paint event and repaints when its palette changes, so that no theme has to be handed around.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from string import Template
from typing import Literal

import msgspec
import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from gd_studio.paths import resource

Choice = Literal["light", "dark", "system"]

SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)
SMALLEST = 11  # pixels, at 100 %
CLASS_SYMBOLS = ("o", "t1", "s", "d", "p", "h", "star", "+", "x", "t")
CLASS_SIGNS = ("●", "▲", "■", "◆", "⬟", "⬢", "★", "+", "✕", "▼")


class Theme(msgspec.Struct, frozen=True):
    """Every colour of the window by its meaning, as `#rrggbb`."""

    name: str
    window: str
    card: str
    field: str  # inside an editor, behind a ledger
    line: str
    line_strong: str  # the border of what can be pressed or typed into
    hover: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    tint: str  # behind a strip or a chosen cell; text and accent stand on it
    class_a: str
    class_b: str
    class_a_text: str
    class_b_text: str
    class_a_region: str
    class_b_region: str
    boundary: str  # the colour of "undecided" between two regions
    more_classes: tuple[str, ...]  # the third to the tenth
    train: str
    validation: str
    positive: str
    negative: str
    diverging_middle: str
    good: str
    warning: str
    warning_background: str
    edge: str  # of the stable learning rates, and beyond them
    too_high: str
    marker_edge: str  # around a data point, so that it stands out from its region
    ghost: str
    bystander: str  # the many thin lines among which a few matter
    grid: str
    path: str
    path_edge: str
    point: str  # the current point on the surface
    selection: str  # the ring around the selected row

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the colours of up to ten classes; pair them with `CLASS_SYMBOLS`."""
        return (self.class_a, self.class_b, *self.more_classes)

    @property
    def movers(self) -> tuple[str, ...]:
        """Return the colours of the few named lines among many."""
        return (
            self.validation, self.positive, self.negative, self.class_a_text, self.class_b_text
        )  # fmt: skip

    def text_pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (text, background) for every pair in which the window writes text."""
        for background in (self.window, self.card, self.field, self.hover, self.tint):
            yield from ((self.text, background), (self.muted, background))
        for background in (self.window, self.card, self.field, self.tint):
            yield self.accent, background
        yield from ((self.on_accent, self.accent), (self.on_accent, self.accent_hover))
        for text in (self.warning, self.text, self.muted, self.accent):
            yield text, self.warning_background
        for background in (self.window, self.card, self.field):
            for text in (self.good, self.validation, self.negative, self.class_a_text,
                         self.class_b_text, self.train):  # fmt: skip
                yield text, background
        yield self.positive, self.card


LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    card="#ffffff",
    field="#f4f5f7",
    line="#dfe2e8",
    line_strong="#c9ced8",
    hover="#eceff4",
    text="#1d2330",
    muted="#5d6678",
    disabled="#a3aab8",
    accent="#2463eb",
    accent_hover="#1d54d0",
    on_accent="#ffffff",
    tint="#ecf1fd",
    class_a="#0072b2",
    class_b="#e07b00",
    class_a_text="#0a5f93",
    class_b_text="#a85b00",
    class_a_region="#80b8d9",
    class_b_region="#f0be80",
    boundary="#ffffff",
    more_classes=("#4f9a2f", "#c2569b", "#8c5a3c", "#7d8594", "#1199b5", "#a89a00", "#27357d",
                  "#d64933"),
    train="#1d2330",
    validation="#7b3fb5",
    positive="#0f7f73",
    negative="#b8325a",
    diverging_middle="#ffffff",
    good="#14734a",
    warning="#8a5a00",
    warning_background="#fdf1dd",
    edge="#b87d00",
    too_high="#c23b22",
    marker_edge="#ffffff",
    ghost="#a3aab8",
    bystander="#c3c7d3",
    grid="#eceef2",
    path="#ffffff",
    path_edge="#1d2330",
    point="#ff4d3d",
    selection="#1d2330",
)  # fmt: skip

DARK = Theme(
    name="dark",
    window="#15181f",
    card="#1d212b",
    field="#15181f",
    line="#2e3442",
    line_strong="#424a5c",
    hover="#272d3a",
    text="#e7eaf2",
    muted="#98a1b5",
    disabled="#5a6376",
    accent="#6c9bff",
    accent_hover="#8bb0ff",
    on_accent="#15181f",
    tint="#253150",
    class_a="#56b4e9",
    class_b="#f0a13a",
    class_a_text="#56b4e9",
    class_b_text="#f0a13a",
    class_a_region="#3a6b8a",
    class_b_region="#876231",
    boundary="#15181f",
    more_classes=("#8fcf6a", "#e58bc2", "#c08f6f", "#aab2c2", "#4fd0e6", "#d9cc4a", "#8fa0ff",
                  "#ff8a73"),
    train="#e7eaf2",
    validation="#c39bea",
    positive="#4fc3b5",
    negative="#f07a9c",
    diverging_middle="#f4f5f7",
    good="#4cc38a",
    warning="#f0c073",
    warning_background="#3a2f1a",
    edge="#f0c073",
    too_high="#f07860",
    marker_edge="#15181f",
    ghost="#6d7689",
    bystander="#3d4454",
    grid="#272c38",
    path="#ffffff",
    path_edge="#15181f",
    point="#ff5c4d",
    selection="#ffffff",
)  # fmt: skip

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_of(widget: QWidget | None = None) -> Theme:
    """Return the theme that is in force, as the (widget's) palette tells it."""
    palette = widget.palette() if widget is not None else QGuiApplication.palette()
    return DARK if palette.color(QPalette.ColorRole.Link) == QColor(DARK.accent) else LIGHT


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


def apply_theme(
    app: QApplication, theme: Theme, scale: float = 1.0, dressed: bool = True
) -> None:
    """Give the whole application a theme and a text scale (0.8 to 2.5).

    Without `dressed` the style sheet is left for later: widgets that are built under it are
    styled again each time they are put into another, which takes half of a window's start-up.
    """
    scale = min(max(scale, SCALES[0]), SCALES[-1])
    if not isinstance(app.property("gd_studio_style"), str):
        app.setStyle("Fusion")
        app.setProperty("gd_studio_style", "Fusion")
    app.setPalette(palette_of(theme))
    app.setFont(font_of(scale))
    if dressed:
        app.setStyleSheet(style_sheet(theme, scale))


def set_look(widget: QWidget, look: str) -> None:
    """Give a widget one of the style sheet's looks, such as "muted", "accent" or "chip"."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        # One that was never shown is styled when it is: nothing to undo yet.
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            repolish(widget)


def repolish(widget: QWidget) -> None:
    """Make the style sheet look again at a widget whose properties have changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    if isinstance(widget, QFrame):
        widget.setFrameStyle(widget.frameStyle())  # else the old look's margins stay
    widget.update()


def is_restyle(event: QEvent) -> bool:
    """Say whether a change event means that colours or fonts may have changed."""
    kind = QEvent.Type
    return event.type() in (kind.PaletteChange, kind.StyleChange, kind.FontChange)


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


# --- colour maps ---------------------------------------------------------------------------------


def surface_colors(count: int = 256) -> np.ndarray:
    """Return viridis as (count, 3) bytes: dark is low (better), bright is high (worse)."""
    from pyqtgraph import colormap  # only once a surface is drawn

    table: np.ndarray = colormap.get("viridis").getLookupTable(nPts=count, alpha=False)
    return table


def diverging_colors(theme: Theme, count: int = 256) -> np.ndarray:
    """Return crimson (negative) - white - teal (positive) as (count, 3) bytes."""
    return blend((theme.negative, theme.diverging_middle, theme.positive), count)


def region_colors(theme: Theme, count: int = 256) -> np.ndarray:
    """Return first class - undecided - second class as (count, 3) bytes, for decision regions."""
    stops = (theme.class_a_region, theme.boundary, theme.class_b_region)
    sharpness = np.linspace(-1, 1, count)
    place = np.sign(sharpness) * np.abs(sharpness) ** 0.5  # a narrow band of "undecided"
    return _interpolated(stops, (place + 1) / 2)


def blend(colors: Sequence[str], count: int = 256) -> np.ndarray:
    """Return `count` colours running evenly through the given ones, as bytes."""
    return _interpolated(colors, np.linspace(0, 1, count))


def contrast(text: str, background: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    low, high = sorted((_luminance(text), _luminance(background)))
    return (high + 0.05) / (low + 0.05)


def _interpolated(colors: Sequence[str], at: np.ndarray) -> np.ndarray:
    channels_of = [(c.red(), c.green(), c.blue()) for c in map(QColor, colors)]
    stops = np.array(channels_of, dtype=np.float64)
    where = np.linspace(0, 1, len(stops))
    channels = [np.interp(at, where, stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _luminance(color: str) -> float:
    parts = (part / 255 for part in (int(color[i : i + 2], 16) for i in (1, 3, 5)))
    linear = [p / 12.92 if p <= 0.04045 else math.pow((p + 0.055) / 1.055, 2.4) for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
